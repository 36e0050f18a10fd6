"""Uploads that go on where they were cut off: tus 1.0 (https://tus.io/protocols/resumable-upload), its core and the
extensions creation, creation-with-upload, termination and expiration."""

import base64
import binascii
from email.utils import formatdate

from starlette.requests import Request
from starlette.responses import Response

from app import db, files
from app.errors import Conflict, Invalid, Refusal
from app.files import receiving, uploads
from app.files.rows import Upload
from app.rights import Caller
from components.addresses import url
from routes.files.places import ar
from routes.files.uploading import WRITE, placed
from routes.pages import ANYONE
from routes.posting import bodies

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,expiration"
OFFSETS = "application/offset+octet-stream"
LONGEST = 19  # digits
HEADERS = {"tus-resumable": VERSION, "cache-control": "no-store"}


class Unequal(Refusal):
    """A request of another version of the protocol."""

    status = 412
    title = f"This speaks tus {VERSION}: say so as Tus-Resumable."


class Untyped(Refusal):
    """A piece that is not called one."""

    status = 415
    title = f"A piece of an upload comes as {OFFSETS}."


@ar.plain("OPTIONS", "/files/uploads", who=ANYONE)
async def offered(request: Request) -> Response:
    """What is spoken here."""
    said = {"tus-version": VERSION, "tus-extension": EXTENSIONS, "tus-max-size": str(receiving.most())}
    return Response(status_code=204, headers=HEADERS | said)


@ar.plain("POST", "/files/uploads", scope=WRITE)
async def begin(request: Request) -> Response:
    """Expect a file; what comes with this is its first piece."""
    must_speak(request)
    me, words = request.state.me, told(request.headers.get("upload-metadata", ""))
    upload = await db.in_thread(begun, me, words, numbered(request, "upload-length"))
    async with uploads.turn(upload.id):
        if request.headers.get("content-type", "") == OFFSETS:
            await taken(request, upload, 0)
        made = await receiving.through(db.in_thread(uploads.finish, me, upload))
        headers = await db.in_thread(state, upload, made)
    return Response(status_code=201, headers=headers | {"location": url("/files/uploads", upload.id)})


def begun(me: Caller, words: dict[str, str], length: int) -> Upload:
    """The row of a new upload. Raises what `uploads.begin` does."""
    name = words.get("filename") or words.get("name") or ""
    if words.get("file_id"):
        base = words.get("base", "")
        known = files.find(words["file_id"], me, looks=False)
        number = int(base) if base.isdigit() and len(base) < 10 else known.revision.number
        return uploads.begin(me, known.name, length, file_id=known.id, base=number)
    return uploads.begin(me, name, length, **placed(me, words))


@ar.plain("HEAD", "/files/uploads/{id:id}", scope=WRITE)
async def where(request: Request) -> Response:
    """Where it goes on. Who still sends to it is cut off: mostly a connection that is dead and does not know it. What
    is whole is made a file, if a crash came between."""
    must_speak(request)
    me, id = request.state.me, request.path_params["id"]
    async with uploads.turn(id):
        upload = await db.in_thread(uploads.find, id, me)
        made = await receiving.through(db.in_thread(uploads.finish, me, upload))
        return Response(status_code=200, headers=await db.in_thread(state, upload, made))


@ar.plain("PATCH", "/files/uploads/{id:id}", scope=WRITE)
async def append(request: Request) -> Response:
    """The next piece; with the last, it is a file."""
    must_speak(request)
    if request.headers.get("content-type", "") != OFFSETS:
        raise Untyped()
    me, id, at = request.state.me, request.path_params["id"], numbered(request, "upload-offset")
    async with uploads.turn(id):
        upload = await db.in_thread(uploads.find, id, me)
        await taken(request, upload, at)
        made = await receiving.through(db.in_thread(uploads.finish, me, upload))
        return Response(status_code=204, headers=await db.in_thread(state, upload, made))


@ar.plain("DELETE", "/files/uploads/{id:id}", scope=WRITE)
async def end(request: Request) -> Response:
    """Give it up."""
    must_speak(request)
    me, id = request.state.me, request.path_params["id"]
    async with uploads.turn(id):
        await db.in_thread(uploads.end, me, await db.in_thread(uploads.find, id, me))
    return Response(status_code=204, headers=HEADERS)


async def taken(request: Request, upload: Upload, at: int) -> None:
    """Take the body at this offset. Raises Conflict where it goes on elsewhere, TooLarge for more than was announced,
    and what `bodies.chunks` does: what came before that stays."""
    if upload.made_id:
        if at == upload.length:
            return
        raise Conflict("This upload is over: it is a file.", "offset")
    async with uploads.append(upload, at) as batches:
        async for chunk in bodies.chunks(request, (upload.length or 0) - at):
            await batches.write(chunk)


def state(upload: Upload, made: files.File | None) -> dict[str, str]:
    """What is told of an upload: how much of it is there, until when it waits, and which file it is by now."""
    there = uploads.offset(upload)
    headers = HEADERS | {"upload-offset": str(there), "upload-length": str(upload.length or 0)}
    headers["upload-expires"] = formatdate(upload.expires_at / 1e6, usegmt=True)
    if upload.made_id:
        headers |= {"upload-file": upload.made_id, "upload-url": url("/files", upload.made_id)}
    return headers


def must_speak(request: Request) -> None:
    """Raises Unequal for another version."""
    if request.headers.get("tus-resumable") != VERSION:
        raise Unequal()


def numbered(request: Request, name: str) -> int:
    """A header that is a number. Raises Invalid."""
    said = request.headers.get(name, "")
    if not (said.isascii() and said.isdigit() and len(said) < LONGEST):
        raise Invalid(**{name: f"{name.title()} is needed: a whole number of bytes."})
    return int(said)


def told(text: str) -> dict[str, str]:
    """The words of Upload-Metadata: `name value, name value` in base 64 and UTF-8. Raises Invalid."""
    words = {}
    for pair in filter(None, (each.strip() for each in text.split(","))):
        name, _, value = pair.partition(" ")
        try:
            words[name.lower()] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Invalid(**{"upload-metadata": f"{name[:40]} has to be UTF-8 in base 64."}) from None
    return words
