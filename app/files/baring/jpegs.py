"""JPEG: the segments that make the picture and its colours; no Exif, XMP, IPTC, comments, and nothing after its end."""

import re
from typing import BinaryIO

from app.files.baring.plans import Plan, orientation, part, upright

START, END, SCAN, COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
# Of those for programs: JFIF and its kin, colour profiles, and how Adobe stored the colours.
PROGRAMS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
EXIF = b"Exif\0\0"
# Within a scan, a marker is an FF that neither stands for itself nor restarts.
MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")
CHUNK = 1 << 20
LARGEST = 0xFFFF + 2
MOST_SEGMENTS = 5_000


def plan(file: BinaryIO, size: int) -> Plan:
    """What of the file is kept. Where it breaks off, so does this."""
    kept: Plan = [(0, 2)]
    at, turned, place = 2, 1, 1
    for _ in range(MOST_SEGMENTS):
        if at + 4 > size:
            kept += [(at, size)] if part(file, at, 2) == bytes((0xFF, END)) else []
            break
        head = part(file, at, LARGEST)
        if head[0] != 0xFF:
            break
        kind = head[1]
        if kind in (0xFF, END):
            if kind == END:
                kept.append((at, at + 2))
                break
            at += 1  # filling
            continue
        length = 2 + int.from_bytes(head[2:4], "big")
        if kind == 0xE1 and head[4:10] == EXIF and turned == 1:
            turned = orientation(head[10:length])
        if is_picture(kind, head):
            kept.append((at, min(size, at + length)))
            place = len(kept) if kind == 0xE0 else place
        at += length
        if kind == SCAN:
            after = scanned(file, at, size)
            kept.append((at, after))
            at = after
    if turned > 1:
        data = EXIF + upright(turned)
        kept.insert(place, b"\xff\xe1" + (len(data) + 2).to_bytes(2, "big") + data)
    return kept


def is_picture(kind: int, head: bytes) -> bool:
    """Whether a segment is needed to see the picture."""
    if 0xE0 <= kind <= 0xEF:
        return kind in PROGRAMS and head[4:].startswith(PROGRAMS[kind])
    return kind != COMMENT


def scanned(file: BinaryIO, start: int, size: int) -> int:
    """Where the compressed data that begin there end."""
    at = start
    while at < size:
        some = part(file, at, CHUNK)
        found = MARKER.search(some)
        if found is not None:
            return at + found.end() - 2
        at += max(1, len(some) - 1) if at + len(some) < size else len(some)
    return size
