"""A paste as bytes: raw, as a text, Markdown, JSON or a zip, in the page of others, and its link as a QR code."""

import io
import unicodedata
from collections.abc import Callable
from typing import Any, BinaryIO

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app import db, items, pastes
from app.errors import Covered, Invalid, Locked
from app.pastes import shelving
from app.pastes.finding import allowed
from app.rights import Caller
from components.addresses import url
from components.page import document
from components.pastes.embedded import EmbedNotice, EmbedPage
from routes.accounts import public_url
from routes.headers import heard
from routes.pages import ANYONE, Pages
from routes.pastes.places import token_of
from routes.raw import forms, safely
from routes.raw.sending import BEYOND, FileSent, beyond, ranged

READ = "pastes:read"
EMBED = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors *"
)

ar = Pages("", who=ANYONE)


# ── bytes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.plain("GET", "/p/{id:id}/raw", scope=READ)
@ar.plain("GET", "/p/{id:id}/raw/{name:path}", scope=READ)
async def raw(request: Request) -> Response:
    """A part (the first, or that of this name) as it is. Of what is open to all one statement is asked."""
    id, name = request.path_params["id"], unicodedata.normalize("NFC", request.path_params.get("name", ""))
    glance = pastes.glance(id)
    if glance is not None and glance.is_open and "revision" not in request.query_params:
        part = next((part for part in glance.parts if not name or part.name == name), None)
        if part is not None and part.text is not None:
            return sent(request, part.text.encode(), part, glance.current)
    part, file, number, counted = await db.in_thread(read, request, id, name)
    return sent(request, file, part, number, counted)


def read(request: Request, id: str, name: str) -> tuple[items.ItemPart, BinaryIO, int, bool]:
    """A part for the one who asks, of which revision, and whether each reading counts. Raises what `find` does."""
    paste = found(request, id)
    part = paste.part(name) if name else paste.parts[0]
    return part, part.file, paste.revision.number, paste.counted


def found(request: Request, id: str) -> pastes.Paste:
    """The paste for the one who asks: by account, by what opens it in the address, or by its password in a header."""
    number = request.query_params.get("revision", "0")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise Invalid(revision="Revisions are numbered from 1 on.")
    token = brought(request)
    password = heard(request.headers, "paste-password")
    looks = request.method != "HEAD"
    return pastes.find(id, request.state.me, password=password, token=token, number=int(number), looks=looks)


def brought(request: Request) -> str:
    """What opens it beside an account. Beside a key no cookie counts, also not the one that remembers a password."""
    return request.query_params.get("token", "") if "authorization" in request.headers else token_of(request)


def sent(request: Request, data: bytes | BinaryIO, part: Any, number: int, counted: bool = False) -> Response:
    """The bytes, a range of them, or 304 for who has them; a look is counted, but not by HEAD or in the middle."""
    tag = f'"{number}-{part.hash[:16]}"'
    more = {"etag": tag, "cache-control": "private, no-cache"}
    # A proxy that compresses makes a tag weak; for whole bytes that are the same that is enough.
    has = tag in [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    # Of what may be read so many times each request is a reading, so it is sent whole.
    piece = None if counted or has else ranged(request, tag, part.size)
    if has or piece is BEYOND:
        if not isinstance(data, bytes):
            data.close()
        return Response(status_code=304, headers=more) if has else beyond(part.size)
    if request.method == "GET" and not (piece and piece.start):
        pastes.seen(request.path_params["id"], request.state.me)
    download = bool(request.query_params.get("download"))
    headers = safely.headers(part.type, part.name, download) | more | ({} if counted else {"accept-ranges": "bytes"})
    if piece is not None:
        headers["content-range"] = f"bytes {piece.start}-{piece.stop - 1}/{part.size}"
    if not isinstance(data, bytes):
        return FileSent(data, headers, piece)
    return Response(data[piece.start : piece.stop] if piece else data, 206 if piece else 200, headers)


# ── other forms ───────────────────────────────────────────────────────────────────────────────────────────────────────
async def formed(
    request: Request, form: Callable[[pastes.Paste, str], str | bytes | BinaryIO], type: str, ending: str
) -> Response:
    """The paste in this form."""

    def make() -> tuple[bytes | BinaryIO, str]:
        paste = found(request, request.path_params["id"])
        made = form(paste, public_url(request, url("/p", paste.id)))
        return (made.encode() if isinstance(made, str) else made), paste.title or paste.id

    data, title = await db.in_thread(make)
    name = title if title.endswith(ending) else f"{title}{ending}"
    headers = safely.headers(type, name) | {"content-type": type}
    return Response(data, headers=headers) if isinstance(data, bytes) else FileSent(data, headers)


@ar.plain("GET", "/p/{id:id}.txt", scope=READ)
async def text(request: Request) -> Response:
    return await formed(request, forms.text, safely.TEXT, ".txt")


@ar.plain("GET", "/p/{id:id}.md", scope=READ)
async def markdown(request: Request) -> Response:
    return await formed(request, forms.markdown, safely.TEXT, ".md")


@ar.plain("GET", "/p/{id:id}.json", scope=READ)
async def json(request: Request) -> Response:
    me = request.state.me
    return await formed(
        request, lambda it, link: forms.told(it, link, shelving.parent(it.item, me)), "application/json", ".json"
    )


@ar.plain("GET", "/p/{id:id}.zip", scope=READ)
async def zipped(request: Request) -> Response:
    return await formed(request, lambda paste, _: forms.zipped(paste), "application/zip", ".zip")


# ── elsewhere ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.plain("GET", "/p/{id:id}/embed")
async def embed(request: Request) -> Response:
    """The paste for a page of others: as nobody sees it, whoever looks, because that page must not learn who does."""
    page = await db.in_thread(embedded, request, request.path_params["id"])
    return HTMLResponse(
        page, headers={"content-security-policy": EMBED, "cross-origin-resource-policy": "cross-origin"}
    )


def embedded(request: Request, id: str) -> str:
    """The document. Raises NotFound."""
    link, nobody = public_url(request, url("/p", id)), Caller(address=request.state.address)
    try:
        paste = pastes.find(id, nobody, looks=request.method != "HEAD")
    except (Covered, Locked) as refusal:
        return document(EmbedNotice(link, refusal.message))
    if paste.item.sealed:
        return document(EmbedNotice(link, "This is encrypted, and opens by its whole link."))
    pastes.seen(id, nobody)
    return document(EmbedPage(link, paste))


@ar.plain("GET", "/p/{id:id}/qr.svg", scope=READ)
async def qr(request: Request) -> Response:
    """The link as a QR code, for those who may know that there is something; nothing is read or counted."""
    import segno

    id = request.path_params["id"]
    await db.in_thread(allowed, id, request.state.me, brought(request))
    code = segno.make(public_url(request, url("/p", id)), error="m", micro=False)
    svg = io.BytesIO()  # with its namespace, without which no browser draws it as a picture
    code.save(svg, kind="svg", scale=8, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None)
    head = {"content-type": "image/svg+xml", "content-security-policy": safely.POLICY, "cache-control": "private"}
    return Response(svg.getvalue(), headers=head)
