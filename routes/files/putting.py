"""A file put under its name, as `curl -T notes.txt .../files/` does it. Tried after all other addresses, so that no
name stands in the way of one."""

from starlette.requests import Request
from starlette.responses import Response

from app import db, files
from routes.files.uploading import WRITE, linked, placed, received
from routes.pages import Pages

ar = Pages("")


@ar.plain("PUT", "/files/{name:name}", scope=WRITE)
async def put(request: Request) -> Response:
    """The body is the file, or the next version of the one that has this name there."""
    me, name, query = request.state.me, request.path_params["name"], request.query_params
    arrived = await received(request, me, name)
    place = await db.in_thread(placed, me, dict(query))
    return linked(request, await db.in_thread(files.create, me, arrived, name, **place, clash="revise"))
