"""The door for terminals: whatever curl, pastebinit or a script posts at /p becomes a paste; the answer is its link."""

from dataclasses import replace

import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app import db, items, pastes
from app.errors import Invalid, Stale, Unknown
from app.rights import Caller
from components.addresses import url
from routes.accounts import public_url
from routes.machines import token
from routes.pages import ANYONE, Pages, by_key, see
from routes.posting.taking import FORM, MULTIPART, Taken, take

WRITE = "pastes:write"
# Of those who did not send a key in a header, so that nobody fills the memory before the key is found in a field.
LARGEST_UNKNOWN = 4 << 20
FIRST_ONLY = {"visibility", "expires", "max_views", "burns", "password"}
USAGE = """Paste from a terminal, with a key that may write pastes:

  curl -H "Authorization: Bearer $KEY" -T notes.txt {here}/
  make 2>&1 | curl -H "Authorization: Bearer $KEY" -T - {here}
  curl -H "Authorization: Bearer $KEY" -F file=@a.py -F file=@b.py {here}
  curl -H "Authorization: Bearer $KEY" -H "Expires: 1h" -H "Max-Views: 3" --data-binary @log {here}

The answer is the link. All of it: {handbook}
"""

ar = Pages("", who=ANYONE)


# ── make ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.plain("GET", "/p")
async def usage(request: Request) -> Response:
    if "text/html" in request.headers.get("accept", ""):
        return see(url("/pastes"))
    here, handbook = public_url(request, url("/p")), public_url(request, url("/docs/handbook/use/terminal"))
    return PlainTextResponse(USAGE.format(here=here, handbook=handbook))


@ar.plain("POST", "/p", scope=WRITE)
@ar.plain("POST", "/p/", scope=WRITE)
@ar.plain("PUT", "/p", scope=WRITE)
async def paste(request: Request) -> Response:
    return await pasted(request)


async def pasted(request: Request, name: str = "") -> Response:
    """Take it, store it, tell its link."""
    me, taken = await sent(request, name)
    made = await db.in_thread(pastes.create, me, taken.parts, **taken.wishes.terms())
    return linked(request, made)


async def sent(request: Request, name: str = "") -> tuple[Caller, Taken]:
    """Who posts, and what: the key may stand in a field of the form, as pastebinit sends it."""
    me = request.state.me
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not me and not pastes.anonymous_allowed() and kind not in (FORM, MULTIPART):
        raise Unknown("Send a key with it: `Authorization: Bearer ink-...`. Make one on the page Keys.")
    taken = await take(request, items.LARGEST if me else LARGEST_UNKNOWN, name)
    if not me and (given := taken.wishes.words.get("key")):
        me = by_key(request, WRITE, {"authorization": f"Bearer {given}"})
    if not me and not pastes.anonymous_allowed():
        raise Unknown("Send a key with it: `Authorization: Bearer ink-...`. Make one on the page Keys.")
    return me, taken


def linked(request: Request, made: pastes.Made, status: int = 201) -> Response:
    """The link of a paste: a line, JSON, or for a browser the way there. Tokens stand in headers of their own."""
    item = made.paste.item
    link = public_url(request, url("/p", item.id))
    tokens = {"edit-token": made.edit_token, "delete-token": made.delete_token}
    headers = {name: value for name, value in tokens.items() if value} | {"etag": f'"{item.current}"'}
    asks = request.headers.get("accept", "")
    if "text/html" in asks:
        return see(url("/p", item.id))
    headers |= {"location": link} if status == 201 else {}
    if "application/json" not in asks:
        return PlainTextResponse(f"{link}\n", status, headers)
    told = {"id": item.id, "url": link, "raw": f"{link}/raw", "revision": item.current}
    told |= {"visibility": item.visibility, "expires_at": item.expires_at}
    told |= {name.replace("-", "_"): value for name, value in tokens.items() if value}
    return Response(orjson.dumps(told), status, headers, "application/json")


