"""Files come in: as the body of a PUT, in a form, as the next version of one that is there."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app import db, files, items
from app.errors import Invalid, Refusal
from app.rights import Caller
from components.addresses import url
from routes.files.forms import Form
from routes.files.places import ar, link_of, token_of
from routes.headers import heard
from routes.pages import see
from routes.posting import bodies
from routes.posting.taking import MULTIPART
from routes.safety import LARGEST_FILES

WRITE = "files:write"


# ── one ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
async def received(request: Request, me: Caller, name: str, owner_id: str = "") -> files.Arrived:
    """The body of a request, as far as it comes. Raises what `files.receive` does."""
    me.must_have(WRITE)
    items.named(name)
    length = int(request.headers["content-length"]) if "content-length" in request.headers else None
    async with files.receive(me, name=name, length=length, owner_id=owner_id or None) as intake:
        async for chunk in bodies.chunks(request, LARGEST_FILES):
            await intake.write(chunk)
        return await intake.finish()


def placed(me: Caller, words: dict[str, str]) -> dict[str, Any]:
    """Where a new file is to lie, as `create` takes it: `folder` is a path, whose folders are made. Raises NotFound."""
    space, folder = words.get("space_id") or words.get("space") or "", words.get("folder_id", "")
    if not folder and words.get("folder", "").strip("/"):
        there = files.folders.at(me, words["folder"], space, make=True)
        folder, space = there.folder_id, there.space_id
    return {"folder_id": folder, "space_id": space, "visibility": words.get("visibility") or "private"}


def told(request: Request, made: files.File) -> dict[str, Any]:
    """A file as JSON tells it to who has just sent it."""
    link = link_of(request, made.id)
    found = {"id": made.id, "name": made.name, "url": link, "raw": f"{link}/raw", "type": made.type}
    return found | {"size": made.size, "sha256": made.part.hash, "revision": made.revision.number}


def linked(request: Request, made: files.File) -> Response:
    """The link of a file: a line, JSON, or for a browser the way there."""
    asks, link = request.headers.get("accept", ""), link_of(request, made.id)
    status = 201 if made.revision.number == 1 else 200
    headers = {"location": link, "etag": f'"{made.revision.number}"'}
    if "application/json" in asks:
        return Response(orjson.dumps(told(request, made)), status, headers, "application/json")
    if "text/html" in asks:
        return see(url("/files", made.id))
    return PlainTextResponse(f"{link}\n", status, headers)


# ── several ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.plain("POST", "/files", scope=WRITE)
async def post(request: Request) -> Response:
    """All files of a form. Each stands for itself: what is refused of one does not undo the others."""
    form = formed(request)
    made, refused = await all_taken(request.state.me, form)
    return answered(request, form.words, made, refused)


async def all_taken(me: Caller, form: Form) -> tuple[list[files.File], list[tuple[str, Refusal]]]:
    """The files that were made, and the names of those that were not, with why."""
    made: list[files.File] = []
    refused: list[tuple[str, Refusal]] = []
    async for incoming in form.files():
        try:
            made.append(await taken(me, incoming.name, incoming.pieces(), incoming.words))
        except Refusal as refusal:
            refused.append((incoming.name, refusal))
            if form.failed:
                break
    return made, refused


def formed(request: Request) -> Form:
    """The form that is coming. Raises Invalid for what is none."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MULTIPART:
        raise Invalid("Send files as a multipart form (`curl -F file=@a.pdf`), or one as it is with PUT /files/NAME.")
    return Form(request, LARGEST_FILES)


async def taken(me: Caller, name: str, pieces: AsyncIterator[bytes], words: dict[str, str]) -> files.File:
    """Receive and store one file. Raises Refusal."""
    items.named(name)
    async with files.receive(me, name=name) as intake:
        async for piece in pieces:
            await intake.write(piece)
        arrived = await intake.finish()
    place = await db.in_thread(placed, me, words)
    return await db.in_thread(files.create, me, arrived, name, **place, clash=words.get("clash") or "rename")


def answered(
    request: Request, words: dict[str, str], made: list[files.File], refused: list[tuple[str, Refusal]]
) -> Response:
    """What became of them. Raises the refusal of the only one, and Invalid where a page has to say it."""
    if not made and not refused:
        raise Invalid(file="Choose a file first.")
    if not made and len(refused) == 1:
        raise refused[0][1]
    if "application/json" in request.headers.get("accept", ""):
        failed = [{"name": name, "message": refusal.message} for name, refusal in refused]
        said = {"files": [told(request, each) for each in made], "refused": failed}
        return Response(orjson.dumps(said), 201 if made else 422, media_type="application/json")
    if refused:
        sentences = " ".join(f"{name}: {refusal.message}" for name, refusal in refused)
        raise Invalid(file=f"{len(made)} of {len(made) + len(refused)} files were stored. {sentences}")
    if "text/html" in request.headers.get("accept", ""):
        return see(url("/files") + (f"?folder={made[0].item.folder_id}" if made[0].item.folder_id else ""))
    return PlainTextResponse("".join(f"{link_of(request, each.id)}\n" for each in made), 201)


# ── the next version ──────────────────────────────────────────────────────────────────────────────────────────────────
@ar.plain("POST", "/files/{id:id}/revisions", scope=WRITE)
async def revise(request: Request) -> Response:
    """The next version of a file: the first of a form's, or with another type the body itself."""
    me, id, token = request.state.me, request.path_params["id"], token_of(request)
    file = await db.in_thread(files.find, id, me, token=token, looks=False)
    if request.headers.get("content-type", "").startswith(MULTIPART):
        arrived, words = await sent(me, file, formed(request))
    else:
        arrived, words = await received(request, me, file.name), {}
    base = number(words.get("base") or heard(request.headers, "if-match"), file.revision.number)
    note = words.get("note", request.query_params.get("note", ""))
    return linked(request, await db.in_thread(files.revise, me, id, arrived, base=base, note=note, token=token))


async def sent(me: Caller, file: files.File, form: Form) -> tuple[files.Arrived, dict[str, str]]:
    """The only file of a form, and its words. Raises Invalid."""
    arrived = None
    async for incoming in form.files():
        if arrived is not None:
            raise Invalid(file="Choose one file: the next version of this one.")
        async with files.receive(me, name=file.name) as intake:
            async for piece in incoming.pieces():
                await intake.write(piece)
            arrived = await intake.finish()
    if arrived is None:
        raise Invalid(file="Choose a file first.")
    return arrived, form.words


def number(text: str, current: int) -> int:
    """The revision that somebody says to change: that which is there now where nothing is said. Raises Invalid."""
    said = text.strip().removeprefix("W/").strip('"')
    if said in ("", "*"):
        return current
    if not said.isdigit() or len(said) > 9:
        raise Invalid(base="Say which revision you have as its number.")
    return int(said)
