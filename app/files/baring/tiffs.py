"""TIFF: what is told beside the picture is blanked where it stands, so that nothing else has to move."""

import struct
from typing import BinaryIO

from app.files.baring.plans import Plan, blanked, part

# Texts about it, XMP, IPTC, Photoshop's, and the lists of Exif and of the place.
TOLD = frozenset((269, 270, 271, 272, 285, 305, 306, 315, 316, 700, 33432, 33723, 34377, 42016, 50341, 37724))
LISTS = frozenset((34665, 34853, 40965))
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
MOST_LISTS = 1000


def plan(file: BinaryIO, size: int) -> Plan:
    """The file with holes."""
    head = part(file, 0, 8)
    order = "<" if head[:2] == b"II" else ">"
    if len(head) < 8:
        return [(0, size)]
    waiting: list[tuple[int, bool]] = [(struct.unpack(order + "I", head[4:])[0], False)]
    seen: set[int] = set()
    holes: list[tuple[int, bytes]] = []
    while waiting and len(seen) < MOST_LISTS:
        at, is_told = waiting.pop()
        if at in seen or not 8 <= at <= size - 2:
            continue
        seen.add(at)
        (count,) = struct.unpack(order + "H", part(file, at, 2))
        entries = part(file, at + 2, 12 * count + 4)
        for n in range(min(count, len(entries) // 12)):
            tag, kind, amount = struct.unpack_from(order + "HHI", entries, 12 * n)
            length = SIZES.get(kind, 1) * amount
            (value,) = struct.unpack_from(order + "I", entries, 12 * n + 8)
            if tag in LISTS:
                waiting.append((value, True))
            if is_told or tag in TOLD or tag in LISTS:
                if length > 4 and tag not in LISTS:
                    holes.append((value, b"\0" * min(length, max(0, size - value))))
                # Its number is kept, so that the list stays in order; it has no value any more.
                holes.append((at + 2 + 12 * n + 2, struct.pack(order + "HII", 1, 1, 0)))
        if not is_told and len(entries) == 12 * count + 4:
            waiting.append((struct.unpack(order + "I", entries[-4:])[0], False))
    return blanked(size, holes)
