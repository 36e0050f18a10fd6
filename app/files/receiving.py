"""Receiving bytes: onto the disk while they come, within what the person, the policy and the disk allow.

`async with files.receive(me, name="a.pdf", length=n) as intake:` then `await intake.write(chunk)` and, after the last,
`arrived = await intake.finish()`, which `files.create` and `files.revise` take. Who leaves before that leaves nothing.
"""

import asyncio
import contextlib
import fnmatch
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app import blobs, db, settings
from app.blobs.landing import Landing
from app.errors import Forbidden, TooLarge
from app.items import room, types
from app.rights import Caller

# What is written to the disk at once; while that is done, the next comes.
BATCH = 1 << 20
# The bytes by which a type is told.
HEAD = 64 << 10
# What lies in its row where it is short.
TEXTS = ("text/", "application/json", "application/xml", "image/svg+xml")
Result = TypeVar("Result")
MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Arrived:
    """Bytes that have come whole: `type` is told by them, `text` is what they say where that is UTF-8 of up to 64 KiB
    and lies in its row (then there is no file of this hash); `head` are the first 64 KiB."""

    kept: blobs.Kept
    head: bytes
    text: str | None
    type: str

    @property
    def size(self) -> int:
        """How many bytes."""
        return self.kept.size

    @property
    def hash(self) -> str:
        """Their SHA-256."""
        return self.kept.hash


class Arriving:
    """Bytes on their way: counted against the limits, and in a file as soon as they are too many for a row."""

    def __init__(self, owner_id: str, name: str = "", length: int | None = None) -> None:
        self.owner_id, self.name, self.length = owner_id, name, length
        self.landing = Landing()
        self.head = b""
        self.refused_types: list[str] | None = None
        must_fit(owner_id, length or 0)

    def write(self, data: bytes) -> None:
        """Take these bytes. Waits for the disk. Raises TooLarge, NoRoom, NotWritten, Forbidden for a refused type."""
        size = self.landing.size + len(data)
        if self.length is not None and size > self.length:
            raise TooLarge(f"More than the {self.length:,} bytes came that were announced. Nothing was kept.")
        must_fit(self.owner_id, size, len(data))
        if len(self.head) < HEAD:
            self.begin(data)
        self.landing.write(data)

    def begin(self, data: bytes) -> None:
        """Look at the first bytes: what is not wanted here need not come to its end."""
        self.head += data[: HEAD - len(self.head)]
        if len(self.head) == HEAD:
            must_be_allowed(types.told(self.head, self.name))

    def finish(self) -> Arrived:
        """All have come. Waits for the disk. Raises as `write` does."""
        type = types.told(self.head, self.name)
        must_be_allowed(type)
        text = plain(self.head) if self.landing.size <= blobs.LARGEST_TEXT else None
        if text is not None and type.startswith(TEXTS):
            kept = blobs.Kept(self.landing.hash.hexdigest(), self.landing.size)
            self.landing.drop()
            return Arrived(kept, self.head, text, type)
        return Arrived(self.landing.keep(), self.head, None, type)

    def drop(self) -> None:
        """Leave nothing of what was not finished."""
        self.landing.drop()


class Taking(Protocol):
    """What takes bytes, and waits for the disk."""

    def write(self, data: bytes) -> None:
        """Take these bytes."""


class Batches:
    """Bytes from the event loop for what waits for the disk: while one piece is written by a thread, the next comes."""

    def __init__(self, taking: Taking) -> None:
        self.taking = taking
        self.waiting: list[bytes] = []
        self.held = 0
        self.writing: asyncio.Future[None] | None = None

    async def write(self, chunk: bytes) -> None:
        """Take these bytes. Raises what taking the ones before them raised."""
        self.waiting.append(chunk)
        self.held += len(chunk)
        if self.held >= BATCH:
            await self.flush()

    async def flush(self) -> None:
        """Have what waits written, after what is being written."""
        await self.settled()
        data, self.waiting, self.held = b"".join(self.waiting), [], 0
        self.writing = asyncio.ensure_future(db.in_thread(self.taking.write, data))

    async def settled(self) -> None:
        """Wait for the disk. Raises what it said."""
        writing, self.writing = self.writing, None
        if writing is not None:
            await writing

    async def rested(self) -> None:
        """Wait until no thread writes, whatever it says."""
        writing, self.writing = self.writing, None
        if writing is not None:
            await asyncio.wait([writing])
            writing.cancelled() or writing.exception()


