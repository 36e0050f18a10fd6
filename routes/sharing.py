"""Links to chats: made and revoked by their owners, and what others read by one, without an account too."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from app import chats, clock, db
from app.chats import sharing
from components.addresses import url
from components.chats.sharing import SharedPage, SharesPage
from components.page import document
from routes.accounts import public_url
from routes.chats import shelf, workspace
from routes.pages import ANYONE, Form, Me, Pages, Query, see
from routes.pastes.listing import life_of

ar = Pages("")
# What opens with a link is not found by its words, not kept on the way, and tells other sites nothing of itself.
HEADERS = {"cache-control": "no-store", "x-robots-tag": "noindex, nofollow", "referrer-policy": "no-referrer"}


class ShareInput(Form):
    """A link that is to be made."""

    audience: str = "known"
    extent: str = "snapshot"
    message_id: str = ""
    life: str = ""


class UpTo(Query):
    """The message up to which it is to be shared."""

    message: str = ""


def page(me: Me, posted: dict[str, str], errors: dict[str, str], id: str, link: str = "") -> Any:
    """The links of a chat, and the form as it was posted."""
    chat, doors = chats.find(id, me), sharing.doors(me, id)
    about = {"message": posted.get("message_id", ""), "posted": posted, "errors": errors, "link": link}
    return SharesPage(me, chat, doors, **about, now=clock.now(), shelf=shelf(me, id), workspace=workspace())


@ar.get("/chats/{id:id}/shares")
def shares(me: Me, id: str, query: UpTo):
    return page(me, {"message_id": query.message}, {}, id)


@ar.post("/chats/{id:id}/shares", again=page)
def share(me: Me, id: str, posted: ShareInput, req: Request):
    seconds = life_of(posted.life)
    _, token = sharing.share(me, id, posted.audience, posted.extent, posted.message_id, seconds)
    return page(me, {}, {}, id, public_url(req, url("/shared", token)))


@ar.post("/chats/{id:id}/shares/{share_id:id}/removal")
def unshare(me: Me, id: str, share_id: str):
    sharing.unshare(me, id, share_id)
    return see(url("/chats", id, "shares", fragment_="links"))


# ── by a link ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.plain("GET", "/shared/{token}.md", who=ANYONE)
@ar.plain("GET", "/shared/{token}.txt", who=ANYONE)
async def as_text(request: Request) -> Response:
    text = sharing.as_markdown(await db.in_thread(read, request))
    return Response(text, headers=HEADERS, media_type="text/plain; charset=utf-8")


@ar.plain("GET", "/shared/{token}.json", who=ANYONE)
async def as_json(request: Request) -> Response:
    return JSONResponse(sharing.as_json(await db.in_thread(read, request)), headers=HEADERS)


@ar.plain("GET", "/shared/{token}", who=ANYONE)
async def show(request: Request) -> Response:
    return HTMLResponse(await db.in_thread(shown, request), headers=HEADERS)


def shown(request: Request) -> str:
    """The page of a link. Raises NotFound, Gone, Unknown."""
    token = request.path_params["token"]
    return document(SharedPage(request.state.me, read(request), token, workspace()))


def read(request: Request) -> sharing.Shared:
    """What a link shows, or what is older than the message `before`. Raises NotFound, Gone, Unknown."""
    return sharing.opened(request.path_params["token"], request.state.me, request.query_params.get("before"))
