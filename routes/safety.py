"""What stands before every route: who asks and from where, and the rules of the browser.

One plain ASGI layer, outermost: request id, the address behind trusted proxies, the public host, cross-site requests,
the size of a body, the session, the headers of every response, and the line in the log.
"""

import ipaddress
import re

import structlog
from fasthtml.core import FastHTML
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

from app import accounts, clock, config
from app.errors import Refusal, TooLarge
from app.rights import Caller
from components.addresses import exposed, root_path
from routes.machines import Doors, is_machine
from routes.noting import note

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "font-src 'self'; media-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
LARGEST_BODY = 1 << 20
LARGER = {"/chats/import": 1 << 30}
# A paste, and what a form writes around its parts.
LARGEST_PASTE = (32 << 20) + LARGEST_BODY
# Where files come in: a form, a name, a piece of one, the next version, an upload link.
LARGEST_FILES = 1 << 50
SENT = re.compile(
    "(POST /files/?|POST /files/uploads|PATCH /files/uploads/[^/]+|(PUT|POST) /files/links/[^/]+|PUT /files/[^/]*"
    "|POST /files/[^/]{29}/revisions|POST /projects/[^/]{29}/files)"
)
OPEN_TO_ANY_HOST = ("/healthz", "/readyz")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class Safety:
    """The outermost layer of the app."""

    def __init__(self, app, doors: Doors) -> None:
        self.app, self.doors = app, doors

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        request_id = clock.new_id()[-12:]
        address, scheme = origin_of(scope, headers)
        scope["scheme"] = scheme
        scope.setdefault("state", {})
        scope["state"] |= {"request_id": request_id, "address": address, "transport": transport(headers, scheme)}
        device = headers.get("user-agent", "")[:200]
        scope["state"]["me"] = Caller(address=address, request_id=request_id, device=device)
        structlog.contextvars.bind_contextvars(request=request_id)
        if is_machine(scope["path"].removeprefix(scope.get("root_path", ""))):
            return await self.doors(scope, receive, send, headers, foreign(scope, headers))
        root_path.set(scope.get("root_path", "") or config.current.root_path)
        exposed.set(scope["state"]["transport"] == "insecure")
        refused = refusal(scope, headers)
        if refused is not None:
            return await refused(scope, receive, dressed(send, scope))
        if scope["state"]["transport"] != "refused" and not is_bare(scope, headers):
            scope["state"]["me"] = enter(scope, headers, scope["state"]["me"])
        await self.app(scope, limited(receive, scope), dressed(send, scope))


def by_session(scope, headers: Headers, nobody: Caller) -> Caller:
    """The person whose session came in the cookie, or `nobody`."""
    return accounts.caller(cookie(headers, scope["scheme"]), nobody)


# Who asks. In the child that serves a moment of the past it is not a session that tells, but the process before it.
enter = by_session


class Guarded(FastHTML):
    """The app inside Safety, which has to see the response to an unforeseen error too."""

    def build_middleware_stack(self) -> Safety:
        return Safety(super().build_middleware_stack(), Doors(self.router.routes))


def origin_of(scope, headers: Headers) -> tuple[str, str]:
    """The client's address and scheme; X-Forwarded-* count only where the peer is a trusted proxy."""
    peer = (scope.get("client") or ("", 0))[0]
    scheme = scope["scheme"]
    if not trusted(peer):
        return peer, scheme
    # Some proxies add a line of their own below the client's: all of them count, the last one first.
    hops = ",".join(headers.getlist("x-forwarded-for")).split(",")
    for hop in reversed([hop.strip() for hop in hops if hop.strip()]):
        peer = hop
        if not trusted(hop):
            break
    said = ",".join(headers.getlist("x-forwarded-proto") or [scheme]).split(",")[-1].strip()
    return peer[:64], "https" if said == "https" else "http"


