"""One tolerant reading of whatever a program posts: which bytes are the paste, and what else was asked."""

import re
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote_plus

import orjson
from starlette.requests import Request

from app import items
from app.errors import Invalid
from routes.headers import heard
from routes.posting import bodies
from routes.posting.wishes import HEADERS, OURS, Wishes

# Fields that hold the text itself, as the pastebins of this world call them; some number them (`f:1`).
CONTENT = ("file", "content", "text", "code", "sprunge", "f", "raw", "c", "paste", "data", "body")
NUMBERED = re.compile(r"([a-z]+)(?::\d+|\[\d*\])?")
# What a program that encodes a form leaves of it, and the shortest name that is believed without that.
ENCODED, BELIEVED = re.compile(rb"[A-Za-z0-9%&=+\-_.~*!'(),/:;@$?\[\]]+"), 4
MOST_PARTS = 64
LARGEST_JSON = 4 << 20
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


@dataclass
class Taken:
    """What came: the parts of a paste, and the wishes."""

    parts: list[items.Piece] = field(default_factory=list)
    wishes: Wishes = field(default_factory=Wishes)

    def add(self, data: bytes, name: str = "", syntax: str = "") -> None:
        """One more part. Raises Invalid."""
        if len(self.parts) == MOST_PARTS:
            raise Invalid(f"A paste has at most {MOST_PARTS} parts.")
        self.parts.append(items.Piece(name=name, data=data, syntax=syntax))


async def take(request: Request, largest: int, name: str = "") -> Taken:
    """Read what is posted; `name` is that in the address of a PUT. Raises Invalid, TooLarge, Refusal (408)."""
    taken = Taken()
    for header in HEADERS:
        taken.wishes.add(header, heard(request.headers, header))
    for key, value in request.query_params.multi_items():
        taken.wishes.add(key, value if key != "key" else "")  # a key in an address would stand in logs
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == MULTIPART:
        form(taken, await bodies.fields(request, largest))
    elif request.method == "POST" and kind in ("application/json", "text/json"):
        json(taken, await bodies.whole(request, min(largest, LARGEST_JSON)))
    else:
        body = await bodies.whole(request, largest)
        pairs = encoded(body) if request.method == "POST" and kind == FORM else None
        if pairs is None:
            taken.add(body)
        else:
            form(taken, [bodies.Field(key, value) for key, value in pairs])
    return finished(taken, name)


def finished(taken: Taken, name: str) -> Taken:
    """With the name and the syntax that were asked for the only part. Raises Invalid when there is nothing."""
    if not any(part.data for part in taken.parts):
        raise Invalid(content="There is nothing in this: send a text or a file.")
    first, *rest = [part for part in taken.parts if part.data]
    words = taken.wishes.words
    name, syntax = name or words.get("name", "") or first.name, first.syntax or words.get("syntax", "")
    taken.parts = [replace(first, name=name, syntax=syntax), *rest]
    return taken


def form(taken: Taken, fields: list[bodies.Field]) -> None:
    """The fields of a form: files, fields that hold texts, wishes; `name:2` and `ext:2` belong to the part `f:2`."""
    asked: dict[str, dict[str, str]] = {}
    for each in fields:
        base, _, number = each.name.lower().partition(":")
        if number.isdigit() and base in OURS:
            asked.setdefault(number, {})[OURS[base]] = told(each)
    strange: list[bodies.Field] = []
    for each in fields:
        key = each.name.lower()
        base, _, number = key.partition(":")
        found = NUMBERED.fullmatch(key)
        mine = asked.get(number, {})
        if each.filename is not None or (found is not None and found[1] in CONTENT):
            filename = "" if each.filename in (None, "-") else each.filename or ""
            taken.add(each.data, mine.get("name", filename), mine.get("syntax", ""))
        elif not (number.isdigit() and base in OURS) and not (key in OURS and taken.wishes.add(key, told(each))):
            strange.append(each)
    if not taken.parts and len(strange) == 1:
        taken.add(strange[0].data)  # whatever it is called, it can only be the text
    elif not taken.parts:
        raise Invalid(content=f"There is no text in this form: call its field {CONTENT[0]} or {CONTENT[1]}.")


def told(given: bodies.Field) -> str:
    """A field that is a word. Raises Invalid."""
    try:
        return given.data.decode()
    except UnicodeDecodeError:
        raise Invalid(**{given.name: "This field has to be UTF-8."}) from None


def encoded(body: bytes) -> list[tuple[str, bytes]] | None:
    """The pairs of a form, or None for a text: `curl --data-binary` says of every file that it is a form.

    A form names its text, and what encodes it leaves no blanks and nothing beyond ASCII. Of what people write by hand
    (`-d 'text=two words'`) one line is taken, and only under a name of some length.
    """
    name, equals, rest = body.partition(b"=")
    if not equals or len(name) > 40 or not known(name):
        return None
    pairs = [pair.partition(b"=") for pair in body.split(b"&")]
    whole = all(mark and known(key) for key, mark, _ in pairs)
    if not whole or ENCODED.fullmatch(body) is None:
        if len(name) < BELIEVED or re.search(rb"[\x00-\x1f]", body):
            return None
        if not whole:
            pairs = [(name, equals, rest)]  # the ampersand belongs to the text
    if not any(is_content(key) for key, _, _ in pairs):
        return None
    return [(plain(key).decode("latin-1"), plain(value)) for key, _, value in pairs]


def plain(text: bytes) -> bytes:
    """A value of a form without its encoding."""
    return unquote_plus(text.decode("latin-1"), "latin-1").encode("latin-1")


def known(key: bytes) -> bool:
    """Whether this is the name of a field that is understood here."""
    name = plain(key).decode("latin-1").lower()
    return is_content(key) or name in OURS or name.partition(":")[0] in OURS


def is_content(key: bytes) -> bool:
    """Whether a field of this name holds a text."""
    found = NUMBERED.fullmatch(plain(key).decode("latin-1").lower())
    return found is not None and found[1] in CONTENT


def json(taken: Taken, body: bytes) -> None:
    """`{"content": ..., "title": ...}` or `{"files": [{"name": ..., "content": ...}]}`. Raises Invalid."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Invalid("This says that it is JSON, and is not. To paste it as it is, send it as text/plain.") from None
    if not isinstance(data, dict):
        raise Invalid(content='JSON is an object here: {"content": "..."}. To paste JSON itself, send text/plain.')
    files = next((data[key] for key in ("files", "parts") if key in data), None)
    if files is None:
        files = [{"content": data[key]} for key in CONTENT if key in data][:1]
    if not isinstance(files, list) or not files:
        raise Invalid(content='JSON needs "content", or "files" with names and contents.')
    for each in files:
        text = each.get("content", each.get("text")) if isinstance(each, dict) else None
        if not isinstance(text, str):
            raise Invalid(content='Each file needs its "content" as text.')
        taken.add(text.encode(), word(each, "name"), word(each, "syntax"))
    for key, value in data.items():
        if isinstance(value, str | int | float) and key not in CONTENT:
            taken.wishes.add(key, str(value))


def word(data: dict[str, Any], key: str) -> str:
    """A text of this name, or nothing. Raises Invalid."""
    value = data.get(key, "")
    if not isinstance(value, str):
        raise Invalid(**{key: "This has to be text."})
    return value
