"""A ZIP archive that is written while it is sent, with a list of what is in it that lies on the disk, not in memory."""

import hashlib
import tempfile
import zipfile
from collections.abc import Generator, Iterable
from datetime import UTC, datetime
from io import BytesIO
from typing import IO, Any, BinaryIO, cast

import orjson

from app import config
from app.archives import shapes
from app.files import zipping
from app.files.zipping import Outlet

Pieces = Generator[bytes, None, None]
# What holds more lies in a file without a name, which a kill leaves nothing of.
IN_MEMORY = 1 << 20
LAST_YEAR = 4_354_819_199  # 2107, after which no zip knows a time
# From here on sizes take eight bytes; one that is told later is told in as many from a gigabyte on.
LARGE = 1 << 30
READABLE = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


def spool() -> IO[bytes]:
    """A place for bytes that go out later: in memory while they are few, then on the disk of the data directory."""
    return cast(IO[bytes], tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(config.current.data)))


def line(record: dict[str, Any]) -> bytes:
    """A record as a line of its own."""
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)


class Pack:
    """An archive that is being written: how many entries it has, how many bytes they unpack to, what was missing."""

    def __init__(self) -> None:
        self.outlet = Outlet()
        self.zip = zipfile.ZipFile(cast(BinaryIO, self.outlet), "w", allowZip64=True)
        self.entries, self.lost = spool(), spool()
        self.hash = hashlib.sha256()
        self.count = self.size = self.missing = self.sent = 0
        self.counts: dict[str, int] = {}

    def put(self, path: str, at: int, file: IO[bytes], size: int, packed: bool = False) -> Generator[bytes, None, str]:
        """An entry of these bytes from where the file stands, of which about `size` are expected; their SHA-256.
        `packed` ones are stored as they are. `at` is microseconds UTC."""
        hash, length = hashlib.sha256(), 0
        with self.zip.open(entry(path, at, packed), "w", force_zip64=size >= LARGE) as taken:
            while piece := file.read(zipping.PIECE):
                hash.update(piece)
                length += len(piece)
                taken.write(piece)
                yield from self.waiting()
        yield from self.waiting()
        self.note(path, length, hash.hexdigest())
        return hash.hexdigest()

    def note(self, path: str, size: int, sha256: str) -> None:
        """List an entry."""
        told = line({"path": path, "size": size, "sha256": sha256})
        self.entries.write(told)
        self.hash.update(told)
        self.count, self.size = self.count + 1, self.size + size

    def waiting(self, least: int = 0) -> Pieces:
        """What is to be sent, if it is so much, or a piece."""
        if self.outlet.held >= (least or zipping.PIECE):
            data = self.outlet.emptied()
            self.sent += len(data)
            yield data

    def whole(self, path: str, at: int, file: IO[bytes]) -> Pieces:
        """An entry of all that was written to a spool."""
        size = file.tell()
        file.seek(0)
        yield from self.put(path, at, file, size)

    def record(self, path: str, at: int, record: dict[str, Any]) -> Pieces:
        """An entry of one record, for people to read too."""
        yield from self.text(path, at, orjson.dumps(record, option=READABLE))

    def text(self, path: str, at: int, data: bytes) -> Pieces:
        """An entry of a few bytes."""
        yield from self.put(path, at, BytesIO(data), len(data))

    def lines(self, path: str, records: Iterable[dict[str, Any]], noun: str) -> Pieces:
        """An entry of one record a line, unless there are none; they are read before the first byte is sent."""
        with spool() as file:
            count = 0
            for record in records:
                file.write(line(record))
                count += 1
            if count:
                self.counted(noun, count)
                yield from self.whole(path, 0, file)

    def counted(self, noun: str, count: int = 1) -> None:
        """So many records more."""
        self.counts[noun] = self.counts.get(noun, 0) + count

    def lack(self, record: dict[str, Any]) -> None:
        """Bytes that are nowhere, or not what they were."""
        self.lost.write(line(record))
        self.missing += 1

    def listed(self) -> Pieces:
        """The lists: what is missing, then all entries; what the manifest says of them is settled then."""
        if self.missing:
            yield from self.whole(shapes.MISSING, 0, self.lost)
        told = {"count": self.count, "size": self.size, "sha256": self.hash.hexdigest()}
        yield from self.whole(shapes.ENTRIES, 0, self.entries)
        self.told = told

    def end(self, manifest: dict[str, Any]) -> Generator[bytes, None, str]:
        """The manifest, and the end of the file; the SHA-256 of the manifest."""
        data = orjson.dumps(manifest, option=READABLE)
        yield from self.text(shapes.MANIFEST, 0, data)
        self.zip.close()
        yield from self.waiting(1)
        return hashlib.sha256(data).hexdigest()

    def close(self) -> None:
        """Let go of what lies on the disk."""
        self.zip.close()
        self.entries.close()
        self.lost.close()


def entry(path: str, at: int, packed: bool) -> zipfile.ZipInfo:
    """How an entry is told: the same for the same path and time, whenever it is written."""
    seconds = min(max(at / 1e6, zipping.FIRST_YEAR), LAST_YEAR)
    info = zipfile.ZipInfo(path, datetime.fromtimestamp(seconds, UTC).timetuple()[:6])
    info.external_attr = 0o644 << 16
    info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    info._compresslevel = 1  # type: ignore[attr-defined]  # what is sent at once had better be quick
    return info
