"""Files go out: as they are, a part of them, or many as one zip."""

from collections.abc import AsyncIterator, Generator
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app import db, files
from app.errors import Invalid
from app.files import giving, passes, receiving, zipping
from app.files.giving import Given
from routes.files import ranges
from routes.files.places import ar, token_of
from routes.headers import heard
from routes.pages import ANYONE
from routes.raw import safely
from routes.raw.sending import BEYOND, FileSent, beyond, ranged

READ = "files:read"
MOST_WANTED = 2000


# ── one ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.plain("GET", "/files/{id:id}/raw", who=ANYONE, scope=READ)
async def raw(request: Request) -> Response:
    """The bytes, shown where a browser can show them without harm."""
    return await sent(request, download=bool(request.query_params.get("download")))


@ar.plain("GET", "/files/{id:id}/download", who=ANYONE, scope=READ)
async def download(request: Request) -> Response:
    """The bytes, to be saved under their name."""
    return await sent(request, download=True)


async def sent(request: Request, download: bool) -> Response:
    """The bytes, a range of them, or 304 for who has them."""
    file, part = await db.in_thread(found, request)
    tag = f'"{part.hash}"'
    # Of what may be read so many times each request is a reading, so it is sent whole; but by a pass that is paid for.
    counted = file.counted and not passes.is_paid(token_of(request))
    more = {"etag": tag, "cache-control": "private, no-cache", "accept-ranges": "none" if counted else "bytes"}
    if has(request, tag) and not counted:
        return Response(status_code=304, headers=more)
    piece = None if counted else ranged(request, tag, part.size)
    several = [] if counted else ranges.several(request, tag, part.size)
    if piece is BEYOND:
        return beyond(part.size)
    if request.method == "GET" and not (piece and piece.start):
        files.seen(file.id, request.state.me)
    headers = safely.headers(part.type, file.name, download) | more
    if several:
        return ranges.PartsSent(await db.in_thread(opened, part), headers, several, part.size)
    if piece is not None:
        headers["content-range"] = f"bytes {piece.start}-{piece.stop - 1}/{part.size}"
    return FileSent(await db.in_thread(opened, part), headers, piece)


def found(request: Request) -> tuple[files.File, Given]:
    """The file for the one who asks (by account, by what opens it in the address, or by its password in a header), and
    what of its bytes."""
    number = request.query_params.get("revision", "0")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Invalid(revision="Revisions are numbered from 1 on.")
    password = heard(request.headers, "file-password")
    file = files.find(
        request.path_params["id"],
        request.state.me,
        password=password,
        token=token_of(request),
        number=int(number),
        looks=request.method != "HEAD",
    )
    return file, giving.given(file)


def opened(part: Given) -> BinaryIO:
    """Its bytes. Raises Gone."""
    return part.file


def has(request: Request, tag: str) -> bool:
    """Whether the one who asks has these very bytes."""
    tags = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    return tag in tags or tags == ["*"]


# ── many ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.plain("GET", "/files/zip", scope=READ)
async def zipped(request: Request) -> Response:
    """These files and folders as one zip."""
    query = request.query_params
    if len(query.multi_items()) > MOST_WANTED:
        raise Invalid(f"At most {MOST_WANTED:,} at once. Put them into a folder, and take that.")
    ids, folders = query.getlist("id"), query.getlist("folder")
    name, entries = await db.in_thread(files.packed, request.state.me, ids, folders)
    headers = safely.headers("application/zip", name, True) | {"content-type": "application/zip"}
    return StreamingResponse(aside(zipping.zipped(entries)), headers=headers)


async def aside(pieces: Generator[bytes, None, None]) -> AsyncIterator[bytes]:
    """Pieces that are made in a thread, which is waited for also when nobody wants more of them."""
    try:
        while (piece := await receiving.through(db.in_thread(next, pieces, None))) is not None:
            yield piece
    finally:
        pieces.close()
