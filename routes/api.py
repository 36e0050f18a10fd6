"""Our own JSON interface at /api/v1: every verb at its address, answered by what its declaration says.

FastAPI takes 0.4 seconds and 12 MB to load, so it is loaded by the first request that needs it. It routes, and
describes what is here; inputs are checked by the verb itself, as at every other door.
"""

import zlib
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any, get_origin

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, request_response

from app import db, verbs
from app.errors import Conflict, Invalid, NotFound, Refusal
from app.logs import log
from app.verbs import Output, Verb
from components.addresses import url
from routes.dialects import OPENAI, spoken
from routes.headers import heard
from routes.machines import Machines
from routes.noting import told

PREFIX = "/api/v1"
LARGEST = 4 << 20
JSON = "application/json"

ar = Machines(PREFIX, scope="", largest=LARGEST)


class Late:
    """An app that is made by the first request for it."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        app = await db.in_thread(interface)
        await app(scope, receive, send)


ar.add(Mount(PREFIX, app=Late()))


@lru_cache(maxsize=1)
def interface() -> Any:
    """The interface as a FastAPI app."""
    import fastapi

    from routes.describing import described

    handlers = {Refusal: refuse, 404: nothing_here, 405: wrong_method}
    app = fastapi.FastAPI(openapi_url=None, docs_url=None, redoc_url=None, exception_handlers=handlers)
    for verb in ordered():
        route = described(verb)
        route.app = request_response(endpoint(verb))
        app.router.routes.append(route)
    return app


def ordered() -> list[Verb]:
    """All verbs; an address with a word comes before one that takes any id in its place."""
    verbs.load()
    return sorted(verbs.ALL.values(), key=lambda verb: (verb.noun, verb.path.replace("{", "~"), verb.method))


def endpoint(verb: Verb) -> Callable[[Request], Awaitable[Response]]:
    """What answers at the verb's address."""

    async def answer(request: Request) -> Response:
        try:
            return await answered(verb, request)
        except Refusal as refusal:
            return await refuse(request, refusal)
        except Exception as error:
            log.error("http.failed", path=told(request.url.path), exc_info=error)
            return await refuse(request, mistake())

    return answer


async def answered(verb: Verb, request: Request) -> Response:
    """Run the verb with what the request holds."""
    raw = await asked(verb, request)
    matched = expected(verb, request, raw)
    key = request.headers.get("idempotency-key", "")
    try:
        output = await verbs.run(verb, request.state.me, raw, idempotency_key=key)
    except Conflict as conflict:
        if matched and conflict.kind == "stale":
            conflict.status = 412
        raise
    return response(verb, request, output)


async def asked(verb: Verb, request: Request) -> dict[str, Any]:
    """The input from path, query and body. Raises Invalid, TooLarge."""
    path = dict(request.path_params)
    if verb.method in ("GET", "DELETE"):
        raw = queried(verb, request)
    elif request.url.query:
        raise Invalid("This address takes its input in the body; nothing is read behind the `?`.")
    else:
        raw = parsed(await request.body())
    if twice := path.keys() & raw.keys():
        raise Invalid(**{min(twice): "This stands in the address already."})
    given = {name: heard(request.headers, header) for name, header in verb.in_headers.items()}
    return {name: said for name, said in given.items() if said} | path | raw


def queried(verb: Verb, request: Request) -> dict[str, Any]:
    """What stands behind the `?`. Raises Invalid for a member that is given twice and is no list."""
    raw: dict[str, Any] = {}
    for name in request.query_params:
        if header := verb.in_headers.get(name):
            raise Invalid(**{name: f"Addresses are written into logs: send this as the header {header}."})
        given = request.query_params.getlist(name)
        field = verb.input.model_fields.get(name)
        many = field is not None and get_origin(field.annotation) in (list, tuple)
        if len(given) > 1 and not many:
            raise Invalid(**{name: "This is given twice."})
        raw[name] = given if many else given[0]
    return raw


def parsed(body: bytes) -> dict[str, Any]:
    """The members of a JSON object; nothing is an empty one. Raises Invalid."""
    if not body:
        return {}
    try:
        raw = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"The body is not JSON: {error}.") from None
    if not isinstance(raw, dict):
        raise Invalid("The body has to be a JSON object.")
    return raw


def expected(verb: Verb, request: Request, raw: dict[str, Any]) -> bool:
    """Put the version that If-Match names into the input; whether there is one. Raises Invalid."""
    said = request.headers.get("if-match", "").strip()
    if not said or not verb.expects:
        return False
    version = said.strip('"').partition(".")[0]
    if said != f'"{said.strip(chr(34))}"' or not version.isdecimal() or len(version) > 9:
        raise Invalid("If-Match has to be one ETag as it was told, in quotation marks.")
    if raw.setdefault(verb.expects, int(version)) != int(version):
        raise Invalid(**{verb.expects: "If-Match names another one."})
    return True


def response(verb: Verb, request: Request, output: Output) -> Response:
    """The answer as JSON, with what tells this state from others, or 304 where the caller has it."""
    body = output.model_dump_json().encode()
    headers = {}
    if verb.version:
        tag = headers["etag"] = f'"{getattr(output, verb.version)}.{zlib.crc32(body):08x}"'
        seen = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
        if verb.read_only and (tag in seen or seen == ["*"]):
            return Response(status_code=304, headers=headers)
    if verb.answer == 201 and (place := location(verb, output)):
        headers["location"] = place
    return Response(body, verb.answer, headers, media_type=JSON)


def location(verb: Verb, output: Output) -> str:
    """The address at which what was made can be read, '' where it has none."""
    reading = verbs.ALL.get(f"{verb.noun}.read")
    id = getattr(output, "id", "")
    return url(PREFIX + reading.path.replace("{id}", id)) if reading is not None and id else ""


async def refuse(request: Any, refusal: Any) -> Response:
    """A refusal in the shape that it has at /v1, with all that is wrong and, of a stale write, the difference."""
    status, body, headers = spoken(OPENAI, refusal, request.state.request_id)
    more = {name: value for name in ("fields", "current", "difference") if (value := getattr(refusal, name, None))}
    if more:
        said = orjson.loads(body)
        body = orjson.dumps({"error": said["error"] | more})
    return Response(body, status, headers)


async def nothing_here(request: Any, error: Any) -> Response:
    """An address that is not there."""
    return await refuse(request, NotFound(f"There is nothing at {request.method} {told(request.url.path)}."))


async def wrong_method(request: Any, error: Any) -> Response:
    """An address that answers other methods; Starlette itself tells those of the first route only."""
    path = request.url.path.partition(PREFIX)[2]
    routes = [route for route in request.app.router.routes if route.path_regex.match(path)]
    allowed = ", ".join(sorted({method for route in routes for method in route.methods}))
    refusal = Refusal(f"This address answers {allowed}, not {request.method}.")
    refusal.status = 405
    answer = await refuse(request, refusal)
    answer.headers["allow"] = allowed
    return answer


def mistake() -> Refusal:
    """What is said of a mistake of ours."""
    refusal = Refusal("Something went wrong here. It is in the log under the number of this request.")
    refusal.status = 500
    return refusal
