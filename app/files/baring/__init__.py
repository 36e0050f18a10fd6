"""Baring: a picture without what else it tells (place, time, camera, author, thumbnail), byte for byte otherwise.

Its pixels are not touched: of each form, the parts that make the picture are kept and the rest is left out or blanked.
`planned` says which bytes of a file are kept, `followed` gives them.
"""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from app.files.baring import boxes, chunks, gifs, jpegs, tiffs
from app.files.baring.plans import Plan

PLANS: dict[str, Callable[[BinaryIO, int], Plan]] = {
    "image/jpeg": jpegs.plan,
    "image/png": chunks.png,
    "image/webp": chunks.webp,
    "image/gif": gifs.plan,
    "image/tiff": tiffs.plan,
    "image/avif": boxes.plan,
    "image/heic": boxes.plan,
    "image/heif": boxes.plan,
}
CHUNK = 1 << 20


def planned(file: BinaryIO, type: str) -> Plan | None:
    """What of a picture is kept; None where that is all of it."""
    size = file.seek(0, 2)
    found = joined(PLANS[type](file, size))
    return None if found == [(0, size)] else found


def joined(plan: Plan) -> Plan:
    """The same plan with neighbours as one."""
    found: Plan = []
    for each in plan:
        last = found[-1] if found else b""
        if isinstance(each, tuple) and isinstance(last, tuple) and last[1] == each[0]:
            found[-1] = (last[0], each[1])
        elif each and each != (0, 0):
            found.append(each)
    return found


def followed(file: BinaryIO, plan: Plan) -> Iterator[bytes]:
    """The bytes of the bare picture."""
    for each in plan:
        if isinstance(each, bytes):
            yield each
            continue
        start, end = each
        file.seek(start)
        while start < end and (some := file.read(min(CHUNK, end - start))):
            start += len(some)
            yield some
