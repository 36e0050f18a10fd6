"""Plans: which bytes of a picture stay; and the little of its metadata that says which way is up."""

import struct
from typing import BinaryIO

# Bytes that are new, or from where to where those of the file are taken.
Plan = list[bytes | tuple[int, int]]
ORIENTATION = 0x0112
# Parts of a picture, beyond which it is made to keep others busy: what follows is left out.
MOST_PARTS = 500_000
# Places that are blanked; in one picture no more bytes are blanked than it has.
MOST_HOLES = 5_000


class Absurd(Exception):
    """The lists in a picture lead everywhere: nothing of it is kept but its first bytes."""


class Holes:
    """Places of a file, and what stands there instead."""

    def __init__(self, size: int) -> None:
        self.size, self.left = size, size
        self.found: list[tuple[int, bytes]] = []

    def add(self, at: int, length: int, data: bytes = b"", fill: bytes = b"\0") -> None:
        """Have these bytes there, filled up to the length. Raises Absurd."""
        length = max(0, min(length, self.size - at))
        self.left -= length
        if self.left < 0 or len(self.found) >= MOST_HOLES:
            raise Absurd()
        self.found.append((at, data[:length].ljust(length, fill)))


def part(file: BinaryIO, start: int, size: int) -> bytes:
    """So many bytes from there on, or as many as there are."""
    file.seek(start)
    return file.read(max(0, size))


def orientation(tiff: bytes) -> int:
    """Which way is up, by the Exif data of a picture: 1 to 8, 1 where it says nothing of use."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    try:
        if order is None:
            return 1
        (start,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, start)
        for n in range(count):
            tag, _, _, value = struct.unpack_from(order + "HHIH", tiff, start + 2 + 12 * n)
            if tag == ORIENTATION:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1  # a broken list says nothing
    return 1


def upright(turned: int) -> bytes:
    """Exif data that says nothing but which way is up."""
    return struct.pack(">4sIHHHIHHI", b"MM\0*", 8, 1, ORIENTATION, 3, 1, turned, 0, 0)


def blanked(holes: Holes) -> Plan:
    """The whole file, with other bytes at some places; where two overlap, both are as they should be or blank."""
    plan: Plan = []
    at = 0
    for start, data in sorted(holes.found):
        data = data[max(0, at - start) :]
        start = max(start, at)
        if data:
            plan += [(at, start), data]
            at = start + len(data)
    return [*plan, (at, holes.size)]
