"""Reading a ZIP file whose directory need not fit into memory, and that somebody may have made to do harm.

Only what an archive of ours has is understood: entries that are stored or deflated, one behind the other, ZIP64 where
it has to be. Where each entry lies is kept in a temporary database.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pysqlite3.dbapi2 as sqlite

from app.archives.importing.reports import plain
from app.errors import Invalid

STEP = 1 << 18
MOST = 4_000_000
LONGEST_NAME = 1_000  # bytes
END, END64, PLACE64, DIRECTORY, LOCAL = b"PK\5\6", b"PK\6\6", b"PK\6\7", b"PK\1\2", b"PK\3\4"
STORED, DEFLATED = 0, 8
UNSET32 = 0xFFFFFFFF
TABLE = """create table entry (path text primary key, at integer, packed integer, size integer, method integer,
    sum integer, listed integer, hash text) without rowid"""
CUT = "This archive is not whole: {}. Copy it once more, or write it anew. Nothing was changed."


class Zip:
    """An open archive: where its entries lie, and their bytes. Raises Invalid, with what is wrong in a sentence."""

    def __init__(self, file: Path | BinaryIO) -> None:
        self.file: BinaryIO = file.open("rb") if isinstance(file, Path) else file
        self.own = isinstance(file, Path)
        # A nameless database: in memory while it is small, then in a temporary file that is gone with this process.
        self.entries = sqlite.connect("", isolation_level=None, check_same_thread=False)
        try:
            self.size = self.file.seek(0, os.SEEK_END)
            self.entries.execute(TABLE)
            self.entries.execute("begin")
            self.count = self.index()
            self.entries.execute("commit")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of all of it."""
        self.entries.close()
        if self.own:
            self.file.close()

    def index(self) -> int:
        """Read the directory; how many entries there are."""
        at, size, count = self.directory()
        if count > MOST:
            raise Invalid(archive=f"This archive has more than {MOST:,} entries. Nothing was changed.")
        self.file.seek(at)
        held = b""
        left = size
        for _ in range(count):
            while len(held) < 46 or len(held) < 46 + sum(struct.unpack("<HHH", held[28:34])):
                more = self.file.read(min(STEP, left))
                if not more:
                    raise Invalid(archive=CUT.format("its directory ends too early"))
                left, held = left - len(more), held + more
            held = held[self.add(held) :]
        if held or left:
            raise Invalid(archive=CUT.format("its directory is longer than it says"))
        return count

    def directory(self) -> tuple[int, int, int]:
        """Where the directory begins, its bytes, and how many entries it lists."""
        self.file.seek(0)
        if self.file.read(4) not in (LOCAL, END):
            raise Invalid(archive="This is no archive of Inglenook: it is no ZIP file. Nothing was changed.")
        self.file.seek(max(0, self.size - 22))
        end = self.file.read(22)
        if len(end) < 22 or end[:4] != END or end[20:] != b"\0\0":
            raise Invalid(archive=CUT.format("its end is missing"))
        disk, first, here, count, size, at = struct.unpack("<HHHHII", end[4:20])
        before = self.size - 22
        self.file.seek(max(0, before - 20))
        place = self.file.read(20)
        if place[:4] == PLACE64:
            disk, first, here, count, size, at, before = self.directory64(place)
        if disk or first or here != count or at + size != before:
            raise Invalid(archive=CUT.format("its end does not fit what is before it"))
        return at, size, count

    def directory64(self, place: bytes) -> tuple[int, int, int, int, int, int, int]:
        """The same numbers of a large archive, and where they stand."""
        (before,) = struct.unpack("<Q", place[8:16])
        self.file.seek(min(before, self.size))
        end = self.file.read(56)
        if len(end) < 56 or end[:4] != END64 or before + 56 != self.size - 42:
            raise Invalid(archive=CUT.format("its end does not fit what is before it"))
        disk, first, here, count, size, at = struct.unpack("<IIQQQQ", end[16:56])
        return disk, first, here, count, size, at, before

    def add(self, held: bytes) -> int:
        """Keep the entry that the directory tells here; how many bytes that took."""
        if held[:4] != DIRECTORY:
            raise Invalid(archive=CUT.format("its directory is damaged"))
        flags, method = struct.unpack("<HH", held[8:12])
        sum_, packed, size, n, extra, comment = struct.unpack("<IIIHHH", held[16:34])
        (at,) = struct.unpack("<I", held[42:46])
        name, more = held[46 : 46 + n], held[46 + n : 46 + n + extra]
        size, packed, at = wide(more, size, packed, at)
        path = named(name)
        if flags & 0x2041:
            raise Invalid(archive="This archive is encrypted. Unlock it first. Nothing was changed.")
        if method not in (STORED, DEFLATED) or (method == STORED and packed != size):
            raise Invalid(archive=f"{path} is packed in a way that is not read here. Nothing was changed.")
        row = (path, at, packed, size, method, sum_)
        try:
            self.entries.execute("insert into entry values (?, ?, ?, ?, ?, ?, null, null)", row)
        except sqlite.IntegrityError:
            raise Invalid(archive=f"This archive has two entries {path}. Nothing was changed.") from None
        return int(46 + n + extra + comment)

    def must_lie_apart(self) -> None:
        """Raises Invalid where two entries share bytes, by which a small file would unpack to a thousand large ones."""
        free = 0
        for at, packed, path in self.entries.execute("select at, packed, path from entry order by at"):
            if at < free:
                raise Invalid(archive=f"{path} lies in another entry of the archive. Nothing was changed.")
            free = at + 30 + packed

    def has(self, path: str) -> bool:
        """Whether there is such an entry."""
        return self.entries.execute("select 1 from entry where path = ?", (path,)).fetchone() is not None

    def told(self, path: str) -> tuple[int, str]:
        """The size and the SHA-256 of an entry as the archive's list tells them. Raises Invalid."""
        row = self.entries.execute("select size, hash from entry where path = ?", (path,)).fetchone()
        if row is None or row[1] is None:
            raise Invalid(archive=f"This archive has no entry {plain(path)}, though it says so. Nothing was changed.")
        return int(row[0]), str(row[1])

    def paths(self, folder: str = "", suffix: str = "") -> Iterator[str]:
        """The names of the entries that begin and end so, in their order."""
        sql = "select path from entry where path >= ? and path < ? and path like ? order by path"
        after = folder[:-1] + chr(ord(folder[-1]) + 1) if folder else "\U0010ffff"
        for (path,) in self.entries.execute(sql, (folder, after, f"%{suffix}")):
            yield path

    def pieces(self, path: str) -> Iterator[bytes]:
        """The bytes of an entry; no more of them than the directory says. Raises Invalid when they are others."""
        row = self.entries.execute("select at, packed, size, method, sum from entry where path = ?", (path,)).fetchone()
        if row is None:
            raise Invalid(archive=CUT.format(f"{path} is not there"))
        at, packed, size, method, sum_ = row
        start = self.start(path, at)
        found, done = 0, 0
        for piece in self.stored(start, packed) if method == STORED else self.unpacked(path, start, packed):
            done += len(piece)
            if done > size:
                raise Invalid(archive=f"{path} unpacks to more than the archive says. Nothing was changed.")
            found = zlib.crc32(piece, found)
            yield piece
        if done != size or found != sum_:
            raise Invalid(archive=CUT.format(f"{path} is damaged"))

    def start(self, path: str, at: int) -> int:
        """Where the bytes of an entry begin. Raises Invalid."""
        self.file.seek(at)
        head = self.file.read(30)
        if len(head) < 30 or head[:4] != LOCAL:
            raise Invalid(archive=CUT.format(f"{path} is not where its directory says"))
        n, extra = struct.unpack("<HH", head[26:30])
        if self.file.read(n) != path.encode():
            raise Invalid(archive=f"{path} has another name where it lies. Nothing was changed.")
        return at + 30 + int(n) + int(extra)

    def stored(self, at: int, left: int) -> Iterator[bytes]:
        """Bytes as they lie there."""
        while left > 0:
            self.file.seek(at)
            piece = self.file.read(min(STEP, left))
            if not piece:
                return
            at, left = at + len(piece), left - len(piece)
            yield piece

    def unpacked(self, path: str, at: int, packed: int) -> Iterator[bytes]:
        """Bytes as they were before they were packed, at most STEP of them at once."""
        unpack: Any = zlib.decompressobj(-15)
        try:
            for piece in self.stored(at, packed):
                yield unpack.decompress(piece, STEP)
                while unpack.unconsumed_tail:
                    yield unpack.decompress(unpack.unconsumed_tail, STEP)
            while tail := unpack.decompress(unpack.unconsumed_tail, STEP):
                yield tail
        except zlib.error:
            raise Invalid(archive=CUT.format(f"{path} is damaged")) from None

    def data(self, path: str, most: int) -> bytes:
        """All bytes of an entry that may have so many. Raises Invalid."""
        row = self.entries.execute("select size from entry where path = ?", (path,)).fetchone()
        if row is not None and row[0] > most:
            raise Invalid(archive=f"{path} is larger than {most >> 20} MiB. Nothing was changed.")
        return b"".join(self.pieces(path))


