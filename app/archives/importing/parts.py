"""The bytes of an item's parts: in their rows or on the disk, told anew what they are; nothing said of them counts."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app import blobs, secrets
from app.archives.importing.mapping import Into
from app.archives.importing.rows import must
from app.blobs import Kept, landing
from app.errors import Invalid
from app.files import receiving
from app.items import ItemPart, pieces, syntaxes, types

HEAD = 64 << 10
LARGEST_LOST = 1 << 40
# What a file may be said to be that can be read: all of them are sent as plain text.
KINDS_OF_TEXT = frozenset({*types.NAMES.values(), types.PLAIN})


@dataclass
class Bytes:
    """What was seen of some bytes while they came: how they begin, how many lines they have, whether they are UTF-8."""

    head: bytes = b""
    lines: int = 0
    last: bytes = b""
    is_utf8: bool = True
    kept: Kept | None = None
    decoder: Any = field(default_factory=lambda: codecs.getincrementaldecoder("utf-8")())

    def passing(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The same chunks, looked at."""
        for chunk in chunks:
            self.look(chunk)
            yield chunk
        self.decode(b"", final=True)

    def look(self, chunk: bytes) -> None:
        """Look at the next of them."""
        self.head += chunk[: HEAD - len(self.head)]
        self.lines += chunk.count(b"\n")
        self.last = chunk[-1:] or self.last
        self.decode(chunk)

    def decode(self, chunk: bytes, final: bool = False) -> None:
        """Find out whether it is text."""
        if self.is_utf8:
            try:
                self.decoder.decode(chunk, final)
                self.is_utf8 = b"\0" not in chunk
            except UnicodeDecodeError:
                self.is_utf8 = False  # then it is bytes


def taken(into: Into, kind: str, record: Any, known: dict[str, Bytes]) -> tuple[ItemPart, Kept | None]:
    """A part as its row, and where its bytes lie if not there; `known` are the bytes of this item that were read. Waits
    for the disk. Raises Invalid, NotWritten."""
    part = ItemPart(item_id="", number=0, position=record.position, name=named(record.name, kind))
    if record.entry is None:
        return lost(into, part, record), None
    seen = known.get(record.entry)
    size, hash = into.archive.zip.told(record.entry)
    if seen is None:
        seen = known[record.entry] = read(into, record.entry, kind)
        must(seen.kept is None or seen.kept.hash == hash, "its bytes changed while they were read")
    part.size, part.hash = size, hash
    is_text = seen.is_utf8
    if kind == "file":
        part.type = told(record.type, seen.head, part.name)
        part.text = plain(seen) if seen.kept is None and part.type.startswith(receiving.TEXTS) else None
        has_lines = part.text is not None
    else:
        part.type = types.PLAIN if is_text else types.told(seen.head)
        part.text = seen.head.decode() if seen.kept is None and is_text else None
        has_lines = is_text
    if part.text is None and seen.kept is None:
        seen.kept = blobs.keep(seen.head)
    if has_lines:
        part.lines = seen.lines + (seen.last not in (b"\n", b""))
    if is_text or part.type.startswith("text/"):
        part.syntax = record.syntax if syntaxes.known(record.syntax) == record.syntax else ""
    return part, None if part.text is not None else seen.kept


def read(into: Into, entry: str, kind: str) -> Bytes:
    """The bytes of an entry: in memory where they fit into a row, else on the disk."""
    seen = Bytes()
    size, _ = into.archive.zip.told(entry)
    if size <= blobs.LARGEST_TEXT:
        for _ in seen.passing(into.archive.zip.pieces(entry)):
            pass
    else:
        seen.kept = landing.land(seen.passing(into.archive.zip.pieces(entry)))
    return seen


def plain(seen: Bytes) -> str | None:
    """The text of few bytes, if it gives back the very same."""
    return receiving.plain(seen.head)


def told(said: str, head: bytes, name: str) -> str:
    """The type of a file's bytes. What is said of them counts only among kinds of text, which a name once told."""
    found = types.told(head, name)
    if types.readable(head) is not None:
        return said if said in KINDS_OF_TEXT else found
    is_old_text = said.startswith("text/") and said in KINDS_OF_TEXT and head.translate(None, types.CONTROLS) == head
    return said if is_old_text and found in (types.OCTETS, said) else found


def lost(into: Into, part: ItemPart, record: Any) -> ItemPart:
    """A part whose bytes were nowhere. Where others have things, its hash would open theirs: whoever knows a hash does
    not have the bytes."""
    part.hash = record.hash if into.keeps else secrets.digest(secrets.token())
    must(len(part.hash) == 64 and set(part.hash) <= set("0123456789abcdef"), "one of its parts has no hash")
    part.size, part.lines = min(max(record.size, 0), LARGEST_LOST), min(max(record.lines, 0), LARGEST_LOST)
    part.type = record.type if record.type in KINDS_OF_TEXT else types.OCTETS
    part.syntax = record.syntax if syntaxes.known(record.syntax) == record.syntax else ""
    into.report.count("part", "{} whose bytes were lost before: only their names are here.")
    return part


def named(name: str, kind: str) -> str:
    """A part's name as it is kept. Raises Invalid."""
    try:
        found = pieces.named(name)
    except Invalid as refusal:
        raise Invalid(archive=f"one of its parts has a name that none can have ({refusal.message[:60]})") from None
    must(found == name and bool(found), "one of its parts has a name that none can have")
    return found
