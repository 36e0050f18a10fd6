"""The end of bytes that nothing refers to: a day after the last moment that can be restored and needs them.

What no row knows (of a crash before its commit, or of a moment that a restore went back behind) is released too, and
has the same time: the restore may be undone.
"""

import re
from pathlib import Path

from app import clock, db
from app.blobs import copies
from app.blobs.keeping import folder, path
from app.config import RETENTION
from app.logs import log

KEPT = (RETENTION + 1) * clock.DAY
UNFINISHED = clock.DAY
OVER = """select hash from blob where released_at < ? and not exists
    (select 1 from blobuse where blobuse.hash = blob.hash) order by released_at"""
FREE = """select 1 from blob where hash = :hash and released_at < :before and not exists
    (select 1 from blobuse where blobuse.hash = blob.hash)"""
ADOPT = """insert or ignore into blob (hash, size, created_at, released_at, copied_at)
    values (:hash, :size, :now, :now, :copied_at)"""
HASH = re.compile("[0-9a-f]{64}")


def sweep() -> int:
    """Delete the bytes, here and at the target, whose last use ended longer ago than the retention and a day; how many.
    Raises Misconfigured when the target does not answer: they stay until it does."""
    before = clock.now() - KEPT
    gone = [row[0] for row in db.fetch_all(OVER, before) if end(row[0], before)]
    if gone:
        log.info("blobs.swept", count=len(gone))
    return len(gone)


def end(hash: str, before: int) -> bool:
    """Delete one, unless somebody refers to it or has kept the same bytes meanwhile.

    The copy goes first: a crash leaves a file that the next sweep finds, never one that nobody knows of.
    """
    if is_wanted(hash, before):
        return False
    with db.write() as tx:
        tx.run("update blob set copied_at = null where hash = :hash", hash=hash)
    store = copies.target()
    if store is not None:
        store.delete(copies.name(hash))
    with db.write() as tx:
        if is_wanted(hash, before) or not tx.run(FREE, hash=hash, before=before).fetchone():
            tx.run("update blob set copied_at = null where hash = :hash", hash=hash)
            tx.later("blobs.copy", hash)
            return False
        path(hash).unlink(missing_ok=True)
        tx.run("delete from blob where hash = :hash", hash=hash)
    return True


def is_wanted(hash: str, before: int) -> bool:
    """Whether the same bytes were kept again, for a use that may come."""
    place = path(hash)
    return place.exists() and place.stat().st_mtime_ns // 1000 > before


def adopt() -> int:
    """Release the files and copies that no row knows, and remove what crashes left half written; how many were adopted.
    Raises Misconfigured when the target does not answer."""
    old = clock.now() - UNFINISHED
    for each in list(folder().glob("coming/*")):
        if changed(each) < old:
            each.unlink(missing_ok=True)
    files = {each.name: each.stat().st_size for each in folder().glob("??/*") if changed(each) < old}
    count = take_in(files, None)
    store = copies.target()
    if store is None:
        return count
    there = [(each, size) for each, size, time in store.list(copies.FOLDER) if time < old]
    for half in [each for each, _ in there if not HASH.fullmatch(tail(each))]:
        store.delete(half)
    count += take_in({tail(each): size for each, size in there if HASH.fullmatch(tail(each))}, clock.now())
    return count


def tail(name: str) -> str:
    """The last part of a name at the target."""
    return name.rpartition("/")[2]


def take_in(found: dict[str, int], copied_at: int | None) -> int:
    """Write rows for those of these hashes and sizes that have none, as released now; how many."""
    known = {row[0] for row in db.fetch_all("select hash from blob")}
    strangers = [(hash, size) for hash, size in found.items() if hash not in known]
    if strangers:
        with db.write() as tx:
            for hash, size in strangers:
                tx.run(ADOPT, hash=hash, size=size, now=clock.now(), copied_at=copied_at)
        log.info("blobs.adopted", count=len(strangers))
    return len(strangers)


def changed(place: Path) -> int:
    """When a file was written or wanted last."""
    return place.stat().st_mtime_ns // 1000
