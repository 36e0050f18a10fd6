"""Checking an archive to its end before anything of it is taken: all of it is there, is listed, and is what it says."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from pydantic import ValidationError

from app.archives import shapes
from app.archives.importing.reports import plain
from app.archives.importing.zips import Zip
from app.archives.shapes import ENTRIES, FOLDERS, FORMAT, ITEMS, LINES, MANIFEST, PRODUCT, EntryRecord, ManifestRecord
from app.errors import Invalid

LARGEST_RECORD = 32 << 20
# What a chat may be that is taken in: all of its messages are in memory then.
LARGEST_CHAT, MOST_MESSAGES, MOST_PARTS = 256 << 20, 500_000, 1_000_000
LARGEST_MANIFEST = 1 << 20
ID = re.compile(r"[0-7][0-9a-hjkmnp-tv-z]{28}")
NAME = re.compile(rf"({'|'.join(FOLDERS.values())})/([^/]+)\.json(l?)")
KINDS = {folder: kind for kind, folder in FOLDERS.items()}
RECORDS: dict[str, type[shapes.Record]] = {
    "chat": shapes.ChatRecord,
    "project": shapes.ProjectRecord,
    **{kind: shapes.ItemRecord for kind in ITEMS},
}
SETTINGS = "workspace/settings.json"
# Lines of what others refer to by its id, which stands in addresses.
OWN_IDS = {
    f"{name}.jsonl"
    for name in ("people", "known", "spaces", "groups", "folders")
    + ("workspace/providers", "workspace/models", "workspace/aliases")
}

Progress = Callable[[float, str], None]
Shape = TypeVar("Shape", bound=shapes.Record)


def silent(share: float, words: str) -> None:
    """Progress that nobody watches."""


@dataclass
class Archive:
    """An archive that is whole. `sizes` are the bytes of what each person owns (by the id that they have in it),
    `bytes` all that will lie on the disk, `last_audit` the highest number of its audit."""

    zip: Zip
    manifest: Any
    sum: str
    records: Counter[str] = field(default_factory=Counter)
    sizes: Counter[str] = field(default_factory=Counter)
    last_audit: int = 0

    @property
    def bytes(self) -> int:
        """The bytes of all items."""
        return sum(self.sizes.values())

    def lines(self, name: str, record: type[Shape]) -> Iterator[Shape]:
        """The records of an entry of lines; none where there is no such entry. Raises Invalid."""
        if self.zip.has(name):
            for n, line in enumerate(split(self.zip.pieces(name), name), 1):
                yield read(record, line, f"{name}, line {n}")

    def things(self, kind: str) -> Iterator[tuple[str, Any]]:
        """The ids and records of all things of this kind, by their ids."""
        folder = f"{FOLDERS[kind]}/"
        for path in self.zip.paths(folder, ".json"):
            found = NAME.fullmatch(path)
            if found is not None and not found[3] and ID.fullmatch(found[2]):
                yield found[2], read(RECORDS[kind], self.zip.data(path, LARGEST_RECORD), path)

    def messages(self, chat_id: str) -> list[Any]:
        """The messages of a chat. Raises Invalid for more than fit into memory."""
        path = f"{FOLDERS['chat']}/{chat_id}.jsonl"
        if self.zip.has(path) and self.zip.told(path)[0] > LARGEST_CHAT:
            raise Invalid(archive=f"it is larger than {LARGEST_CHAT >> 20} MiB.")
        found: list[Any] = []
        parts = 0
        for each in self.lines(path, shapes.MessageRecord):
            message: Any = each
            found.append(message)
            parts += len(message.parts)
            if len(found) > MOST_MESSAGES or parts > MOST_PARTS:
                raise Invalid(archive=f"it has more than {MOST_MESSAGES:,} messages, or {MOST_PARTS:,} parts.")
        return found

    def holds(self, kind: str, id: str) -> bool:
        """Whether this thing is part of the archive."""
        return kind in FOLDERS and self.zip.has(f"{FOLDERS[kind]}/{id}.json")


def opened(file: Path | BinaryIO, progress: Progress = silent) -> Archive:
    """The archive, looked through to its end; who has it closes its `zip`. Raises Invalid with one sentence."""
    try:
        zip = Zip(file)
    except OSError as error:
        raise Invalid(
            archive=f"{file} cannot be read ({error.strerror}): put it where the server may read it."
        ) from None
    try:
        archive = started(zip)
        list_entries(archive)
        look_through(archive, progress)
    except BaseException:
        zip.close()
        raise
    return archive


def started(zip: Zip) -> Archive:
    """The archive by its manifest. Raises Invalid for what is none, or of another format."""
    if not zip.has(MANIFEST) or not zip.has(ENTRIES):
        raise Invalid(archive="This is no archive of Inglenook: it has no manifest. Nothing was changed.")
    data = zip.data(MANIFEST, LARGEST_MANIFEST)
    known = re.search(rb'"format"\s*:\s*(\d{1,9})', data)
    if known is not None and int(known[1]) != FORMAT:
        raise Invalid(
            archive=f"This archive is of format {int(known[1])}, and this Inglenook reads format {FORMAT}: "
            "take the version that wrote it, or a later one. Nothing was changed."
        )
    manifest = read(ManifestRecord, data, MANIFEST)
    if manifest.product != PRODUCT or (manifest.instance and not ID.fullmatch(manifest.instance)):
        raise Invalid(
            archive="This is no archive of Inglenook: its manifest is of something else. Nothing was changed."
        )
    return Archive(zip, manifest, hashlib.sha256(data).hexdigest())


def list_entries(archive: Archive) -> None:
    """Note of each entry what the list says. Raises Invalid where list, manifest and directory do not agree."""
    zip, told = archive.zip, archive.manifest.entries
    sum_, count, size = hashlib.sha256(), 0, 0
    zip.entries.execute("begin")
    for line in split(summed(zip.pieces(ENTRIES), sum_), ENTRIES):
        entry = read(EntryRecord, line, f"{ENTRIES}, line {count + 1}")
        count, size = count + 1, size + entry.size
        sql = "update entry set listed = ?, hash = ? where path = ? and hash is null and path not in (?, ?)"
        if not zip.entries.execute(sql, (entry.size, entry.sha256, entry.path, ENTRIES, MANIFEST)).rowcount:
            raise lying(f"{entry.path[:99]} is listed, but not there or listed twice")
    zip.entries.execute("commit")
    if sum_.hexdigest() != told.sha256:
        raise lying(f"{ENTRIES} is not what the manifest says")
    if (count, size) != (told.count, told.size) or count + 2 != zip.count:
        extra = zip.entries.execute(
            "select path from entry where hash is null and path not in (?, ?)", (ENTRIES, MANIFEST)
        ).fetchone()
        raise lying(f"{extra[0]} is not listed" if extra else "the manifest counts other entries")
    wrong = zip.entries.execute("select path from entry where listed is not null and listed != size").fetchone()
    if wrong is not None:
        raise lying(f"{wrong[0]} has another size than is listed")
    zip.must_lie_apart()


def lying(why: str) -> Invalid:
    """What does not agree."""
    return Invalid(archive=f"This archive is not what it says: {plain(why)}. Nothing was changed.")


def summed(pieces: Iterator[bytes], sum_: Any) -> Iterator[bytes]:
    """The same pieces, taken into a sum on their way."""
    for piece in pieces:
        sum_.update(piece)
        yield piece


def look_through(archive: Archive, progress: Progress) -> None:
    """Read each entry: its hash is the listed one, and each record is one. Raises Invalid."""
    zip = archive.zip
    total, done, seen = max(zip.size, 1), 0, 0
    # By where they lie, so that the disk is read once, from the front.
    reader = zip.entries.execute("select path, hash, packed from entry where hash is not null order by at")
    for path, hash, packed in reader:
        sum_ = hashlib.sha256()
        look(archive, path, summed(zip.pieces(path), sum_))
        if sum_.hexdigest() != hash:
            raise lying(f"{path} is not the one that is listed")
        done, seen = done + packed, seen + 1
        if seen % 64 == 0:
            progress(done / total, "Checking")


def look(archive: Archive, path: str, pieces: Iterator[bytes]) -> None:
    """Read one entry to its end, and what it tells where it is a record. Raises Invalid."""
    thing = NAME.fullmatch(path)
    if thing is not None and ID.fullmatch(thing[2]):
        kind = KINDS[thing[1]]
        if not thing[3]:
            note(archive, kind, thing[2], read(RECORDS[kind], gathered(pieces, path), path))
        elif kind == "chat":
            for n, line in enumerate(split(pieces, path), 1):
                read(shapes.MessageRecord, line, f"{path}, line {n}")
                archive.records["messages"] += 1
    elif path in LINES:
        for n, line in enumerate(split(pieces, path), 1):
            record = read(LINES[path], line, f"{path}, line {n}")
            archive.records[path] += 1
            id = getattr(record, "id", None)
            if path in OWN_IDS and not ID.fullmatch(str(id)):
                raise lying(f"{path}, line {n} has no id")
            if path.endswith("/audit.jsonl"):
                archive.last_audit = max(archive.last_audit, int(id or 0))
    for _ in pieces:
        pass


def note(archive: Archive, kind: str, id: str, record: Any) -> None:
    """Count a thing with its bytes. Raises Invalid where it is not the one that its name says, or its bytes are not
    there."""
    archive.records[kind] += 1
    if record.id != id or (kind in ITEMS and record.kind != kind):
        raise lying(f"{FOLDERS[kind]}/{id}.json is of something else")
    if kind not in ITEMS:
        return
    for part in (part for revision in record.revisions for part in revision.parts):
        if part.entry is not None:
            archive.sizes[record.owner_id or ""] += archive.zip.told(part.entry)[0]


def split(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Lines of bytes that come in pieces, without their ends. Raises Invalid for a line that is too long."""
    held = bytearray()
    for piece in pieces:
        held += piece
        if b"\n" in piece:
            *lines, rest = bytes(held).split(b"\n")
            held = bytearray(rest)
            yield from lines
        if len(held) > LARGEST_RECORD:
            raise Invalid(archive=f"{name} has a line of more than {LARGEST_RECORD >> 20} MiB. Nothing was changed.")
    if held:
        yield bytes(held)


def gathered(pieces: Iterator[bytes], name: str) -> bytes:
    """All of these bytes. Raises Invalid for too many."""
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) > LARGEST_RECORD:
            raise Invalid(archive=f"{name} is larger than {LARGEST_RECORD >> 20} MiB. Nothing was changed.")
    return bytes(held)


def read(record: type[Shape], data: bytes, place: str) -> Shape:
    """A record. Raises Invalid with the place of what is none."""
    try:
        return record.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise lying(f"{place} is no record of this format ({where or 'all of it'}: {first['msg']})") from None