def trusted(peer: str) -> bool:
    """Whether this address is a proxy of ours."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    return any(address in network for network in config.current.trusted_proxies)


def transport(headers: Headers, scheme: str) -> str:
    """How the page travels: https, loopback, insecure (allowed by the option) or refused."""
    if scheme == "https":
        return "https"
    host = headers.get("host", "").lower()
    name = host if host.endswith("]") else host.rsplit(":", 1)[0] if ":" in host else host
    if name in LOOPBACK or name.endswith(".localhost"):
        return "loopback"
    return "insecure" if config.current.insecure_http else "refused"


def cookie_name(scheme: str) -> str:
    """The session cookie's name: over https it can be set only by this very host."""
    return "__Host-inglenook" if scheme == "https" else "inglenook"


def cookie(headers: Headers, scheme: str) -> str:
    """The session's token, or nothing."""
    name = cookie_name(scheme)
    for pair in headers.get("cookie", "").split(";"):
        key, _, value = pair.strip().partition("=")
        if key == name:
            return value
    return ""


def refusal(scope, headers: Headers) -> PlainTextResponse | None:
    """A response for what never reaches a route: a foreign host, a cross-site request, a body that is too large."""
    host = headers.get("host", "").lower()
    public = config.current.public_host
    if public and host != public and scope["path"] not in OPEN_TO_ANY_HOST:
        return PlainTextResponse(f"This workspace answers at {config.current.url} only.\n", 421)
    if scope["method"] in UNSAFE and not is_bare(scope, headers) and not same_site(headers, host):
        return PlainTextResponse("This request came from another site and was refused.\n", 403)
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > largest(scope):
        return PlainTextResponse(f"At most {largest(scope) >> 10:,} KiB can be posted here.\n", 413)
    return None


def is_bare(scope, headers: Headers) -> bool:
    """Whether a request to pastes or files counts without its cookie: it comes with a key, or no browser sent it.

    Another site can make a browser send its cookies, and forms; it cannot make it leave out both Sec-Fetch-Site and
    Origin where something is posted, nor send a key (a browser asks first, and is not answered). So what comes here
    acts for the key, or for nobody, and needs no check of where it came from.
    """
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    if path not in ("/p", "/files") and not path.startswith(("/p/", "/files/")):
        return False
    if "authorization" in headers:
        return True
    return scope["method"] in UNSAFE and "sec-fetch-site" not in headers and "origin" not in headers


def foreign(scope, headers: Headers) -> Refusal | None:
    """What is told to a program that came by another host than the public one."""
    public = config.current.public_host
    if not public or headers.get("host", "").lower() == public or scope["path"] in OPEN_TO_ANY_HOST:
        return None
    refused = Refusal(f"This workspace answers at {config.current.url} only.")
    refused.status = 421
    return refused


def same_site(headers: Headers, host: str) -> bool:
    """Whether a browser says that our own page asks. Without Sec-Fetch-Site, Origin has to match the host."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    return bool(host) and headers.get("origin", "").lower() in (f"http://{host}", f"https://{host}")


def largest(scope) -> int:
    """How many bytes this address takes."""
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    if path.startswith(("/files", "/projects")) and SENT.fullmatch(f"{scope['method']} {path}"):
        return LARGEST_FILES  # the handler counts each file against what its sender may store
    below = path.startswith("/p/") and (scope["method"] == "PUT" or path.endswith("/revisions"))
    if path in ("/p", "/p/", "/pastes") or below:
        return LARGEST_PASTE  # the handler takes less of those whom it does not know
    return LARGER.get(path, LARGEST_BODY)


def limited(receive, scope):
    """`receive` that stops at the limit, for bodies that do not tell their length. Raises TooLarge."""
    seen, limit = 0, largest(scope)

    async def counted():
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise TooLarge(f"At most {limit >> 10:,} KiB can be posted here.")
        return message

    return counted


def dressed(send, scope):
    """`send` with the headers that every response has, and a line in the log when it begins."""
    started = clock.ticks()

    async def dress(message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers["x-request-id"] = scope["state"]["request_id"]
            if scope["scheme"] == "https":
                headers["strict-transport-security"] = "max-age=31536000"
            if "cache-control" not in headers:
                headers["cache-control"] = "no-store"
            note(scope, message["status"], started)
        await send(message)

    return dress
