"""AVIF and HEIC: Exif and XMP are items beside the picture, which are blanked where they stand."""

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO

from app.files.baring.plans import MOST_HOLES, MOST_PARTS, Absurd, Holes, Plan, blanked, part

LARGEST_META = 8 << 20
# Exif data that say nothing: no offset, and an empty list.
NOTHING = b"\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"


def plan(file: BinaryIO, size: int) -> Plan:
    """The file with holes where Exif and XMP were, or only its head where its lists are absurd."""
    holes = Holes(size)
    try:
        for name, start, end in boxes(file, 0, size):
            if name == b"meta":
                told(part(file, start, min(end - start, LARGEST_META)), start, holes)
            elif name in (b"udta", b"uuid") and end - start <= LARGEST_META:
                holes.add(start, end - start)
    except Absurd:
        return [(0, 8)]
    return blanked(holes)


def boxes(file: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The name of each box, and where its content begins and ends. Raises Absurd for too many."""
    for _ in range(MOST_PARTS):
        if at + 8 > end:
            return
        head = part(file, at, 16)
        length, name, lead = int.from_bytes(head[:4], "big"), head[4:8], 8
        if length == 1:
            length, lead = int.from_bytes(head[8:16], "big"), 16
        length = length or end - at
        if length < lead:
            return
        yield name, at + lead, min(end, at + length)
        at += length
    raise Absurd()


def told(meta: bytes, at: int, holes: Holes) -> None:
    """Add the places where Exif and XMP stand in the file; `at` is where these bytes come from. Raises Absurd."""
    inside = {name: (start, end) for name, start, end in boxes(io.BytesIO(meta), 4, len(meta))}
    if b"iinf" not in inside or b"iloc" not in inside:
        return
    kinds = items(meta[slice(*inside[b"iinf"])])
    idat = inside.get(b"idat", (0, 0))[0] + at
    try:
        for item, start, length in places(meta[slice(*inside[b"iloc"])], idat):
            if kinds.get(item) == b"Exif":
                holes.add(start, length, NOTHING)
            elif kinds.get(item) == b"mime":
                holes.add(start, length, fill=b" ")
    except struct.error:
        return  # the list is broken: no program finds more in it either


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
    where the list breaks off, Absurd where it is too long."""
    count = 0
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
            count += 1
            if count > MOST_HOLES:
                raise Absurd()
            if method in (0, 1):
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
