"""One piece after another, by one request at a time: what is told as taken is on the disk for good."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from app import clock, db, disk
from app.blobs.landing import CHUNK, SPAN
from app.errors import Conflict, TooLarge
from app.files import receiving
from app.files.receiving import HEAD, Batches
from app.files.rows import Upload
from app.files.uploads.beginning import LASTS, hashes, offset, path
from app.items import types

# Seconds that a later request waits for the one that it ends.
PATIENCE = 15.0
MOST_HASHES = 64


class Appending:
    """The file of an upload, open at its end. Raises Conflict where that is not `at`."""

    def __init__(self, upload: Upload, at: int) -> None:
        self.upload, self.length = upload, upload.length or 0
        self.size = offset(upload)
        if self.size != at:
            raise Conflict(f"It goes on at {self.size:,}, not at {at:,}.", "offset")
        receiving.must_fit(upload.user_id, self.length, self.length - self.size)
        with disk.asked():
            disk.directory(path(upload).parent)
            self.file = os.open(path(upload), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.hash = hash_of(upload, self.size)
        hashes.pop(upload.id, None)

    def write(self, data: bytes) -> None:
        """Take these bytes. Raises TooLarge for more than were announced, NoRoom, NotWritten."""
        if self.size + len(data) > self.length:
            raise TooLarge(f"More than the {self.length:,} bytes came that were announced.")
        receiving.must_fit(self.upload.user_id, self.length, len(data))
        left = memoryview(data)
        while left:
            with disk.asked():
                written = os.write(self.file, left)
            self.hash.update(left[:written])
            if self.size // SPAN != (self.size + written) // SPAN:
                disk.begin_writing(self.file, max(0, self.size - SPAN), SPAN + written)
            self.size += written
            left = left[written:]
        if self.size >= HEAD > self.size - len(data):
            with path(self.upload).open("rb") as file:
                receiving.must_be_allowed(types.told(file.read(HEAD), self.upload.name))

    def settle(self) -> None:
        """Have what came on the disk for good, and let go of the file. Raises NotWritten."""
        try:
            with disk.asked():
                os.fsync(self.file)
        finally:
            os.close(self.file)
        hashes[self.upload.id] = (self.hash, self.size)
        while len(hashes) > MOST_HASHES:
            hashes.popitem(last=False)
        with db.write() as tx:
            tx.run("update upload set expires_at = :at where id = :id", at=clock.now() + LASTS, id=self.upload.id)


def hash_of(upload: Upload, size: int) -> Any:
    """The hash of what has come so far: remembered, or made again."""
    known, at = hashes.get(upload.id, (None, -1))
    if known is not None and at == size:
        return known
    found = hashlib.sha256()
    if size:
        with path(upload).open("rb") as file:
            while piece := file.read(CHUNK):
                found.update(piece)
    return found


@dataclass
class Turn:
    """A request that works on an upload. `timeout` ends it, `over` says that it has let go."""

    timeout: asyncio.Timeout = field(default_factory=lambda: asyncio.timeout(None))
    over: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False

    def end(self) -> None:
        """Have it come to its end soon."""
        if not self.ended:
            self.ended = True
            self.timeout.reschedule(0)


turns: dict[str, Turn] = {}


@asynccontextmanager
async def turn(id: str) -> AsyncIterator[None]:
    """Only one request works on an upload: a later one ends the one before, whose connection is mostly dead and has
    not been seen to be. Raises Conflict for the one that is ended, and for one that waits too long."""
    while (other := turns.get(id)) is not None:
        other.end()
        try:
            async with asyncio.timeout(PATIENCE):
                await other.over.wait()
        except TimeoutError:
            raise Conflict("Another request works on this upload.", "locked") from None
    mine = turns[id] = Turn()
    try:
        async with mine.timeout:
            yield
    except TimeoutError:
        raise Conflict("A later request goes on with this upload.", "locked") from None
    finally:
        del turns[id]
        mine.over.set()


@asynccontextmanager
async def append(upload: Upload, at: int) -> AsyncIterator[Batches]:
    """Take the next piece, at this offset, within a `turn`: what came of it stays, however it ends."""
    appending = await db.in_thread(Appending, upload, at)
    batches = Batches(appending)
    try:
        yield batches
        await batches.flush()
        await batches.settled()
    except BaseException:
        await receiving.through(remaining(batches))
        raise
    finally:
        await receiving.through(db.in_thread(appending.settle))


async def remaining(batches: Batches) -> None:
    """Write what had come before a connection broke."""
    await batches.rested()
    if batches.waiting:
        await batches.flush()
        await batches.rested()
