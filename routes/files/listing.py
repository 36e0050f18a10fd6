"""The lists of files, and the plain form that brings new ones."""

import re
from dataclasses import replace
from typing import Any

from pydantic import Field, field_validator
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app import files
from app.errors import NotFound
from app.files import fetching, folders
from app.holdings import quota
from app.items import room
from app.rights import Caller
from components.addresses import url
from components.files import FetchNotice, FilesPage, Listed, NewPage, TrashedNotice
from components.page import document
from routes.accounts import public_url
from routes.files.places import ar, workspace
from routes.files.shelves import largest, shelf, spaces_of, trashed
from routes.pages import Me, Query

SHELVES = ("mine", "starred", "shared", "trash")
LOOK, YEAR = "inglenook-look", 366 * 86_400
ID = re.compile("[0-9a-z]{29}")
MOST_UNDONE = 50


class Asked(Query):
    """Which files are listed, and how."""

    shelf: str = "mine"
    folder: str = Field("", max_length=40)
    space: str = Field("", max_length=40)
    tag: str = Field("", max_length=40)
    q: str = Field("", max_length=200)
    kind: str = ""
    order: str = "changed"
    view: str = ""
    before: str = ""
    trashed: str = ""
    fetching: str = Field("", max_length=40)

    @field_validator("shelf")
    @classmethod
    def known(cls, value: str) -> str:
        if value not in SHELVES:
            raise ValueError("There is no such list.")
        return value


class Where(Query):
    """Where new files go."""

    folder: str = Field("", max_length=40)
    space: str = Field("", max_length=40)


# ── lists ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.get("/files", guests=True)
def listed(me: Me, query: Asked, req: Request):
    answer = HTMLResponse(document(page(me, query, req)))
    if query.view in ("list", "grid"):
        answer.set_cookie(LOOK, query.view, max_age=YEAR, path=url("/files"), httponly=True, samesite="lax")
    return answer


def page(me: Caller, query: Asked, req: Request) -> Any:
    """One list with everything beside it. Raises NotFound."""
    path = folders.path(me, query.folder) if query.folder else []
    space = path[-1].space_id if path else query.space
    it = look(me, query, req, space)
    found = rows(me, it, query.folder, query.before)
    it = replace(it, older=it.address(path[-1] if path else None, before=found.next) if found.next else "")
    back = it.address(path[-1] if path else None, before=None)
    here = query.folder or space or (f"#{it.tag}" if it.tag else "")
    return FilesPage(
        me,
        found.rows,
        it,
        folders=below(me, it, query),
        path=path,
        largest=largest(),
        writable=not space or space in dict(spaces_of(me, writable=True)),
        used=(room.used(me.id), quota(me.id)),
        address=public_url(req, url("/files")) + "/",
        place_name=dict(spaces_of(me)).get(space, "") if space else "",
        shelf=shelf(me, here),
        said=(put_away(me, query.trashed, back), under_way(me, query.fetching, back)),
        workspace=workspace(),
    )


def look(me: Caller, query: Asked, req: Request, space: str) -> Listed:
    """The list that is asked for; a guest has only what is shared."""
    view = "grid" if (query.view or req.cookies.get(LOOK)) == "grid" else "list"
    which = "shared" if me.is_guest else query.shelf
    return Listed(which, query.tag, space, query.q, query.kind, query.order, view)


def rows(me: Caller, it: Listed, folder: str, before: str) -> files.Page:
    """One page of a list; a name, a kind and a tag are looked for in all folders."""
    if it.shelf == "shared":
        return files.shared(me, before=before)
    anywhere = it.is_narrowed or it.shelf != "mine"
    about = {"tag": it.tag, "space": it.space, "words": it.words, "type": it.kind, "order": it.order, "before": before}
    within = None if anywhere and not folder else folder
    return files.mine(me, folder=within, starred=it.shelf == "starred", trashed=it.shelf == "trash", **about)


def below(me: Caller, it: Listed, query: Asked) -> list[Any]:
    """The folders of a list, on its first page."""
    if query.before or it.is_narrowed:
        return []
    if it.shelf == "trash":
        return folders.trashed(me)
    return folders.inside(me, query.folder, it.space) if it.shelf == "mine" else []


def put_away(me: Caller, ids: str, back: str) -> Any:
    """What was put into the trash just now, with the way back to this list."""
    known = [id for id in ids.split(",") if ID.fullmatch(id)][:MOST_UNDONE]
    found = [item for id in known if (item := trashed(me, id)) is not None]
    gone = [each for each in folders.trashed(me) if each.id in known] if known else []
    return TrashedNotice(found, gone, back) if found or gone else ""


def under_way(me: Caller, job: str, back: str) -> Any:
    """How far what is fetched from an address is, for who has no script that tells it."""
    try:
        return FetchNotice(fetching.find(me, job), back) if job else ""
    except NotFound:
        return ""


# ── bring ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.get("/files/new")
def new(me: Me, query: Where):
    path = folders.path(me, query.folder) if query.folder else []
    about = {"path": path, "largest": largest(), "shelf": shelf(me), "workspace": workspace()}
    return NewPage(me, path[-1] if path else None, query.space, **about)
