"""How a route for programs is declared, and the door before all of them.

Cookies and forms have no meaning here: who asks is told by a key, as Bearer or x-api-key, and refusals come in the
caller's dialect. What is not declared open needs a key with the router's scope. The layer that stands before every
route hands these requests over before the pages' own layers, which cost more than the whole call.
"""

from collections.abc import Callable, Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route

from app import clock, config, keys
from app.errors import Invalid, NotFound, Refusal, TooLarge, Unknown
from app.logs import log
from app.rights import Caller
from routes.dialects import ANTHROPIC, OAUTH, OLLAMA, OPENAI, spoken
from routes.noting import note, told
from routes.outside import challenge

KEY, ANYONE = "key", "anyone"
# Where programs ask. What is here and has no route is told so in the dialect that is expected there.
FAMILIES = (("/v1", OPENAI), ("/api/v1", OPENAI), ("/api", OLLAMA), ("/mcp", OAUTH), ("/oauth", OAUTH))
# Single addresses of programs among those of pages, and how others of them begin.
ALONE = ("/v1", "/api", "/mcp", "/llms.txt", "/readyz", "/oauth/register", "/oauth/token", "/oauth/revoke")
BELOW = ("/v1/", "/api/", "/mcp/", "/.well-known/oauth-")
LARGEST = 32 << 20
HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; sandbox"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
]
EXPOSED = (
    b"x-request-id, request-id, retry-after, openai-processing-ms, x-ratelimit-limit-requests, "
    b"x-ratelimit-limit-tokens, x-ratelimit-remaining-requests, x-ratelimit-remaining-tokens, "
    b"x-ratelimit-reset-requests, x-ratelimit-reset-tokens, x-inglenook-provider, x-inglenook-model, "
    b"x-inglenook-fallbacks, x-inglenook-cache, x-inglenook-budget, x-inglenook-left-out, etag, location"
)


class Machines:
    """The routes under one prefix: their dialect, the scope that a key needs, and how many bytes they take.

    `enter(token, nobody, what)` gives the Caller of a token; by default tokens are keys.
    """

    def __init__(
        self, prefix: str, dialect: str = OPENAI, scope: str = keys.MODELS, largest: int = LARGEST, enter: Any = None
    ) -> None:
        self.prefix, self.dialect, self.scope, self.largest = prefix, dialect, scope, largest
        self.enter = enter or keys.caller
        self.declared: list[BaseRoute] = []

    def route(self, method: str, path: str, who: str = KEY, scope: str | None = None) -> Any:
        """Declare a handler: `async def f(request) -> Response`, whose Caller is `request.state.me`."""

        def keep(function: Callable[..., Any]) -> Callable[..., Any]:
            self.add(Route(self.prefix + path, function, methods=[method], name=function.__qualname__), who, scope)
            return function

        return keep

    def get(self, path: str = "", **options: Any) -> Any:
        """Declare what tells something."""
        return self.route("GET", path, **options)

    def post(self, path: str = "", **options: Any) -> Any:
        """Declare what makes or asks something."""
        return self.route("POST", path, **options)

    def delete(self, path: str = "", **options: Any) -> Any:
        """Declare what takes something away."""
        return self.route("DELETE", path, **options)

    def add(self, route: Any, who: str = KEY, scope: str | None = None) -> None:
        """Put a route (or a mounted app) behind the rule `who`."""
        route.who, route.dialect, route.largest, route.enter = who, self.dialect, self.largest, self.enter
        route.scope = self.scope if scope is None else scope
        self.declared.append(route)

    def mount(self, app: Any) -> None:
        """Add the routes to the app; `Doors` finds them there."""
        app.router.routes.extend(self.declared)


def is_machine(path: str) -> bool:
    """Whether programs ask at this address, and not browsers."""
    return path.startswith(BELOW) or path in ALONE


class Doors:
    """The machine routes of an app: finds the one that is asked, sees who asks, and shapes what is refused."""

    def __init__(self, routes: Iterable[Any]) -> None:
        self.routes = [route for route in routes if hasattr(route, "dialect")]
        plain = [route for route in self.routes if isinstance(route, Route) and not route.param_convertors]
        # A dictionary instead of trying each pattern: the hot routes are among these.
        self.exact = {(method, route.path): route for route in plain for method in route.methods or ()}

    async def __call__(self, scope, receive, send, headers, refused: Refusal | None = None) -> None:
        """Answer a request; `refused` is what spoke against it before anybody looked at the route."""
        state, path = scope["state"], scope["path"].removeprefix(scope.get("root_path", ""))
        started = clock.ticks()
        sent = Dressed(scope, send, headers, started)
        if scope["method"] == "OPTIONS":
            return await preflight(headers)(scope, receive, sent)
        dialect = dialect_at(path, headers)
        try:
            if refused is not None:
                raise refused
            keys.knock(state["address"])
            route = self.find(scope, path)
            dialect = ANTHROPIC if "anthropic-version" in headers and route.dialect == OPENAI else route.dialect
            if route.who == KEY:
                state["me"] = admitted(headers, state["me"], f"{scope['method']} {path}", route.enter)
                state["me"].must_have(route.scope)
            await route.handle(scope, limited(receive, headers, route.largest), sent)
        except Refusal as refusal:
            await answer(dialect, refusal, scope, receive, sent)
        except Exception as error:
            log.error("http.failed", path=told(path), exc_info=error)
            failure = Refusal("Something went wrong here. It is in the log under the number of this request.")
            failure.status = 500
            await answer(dialect, failure, scope, receive, sent)

    def find(self, scope, path: str) -> Any:
        """The route that is asked for; its path parameters stand in the scope. Raises NotFound."""
        if (route := self.exact.get((scope["method"], path))) is not None:
            scope["path_params"] = {}
            return route
        other: set[str] = set()
        for route in self.routes:
            match, child = route.matches(scope)
            if match is Match.FULL:
                scope.update(child)
                return route
            if match is Match.PARTIAL:
                other |= route.methods or set()
        if other:
            refusal = Refusal(f"This address answers {', '.join(sorted(other))}, not {scope['method']}.")
            refusal.status = 405
            raise refusal
        raise NotFound(f"There is nothing at {scope['method']} {told(path)}.")


