"""What the addresses of files share: the router, the cookie that opens one, and the name above the rail."""

from starlette.requests import Request
from starlette.responses import Response

from app import settings
from components.addresses import url
from routes.accounts import public_url
from routes.pages import Pages

ar = Pages("")
# Carries a share's token, or that the password was given: to this one file's addresses only.
COOKIE = "inglenook-file"
LONGEST_TOKEN = 512


def workspace() -> str:
    """The name above the rail."""
    return str(settings.value("workspace"))


def link_of(request: Request, id: str) -> str:
    """The whole address of a file, as others can use it."""
    return public_url(request, url("/files", id))


def token_of(request: Request) -> str:
    """What opens this file beside an account: in its address, or kept from there in a cookie of this address. Beside a
    key no cookie counts."""
    told = request.query_params.get("token", "")
    return told if told or "authorization" in request.headers else request.cookies.get(COOKIE, "")


def remember(request: Request, response: Response, id: str, token: str) -> Response:
    """Keep what opens the file, for its own addresses; not what cannot be a token of ours, nor a cookie."""
    if not token.isascii() or len(token) > LONGEST_TOKEN:
        return response
    response.set_cookie(
        COOKIE,
        token,
        max_age=86_400,
        path=url("/files", id),
        secure=request.scope["scheme"] == "https",
        httponly=True,
        samesite="lax",
    )
    return response
