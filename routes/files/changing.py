"""Changing files: names, versions, folders, and what is done with many at once."""

import re
from typing import Any

import orjson
from pydantic import Field, field_validator
from starlette.requests import Request
from starlette.responses import Response

from app import files
from app.errors import Conflict, Invalid
from app.files import folders
from app.rights import Caller
from components.addresses import url
from components.files import ChoicePage, EarlierNotice, FilePage, HistoryPage, Preview
from routes.files.places import ar, link_of, token_of, workspace
from routes.files.shelves import path_of, place_of, places, shelf
from routes.files.showing import text_of
from routes.pages import ANYONE, Form, Me, Query, parsed, see

MOST = 1000
INSIDE = re.compile(r"/files(?:$|[/?][^\\\r\n]*)")


class Named(Form):
    """A name, and for a new folder where it lies."""

    name: str = ""
    folder_id: str = ""
    space_id: str = ""


class OnTop(Form):
    """The version that was seen."""

    base: int = 0


class Shown(Query):
    """Whether its text is shown as it was written."""

    source: int = 0


class Chosen(Form):
    """What was ticked, what is to be done with it, and the list to go back to; `sure` says that nothing is left to
    ask."""

    id: list[str] = []
    folder: list[str] = []
    deed: str = ""
    back: str = Field("", validate_default=True)
    to: str = ""
    tags: str = ""
    sure: str = ""

    @field_validator("id", "folder", mode="before")
    @classmethod
    def several(cls, value: Any) -> list[str]:
        found = value if isinstance(value, list) else [value]
        if len(found) > MOST:
            raise ValueError(f"At most {MOST:,} at once.")
        return list(dict.fromkeys(found))

    @field_validator("back")
    @classmethod
    def inside(cls, value: str) -> str:
        """Only to a page of files: an address from a form leads nowhere else."""
        path = value.removeprefix(url("/files").removesuffix("/files"))
        return value if INSIDE.fullmatch(path) else url("/files")


class Asked(Chosen):
    """The same, from a link."""

    @classmethod
    async def __from_request__(cls, req) -> "Asked":
        several = {name: req.query_params.getlist(name) for name in ("id", "folder") if name in req.query_params}
        return parsed(cls, dict(req.query_params) | several)


# ── one file ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.post("/files/{id:id}/name")
def rename(me: Me, id: str, posted: Named):
    files.rename(me, id, posted.name)
    return see(url("/files", id))


@ar.post("/files/{id:id}/copies")
def copy_one(me: Me, id: str, req: Request):
    return see(url("/files", files.copy(me, id, token=token_of(req)).id))


@ar.post("/files/{id:id}/trash")
def trash(me: Me, id: str):
    folder = files.held(id, me).folder_id
    files.trash(me, id)
    return see(url("/files", folder=folder or None, trashed=id))


@ar.get("/files/{id:id}/history", who=ANYONE)
def history(me: Me, id: str, req: Request):
    token = token_of(req)
    file, past = files.find(id, me, token=token, looks=False), files.history(id, me, token=token)
    about = {"path": path_of(me, file.item), "shelf": shelf(me, id), "workspace": workspace()}
    return HistoryPage(me, file, past, **about)


@ar.get("/files/{id:id}/revisions/{number:int}", who=ANYONE)
def revision(me: Me, id: str, number: int, req: Request, query: Shown):
    file = files.find(id, me, token=token_of(req), number=number)
    about = {"link": link_of(req, id), "path": path_of(me, file.item), "said": EarlierNotice(me, file)}
    preview = Preview(file, text_of(file), bool(query.source))
    return FilePage(me, file, preview, **about, shelf=shelf(me, id), workspace=workspace())


@ar.post("/files/{id:id}/revisions/{number:int}/restoration")
def restore(me: Me, id: str, number: int, posted: OnTop, req: Request):
    files.restore_revision(me, id, number, posted.base, token=token_of(req))
    return see(url("/files", id))


# ── folders ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.post("/files/folders")
def make(me: Me, posted: Named, req: Request):
    as_json = "application/json" in req.headers.get("accept", "")
    try:
        folder = folders.create(me, posted.name, posted.folder_id, posted.space_id)
    except Conflict:
        if not as_json:
            raise
        folder = there_already(me, posted)  # a folder that is uploaded again goes into the same one
    return told(folder) if as_json else see(url("/files", folder=folder.id))


