"""Looking at a file: its page, its small picture, what was read in it, and what stands before it."""

from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app import db, files
from app.chats import attaching, targets
from app.errors import Forbidden, Gone, Locked, NotFound
from app.files import picturing, reading
from app.holdings import shelving
from app.items import showing, types
from app.rights import Caller
from components.addresses import asset, url
from components.files import FilePage, LockedPage, Preview, StarForm, TextPart, Told, TrashedPage
from components.files.texts import MOST_PAGES
from components.files.words import is_pictured
from components.page import document
from components.pastes.code import LARGEST
from routes.files.places import ar, link_of, remember, token_of, workspace
from routes.files.shelves import largest, path_of, shelf, trashed
from routes.pages import ANYONE, Form, Me, Query, see
from routes.raw import safely

MOST_LINES = 10_000
CACHED = {"cache-control": "private, max-age=31536000, immutable", "cross-origin-resource-policy": "same-origin"}


class Password(Form):
    """What a reader was told."""

    password: str = ""


class Shown(Query):
    """How the file is shown: its text as it was written, and from which page on what was read in it."""

    source: int = 0
    first: int = Field(1, ge=1, lt=10_000_000)


class Wide(Query):
    """How large a picture may be."""

    width: int = 320


@ar.get("/files/{id:id}", who=ANYONE)
def show(me: Me, id: str, req: Request, query: Shown):
    if token := req.query_params.get("token"):
        # Out of the address bar, and kept for the other addresses of this file.
        return remember(req, see(url("/files", id)), id, token)
    try:
        file = files.find(id, me, token=token_of(req), looks=req.method != "HEAD")
    except (Locked, Gone) as refusal:
        return cover(me, id, refusal)
    return spent(req, file, HTMLResponse(document(page(req, file, query)), headers={"x-robots-tag": "noindex"}))


def spent(req: Request, file: files.File, answer: Response) -> Response:
    """A reading that was counted lasts for an hour: its pictures, its text and its bytes are no other ones."""
    return remember(req, answer, file.id, files.pass_for(file)) if file.spent and not file.can_write else answer


def cover(me: Me, id: str, refusal: Locked | Gone) -> Response:
    """What stands before a file: its password, or one's own trash. Raises Gone."""
    if isinstance(refusal, Locked):
        return HTMLResponse(document(LockedPage(me, id, refusal.message if refusal.wrong else "", workspace())), 401)
    item = trashed(me, id)
    if item is None:
        raise refusal
    return HTMLResponse(document(TrashedPage(me, item, workspace())), 410)


def page(req: Request, file: files.File, query: Shown, said: Any = "") -> Any:
    """A file with everything beside it."""
    me, item = req.state.me, file.item
    if not file.is_mine and item.max_views is None:
        files.seen(item.id, me)
    found, told = read_in(file, query.first), text_of(file)
    return FilePage(
        me,
        file,
        Preview(file, told, bool(query.source), (found.width, found.height)),
        text="" if told is not None else TextPart(file, found, query.first),
        link=link_of(req, item.id),
        author=shelving.author(file),
        path=path_of(me, item),
        tags=files.tags_of(item.id) if file.is_mine else (),
        starred=bool(me) and files.is_starred(me, item.id),
        pixels=(found.width, found.height),
        largest=largest(),
        at_once=file.can_write and writes(me, item.id),
        said=said,
        shelf=shelf(me, item.id),
        workspace=workspace(),
    )


def writes(me: Caller, id: str) -> bool:
    """Whether somebody may send the next version without what opens the file beside their account: uploads in pieces
    have addresses of their own, to which its cookie does not go."""
    try:
        return bool(me) and not me.is_guest and files.allowed(id, me).can_write
    except NotFound:
        return False


def read_in(file: files.File, first: int) -> files.Extracted:
    """What was read in it, as many pages as are shown at once."""
    return reading.extracted(file.hash, first=first, last=first + MOST_PAGES - 1)