class Intake(Batches):
    """A body on its way to be a file."""

    def __init__(self, arriving: Arriving) -> None:
        super().__init__(arriving)
        self.arriving = arriving

    async def finish(self) -> Arrived:
        """All have come: they are on the disk, and wait for a transaction that refers to them."""
        await self.flush()
        await self.settled()
        return await through(db.in_thread(self.arriving.finish))

    async def drop(self) -> None:
        """Leave nothing of what was not finished."""
        await self.rested()
        await db.in_thread(self.arriving.drop)


async def through(work: Awaitable[Result]) -> Result:
    """What must not be left in its midst: who is cancelled meanwhile goes only when it is done."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():  # a server that lets a request go cancels it again and again
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        raise


@asynccontextmanager
async def receive(
    me: Caller, *, name: str = "", length: int | None = None, owner_id: str | None = None
) -> AsyncIterator[Intake]:
    """Receive a file of this name and (where it is known) length, for `me` or on the account of `owner_id`.

    Raises TooLarge, NoRoom, NotWritten, and Forbidden for a type that the admins do not want here.
    """
    intake = Intake(await db.in_thread(Arriving, owner_id or me.id, name, length))
    try:
        yield intake
    finally:
        await through(intake.drop())


@contextmanager
def taking(owner_id: str, *, name: str = "", length: int | None = None) -> Iterator[Arriving]:
    """The same in a thread: `arriving.write(data)`, `arriving.finish()`."""
    arriving = Arriving(owner_id, name, length)
    try:
        yield arriving
    finally:
        arriving.drop()


def arrived(me: Caller, data: bytes | Iterable[bytes], name: str = "") -> Arrived:
    """Bytes that are here already, or come in pieces, as what `create` takes. Waits for the disk. Raises as above."""
    with taking(me.id, name=name) as arriving:
        for piece in [data] if isinstance(data, bytes) else data:
            arriving.write(piece)
        return arriving.finish()


def most() -> int:
    """The bytes that one file may have here."""
    return int(settings.value("file_mb")) << 20


def must_fit(owner_id: str, size: int, more: int | None = None) -> None:
    """Raises TooLarge or NoRoom when a file of so many bytes may not be stored, of which `more` (or all) are still to
    be written to the disk."""
    if size > most():
        raise TooLarge(f"A file may be at most {most() >> 20:,} MiB here. Nothing was kept.")
    must_have_room(owner_id, size, more)


def must_have_room(owner_id: str, size: int, more: int | None = None) -> None:
    """Raises NoRoom when so many bytes more are beyond the quota of a person, or of the disk."""
    quota, spare = int(settings.value("quota_mb")) << 20, int(settings.value("spare_mb")) << 20
    room.check(owner_id, size if more is None else more, 1 << 62, spare)
    room.must_fit(owner_id, room.used(owner_id) + size, quota)


def must_be_allowed(type: str) -> None:
    """Raises Forbidden for a type that the admins do not want here."""
    for pattern in settings.value("file_types_refused"):
        if fnmatch.fnmatchcase(type, pattern):
            raise Forbidden(f"Files of this type ({type}) are not taken here, by the admins' choice. Nothing was kept.")


def plain(data: bytes) -> str | None:
    """The text that these bytes are, if it gives back the very same bytes."""
    if data.startswith(MARKS) or b"\0" in data:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None  # no text, then, but a file like any other
