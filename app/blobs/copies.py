"""Copies of blobs in a store: written by a job of the row's own transaction, fetched after a loss.

The store is the replica's target, where the disk here is the home of files; or it is their home itself, a bucket: then
what lies here is a cache of it. The kernel knows neither: where copies go is handed in at a start, as `copies.target`.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from app import clock, db
from app.blobs import homes
from app.blobs.keeping import is_there, is_whole, path
from app.blobs.landing import Landing
from app.later import progress
from app.logs import log

FOLDER = "blobs"
# A copy whose job has not come to it for so long is made with the rest.
LATE = 5 * clock.MINUTE
UNCOPIED = "select hash from blob where copied_at is null and missing_at is null order by created_at"


class Store(Protocol):
    """The target, as far as blobs need it. `words` says where it is, `address` is how a setting names it; `is_home`
    says that files live there, and what lies here is a cache."""

    words: str
    address: str
    is_home: bool

    def pieces(self, name: str) -> Iterator[bytes] | None:
        """The bytes of an object one after another, None when there is none."""

    def range(self, name: str, start: int, stop: int) -> bytes | None:
        """Some bytes of an object, None when there is none."""

    def take(self, name: str, place: Path) -> None:
        """Store a file whole or not at all, without having it in memory."""

    def list(self, prefix: str) -> Iterator[tuple[str, int, int]]:
        """Name, size and time of change of all below a folder."""

    def delete(self, name: str) -> None:
        """Delete an object."""


def nowhere() -> Store | None:
    """Without a replica, nothing is copied."""
    return None


target: Callable[[], Store | None] = nowhere
# What opens the home of before, by its address.
opener: Callable[[str], Store | None] = lambda address: None  # noqa: E731


def copy_to(chosen: Callable[[], Store | None], opening: Callable[[str], Store | None] | None = None) -> None:
    """Have copies go to what this gives whenever it is asked, None is nowhere; `opening` gives the store of an address
    that was their home before."""
    global target, opener
    target, opener = chosen, opening or opener


def name(hash: str) -> str:
    """A blob's name at the target."""
    return f"{FOLDER}/{hash[:2]}/{hash}"


def copy(me: Any, hash: str) -> bool:
    """Copy a blob to the target, unless that is done or nothing needs it; whether it is there now.

    Raises Misconfigured when the target does not answer, so that the job is tried again.
    """
    store = target()
    row = db.fetch("select copied_at from blob where hash = ?", hash)
    if store is None or row is None:
        return False
    if row[0] is not None:
        return True
    if is_whole(hash):
        store.take(name(hash), path(hash))
    elif not fetched(store, hash):  # a damaged file never goes over a good copy
        if not fetched(homes.before(opener), hash):
            note_missing(hash)
            return False
        store.take(name(hash), path(hash))
    with db.write() as tx:
        tx.run("update blob set copied_at = :now where hash = :hash", now=clock.now(), hash=hash)
    return True


def copy_rest(me: Any) -> int:
    """Copy whatever is not at the target yet; how many."""
    hashes = [row[0] for row in db.fetch_all(UNCOPIED)]
    copied = 0
    for n, hash in enumerate(hashes):
        progress(100 * n // len(hashes), f"{n} of {len(hashes)}")
        copied += copy(me, hash)
    return copied


def fetch(hash: str) -> bool:
    """Bring a blob back from the target or from the home of before, if its bytes are whole there; whether it is here
    now. Raises Misconfigured when they do not answer."""
    return fetched(target(), hash) or fetched(homes.before(opener), hash)


def fetched(store: Store | None, hash: str) -> bool:
    """Bring a blob from this store, if its bytes are whole there."""
    pieces = store.pieces(name(hash)) if store is not None else None
    if pieces is None or not land(hash, pieces):
        return False
    note_found(hash)
    log.info("blobs.fetched", hash=hash)
    return True


def land(hash: str, pieces: Iterator[bytes]) -> bool:
    """Keep these bytes, if they are those of this hash."""
    landing = Landing()
    try:
        for piece in pieces:
            landing.write(piece)
        if landing.hash.hexdigest() != hash:
            return False
        landing.keep()
        return True
    finally:
        landing.drop()


def fetch_missing(me: Any = None) -> int:
    """Look for every blob that is referred to, fetch what is not here, mark what is nowhere; how many are nowhere.

    What lies in the home of files need not be here: that is noted.
    """
    rows = db.fetch_all("select hash, size from blob where hash in (select hash from blobuse) order by hash")
    store = target()
    home = listed() or {} if store is not None and store.is_home else {}
    lost = 0
    for n, (hash, size) in enumerate(rows):
        progress(100 * n // len(rows), f"{n} of {len(rows)}")
        if is_there(hash, size):
            note_found(hash)
        elif home.get(name(hash)) == size:
            homes.note_moved(hash)
        elif not fetch(hash):
            lost += 1
            note_missing(hash)
    if lost:
        log.warning("blobs.missing", count=lost)
    else:
        homes.forget_before()
    return lost


def catch_up() -> None:
    """After a restore or a change of the target, have everything looked for and copied; and copy what was left."""
    store = target()
    if db.fetch("select 1 from blob limit 1") is None:
        return
    now = [homes.generation(), store.words if store is not None else "", homes.address(store)]
    seen = homes.setting(homes.MARK)
    late = store is not None and db.fetch(
        "select 1 from blob where copied_at is null and missing_at is null and created_at < ?", clock.now() - LATE
    )
    # Before files could live in a bucket, the last of the three was not told.
    before = [*seen, ""][:3] if seen is not None else None
    if now == before and not (late and is_idle("blobs.copy_rest")):
        return
    with db.write() as tx:
        if now != before:
            homes.put(tx, homes.MARK, now)
            tx.later("blobs.fetch_missing")
        if before is not None and now[2] != before[2] and before[2]:
            homes.put(tx, homes.BEFORE, before[2])
        if before is not None and now[1] != before[1]:
            tx.run("update blob set copied_at = null")
        tx.later("blobs.copy_rest")


def is_idle(job: str) -> bool:
    """Whether no such job waits or runs."""
    return db.fetch("select 1 from job where name = ? and state in ('queued', 'running') limit 1", job) is None


def listed() -> dict[str, int] | None:
    """The sizes of all copies by their names, None without a target."""
    store = target()
    return None if store is None else {each: size for each, size, _ in store.list(FOLDER)}


def forget(hash: str) -> None:
    """A copy that should be at the target is not: it is made again."""
    with db.write() as tx:
        if tx.run("update blob set copied_at = null where hash = :hash", hash=hash).rowcount:
            tx.later("blobs.copy", hash)


def note_found(hash: str) -> None:
    """It is here (again)."""
    if db.fetch("select 1 from blob where hash = ? and (missing_at is not null or moved_at is not null)", hash):
        with db.write() as tx:
            tx.run("update blob set missing_at = null, moved_at = null where hash = :hash", hash=hash)


def note_missing(hash: str) -> None:
    """It is nowhere, from now on or as before."""
    if db.fetch("select 1 from blob where hash = ? and missing_at is null", hash):
        with db.write() as tx:
            tx.run("update blob set missing_at = :now where hash = :hash", now=clock.now(), hash=hash)
