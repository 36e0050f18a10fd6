"""Files that come from an address: asked for by a form, fetched by a job."""

import orjson
from fasthtml.core import form2dict, parse_form
from starlette.requests import Request
from starlette.responses import Response

from app import db
from app.errors import Invalid
from app.files import fetching
from app.rights import Caller
from components.addresses import url
from routes.files.places import ar
from routes.files.uploading import WRITE, placed
from routes.pages import see
from routes.posting import bodies

LARGEST = 64 << 10


@ar.plain("POST", "/files/fetch", scope=WRITE)
async def fetch(request: Request) -> Response:
    """Begin to fetch; JSON tells where to ask how far it is."""
    me, words = request.state.me, await sent(request)
    begun = await db.in_thread(begin, me, words)
    place = url("/files/fetch", begun.job)
    if "application/json" in request.headers.get("accept", ""):
        said = orjson.dumps({"job": begun.job, "status": place})
        return Response(said, 202, {"location": place}, "application/json")
    return see(url("/files", folder=words.get("folder_id") or None, fetching=begun.job))


@ar.plain("GET", "/files/fetch/{job:id}", scope=WRITE)
async def state(request: Request) -> Response:
    """How far it is."""
    found = await db.in_thread(fetching.find, request.state.me, request.path_params["job"])
    return Response(orjson.dumps(found), media_type="application/json")


async def sent(request: Request) -> dict[str, str]:
    """The words of a form, or of JSON where a program sends that with its key. Raises Invalid."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        form = form2dict(await parse_form(request))
        return {name: value for name, value in form.items() if isinstance(value, str)}
    try:
        given = orjson.loads(await bodies.whole(request, LARGEST))
    except orjson.JSONDecodeError:
        raise Invalid("This says that it is JSON, and is not.") from None
    if not isinstance(given, dict):
        raise Invalid('JSON is an object here: {"url": "https://..."}.')
    return {name: value for name, value in given.items() if isinstance(value, str)}


def begin(me: Caller, words: dict[str, str]) -> fetching.Fetch:
    """Begin it. Raises Invalid."""
    if not words.get("url", "").strip():
        raise Invalid(url="Give the address of a file.")
    return fetching.begin(me, words["url"], words.get("name", ""), **placed(me, words))
