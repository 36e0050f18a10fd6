"""How a route is declared: the address, who may ask, and a short handler. What is not declared open is closed."""

import asyncio
import functools
from collections.abc import Callable
from typing import Any

from fasthtml.core import FastHTML, form2dict, noop_body, parse_form
from pydantic import BaseModel, ValidationError
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from app import keys
from app.errors import Invalid
from app.rights import Caller
from components.page import document
from routes.machines import admitted

ANYONE, KNOWN, ADMIN = "anyone", "known", "admin"


class IdConvertor(Convertor):
    """An id in an address: exactly what `clock.new_id` makes, so that no other path reaches its handler."""

    regex = "[0-9a-hjkmnp-tv-z]{29}"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class NameConvertor(IdConvertor):
    """Whatever stands there, line breaks too, so that its handler says what is wrong with it."""

    regex = r"[\s\S]*"


register_url_convertor("id", IdConvertor())
register_url_convertor("name", NameConvertor())


class Me(Caller):
    """A handler's parameter `me: Me` is the Caller that the session told."""

    @classmethod
    def __from_request__(cls, req) -> Caller:
        return req.state.me


class Form(BaseModel):
    """What is posted: read from the body only (never from cookies or query) and validated. Raises Invalid."""

    @classmethod
    async def __from_request__(cls, req) -> "Form":
        data = form2dict(await parse_form(req))
        req.state.posted = {key: value for key, value in data.items() if isinstance(value, str)}
        return parsed(cls, data)


class Query(BaseModel):
    """What stands behind the `?` of an address, validated. Raises Invalid."""

    @classmethod
    def __from_request__(cls, req) -> "Query":
        return parsed(cls, dict(req.query_params))


def parsed(cls, data: dict[str, Any]) -> Any:
    """`data` as the model `cls`. Raises Invalid with one sentence for each field."""
    try:
        return cls(**data)
    except ValidationError as error:
        raise Invalid(**{str(each["loc"][0]): sentence(each) for each in error.errors() if each["loc"]}) from None


def sentence(error: dict[str, Any]) -> str:
    """One of pydantic's findings as a sentence for people."""
    limits = error.get("ctx", {})
    said = {
        "missing": "This is needed.",
        "string_too_short": "This is needed."
        if limits.get("min_length") == 1
        else f"Use at least {limits.get('min_length')} characters.",
        "string_too_long": f"Use at most {limits.get('max_length'):,} characters."
        if limits.get("max_length")
        else "This is too long.",
        "value_error": str(limits.get("error", "")),
        "int_parsing": "This has to be a whole number.",
        "float_parsing": "This has to be a number.",
        "greater_than_equal": f"This has to be at least {limits.get('ge')}.",
        "less_than_equal": f"This may be at most {limits.get('le')}.",
        "greater_than": f"This has to be more than {limits.get('gt')}.",
        "less_than": f"This has to be less than {limits.get('lt')}.",
    }
    return said.get(error["type"]) or f"{error['msg']}."