def wide(extra: bytes, size: int, packed: int, at: int) -> tuple[int, int, int]:
    """The same three numbers, where ZIP64 has told them in more bytes."""
    numbers = b""
    while len(extra) >= 4:
        kind, length = struct.unpack("<HH", extra[:4])
        if kind == 1:
            numbers = extra[4 : 4 + length]
        extra = extra[4 + length :]
    found = []
    for value in (size, packed, at):
        if value == UNSET32 and len(numbers) >= 8:
            value, numbers = struct.unpack("<Q", numbers[:8])[0], numbers[8:]
        found.append(value)
    if max(found) >= 1 << 62:
        raise Invalid(archive=CUT.format("its directory is damaged"))
    return found[0], found[1], found[2]


def named(name: bytes) -> str:
    """The name of an entry, which stays inside wherever it is unpacked. Raises Invalid."""
    try:
        path = name.decode()
    except UnicodeDecodeError:
        raise Invalid(archive="This archive has an entry whose name is no UTF-8. Nothing was changed.") from None
    steps = path.split("/")
    if not 0 < len(name) <= LONGEST_NAME or "\\" in path or any(s in ("", ".", "..") for s in steps):
        raise Invalid(archive=f"This archive has an entry with a name that leads elsewhere: {path[:80]!r}.")
    if not path.isprintable():
        # None of ours; sentences with it would move a terminal about.
        raise Invalid(archive=f"This archive has an entry with a name that cannot be shown: {path[:80]!r}.")
    return path
