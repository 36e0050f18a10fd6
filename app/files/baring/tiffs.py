"""TIFF: what is told beside the picture is blanked where it stands, so that nothing else has to move."""

import struct
from typing import BinaryIO

from app.files.baring.plans import Absurd, Holes, Plan, blanked, part

# Texts about it, XMP, IPTC, Photoshop's, and the lists of Exif and of the place.
TOLD = frozenset((269, 270, 271, 272, 285, 305, 306, 315, 316, 700, 33432, 33723, 34377, 42016, 50341, 37724))
LISTS = frozenset((34665, 34853, 40965))
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
MOST_LISTS, MOST_ENTRIES = 1000, 20_000


def plan(file: BinaryIO, size: int) -> Plan:
    """The file with holes, or only its head where its lists are absurd."""
    try:
        return blanked(told(file, size))
    except Absurd:
        return [(0, 8)]


def told(file: BinaryIO, size: int) -> Holes:
    """Where something is told, and nothing in its place. Raises Absurd."""
    holes = Holes(size)
    head = part(file, 0, 8)
    order = "<" if head[:2] == b"II" else ">"
    if len(head) < 8:
        return holes
    waiting: list[tuple[int, bool]] = [(struct.unpack(order + "I", head[4:])[0], False)]
    seen: set[int] = set()
    read = 0
    while waiting:
        at, is_told = waiting.pop()
        if at in seen or not 8 <= at <= size - 2:
            continue
        seen.add(at)
        if len(seen) > MOST_LISTS or read > MOST_ENTRIES:
            raise Absurd()
        (count,) = struct.unpack(order + "H", part(file, at, 2))
        entries = part(file, at + 2, 12 * count + 4)
        read += count
        for n in range(min(count, len(entries) // 12)):
            tag, kind, amount = struct.unpack_from(order + "HHI", entries, 12 * n)
            length = SIZES.get(kind, 1) * amount
            (value,) = struct.unpack_from(order + "I", entries, 12 * n + 8)
            if tag in LISTS:
                waiting.append((value, True))
            if is_told or tag in TOLD or tag in LISTS:
                if length > 4 and tag not in LISTS:
                    holes.add(value, length)
                # Its number is kept, so that the list stays in order; it has no value any more.
                holes.add(at + 2 + 12 * n + 2, 10, struct.pack(order + "HII", 1, 1, 0))
        if not is_told and len(entries) == 12 * count + 4:
            waiting.append((struct.unpack(order + "I", entries[-4:])[0], False))
    return holes