class Pages:
    """The routes under one prefix. `who` is the rule for all of them unless one says otherwise.

    Pages know sessions only. What a program may read at the same address says so by `scope`: a request with an
    Authorization header then counts by its key, and its cookie by nothing.
    """

    def __init__(self, prefix: str = "", who: str = KNOWN) -> None:
        self.prefix, self.who = prefix, who
        self.declared: list[tuple[str, str, str, Callable[..., Any], Callable[..., Any] | None, bool]] = []
        self.scopes: dict[tuple[str, str], str] = {}
        self.guests: set[tuple[str, str]] = set()

    def route(
        self,
        method: str,
        path: str,
        who: str | None = None,
        again: Callable[..., Any] | None = None,
        scope: str = "",
        guests: bool = False,
    ) -> Any:
        """Declare a handler. On Invalid, `again(me, posted, errors, **path)` is the same form with its messages.
        Guests may read what everybody may, and nothing else but what says so by `guests`."""

        def keep(function: Callable[..., Any]) -> Callable[..., Any]:
            self.declared.append((method, self.prefix + path, who or self.who, function, again, False))
            if scope:
                self.scopes[method, self.prefix + path] = scope
            if guests:
                self.guests.add((method, self.prefix + path))
            return function

        return keep

    def get(self, path: str = "", **options: Any) -> Any:
        """Declare a page or fragment."""
        return self.route("GET", path, **options)

    def post(self, path: str = "", **options: Any) -> Any:
        """Declare what makes or does something."""
        return self.route("POST", path, **options)

    def put(self, path: str = "", **options: Any) -> Any:
        """Declare what replaces something."""
        return self.route("PUT", path, **options)

    def delete(self, path: str = "", **options: Any) -> Any:
        """Declare what takes something away."""
        return self.route("DELETE", path, **options)

    def plain(self, method: str, path: str = "", who: str | None = None, scope: str = "", guests: bool = False) -> Any:
        """Declare a plain Starlette handler, `async def f(request) -> Response`, for hot routes and streams."""

        def keep(function: Callable[..., Any]) -> Callable[..., Any]:
            self.declared.append((method, self.prefix + path, who or self.who, function, None, True))
            if scope:
                self.scopes[method, self.prefix + path] = scope
            if guests:
                self.guests.add((method, self.prefix + path))
            return function

        return keep

    def mount(self, app: FastHTML) -> None:
        """Add the routes to the app, each behind its guard."""
        for method, path, who, function, again, plain in self.declared:
            inner = function if plain else forms_only(app._endp(answering(function), noop_body))
            scope = self.scopes.get((method, path), "")
            open_to_guests = (who == ANYONE and method == "GET") or (method, path) in self.guests
            route = Route(
                path or "/",
                guarded(inner, who, again, scope, open_to_guests),
                methods=[method],
                name=function.__qualname__,
            )
            route.who, route.scope = who, scope  # the matrix test reads them
            app.router.routes.append(route)


def guarded(
    inner: Callable[..., Any],
    who: str,
    again: Callable[..., Any] | None,
    scope: str = "",
    guests: bool = False,
) -> Callable[..., Any]:
    """The endpoint behind the rule `who`; a refused form comes back filled, with 422."""

    async def endpoint(request: Request) -> Response:
        if scope and "authorization" in request.headers:
            request.state.me = by_key(request, scope)
        me = request.state.me
        if who == KNOWN:
            me.must_be_known()
        elif who == ADMIN:
            me.must_be_admin()
        if not guests:
            me.must_not_be_guest()
        try:
            return await inner(request)
        except Invalid as invalid:
            if again is None:
                raise
            posted = getattr(request.state, "posted", {})
            form = functools.partial(again, me, posted, invalid.fields or {"": invalid.message}, **request.path_params)
            return answer(await asyncio.to_thread(form), 422)

    return endpoint


def by_key(request: Request, scope: str, headers: Any = None) -> Caller:
    """Who asks by a key, of the request's own headers or of these; a session does not count beside it.

    Raises Unknown, Forbidden, OverLimit.
    """
    told = request.state.me
    nobody = Caller(address=told.address, device=told.device, request_id=told.request_id)
    keys.knock(nobody.address)
    me = admitted(headers or request.headers, nobody, f"{request.method} {request.url.path}")
    me.must_have(scope)
    return me


def forms_only(inner: Callable[..., Any]) -> Callable[..., Any]:
    """The endpoint without JSON, which FastHTML reads too: it brings half characters and nesting without end."""

    async def endpoint(request: Request) -> Response:
        if "json" in request.headers.get("content-type", "").lower():
            raise Invalid("This address takes what a form posts, and no JSON.")
        return await inner(request)

    return endpoint


def answering(function: Callable[..., Any]) -> Callable[..., Any]:
    """The handler with its result made into a Response, in the thread in which it runs."""
    if asyncio.iscoroutinefunction(function):

        @functools.wraps(function)
        async def handler(*args: Any, **named: Any) -> Response:
            return answer(await function(*args, **named))

    else:

        @functools.wraps(function)
        def handler(*args: Any, **named: Any) -> Response:
            return answer(function(*args, **named))

    return handler


def answer(result: Any, status: int = 200) -> Response:
    """A Response from what a handler returned: a Response, a page, elements of a fragment, or nothing."""
    if isinstance(result, Response):
        return result
    if result is None:
        return Response(status_code=204 if status == 200 else status)
    return HTMLResponse(document(result), status)


def see(address: str) -> Response:
    """Go on to this address with GET, after something was posted."""
    return RedirectResponse(address, 303)