# ── change ────────────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.plain("PUT", "/p/{id:id}", scope=WRITE)
async def revise(request: Request) -> Response:
    """The next revision, by its owner or with its edit token; `If-Match: "3"` refuses to write over a later one."""
    me, taken = await sent(request)
    id, base = request.path_params["id"], revision(request.headers.get("if-match", "*"))
    edit = request.headers.get("edit-token", "")
    return linked(request, await db.in_thread(written, me, id, taken, base, edit), 200)


def written(me: Caller, id: str, taken: Taken, base: int | None, edit: str) -> pastes.Made:
    """Store it, over the revision `base` (None: whichever is there). Raises Invalid, Stale (412), and as `revise`."""
    words = taken.wishes.words
    if settings := FIRST_ONLY & set(words):
        raise Invalid(**{name: f"{name} is chosen when a paste is made. Change it on its page." for name in settings})
    paste = pastes.find(id, me, token=edit)
    parts = taken.parts if len(taken.parts) > 1 else put(taken.parts[0], paste)
    try:
        paste = pastes.revise(me, id, parts, base=base or paste.item.current, title=words.get("title"), token=edit)
    except Stale as stale:
        stale.status = 412 if base else 409
        raise
    return pastes.Made(paste)


def put(piece: items.Piece, paste: pastes.Paste) -> list[items.Piece]:
    """The parts of a paste with this one in place of that of its name, or of the only one. Raises Invalid."""
    old = paste.parts[0] if len(paste.parts) == 1 else next((p for p in paste.parts if p.name == piece.name), None)
    if old is None:
        names = ", ".join(part.name for part in paste.parts)
        raise Invalid(name=f"Say which part this is as ?name=... ({names}), or send all of them as one form.")
    name = piece.name or old.name
    syntax = piece.syntax or (old.syntax if name == old.name else "")
    new = replace(piece, name=name, syntax=syntax)
    return [new if part is old else items.Piece(part.name, data=part.data, syntax=part.syntax) for part in paste.parts]


@ar.plain("DELETE", "/p/{id:id}", scope=WRITE)
async def trash(request: Request) -> Response:
    """Into the trash, by its owner; for good, with the delete token of an anonymous one."""
    id, given = request.path_params["id"], request.headers.get("delete-token", "")
    await db.in_thread(pastes.trash, request.state.me, id, token=given)
    return PlainTextResponse("It is deleted.\n" if given else "It is in the trash now.\n")


@ar.plain("PUT", "/p/{name:name}", scope=WRITE)
async def named(request: Request) -> Response:
    """A new paste whose part has this name, as `curl -T notes.txt .../p/` puts it."""
    return await pasted(request, request.path_params["name"])


def revision(text: str) -> int | None:
    """The number in an entity tag; None for `*`. Raises Invalid."""
    number = text.strip().removeprefix("W/").strip('"')
    if number == "*":
        return None
    if not number.isdigit() or len(number) > 9:
        raise Invalid(**{"if-match": 'Say which revision you have as If-Match: "3".'})
    return int(number)


# ── pastebinit ────────────────────────────────────────────────────────────────────────────────────────────────────────
@ar.plain("GET", "/.well-known/pastebinit.conf")
async def pastebinit(request: Request) -> Response:
    """The configuration of Debian's pastebinit for this workspace, with the key that it was asked for with."""
    return PlainTextResponse(configuration(public_url(request, url("/p")), token(request.headers)))


def configuration(address: str, key: str) -> str:
    """What pastebinit reads: where it posts, how the fields are called, and the key unless it would break the file."""
    scheme, _, place = address.partition("://")
    host, _, path = place.partition("/")
    key = key if key.isascii() and key.replace("-", "").replace("_", "").isalnum() else ""
    lines = ["[pastebin]", f"basename = {host}", f"post_page = {path}", "paste_regexp = (.*)"]
    lines += [f"sizelimit = {LARGEST_UNKNOWN // 3}", *(["https = True"] if scheme == "https" else []), ""]
    lines += ["[format]", "content = content", "title = title", "format = syntax", "password = key", ""]
    lines += ["[defaults]", "title =", "format =", f"password = {key}", ""]
    return "\n".join(lines)
