"""GIF: its pictures and their motion, without comments, texts and what programs wrote into it."""

from typing import BinaryIO

from app.files.baring.plans import Plan, part

IMAGE, EXTENSION, END = 0x2C, 0x21, 0x3B
CONTROL, PROGRAM = 0xF9, 0xFF
# Of up to 255 bytes each, in all.
MOST_BLOCKS = 4_000_000
LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def plan(file: BinaryIO, size: int) -> Plan:
    """What of the file is kept."""
    head = part(file, 0, 13)
    at = 13 + table(head[10]) if len(head) == 13 else size
    kept: Plan = [(0, min(at, size))]
    left = MOST_BLOCKS
    while at < size and left > 0:
        mark = part(file, at, 14)
        if mark[0] == END:
            kept.append((at, at + 1))
            break
        if mark[0] == IMAGE and len(mark) >= 10:
            end, left = blocks(file, at + 11 + table(mark[9]), size, left)
        elif mark[0] == EXTENSION and len(mark) >= 3:
            end, left = blocks(file, at + 2, size, left)
        else:
            break
        if mark[0] == IMAGE or mark[1] == CONTROL or (mark[1] == PROGRAM and mark[3:14] in LOOPS):
            kept.append((at, end))
        at = end
    return kept


def table(flags: int) -> int:
    """How many bytes of colours follow."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def blocks(file: BinaryIO, at: int, size: int, left: int) -> tuple[int, int]:
    """Where the row of blocks that begins there ends, and how many more there may be."""
    while at < size and left > 0:
        left -= 1
        file.seek(at)
        length = file.read(1)[0]
        at += 1 + length
        if length == 0:
            break
    return min(at, size), left