def there_already(me: Caller, posted: Named) -> Any:
    """The folder that has this name. Raises Conflict."""
    for each in folders.inside(me, posted.folder_id, posted.space_id):
        if each.name.casefold() == posted.name.strip().casefold():
            return each
    raise Conflict("This folder could not be made.")


def told(folder: Any) -> Response:
    """A folder for a script."""
    return Response(orjson.dumps({"id": folder.id, "name": folder.name}), media_type="application/json")


@ar.post("/files/folders/{id:id}/name")
def rename_folder(me: Me, id: str, posted: Named):
    folders.rename(me, id, posted.name)
    return see(url("/files", folder=id))


@ar.post("/files/folders/{id:id}/trash")
def trash_folder(me: Me, id: str):
    above = folders.find(id, me).parent_id
    folders.trash(me, id)
    return see(url("/files", folder=above or None, trashed=id))


# ── many at once ──────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.get("/files/selection")
def ask(me: Me, query: Asked):
    return question(me, query, {}) if query.deed in QUESTIONS else see(query.back)


def ask_again(me: Me, posted: dict[str, Any], errors: dict[str, str], **path: Any) -> Any:
    """The question once more, with what has to be mended."""
    return question(me, Chosen.model_construct(**posted), errors)


@ar.post("/files/selection")
def choose(me: Me, posted: Chosen):
    if not (posted.id or posted.folder):
        return see(posted.back)
    if posted.deed not in DEEDS:
        raise Invalid(deed="Choose what is to be done with them.")
    if posted.deed in QUESTIONS and not posted.sure:
        return question(me, posted, {})
    try:
        return see(DEEDS[posted.deed](me, posted) or posted.back)
    except Invalid as invalid:
        return question(me, posted, invalid.fields) if posted.deed in QUESTIONS else refuse(invalid)


def refuse(invalid: Invalid) -> Any:
    """What no form can mend."""
    raise invalid


def question(me: Caller, posted: Chosen, errors: dict[str, str]) -> Any:
    """What has to be known before the deed is done."""
    chosen = [files.allowed(id, me).item for id in posted.id]
    within = [folders.find(id, me) for id in posted.folder]
    about = {"back": posted.back, "places": places(me), "errors": errors, "shelf": shelf(me)}
    told = {"to": posted.to, "tags": posted.tags}
    return ChoicePage(me, posted.deed, chosen, within, posted=told, workspace=workspace(), **about)


def move(me: Caller, posted: Chosen) -> None:
    """Put all of it somewhere else."""
    folder, space = place_of(posted.to)
    if posted.id:
        files.move(me, posted.id, folder, space_id=space)
    for id in posted.folder:
        folders.move(me, id, folder, space)


def copy(me: Caller, posted: Chosen) -> None:
    """Make copies of the files; folders are not copied."""
    if posted.folder:
        raise Invalid(to="Folders are not copied: choose the files in them.")
    folder, space = place_of(posted.to)
    for id in posted.id:
        files.copy(me, id, folder_id=folder, space_id=space)


def tag(me: Caller, posted: Chosen) -> None:
    """Put words on the files, beside those that are there."""
    words = [each.strip() for each in posted.tags.split(",") if each.strip()]
    for id in posted.id:
        files.change(me, id, tags=[*files.tags_of(id), *words])


def star(me: Caller, posted: Chosen) -> None:
    """Find all of them again."""
    for id in posted.id:
        files.star(me, id)


def put_away(me: Caller, posted: Chosen) -> str:
    """Into the trash."""
    for id in posted.id:
        files.trash(me, id)
    for id in posted.folder:
        folders.trash(me, id)
    mark = "&" if "?" in posted.back else "?"
    return f"{posted.back}{mark}trashed={','.join([*posted.id, *posted.folder])}"


def take_out(me: Caller, posted: Chosen) -> None:
    """Out of the trash."""
    for id in posted.id:
        files.untrash(me, id)
    for id in posted.folder:
        folders.untrash(me, id)


def erase(me: Caller, posted: Chosen) -> None:
    """Delete for good what lies in the trash."""
    for id in posted.id:
        files.erase(me, id)
    for id in posted.folder:
        folders.erase(me, id)


QUESTIONS = ("move", "copy", "tag")
DEEDS = {
    "move": move, "copy": copy, "tag": tag, "star": star, "trash": put_away, "untrash": take_out, "erase": erase,
}  # fmt: skip
