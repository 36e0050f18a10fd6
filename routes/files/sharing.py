"""The settings of a file: who reads it and until when, its shares, and links by which others send one."""

from typing import Any

from starlette.requests import Request

from app import files
from app.files import uploads
from app.holdings import shelving
from components.addresses import url
from components.files import AskedPage, SettingsPage
from components.pastes import Filled
from routes.accounts import public_url
from routes.files.places import ar, link_of, workspace
from routes.files.shelves import path_of, shelf, spaces_of
from routes.pages import Form, Me, Query, see
from routes.pastes.listing import FIELDS, life_of
from routes.pastes.places import whole
from routes.pastes.settings import KEEP, SettingsInput, ShareInput, views_left


class Saved(Query):
    """Whether something was kept just now."""

    saved: bool = False


class Asking(Form):
    """For how many seconds the link works, and where the file lands."""

    life: str = "86400"
    folder_id: str = ""
    space_id: str = ""


def settings_page(me: Me, posted: dict[str, Any], errors: dict[str, str], id: str, **told: Any) -> Any:
    """The settings, as they are or as they were posted. Raises NotFound, Forbidden."""
    item, shares = files.held(id, me), files.shares(me, id)
    now = {"visibility": item.visibility, "space": item.space_id, "life": KEEP, "views": str(views_left(item) or "")}
    now |= {"tags": ", ".join(files.tags_of(id)), "spaces": spaces_of(me, writable=True)}
    filled = Filled(**now | {name: words for name, words in posted.items() if name in now})
    said = {FIELDS.get(name, name): words for name, words in errors.items()}
    people = shelving.names([each.user_id for each in shares])
    about = {"people": people, "errors": said, "path": path_of(me, item), "shelf": shelf(me, id)}
    return SettingsPage(me, item, filled, shares, workspace=workspace(), **about, **told)


@ar.get("/files/{id:id}/settings")
def settings(me: Me, id: str, query: Saved):
    return settings_page(me, {}, {}, id, saved=query.saved)


@ar.post("/files/{id:id}/settings", again=settings_page)
def change(me: Me, id: str, posted: SettingsInput):
    files.change(me, id, **posted.changes(files.held(id, me)))
    return see(url("/files", id, "settings", saved=1))


@ar.post("/files/{id:id}/shares", again=settings_page)
def share(me: Me, id: str, posted: ShareInput, req: Request):
    uses, life = whole("max_uses", posted.max_uses), life_of(posted.share_life)
    about = {"email": posted.email, "expires_in": life, "max_uses": uses, "password": posted.share_password}
    _, token = files.share(me, id, posted.audience, posted.role, **about)
    return settings_page(me, {}, {}, id, link=f"{link_of(req, id)}?token={token}" if token else "")


@ar.post("/files/{id:id}/shares/{share_id:id}/removal")
def unshare(me: Me, id: str, share_id: str):
    files.unshare(me, id, share_id)
    return see(url("/files", id, "settings", fragment_="sharing"))


# ── upload links ──────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.post("/files/links")
def ask(me: Me, posted: Asking, req: Request):
    about = {"folder_id": posted.folder_id, "space_id": posted.space_id, "expires_in": life_of(posted.life) or 3600}
    token, until = uploads.link(me, **about)
    link, back = public_url(req, url("/files/links", token)), url("/files", folder=posted.folder_id or None)
    return AskedPage(me, link, until, back, shelf=shelf(me), workspace=workspace())
