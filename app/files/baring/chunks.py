"""PNG and WebP: the chunks that make the picture, its colours and its motion."""

from typing import BinaryIO

from app.files.baring.plans import MOST_PARTS, Plan, orientation, part, upright

# https://www.w3.org/TR/png-3/#5Chunk-types without texts, times and Exif.
PNG = frozenset(
    (
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"cHRM",
        b"gAMA",
        b"iCCP",
        b"sBIT",
        b"sRGB",
        b"cICP",
        b"mDCV",
        b"cLLI",
    )
    + (b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT")
)
# https://developers.google.com/speed/webp/docs/riff_container
WEBP = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
HAS_EXIF, HAS_XMP = 8, 4
LARGEST_EXIF = 1 << 20


def png(file: BinaryIO, size: int) -> Plan:
    """What of a PNG is kept."""
    kept: Plan = [(0, 8)]
    at = 8
    for _ in range(MOST_PARTS):
        if at + 12 > size:
            break
        head = part(file, at, 8)
        end = at + 12 + int.from_bytes(head[:4], "big")
        if head[4:] in PNG:
            kept.append((at, min(end, size)))
        at = end
        if head[4:] == b"IEND":
            break
    return kept


def webp(file: BinaryIO, size: int) -> Plan:
    """What of a WebP is kept; its head says how much that is."""
    kept: Plan = []
    at, turned, flags_at = 12, 1, None
    for _ in range(MOST_PARTS):
        if at + 8 > size:
            break
        head = part(file, at, 8)
        length = int.from_bytes(head[4:], "little")
        end = min(size, at + 8 + length + length % 2)
        if head[:4] == b"EXIF":
            data = part(file, at + 8, min(length, LARGEST_EXIF))
            turned = orientation(data.removeprefix(b"Exif\0\0"))
        elif head[:4] == b"VP8X" and end == at + 18:
            flags_at = len(kept)
            kept.append(part(file, at, 18))
        elif head[:4] in WEBP:
            kept.append((at, end))
        at = end
    if flags_at is None:
        turned = 1  # the simple form has no place for it
    if turned > 1:
        data = upright(turned)
        kept.append(b"EXIF" + len(data).to_bytes(4, "little") + data)
    if flags_at is not None:
        told = kept[flags_at]
        assert isinstance(told, bytes)
        flags = told[8] & ~(HAS_EXIF | HAS_XMP) | (HAS_EXIF if turned > 1 else 0)
        kept[flags_at] = told[:8] + bytes((flags,)) + told[9:]
    length = sum(len(each) if isinstance(each, bytes) else each[1] - each[0] for each in kept)
    if length + 12 == size and turned == 1:
        whole = all(not isinstance(each, bytes) or each == part(file, 12, 18) for each in kept)
        if whole and part(file, 4, 4) == (size - 8).to_bytes(4, "little"):
            return [(0, size)]
    return [b"RIFF" + (length + 4).to_bytes(4, "little") + b"WEBP", *kept]
