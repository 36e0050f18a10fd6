"""Blobs whose home is a bucket: what lies here is a cache, and what is no longer in it is read from there in pieces."""

import io
import os
from typing import Any, BinaryIO, cast

from app import clock, config, db
from app.blobs import copies, homes
from app.blobs.keeping import folder, path
from app.errors import Gone
from app.logs import log

# How much is read at once: little at first, because that may be all, then more and more.
FIRST, MOST = 256 << 10, 8 << 20
MOVE = """update blob set moved_at = :now where hash = :hash and copied_at is not null and missing_at is null"""


class Distant(io.RawIOBase):
    """The bytes of a blob in a store, read as a file is."""

    def __init__(self, store: Any, hash: str, size: int) -> None:
        super().__init__()
        self.store, self.name, self.size = store, copies.name(hash), size
        self.at, self.start, self.window, self.ahead = 0, 0, b"", FIRST

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go on there."""
        self.at = offset + (0 if whence == os.SEEK_SET else self.at if whence == os.SEEK_CUR else self.size)
        return self.at

    def tell(self) -> int:
        """Where it is."""
        return self.at

    def readinto(self, buffer: Any) -> int:
        """The next bytes, as many as there are at hand. Raises Gone when they were lost."""
        if self.at >= self.size:
            return 0
        if not self.start <= self.at < self.start + len(self.window):
            self.look()
        begin = self.at - self.start
        taken = self.window[begin : begin + len(buffer)]
        buffer[: len(taken)] = taken
        self.at += len(taken)
        return len(taken)

    def look(self) -> None:
        """Have more at hand, from where it is."""
        if self.at != self.start + len(self.window):
            self.ahead = FIRST
        window = self.store.range(self.name, self.at, min(self.size, self.at + self.ahead))
        if not window:
            raise Gone("These bytes are missing: they are no longer in the bucket that is the home of files.")
        self.start, self.window, self.ahead = self.at, window, min(MOST, self.ahead * 2)


def opened(hash: str) -> BinaryIO | None:
    """A blob that is not here, where it lives; None where it lives here, or is not there."""
    row = db.fetch("select size from blob where hash = ?", hash)
    for store in (copies.target(), homes.before(copies.opener)):
        if row and store is not None and store.is_home and store.range(copies.name(hash), 0, 1) is not None:
            return cast(BinaryIO, io.BufferedReader(Distant(store, hash, row[0]), FIRST))
    return None


def touch(hash: str) -> None:
    """Note that a file is read, where those that were not go first. Its other time says when it was wanted last."""
    if config.current.files != "disk":
        found = path(hash).stat()
        os.utime(path(hash), ns=(clock.now() * 1000, found.st_mtime_ns))


def evict() -> int:
    """Remove files that live in the bucket, those first that were not read for longest, until no more than the cache
    is here; how many."""
    store = copies.target()
    if store is None or not store.is_home or (homes.setting(homes.MARK) or ["", ""])[1] != store.words:
        return 0
    found = sorted((each.stat().st_atime_ns, each.stat().st_size, each) for each in folder().glob("??/*"))
    over = sum(size for _, size, _ in found) - (config.current.files_cache << 20)
    gone = 0
    for _, size, place in found:
        if over <= 0:
            break
        with db.write() as tx:
            # Whoever refers to it from now on sees that it lives elsewhere.
            if tx.run(MOVE, now=clock.now(), hash=place.name).rowcount:
                place.unlink(missing_ok=True)
                over, gone = over - size, gone + 1
    if gone:
        log.info("blobs.evicted", count=gone)
    return gone
