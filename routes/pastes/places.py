"""What the pages of pastes share: the router, the shelf, the address outside, and the tokens that open it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app import pastes, settings, spaces
from app.errors import Covered, Gone, Invalid, Locked
from app.items import PUBLIC
from app.pastes import shelving
from app.rights import Caller
from components.addresses import url
from components.page import document
from components.pastes import CoverPage, LockedPage, PasteShelf, TrashedPage
from routes.accounts import public_url
from routes.pages import Pages

ar = Pages("")
# Carries a share's token, or that the password was given: to this one paste's addresses only.
COOKIE = "inglenook-paste"
FORMS = (".txt", ".md", ".json", ".zip")
# The same for programs, which find it by the header `Link` (RFC 8288).
OTHERS = ((".md", "text/markdown"), (".txt", "text/plain"), (".json", "application/json"))
MOST_TAGS = 30
LONGEST_TOKEN = 512


def workspace() -> str:
    """The name above the rail."""
    return str(settings.value("workspace"))


def shelf(me: Caller, here: str = "") -> Any:
    """The rail's list: stars and tags; nothing for nobody."""
    return PasteShelf(shelving.starred(me), pastes.tags(me)[:MOST_TAGS], here) if me else None


def link_of(request: Request, id: str) -> str:
    """The whole address of a paste, as others can use it."""
    return public_url(request, url("/p", id))


def token_of(request: Request) -> str:
    """What opens this paste beside an account: in its address, or kept from there in a cookie of this address."""
    return request.query_params.get("token") or request.cookies.get(COOKIE, "")


def remember(request: Request, response: Response, id: str, token: str) -> Response:
    """Keep what opens the paste, for its own addresses: a cookie of `/p/ID` is not sent to `/p/ID.zip`. What cannot be
    a token of ours, nor a cookie, is not kept."""
    if not token.isascii() or len(token) > LONGEST_TOKEN:
        return response
    for ending in ("", *FORMS):
        response.set_cookie(
            COOKIE,
            token,
            max_age=86_400,
            path=url("/p", id) + ending,
            secure=request.scope["scheme"] == "https",
            httponly=True,
            samesite="lax",
        )
    return response


def beside(id: str, visibility: str, sealed: bool) -> dict[str, str]:
    """What a paste's page says of itself in headers: its other forms, and that nobody searches what is not public."""
    links = ", ".join(f'<{url("/p", id)}{ending}>; rel="alternate"; type="{type}"' for ending, type in OTHERS)
    hidden = {} if visibility == PUBLIC else {"x-robots-tag": "noindex"}
    return hidden | ({} if sealed else {"link": links})


def cover(request: Request, id: str, refusal: Covered | Locked | Gone) -> Response:
    """What stands before a paste: asking before it burns, for its password, or in the trash. Raises Gone."""
    me = request.state.me
    if isinstance(refusal, Covered):
        page = CoverPage(me, id, pastes.cover(id, me, token=token_of(request)), workspace=workspace())
        return HTMLResponse(document(page), 200)
    if isinstance(refusal, Locked):
        return HTMLResponse(document(LockedPage(me, id, refusal.message if refusal.wrong else "", workspace())), 401)
    if refusal.kind != "trash":
        raise refusal
    item = shelving.trashed(me, id)
    return HTMLResponse(document(TrashedPage(me, item, workspace())), 410)


def spaces_of(me: Caller) -> list[tuple[str, str]]:
    """The shared spaces into which one may put something."""
    return [(each.space.id, each.space.name) for each in spaces.all(me) if each.space.is_shared and each.can_write]


def whole(name: str, text: str, most: int = 1_000_000) -> int | None:
    """A whole number from 1 on, None for nothing. Raises Invalid."""
    text = text.strip().replace(",", "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:12]) <= most:
        raise Invalid(**{name: f"Write a whole number from 1 to {most:,}, or nothing."})
    return int(text)
