"""The settings of a paste: who reads it and until when, its shares, and its way into the trash and out."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request

from app import pastes
from app.items import SPACE
from app.pastes import shelving
from components.addresses import url
from components.pastes import Filled, SettingsPage
from routes.pages import Form, Me, Query, see
from routes.pastes.listing import FIELDS, life_of
from routes.pastes.places import ar, link_of, shelf, spaces_of, whole, workspace

KEEP = "keep"


class Saved(Query):
    """Whether something was kept just now."""

    saved: bool = False


class SettingsInput(Form):
    """What the form of the readers says; all of it is text. `unlock` takes the password away."""

    visibility: str = "private"
    space: str = ""
    life: str = KEEP
    password: str = ""
    unlock: str = ""
    views: str = ""
    tags: str = ""

    def changes(self, item: Any) -> dict[str, Any]:
        """What `pastes.change` takes: only what is different. Raises Invalid."""
        space = self.space if self.visibility == SPACE else ""
        found: dict[str, Any] = {"tags": [each.strip() for each in self.tags.split(",") if each.strip()]}
        if (self.visibility, space) != (item.visibility, item.space_id):
            found |= {"visibility": self.visibility, "space_id": space}
        if self.life != KEEP:
            found["expires_in"] = life_of(self.life)
        if self.password or self.unlock:
            found["password"] = self.password
        views = whole("views", self.views)
        return found if views == views_left(item) else found | {"max_views": views}


class ShareInput(Form):
    """A door to be opened."""

    audience: str = "person"
    role: str = "reader"
    email: str = ""
    share_life: str = ""
    share_password: str = ""
    max_uses: str = ""

    def door(self) -> dict[str, Any]:
        """What `share` of pastes and files takes beside who may do what. Raises Invalid."""
        uses, life = whole("max_uses", self.max_uses), life_of(self.share_life)
        return {"email": self.email, "expires_in": life, "max_uses": uses, "password": self.share_password}


def views_left(item: Any) -> int | None:
    """How often it may still be viewed."""
    return None if item.max_views is None else item.max_views - item.views


def wanted(item: Any, posted: dict[str, Any], tags: list[str], spaces: list[tuple[str, str]]) -> Filled:
    """The form of the readers of a paste or a file, as they are or as they were posted."""
    now = {"visibility": item.visibility, "space": item.space_id, "life": KEEP, "views": str(views_left(item) or "")}
    now |= {"tags": ", ".join(tags), "spaces": spaces}
    return Filled(**now | {name: words for name, words in posted.items() if name in now})


def told_of(shares: Sequence[Any], errors: dict[str, str]) -> dict[str, Any]:
    """What the page of the readers is told beside: the names of those it is shared with, and what has to be changed."""
    said = {FIELDS.get(name, name): words for name, words in errors.items()}
    return {"people": shelving.names([each.user_id for each in shares]), "errors": said}


def settings_page(me: Me, posted: dict[str, Any], errors: dict[str, str], id: str, **told: Any) -> Any:
    """The settings, as they are or as they were posted. Raises NotFound, Forbidden."""
    item, shares = pastes.held(id, me), pastes.shares(me, id)
    filled = wanted(item, posted, pastes.tags_of(id), spaces_of(me))
    about = {"shelf": shelf(me, id), "workspace": workspace()}
    return SettingsPage(me, item, filled, shares, **told_of(shares, errors), **about, **told)


@ar.get("/p/{id:id}/settings")
def settings(me: Me, id: str, query: Saved):
    return settings_page(me, {}, {}, id, saved=query.saved)


@ar.post("/p/{id:id}/settings", again=settings_page)
def change(me: Me, id: str, posted: SettingsInput):
    pastes.change(me, id, **posted.changes(pastes.held(id, me)))
    return see(url("/p", id, "settings", saved=1))


# ── shares ────────────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.post("/p/{id:id}/shares", again=settings_page)
def share(me: Me, id: str, posted: ShareInput, req: Request):
    _, token = pastes.share(me, id, posted.audience, posted.role, **posted.door())
    return settings_page(me, {}, {}, id, link=f"{link_of(req, id)}?token={token}" if token else "")


@ar.post("/p/{id:id}/shares/{share_id:id}/removal")
def unshare(me: Me, id: str, share_id: str):
    pastes.unshare(me, id, share_id)
    return see(url("/p", id, "settings", fragment_="sharing"))


# ── the trash ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.post("/p/{id:id}/trash")
def trash(me: Me, id: str):
    pastes.trash(me, id)
    return see(url("/pastes", trashed=id))


@ar.post("/p/{id:id}/restoration")
def untrash(me: Me, id: str):
    return see(url("/p", pastes.untrash(me, id).id))


@ar.post("/p/{id:id}/removal")
def erase(me: Me, id: str):
    pastes.erase(me, id)
    return see(url("/pastes", shelf="trash"))
