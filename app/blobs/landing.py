"""Bytes that come piece by piece: hashed while they are written, and named by their hash when all of them are there."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from app import disk
from app.blobs.keeping import Kept, coming, folder, path

CHUNK = 1 << 20
# After so many bytes the disk begins to write them, long before all have come.
SPAN = 16 << 20


class Landing:
    """A file that is being written in coming/, and its hash so far. Who does not `keep` it has to `drop` it."""

    def __init__(self, place: Path | None = None) -> None:
        self.place = place or coming()
        self.hash = hashlib.sha256()
        self.size = 0
        self.file = -1

    def write(self, data: bytes) -> None:
        """Add these bytes. Waits for the disk. Raises NotWritten when it is full; nothing is left then."""
        with disk.asked():
            try:
                self.put(data)
            except OSError:
                self.drop()  # what is there of it would only keep the disk full
                raise
        self.hash.update(data)
        if self.size // SPAN != (self.size + len(data)) // SPAN:
            disk.begin_writing(self.file, max(0, self.size - SPAN), SPAN + len(data))
        self.size += len(data)

    def put(self, data: bytes) -> None:
        """Write all of it, in as many goes as the disk asks for."""
        if self.file < 0:
            disk.directory(folder() / "coming")
            self.file = os.open(self.place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        left = memoryview(data)
        while left:
            left = left[os.write(self.file, left) :]

    def keep(self) -> Kept:
        """Have all of it on the disk under its name, in place of the same bytes if they were there. Raises NotWritten,
        and leaves nothing then."""
        if self.file < 0:
            self.write(b"")
        hash = self.hash.hexdigest()
        with disk.asked():
            try:
                os.fsync(self.file)
                disk.directory(path(hash).parent)
                # Over what is there: these bytes have just been seen, those may be damaged.
                os.rename(self.place, path(hash))
                disk.settle(path(hash).parent)
            finally:
                self.drop()
        return Kept(hash, self.size)

    def drop(self) -> None:
        """Forget it, and leave nothing; what has its name by now stays."""
        if self.file >= 0:
            os.close(self.file)
            self.file = -1
            self.place.unlink(missing_ok=True)


def land(pieces: Iterable[bytes]) -> Kept:
    """Keep bytes that come in pieces. Raises NotWritten, and what reading them raises; nothing is left then."""
    landing = Landing()
    try:
        for piece in pieces:
            landing.write(piece)
        return landing.keep()
    finally:
        landing.drop()


def linked(place: Path, hash: str) -> None:
    """Give a file that is whole and on the disk the name of its hash too, beside the one that it has. Raises
    NotWritten."""
    beside = coming()
    with disk.asked():
        disk.directory(path(hash).parent)
        try:
            os.link(place, beside)
            os.rename(beside, path(hash))
        finally:
            beside.unlink(missing_ok=True)  # renamed onto itself, a name stays where it was
        disk.settle(path(hash).parent)
