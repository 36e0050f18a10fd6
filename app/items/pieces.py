"""Pieces: the parts of an item as they come in, and what is checked before anything of them is kept."""

import hashlib
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from app import blobs
from app.errors import Invalid, TooLarge
from app.items import syntaxes, types
from app.items.rows import ItemPart

MOST_PARTS, LONGEST_NAME, LONGEST_TITLE = 64, 200, 200
LARGEST = 32 << 20
# Marks by which a text says its encoding, and how Python calls it.
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Piece:
    """One named part as it comes in: `text`, or `data` which may turn out to be text. An empty `syntax` is found out
    by the name and the content, as is the `type` of bytes; what a sender says of it is not believed."""

    name: str = ""
    text: str | None = None
    data: bytes | None = None
    syntax: str = ""
    type: str = ""


@dataclass(frozen=True)
class Ready:
    """A part that may be stored: `data` is its UTF-8 or its bytes, `kept` says where they lie if not in the row."""

    part: ItemPart
    data: bytes
    kept: blobs.Kept | None = None


def decoded(data: bytes) -> tuple[str | None, str]:
    """The text that these bytes are and its encoding (UTF-8, or UTF-16 with its mark); None and 'binary' otherwise."""
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None, "binary"
    return (text, encoding) if "\0" not in text else (None, "binary")


def ready(pieces: list[Piece]) -> list[Ready]:
    """The parts as they can be stored, with a name of its own each; their bytes over 64 KiB are on the disk then.

    Waits for the disk. Raises Invalid, TooLarge, NotWritten.
    """
    if not pieces:
        raise Invalid(text="There is nothing in it.")
    if len(pieces) > MOST_PARTS:
        raise Invalid(parts=f"It may have at most {MOST_PARTS} parts; these are {len(pieces)}.")
    bodies = [body(piece) for piece in pieces]
    if sum(len(data) for _, data in bodies) > LARGEST:
        raise TooLarge(f"It may be at most {LARGEST >> 20} MiB in all.")
    if not any(data.strip() if text is not None else data for text, data in bodies):
        raise Invalid(text="There is nothing in it.")
    taken: set[str] = set()
    found = []
    for position, (piece, (text, data)) in enumerate(zip(pieces, bodies, strict=True)):
        part = described(piece, text, data)
        part.name = unique(part.name, taken)
        part.position = position
        found.append((part, data))
    return [Ready(part, data, None if part.text is not None else blobs.keep(data)) for part, data in found]


def body(piece: Piece) -> tuple[str | None, bytes]:
    """The text of a piece, if it is one, and its bytes. Raises Invalid."""
    if piece.text is None:
        text, _ = decoded(piece.data or b"")
        return text, text.encode() if text is not None else piece.data or b""
    if "\0" in piece.text:
        raise Invalid(text="It holds a NUL character, which no text has. Send it as a file.")
    try:
        return piece.text, piece.text.encode()
    except UnicodeEncodeError:
        raise Invalid(text="It holds half a character (a lone surrogate). Send it as a file.") from None


def described(piece: Piece, text: str | None, data: bytes) -> ItemPart:
    """The row of a part, still without a place. Raises Invalid."""
    name = named(piece.name)
    part = ItemPart(item_id="", number=0, position=0, size=len(data), hash=hashlib.sha256(data).hexdigest())
    if text is None:
        part.type = types.told(data)
        part.name = name or f"data{types.extension(part.type)}"
        return part
    part.syntax = chosen(piece.syntax, name, text)
    part.lines = text.count("\n") + (not text.endswith("\n") and text != "")
    part.name = name or f"paste{syntaxes.extension(part.syntax)}"
    part.text = text if len(data) <= blobs.LARGEST_TEXT else None
    return part


def chosen(syntax: str, name: str, text: str) -> str:
    """The syntax that somebody chose, or the one that is found out. Raises Invalid."""
    if not syntax or syntax == "auto":
        return syntaxes.guess(name, text)
    known = syntaxes.known(syntax)
    if known is None:
        raise Invalid(syntax=f"There is no syntax {syntax[:40]!r}.")
    return known


def named(name: str) -> str:
    """A part's name as it is kept: one name, no path, nothing that cannot be seen. Raises Invalid."""
    name = unicodedata.normalize("NFC", name.strip())
    if len(name.encode(errors="replace")) > LONGEST_NAME:
        raise Invalid(name=f"A name may be at most {LONGEST_NAME} bytes long.")
    if not is_visible(name):
        raise Invalid(name="A name may not hold characters that cannot be seen or that turn the direction of others.")
    if "/" in name or "\\" in name or name in (".", ".."):
        raise Invalid(name="A name is that of one file, without a path.")
    return name


def titled(title: str) -> str:
    """A title as it is kept, on one line. Raises Invalid."""
    title = " ".join(title.split())
    if len(title) > LONGEST_TITLE:
        raise Invalid(title=f"A title may be at most {LONGEST_TITLE} characters long.")
    if not is_visible(title):
        raise Invalid(title="A title may not hold characters that cannot be seen or that turn the direction of others.")
    return title


def is_visible(text: str) -> bool:
    """Whether each character has a shape of its own: no control, no half character, nothing that turns direction."""
    return all(unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp") and not is_turning(c) for c in text)


def is_turning(c: str) -> bool:
    """Whether a sign is unseen and changes what is around it; joiners of emoji and Indic scripts are not."""
    return unicodedata.category(c) == "Cf" and c not in "\u200c\u200d\u00ad" and not 0xE0020 <= ord(c) <= 0xE007F


def unique(name: str, taken: set[str]) -> str:
    """This name, or with a number the next that is free; two that differ in case only would meet when unpacked."""
    path, n, tried = PurePosixPath(name), 1, name
    while tried.casefold() in taken:
        n += 1
        tried = f"{path.stem} ({n}){path.suffix}"
    taken.add(tried.casefold())
    return tried
