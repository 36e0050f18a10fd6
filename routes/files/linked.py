"""Upload links: whoever has one sends one file by it, with a browser or with curl, and needs no account."""

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from app import db, files, items
from app.errors import Invalid
from app.files import receiving, uploads
from components.addresses import url
from components.page import document
from routes.files.places import ar, workspace
from routes.files.uploading import formed
from routes.pages import ANYONE
from routes.posting import bodies
from routes.posting.taking import MULTIPART
from routes.safety import LARGEST_FILES


@ar.plain("GET", "/files/links/{token}", who=ANYONE)
async def ask(request: Request) -> Response:
    """A page with a form, for people."""
    from components.files.linked import UploadLinkPage

    upload, maker = await db.in_thread(uploads.opened, request.path_params["token"], request.state.me)
    return HTMLResponse(document(UploadLinkPage(workspace(), url(request.url.path), maker.name, upload.name)))


@ar.plain("PUT", "/files/links/{token}", who=ANYONE)
async def put(request: Request) -> Response:
    """The body is the file; `?name=` is its name where the link gives none."""
    length = int(request.headers["content-length"]) if "content-length" in request.headers else None
    return await sent(request, bodies.chunks(request, LARGEST_FILES), request.query_params.get("name", ""), length)


@ar.plain("POST", "/files/links/{token}", who=ANYONE)
async def post(request: Request) -> Response:
    """The same as a form, or as curl posts it."""
    if not request.headers.get("content-type", "").startswith(MULTIPART):
        return await put(request)
    async for incoming in formed(request).files():
        return await sent(request, incoming.pieces(), incoming.name)
    raise Invalid(file="Choose a file first.")


async def sent(request: Request, pieces: AsyncIterator[bytes], name: str, length: int | None = None) -> Response:
    """Take the file. Raises what `uploads.opened` and `files.receive` do, and Gone when another was quicker."""
    upload, maker = await db.in_thread(uploads.opened, request.path_params["token"], request.state.me)
    name = upload.name or name
    items.named(name)
    async with files.receive(maker, name=name, length=length) as intake:
        async for piece in pieces:
            await intake.write(piece)
        arrived = await intake.finish()
    await receiving.through(db.in_thread(uploads.come, maker, upload, arrived, name))
    return PlainTextResponse(f"Thank you: {arrived.size:,} bytes have come.\n", 201)
