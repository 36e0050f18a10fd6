"""Copies of blobs at the replica's target: written by a job of the row's own transaction, fetched after a loss.

The kernel knows no backups: where copies go is handed in at a start, as `copies.target`.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import orjson

from app import clock, db
from app.blobs.keeping import is_there, path, write
from app.later import progress
from app.logs import log

FOLDER = "blobs"
# A copy whose job has not come to it for so long is made with the rest.
LATE = 5 * clock.MINUTE
# Slower than this is no connection: bytes a second.
SLOWEST = 100_000
MARK = "blobs_at"
UNCOPIED = "select hash from blob where copied_at is null and missing_at is null order by created_at"


class Store(Protocol):
    """The target, as far as blobs need it. `words` says where it is."""

    words: str

    def read(self, name: str, limit: float = 10.0) -> bytes | None:
        """The bytes of an object, None when there is none."""

    def write(self, name: str, data: bytes) -> None:
        """Store an object whole or not at all."""

    def list(self, prefix: str) -> Iterator[tuple[str, int, int]]:
        """Name, size and time of change of all below a folder."""

    def delete(self, name: str) -> None:
        """Delete an object."""


def nowhere() -> Store | None:
    """Without a replica, nothing is copied."""
    return None


target: Callable[[], Store | None] = nowhere


def copy_to(chosen: Callable[[], Store | None]) -> None:
    """Have copies go to what this gives whenever it is asked; None is nowhere."""
    global target
    target = chosen


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
    data = path(hash).read_bytes() if path(hash).exists() else b""
    if hashlib.sha256(data).hexdigest() == hash:
        store.write(name(hash), data)
    elif not fetch(hash):  # a damaged file never goes over a good copy
        note_missing(hash)
        return False
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
    """Bring a blob back from the target, if its bytes are whole there; whether it is here now."""
    store = target()
    row = db.fetch("select size from blob where hash = ?", hash)
    data = store.read(name(hash), 10 + (row[0] if row else 0) / SLOWEST) if store is not None else None
    if data is None or hashlib.sha256(data).hexdigest() != hash:
        return False
    write(hash, data)
    note_found(hash)
    log.info("blobs.fetched", hash=hash)
    return True


def fetch_missing(me: Any = None) -> int:
    """Look for every blob that is referred to, fetch what is not here, mark what is nowhere; how many are nowhere."""
    rows = db.fetch_all("select hash, size from blob where hash in (select hash from blobuse) order by hash")
    lost = 0
    for n, (hash, size) in enumerate(rows):
        progress(100 * n // len(rows), f"{n} of {len(rows)}")
        if is_there(hash, size):
            note_found(hash)
        elif not fetch(hash):
            lost += 1
            note_missing(hash)
    if lost:
        log.warning("blobs.missing", count=lost)
    return lost


def catch_up() -> None:
    """After a restore or a change of the target, have everything looked for and copied; and copy what was left."""
    store = target()
    if db.fetch("select 1 from blob limit 1") is None:
        return
    now = [generation(), store.words if store is not None else ""]
    before = setting()
    late = store is not None and db.fetch(
        "select 1 from blob where copied_at is null and missing_at is null and created_at < ?", clock.now() - LATE
    )
    if now == before and not (late and is_idle("blobs.copy_rest")):
        return
    with db.write() as tx:
        if now != before:
            value = orjson.dumps(now).decode()
            tx.run("insert or replace into setting (key, value) values (:key, :value)", key=MARK, value=value)
            tx.later("blobs.fetch_missing")
        if before is not None and now[1] != before[1]:
            tx.run("update blob set copied_at = null")
        tx.later("blobs.copy_rest")


def generation() -> int:
    """The number of the database's generation: another one after each restore."""
    row = db.fetch("select value from setting where key = 'generation'")
    return int(orjson.loads(row[0])) if row else 0


def setting() -> Any:
    """What `catch_up` saw last: the generation, and where copies went. None at first."""
    row = db.fetch("select value from setting where key = ?", MARK)
    return orjson.loads(row[0]) if row else None


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
    if db.fetch("select 1 from blob where hash = ? and missing_at is not null", hash):
        with db.write() as tx:
            tx.run("update blob set missing_at = null where hash = :hash", hash=hash)


def note_missing(hash: str) -> None:
    """It is nowhere, from now on or as before."""
    if db.fetch("select 1 from blob where hash = ? and missing_at is null", hash):
        with db.write() as tx:
            tx.run("update blob set missing_at = :now where hash = :hash", now=clock.now(), hash=hash)