def text_of(file: files.File) -> Told | None:
    """The text of a file for its preview; None for what is none."""
    part = file.part
    if not (part.is_text or part.type == "application/json"):
        return None
    with part.file as opened:
        data = opened.read(LARGEST + 4)
    text = types.text_of(data[:LARGEST]).replace("\r\n", "\n")
    # A line takes a hundred times as much in a page as in a file in which nothing stands in it.
    lines = text.split("\n", MOST_LINES)
    cut = part.size > LARGEST or len(lines) > MOST_LINES
    whole = not cut and part.is_text
    prose = showing.prose(part) if whole and part.syntax == "markdown" else ""
    return Told("\n".join(lines[:MOST_LINES]), part.syntax, showing.html(part) if whole else "", prose, cut)


# ── its picture, its text ─────────────────────────────────────────────────────────────────────────────────────────────
@ar.plain("GET", "/files/{id:id}/thumbnail", who=ANYONE)
async def thumbnail(request: Request) -> Response:
    """A small picture; the address says which version it is of, so that it can be kept."""
    data = await db.in_thread(pictured, request)
    if data is None:
        return RedirectResponse(asset("unpictured.svg"), 302, headers={"cache-control": "no-store"})
    return Response(data, headers=safely.headers(picturing.TYPE, "thumbnail.webp") | CACHED)


def pictured(request: Request) -> bytes | None:
    """The bytes of it, None where there is none. Raises NotFound."""
    width = request.query_params.get("width", "320")
    if width not in map(str, picturing.WIDTHS):
        raise NotFound("There is no picture of this width.")
    me, token, looks = request.state.me, token_of(request), request.method != "HEAD"
    file = files.find(request.path_params["id"], me, token=token, looks=looks)
    return picturing.thumbnail(file.hash, file.type, int(width)) if is_pictured(file.type) else None


@ar.get("/files/{id:id}/text", who=ANYONE)
def text(me: Me, id: str, req: Request, query: Shown):
    is_asked = bool(req.headers.get("hx-request"))
    file = files.find(id, me, token=token_of(req), looks=is_asked)
    if not is_asked:
        return see(url("/files", id, fragment_="text"))
    return TextPart(file, read_in(file, query.first), query.first)


# ── what a reader does ────────────────────────────────────────────────────────────────────────────────────────────────
@ar.post("/files/{id:id}/opening", guests=True, who=ANYONE)
def unlock(me: Me, id: str, posted: Password, req: Request):
    try:
        file = files.find(id, me, password=posted.password, token=token_of(req))
    except Locked as refusal:
        return HTMLResponse(document(LockedPage(me, id, refusal.message, workspace())), 401)
    # A counted view was this one; the page that follows would be another.
    answer = HTMLResponse(document(page(req, file, Shown()))) if file.spent else see(url("/files", id))
    return spent(req, file, remember(req, answer, id, files.password_pass(file, token_of(req))))


@ar.post("/files/{id:id}/question")
def question(me: Me, id: str, req: Request):
    files.find(id, me, token=token_of(req), looks=False)
    try:
        attaching.add(me, attaching.DRAFT, attaching.draft_of(me), targets.FILE, id)
    except NotFound:
        raise Forbidden("You read it by a link. Copy it to your files first: the copy can be asked about.") from None
    return see(url("/"))


@ar.post("/files/{id:id}/star")
def star(me: Me, id: str, req: Request):
    files.star(me, id, token=token_of(req))
    return starred(id, req, True)


@ar.post("/files/{id:id}/star/removal")
def unstar(me: Me, id: str, req: Request):
    files.star(me, id, False)
    return starred(id, req, False)


def starred(id: str, req: Request, on: bool) -> Any:
    """The star as it is now; without a script, the page again."""
    return StarForm(id, on) if req.headers.get("hx-request") else see(url("/files", id))
