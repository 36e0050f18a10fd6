"""Reading blobs, and whether they are all there: on the disk with their hash, and at the replica's target."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from app import db
from app.blobs import copies, distant, homes
from app.blobs.keeping import is_whole, path
from app.errors import Gone

USED = """select hash, size, copied_at, missing_at from blob
    where exists (select 1 from blobuse where blobuse.hash = blob.hash) order by hash"""
MISSING = """select blob.hash, size, missing_at, kind, target_id from blob join blobuse on blobuse.hash = blob.hash
    where missing_at is not null order by missing_at desc, blob.hash"""


@dataclass(frozen=True)
class Missing:
    """Bytes that something refers to and that are nowhere. `since` is microseconds UTC."""

    hash: str
    size: int
    since: int
    kind: str
    target_id: str


@dataclass
class Found:
    """What a check found. `missing` and `damaged` are hashes; `fetched` were missing here and lay at the target."""

    count: int = 0
    size: int = 0
    fetched: int = 0
    uncopied: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether each blob that is referred to is there, with its hash."""
        return not self.missing and not self.damaged


def open(hash: str) -> BinaryIO:
    """The bytes of a blob, for reading. What is not on this disk is read where it lives, or else fetched from the
    replica's target. Raises Gone."""
    try:
        found = path(hash).open("rb")
        distant.touch(hash)
        return found
    except FileNotFoundError:
        if (away := distant.opened(hash)) is not None:
            return away
        if not copies.fetch(hash):
            raise Gone("These bytes are missing: they were lost with a disk, or before they were copied.") from None
    return path(hash).open("rb")


def here(hash: str) -> Path:
    """The file of a blob on this disk, for programs that read files; it is brought here first where it lives elsewhere.
    Raises Gone."""
    if not path(hash).exists() and not copies.fetch(hash):
        raise Gone("These bytes are missing: they were lost with a disk, or before they were copied.")
    return path(hash)


def used() -> list[tuple[str, int, int | None, int | None]]:
    """Hash, size, when it was copied and since when it is missing, of every blob that something refers to."""
    return [(row[0], row[1], row[2], row[3]) for row in db.fetch_all(USED)]


def missing() -> list[Missing]:
    """What is referred to and was not found, the latest loss first."""
    return [Missing(*row) for row in db.fetch_all(MISSING)]


def is_missing(hash: str) -> bool:
    """Whether these bytes were looked for and not found."""
    return db.fetch("select 1 from blob where hash = ? and missing_at is not null", hash) is not None


def check(progress: Callable[[int, str], None] | None = None, database: Path | None = None) -> Found:
    """Read every blob that is referred to (by the open database, or by a restored one) and compare its hash.

    One that is missing or damaged here is fetched from the replica's target; what is nowhere is marked as missing. Of
    what lives in a bucket and is not here, the size there is compared: the bucket looks after its bytes.
    `progress` is told per cent and a line of text. Raises Misconfigured when the target does not answer.
    """
    rows = used() if database is None else restored(database)
    found, total = Found(count=len(rows), size=sum(row[1] for row in rows)), sum(row[1] for row in rows) or 1
    store, there, seen = copies.target(), copies.listed(), 0
    home = there or {} if store is not None and store.is_home else {}
    for hash, size, _, _ in rows:
        if progress is not None:
            progress(round(100 * seen / total), f"{found.count} stored parts")
        seen += size
        if path(hash).exists() or home.get(copies.name(hash)) != size:
            look(hash, found)
        else:
            homes.note_moved(hash)
        if there is not None and there.get(copies.name(hash)) != size:
            found.uncopied += 1
            copies.forget(hash)
    return found


def look(hash: str, found: Found) -> None:
    """Compare one, and mend it from the target if it can be."""
    if is_whole(hash):
        copies.note_found(hash)
    elif copies.fetch(hash):
        found.fetched += 1
    else:
        (found.damaged if path(hash).exists() else found.missing).append(hash)
        copies.note_missing(hash)


def restored(database: Path) -> list[tuple[str, int, int | None, int | None]]:
    """The same rows of another database."""
    connection = db.connect(database, "ro")
    try:
        return [(row[0], row[1], row[2], row[3]) for row in connection.execute(USED)]
    finally:
        connection.close()
