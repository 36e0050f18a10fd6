"""Reading a paste: its page, and what stands before it: a password, a cover that burns."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app import db, pastes
from app.chats import quoting
from app.errors import Covered, Gone, Locked
from app.pastes import shelving
from app.pastes.finding import allowed
from components.addresses import url
from components.page import document
from components.pastes import BurntNotice, CoverPage, LockedPage, PastePage, StarForm, parts_shown
from routes.pages import ANYONE, Form, Me, see
from routes.pastes import kept
from routes.pastes.places import ar, beside, cover, link_of, remember, shelf, token_of, workspace


class Password(Form):
    """What a reader was told."""

    password: str = ""


@ar.plain("GET", "/p/{id:id}", who=ANYONE)
async def show(request: Request) -> Response:
    id, glance = request.path_params["id"], pastes.glance(request.path_params["id"])
    if glance is not None and kept.is_common(request, glance):
        it = kept.key(request, glance)
        pastes.seen(id, request.state.me)
        text = kept.find(it) or kept.keep(it, await db.in_thread(common, request, id))
        return HTMLResponse(text, headers=beside(id, glance.visibility, glance.sealed))
    if token := request.query_params.get("token"):
        # Out of the address bar, and kept for the other addresses of this paste.
        return remember(request, see(url("/p", id)), id, token)
    return await db.in_thread(told if request.method == "HEAD" else shown, request, id)


def common(request: Request, id: str) -> str:
    """The page that everybody without an account sees."""
    return document(page(request, pastes.find(id, request.state.me)))


def told(request: Request, id: str) -> Response:
    """That there is something, to who asks for no more than that; no view is spent. Raises NotFound."""
    allowed(id, request.state.me, token_of(request))
    return HTMLResponse("")


def shown(request: Request, id: str) -> Response:
    """The page, or what stands before it. Raises NotFound."""
    me = request.state.me
    try:
        paste = pastes.find(id, me, token=token_of(request))
    except (Covered, Locked, Gone) as refusal:
        return cover(request, id, refusal)
    if not paste.is_mine and paste.item.max_views is None:
        pastes.seen(id, me)
    headers = beside(id, paste.item.visibility, paste.item.sealed)
    return HTMLResponse(document(page(request, paste)), headers=headers)


def page(request: Request, paste: Any, said: Any = "") -> Any:
    """A paste with everything beside it."""
    me, item = request.state.me, paste.item
    asked = request.query_params.get("source", "")
    source = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0
    origin = shelving.origin(paste, me)
    return PastePage(
        me,
        paste,
        parts_shown(paste, source),
        link=link_of(request, item.id),
        author=shelving.author(paste),
        parent=(origin[0], url("/p", origin[1]) if origin[1] else "") if origin else None,
        tags=pastes.tags_of(item.id) if paste.is_mine else (),
        starred=bool(me) and pastes.is_starred(me, item.id),
        source=source,
        said=said,
        shelf=shelf(me, item.id),
        workspace=workspace(),
    )


# ── what stands before it ─────────────────────────────────────────────────────────────────────────────────────────────
@ar.post("/p/{id:id}/reading", guests=True, who=ANYONE)
def reveal(me: Me, id: str, posted: Password, req: Request):
    try:
        paste = pastes.reveal(me, id, password=posted.password, token=token_of(req))
    except Locked as refusal:
        about = pastes.cover(id, me, token=token_of(req))
        return HTMLResponse(document(CoverPage(me, id, about, refusal.message, workspace())), 401)
    return page(req, paste, BurntNotice())


@ar.post("/p/{id:id}/opening", guests=True, who=ANYONE)
def unlock(me: Me, id: str, posted: Password, req: Request):
    try:
        paste = pastes.find(id, me, password=posted.password, token=token_of(req))
    except Locked as refusal:
        return HTMLResponse(document(LockedPage(me, id, refusal.message, workspace())), 401)
    # A counted view was this one; the page that follows would be another.
    answer = HTMLResponse(document(page(req, paste))) if paste.counted else see(url("/p", id))
    return remember(req, answer, id, pastes.paste_pass(paste, token_of(req)))


# ── what a reader does ────────────────────────────────────────────────────────────────────────────────────────────────
@ar.post("/p/{id:id}/star")
def star(me: Me, id: str, req: Request):
    pastes.star(me, id, token=token_of(req))
    return starred(id, req, True)


@ar.post("/p/{id:id}/star/removal")
def unstar(me: Me, id: str, req: Request):
    pastes.star(me, id, False)
    return starred(id, req, False)


def starred(id: str, req: Request, on: bool) -> Any:
    """The star as it is now; without a script, the page again."""
    return StarForm(id, on) if req.headers.get("hx-request") else see(url("/p", id))


@ar.post("/p/{id:id}/forks")
def fork(me: Me, id: str, req: Request):
    return see(url("/p", pastes.fork(me, id, token=token_of(req)).id))


@ar.post("/p/{id:id}/question")
def question(me: Me, id: str, req: Request):
    quoting.ask_about(me, id, token_of(req))
    return see(url("/"))