def dialect_at(path: str, headers) -> str:
    """The dialect in which an address answers before its route is known."""
    if "anthropic-version" in headers or path.startswith("/v1/messages"):
        return ANTHROPIC
    return next((each for prefix, each in FAMILIES[1:] if f"{path}/".startswith(f"{prefix}/")), OPENAI)


def token(headers) -> str:
    """The key that came with a request: of several the one that looks like ours."""
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    given = [bearer.strip() if scheme.lower() == "bearer" else "", headers.get("x-api-key", "").strip()]
    return next((each for each in given if each.startswith("ink-")), "") or next(filter(None, given), "")


def admitted(headers, nobody: Caller, what: str, enter=keys.caller) -> Caller:
    """Who asks. Raises Unknown without a key or with a wrong one, Forbidden, and OverLimit after many wrong ones."""
    given = token(headers)
    if not given:
        raise Unknown("No key came with this: send it as `Authorization: Bearer ink-...` or as `x-api-key`.")
    try:
        return enter(given, nobody, what)
    except Unknown:
        keys.missed(nobody.address)
        raise


def limited(receive, headers, largest: int):
    """`receive` that stops at the limit. Raises TooLarge."""
    length = headers.get("content-length", "0")
    sentence = f"At most {largest >> 20} MiB can be posted here."
    if not length.isdigit() or int(length) > largest:
        raise TooLarge(sentence)
    if length != "0":
        return receive  # the server sees to it that no more comes than was told
    seen = 0

    async def counted():
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > largest:
            raise TooLarge(sentence)
        return message

    return counted


async def answer(dialect: str, refusal: Refusal, scope, receive, sent) -> None:
    """Send a refusal, unless an answer has begun: then the connection ends, which is what the caller has to see."""
    if sent.begun:
        log.warning("http.cut", path=told(scope["path"]), kind=refusal.kind)
        raise refusal
    status, body, headers = spoken(dialect, refusal, scope["state"]["request_id"])
    if dialect == OAUTH and status in (401, 403):
        headers["www-authenticate"] = challenge(scope, refusal)
    await Response(body, status, headers)(scope, receive, sent)


def allowed_origin(headers) -> str:
    """The origin that asks, if its pages may use the machine routes."""
    origin = headers.get("origin", "")
    chosen = config.current.cors_origins
    return origin if origin and (origin in chosen or "*" in chosen) else ""


def preflight(headers) -> Response:
    """What a browser asks before its page may ask."""
    if not allowed_origin(headers):
        return Response("Pages of this origin may not ask here: see INGLENOOK_CORS_ORIGINS.\n", 403)
    wanted = headers.get("access-control-request-headers", "authorization, content-type")
    allowed = {
        "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE",
        "access-control-allow-headers": wanted if wanted.isascii() and wanted.isprintable() else "",
        "access-control-max-age": "600",
    }
    return Response(status_code=204, headers=allowed)


class Dressed:
    """`send` with the headers of every answer to a program, and a line in the log when it begins."""

    def __init__(self, scope, send, headers, started: float) -> None:
        self.scope, self.send, self.headers, self.started = scope, send, headers, started
        self.begun = False

    async def __call__(self, message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            self.dress(message)
            note(self.scope, message["status"], self.started)
        await self.send(message)

    def dress(self, message) -> None:
        """Add what is not there yet."""
        given = [(name.lower(), value) for name, value in message.get("headers", ())]
        there = {name for name, _ in given}
        milliseconds = str(round((clock.ticks() - self.started) * 1000)).encode()
        more = [
            (b"x-request-id", self.scope["state"]["request_id"].encode()),
            (b"cache-control", b"no-store"),
            (b"openai-processing-ms", milliseconds),
            *HEADERS,
        ]
        if self.scope["scheme"] == "https":
            more.append((b"strict-transport-security", b"max-age=31536000"))
        if config.current.cors_origins:
            given.append((b"vary", b"origin"))
            if origin := allowed_origin(self.headers):
                more += [(b"access-control-allow-origin", origin.encode("latin-1"))]
                more += [(b"access-control-expose-headers", EXPOSED)]
        message["headers"] = given + [(name, value) for name, value in more if name not in there]


async def posted(request: Request) -> bytes:
    """The whole body. Raises TooLarge, and Invalid where there is none."""
    body = await request.body()
    if not body:
        raise Invalid("The request has no body: send JSON.")
    return body


__all__ = ["ANTHROPIC", "ANYONE", "KEY", "OLLAMA", "OPENAI", "Doors", "Machines", "is_machine", "posted"]
