"""Revising a paste: its form, its history, one revision, and what differs between two."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app import pastes
from app.errors import NotFound, Stale
from app.pastes import Piece
from app.pastes.finding import allowed
from components.addresses import url
from components.page import document
from components.pastes import DiffPage, EditPage, Filled, HistoryPage, RevisionPage, StaleNotice, Written, parts_shown
from routes.pages import ANYONE, Form, Me, Query, see
from routes.pastes.listing import FIELDS, PasteInput, filled, one_more
from routes.pastes.places import ar, shelf, token_of, workspace

SPAN = re.compile(r"([1-9][0-9]{0,8})\.\.([1-9][0-9]{0,8})")
# What is edited on a page; more is changed by a new upload.
LARGEST_EDITED = 1 << 20


class OnTop(Form):
    """The revision that was seen."""

    base: int = 0


class Two(Query):
    """Two revisions."""

    a: int = 1
    b: int = 1


class Shown(Query):
    """How a difference is shown, and which part as it was written."""

    side: str = ""
    source: int = 0


# ── edit ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.get("/p/{id:id}/edit", who=ANYONE)
def edit(me: Me, id: str, req: Request):
    paste = pastes.find(id, me, token=token_of(req))
    if not paste.can_write:
        return see(url("/p", id))
    parts = [written(part) for part in paste.parts]
    it = Filled(title=paste.revision.title, parts=parts, base=str(paste.item.current))
    return EditPage(me, paste.item, it, {}, shelf=shelf(me, id), workspace=workspace())


def written(part: Any) -> Written:
    """A part as the form has it: what is no short text is kept or taken out, whole."""
    if not part.is_text or part.size > LARGEST_EDITED:
        return Written(name=part.name, kept=part.name)
    return Written(part.name, part.syntax, part.content)


def edit_again(me: Me, posted: dict[str, Any], errors: dict[str, str], id: str) -> Any:
    """The form as it was posted, with what has to be mended."""
    it = PasteInput.model_construct(**posted)
    said = {FIELDS.get(name, name): words for name, words in errors.items()}
    return edit_page(me, id, it, said)


def edit_page(me: Me, id: str, posted: PasteInput, errors: dict[str, str], stale: Any = "", base: int = 0) -> Any:
    """The form as it was posted, for who may write in it: it tells the title. Raises what `pastes.writable` does."""
    item = pastes.writable(me, id, "", posted.token).item
    it = filled(me, posted)
    parts = [*(Written(name=name, kept=name) for name in posted.kept), *it.parts]
    whole = Filled(title=it.title, parts=parts, note=it.note, base=str(base or posted.base))
    return EditPage(me, item, whole, errors, stale=stale, shelf=shelf(me, id), workspace=workspace())


@ar.post("/p/{id:id}/revisions", who=ANYONE, again=edit_again)
def revise(me: Me, id: str, posted: PasteInput):
    if posted.more:
        return edit_page(me, id, one_more(posted), {})
    token = posted.token
    about = {"base": posted.base, "title": posted.title, "note": posted.note, "token": token}
    try:
        pastes.revise(me, id, kept(me, id, posted, token) + posted.pieces(), **about)
    except Stale as stale:
        return refused(me, id, posted, stale)
    return see(url("/p", id))


def kept(me: Me, id: str, posted: PasteInput, token: str) -> list[Piece]:
    """The parts of the revision that was seen which stay as they are."""
    if not posted.kept:
        return []
    paste = pastes.at(id, me, posted.base, token=token)
    parts = [part for part in paste.parts if part.name in posted.kept]
    return [Piece(name=part.name, data=part.data, syntax=part.syntax if part.is_text else "") for part in parts]


def refused(me: Me, id: str, posted: PasteInput, stale: Stale) -> Response:
    """Somebody was faster: nothing is overwritten, what was written is still here, and what it would change."""
    notice = StaleNotice(stale.current, stale.difference)
    return HTMLResponse(document(edit_page(me, id, posted, {}, notice, stale.current)), 409)


# ── history ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.get("/p/{id:id}/history", who=ANYONE)
def history(me: Me, id: str, req: Request):
    past = pastes.history(id, me, token=token_of(req))
    return HistoryPage(me, allowed(id, me, token_of(req)), past, shelf=shelf(me, id), workspace=workspace())


@ar.get("/p/{id:id}/revisions/{number:int}", who=ANYONE)
def revision(me: Me, id: str, number: int, req: Request, query: Shown):
    paste = pastes.at(id, me, number, token=token_of(req))
    shown = parts_shown(paste, query.source)
    return RevisionPage(me, paste, shown, source=query.source, shelf=shelf(me, id), workspace=workspace())


@ar.post("/p/{id:id}/revisions/{number:int}/restoration")
def restore(me: Me, id: str, number: int, posted: OnTop, req: Request):
    pastes.restore_revision(me, id, number, posted.base, token=token_of(req))
    return see(url("/p", id))


@ar.get("/p/{id:id}/diff", who=ANYONE)
def compare(id: str, query: Two):
    return see(url("/p", id, "diff", f"{query.a}..{query.b}"))


@ar.get("/p/{id:id}/diff/{span}", who=ANYONE)
def diff(me: Me, id: str, span: str, req: Request, query: Shown):
    (a, b), token = two(span), token_of(req)
    files = pastes.diff(id, me, a, b, token=token)
    about = {"side": bool(query.side), "shelf": shelf(me, id), "workspace": workspace()}
    return DiffPage(me, allowed(id, me, token), a, b, files, **about)


def two(span: str) -> tuple[int, int]:
    """The revisions of `1..3`. Raises NotFound."""
    if (found := SPAN.fullmatch(span)) is None:
        raise NotFound("Say two revisions, like 1..3.")
    return int(found[1]), int(found[2])
