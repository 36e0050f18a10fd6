"""AVIF and HEIC: Exif and XMP are items beside the picture, which are blanked where they stand."""

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO

from app.files.baring.plans import Plan, blanked, part

LARGEST_META = 8 << 20
# Exif data that say nothing: no offset, and an empty list.
NOTHING = b"\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"


def plan(file: BinaryIO, size: int) -> Plan:
    """The file with holes where Exif and XMP were."""
    holes = []
    for name, start, end in boxes(file, 0, size):
        if name == b"meta" and end - start <= LARGEST_META:
            holes += told(part(file, start, end - start), start)
        elif name in (b"udta", b"uuid"):
            holes.append((start, b"\0" * (end - start)))
    return blanked(size, [(at, data) for at, data in holes if at + len(data) <= size])


def boxes(file: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The name of each box, and where its content begins and ends."""
    while at + 8 <= end:
        head = part(file, at, 16)
        length, name, lead = int.from_bytes(head[:4], "big"), head[4:8], 8
        if length == 1:
            length, lead = int.from_bytes(head[8:16], "big"), 16
        length = length or end - at
        if length < lead:
            return
        yield name, at + lead, min(end, at + length)
        at += length


def told(meta: bytes, at: int) -> list[tuple[int, bytes]]:
    """Where Exif and XMP stand in the file, and what stands there instead; `at` is where these bytes come from."""
    inside = {name: (start, end) for name, start, end in boxes(io.BytesIO(meta), 4, len(meta))}
    if b"iinf" not in inside or b"iloc" not in inside:
        return []
    kinds = items(meta[slice(*inside[b"iinf"])])
    idat = inside.get(b"idat", (0, 0))[0] + at
    holes = []
    try:
        for item, start, length in places(meta[slice(*inside[b"iloc"])], idat):
            if kinds.get(item) == b"Exif":
                holes.append((start, NOTHING[:length].ljust(length, b"\0")))
            elif kinds.get(item) == b"mime":
                holes.append((start, b" " * length))
    except struct.error:
        return holes  # the list is broken: no program finds more in it either
    return holes


def items(data: bytes) -> dict[int, bytes]:
    """The kind of each item, by its number."""
    found = {}
    for name, start, end in boxes(io.BytesIO(data), 6 if data[:1] == b"\0" else 8, len(data)):
        wide = data[start : start + 1] == b"\3"
        number = 4 if wide else 2
        if name == b"infe" and end - start >= 4 + number + 6:
            found[int.from_bytes(data[start + 4 : start + 4 + number], "big")] = data[
                start + 6 + number : start + 10 + number
            ]
    return found


def places(data: bytes, idat: int) -> Iterator[tuple[int, int, int]]:
    """The number of each item, and where each of its parts stands in the file and how long it is. Raises struct.error
    where the list breaks off."""
    version, sizes, more = struct.unpack_from(">B3xBB", data)
    number = 4 if version == 2 else 2
    row = Numbers(data, 6)
    for _ in range(row.take(number)):
        item = row.take(number)
        method = row.take(2) & 15 if version else 0
        row.take(2)
        begin = row.take(more >> 4)
        for _ in range(row.take(2)):
            row.take(more & 15 if version else 0)
            start, length = row.take(sizes >> 4), row.take(sizes & 15)
            if length <= LARGEST_META and method in (0, 1):
                yield item, begin + start + (idat if method else 0), length


class Numbers:
    """Numbers of several sizes, one after the other."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def take(self, size: int) -> int:
        """The next one, of so many bytes. Raises struct.error at the end."""
        self.at += size
        if self.at > len(self.data):
            raise struct.error("the list breaks off")
        return int.from_bytes(self.data[self.at - size : self.at], "big")
