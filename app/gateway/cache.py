"""Answers that are kept in memory, for those who say that an older one will do.

Kept by person and by the exact request; rights are looked at before anybody looks here.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass

import orjson

from app import clock, usage
from app.rights import Caller

ROOM = 64 << 20
LARGEST = 1 << 20
# Of what an entry costs beside its bytes.
FRAME = 1_000
OLDEST = 24 * 60 * 60.0
KINDS = ("chat", "completions", "embeddings")


@dataclass(frozen=True)
class Kept:
    """An answer: its type and bytes, the model that gave it, its tokens, and when (of `clock.ticks`)."""

    kind: str
    data: bytes
    model_id: str
    native: str
    count: usage.Count
    at: float


class Copy:
    """What is remembered of an answer while it is passed on, to be kept under `key` when it has ended well."""

    def __init__(self, key: bytes) -> None:
        self.key, self.size = key, 0
        self.pieces: list[bytes] = []

    def add(self, block: bytes) -> None:
        """More of it; of what is too large nothing is remembered."""
        self.size += len(block)
        if self.size > LARGEST:
            self.pieces.clear()
        else:
            self.pieces.append(block)

    def keep(self, kind: str, model_id: str, native: str, count: usage.Count) -> None:
        """It has ended well."""
        if self.size <= LARGEST:
            keep(self.key, Kept(kind, b"".join(self.pieces), model_id, native, count, clock.ticks()))


kept: OrderedDict[bytes, Kept] = OrderedDict()
used = 0


def key(me: Caller, kind: str, name: str, request: object, native: str, raw: bytes | None) -> bytes:
    """What stands for one person's exact request, '' for what is never kept."""
    if kind not in KINDS or not me.id:
        return b""
    # The order of members means nothing in JSON.
    parts = orjson.dumps([me.id, kind, name, native, request], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(parts + b"\0" + (raw or b"")).digest()


def find(key: bytes, seconds: float) -> Kept | None:
    """The answer under this key, if it is not older than so many seconds."""
    found = kept.get(key)
    if found is None or clock.ticks() - found.at > min(seconds, OLDEST):
        return None
    kept.move_to_end(key)
    return found


def keep(key: bytes, entry: Kept) -> None:
    """Keep an answer; those that were not asked for longest make room for it."""
    global used
    if len(entry.data) > LARGEST:
        return
    drop(key)
    kept[key] = entry
    used += len(entry.data) + FRAME
    while used > ROOM:
        drop(next(iter(kept)))


def drop(key: bytes) -> None:
    """Forget one answer."""
    global used
    found = kept.pop(key, None)
    if found is not None:
        used -= len(found.data) + FRAME


def clear() -> None:
    """Forget all."""
    global used
    kept.clear()
    used = 0
