"""/then/<time>/: a moment of the past, for the admin who opened it: read from the child that serves it.

Who may look is decided here, for each request and each second of a long answer, by the present's session and role.
"""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.backups import past
from app.backups.past import asking
from app.errors import NotFound
from components.addresses import url
from routes.pages import ADMIN, Pages, see

ar = Pages("/then", who=ADMIN)

# Assets have their hash in their name; nothing else of the past is kept by a browser unasked.
STATIC = "static/"
KEPT = b"private, max-age=3600, immutable"
ASKED_AGAIN = b"private, no-cache"


@ar.plain("GET", "/{time}")
async def enter(request: Request) -> Response:
    past.find(request.state.me, request.path_params["time"])
    return see(url("/then", request.path_params["time"]) + "/")


@ar.plain("GET", "/{time}/{path:path}")
async def look(request: Request) -> Response:
    me, time, path = request.state.me, request.path_params["time"], request.path_params["path"]
    there = await past.look(me, time)
    target = sent(request)
    answer = await asking.ask(there.folder, request.method, target, request.headers.raw, me, request.url.scheme,
                              lambda: past.may_go_on(me, there))  # fmt: skip
    response = StreamingResponse(answer.body, answer.status)
    response.raw_headers = dressed(answer, url("/then", time), path.startswith(STATIC))
    return response


def sent(request: Request) -> bytes:
    """The address inside the moment, as it was sent. Raises NotFound for one that is written to look like another."""
    raw, before = request.scope["raw_path"], f"/then/{request.path_params['time']}".encode()
    if not raw.startswith(before + b"/"):
        raise NotFound()
    query = request.scope["query_string"]
    return raw.removeprefix(before) + (b"?" + query if query else b"")


def dressed(answer: asking.Answer, root: str, is_static: bool) -> asking.Headers:
    """The headers that come back: addresses stay below the moment, and nothing is kept by a browser unasked."""
    found = dict(asking.came(answer.headers))
    if b"location" in found:
        found[b"location"] = inside(found[b"location"].decode("latin-1"), root).encode("latin-1")
    if is_static and answer.status == 200:
        found[b"cache-control"] = KEPT
    elif b"etag" in found:
        found[b"cache-control"] = ASKED_AGAIN
    else:
        found[b"cache-control"] = b"no-store"
    return list(found.items())


def inside(location: str, root: str) -> str:
    """An address to go on to, below the moment."""
    parts = urlsplit(location)
    is_below = parts.path == root or parts.path.startswith(f"{root}/")
    path = parts.path if is_below else f"{root}/{parts.path.lstrip('/')}"
    return path + (f"?{parts.query}" if parts.query else "")
