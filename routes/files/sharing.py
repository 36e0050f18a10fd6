"""The settings of a file: who reads it and until when, its shares, and links by which others send one."""

from typing import Any

from starlette.requests import Request

from app import files
from app.files import uploads
from components.addresses import url
from components.files import AskedPage, SettingsPage
from routes.accounts import public_url
from routes.files.places import ar, link_of, workspace
from routes.files.shelves import path_of, shelf, spaces_of
from routes.pages import Form, Me, see
from routes.pastes.listing import life_of
from routes.pastes.settings import Saved, SettingsInput, ShareInput, told_of, wanted


class Asking(Form):
    """For how many seconds the link works, and where the file lands."""

    life: str = "86400"
    folder_id: str = ""
    space_id: str = ""


def settings_page(me: Me, posted: dict[str, Any], errors: dict[str, str], id: str, **told: Any) -> Any:
    """The settings, as they are or as they were posted. Raises NotFound, Forbidden."""
    item, shares = files.held(id, me), files.shares(me, id)
    filled = wanted(item, posted, files.tags_of(id), spaces_of(me, writable=True))
    about = {"path": path_of(me, item), "shelf": shelf(me, id), "workspace": workspace()}
    return SettingsPage(me, item, filled, shares, **told_of(shares, errors), **about, **told)


@ar.get("/files/{id:id}/settings")
def settings(me: Me, id: str, query: Saved):
    return settings_page(me, {}, {}, id, saved=query.saved)


@ar.post("/files/{id:id}/settings", again=settings_page)
def change(me: Me, id: str, posted: SettingsInput):
    files.change(me, id, **posted.changes(files.held(id, me)))
    return see(url("/files", id, "settings", saved=1))


@ar.post("/files/{id:id}/shares", again=settings_page)
def share(me: Me, id: str, posted: ShareInput, req: Request):
    _, token = files.share(me, id, posted.audience, posted.role, **posted.door())
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
