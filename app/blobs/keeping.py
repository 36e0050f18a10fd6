"""Keeping bytes, and who refers to them: the file is on the disk before the row that names it is committed."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import orjson
from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app import clock, config, disk
from app.db import Transaction
from app.errors import Conflict

# Text up to this many bytes lies in its row.
LARGEST_TEXT = 64 * 1024
CHUNK = 1 << 20
INSERT = """insert into blob (hash, size, created_at) values (:hash, :size, :now)
    on conflict (hash) do update set released_at = null, missing_at = null,
    moved_at = case when :here then null else moved_at end"""
# It is not here and need not be: it lives in the files' bucket.
MOVED = "select 1 from blob where hash = :hash and moved_at is not null and missing_at is null"
USE = "insert or ignore into blobuse (hash, kind, target_id) values (:hash, :kind, :target)"
# Whose last use has ended: nothing refers to it, and it is not marked as such yet.
RELEASE = """update blob set released_at = :now where released_at is null
    and hash in (select value from json_each(:all)) and not exists
    (select 1 from blobuse where blobuse.hash = blob.hash)"""


class Blob(SQLModel, table=True):
    """Bytes that are stored once. `released_at` is when the last use of them ended.

    `copied_at` is when they were written to the replica's target, `missing_at` when they were first not found,
    `moved_at` when the file here was removed because the files' own bucket holds it.
    """

    hash: str = Field(primary_key=True)
    size: int
    created_at: int
    copied_at: int | None = None
    released_at: int | None = None
    missing_at: int | None = None
    moved_at: int | None = None


class BlobUse(SQLModel, table=True):
    """That something refers to a blob: (kind, target_id) is a message's part now, an item's later."""

    __table_args__ = (Index("ix_blobuse_target", "kind", "target_id"),)

    hash: str = Field(primary_key=True, foreign_key="blob.hash")
    kind: str = Field(primary_key=True)
    target_id: str = Field(primary_key=True)


@dataclass(frozen=True)
class Kept:
    """Bytes that are on the disk; they stay when a transaction refers to them."""

    hash: str
    size: int


def folder() -> Path:
    """Where blobs lie."""
    return config.current.data / "blobs"


def path(hash: str) -> Path:
    """The file of a blob."""
    return folder() / hash[:2] / hash


def coming() -> Path:
    """A new name for bytes that are being written; what a crash leaves there is removed after a day."""
    return folder() / "coming" / clock.new_id()


def keep(data: bytes | Path) -> Kept:
    """Have these bytes (or those of a file) on the disk, named by their hash. Waits for the disk: call it before a
    transaction, never inside. Raises NotWritten when the disk is full."""
    if isinstance(data, Path):
        from app.blobs.landing import land

        with data.open("rb") as file:
            return land(iter(lambda: file.read(CHUNK), b""))
    hash, size = digest(data)
    if not renewed(hash):
        write(hash, data)
    return Kept(hash, size)


def digest(data: bytes | Path) -> tuple[str, int]:
    """The SHA-256 and the size of bytes or of a file."""
    if isinstance(data, bytes):
        return hashlib.sha256(data).hexdigest(), len(data)
    with data.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), os.fstat(file.fileno()).st_size


def is_there(hash: str, size: int) -> bool:
    """Whether the file is there in its whole length; its bytes are compared by `check`."""
    return path(hash).exists() and path(hash).stat().st_size == size


def is_whole(hash: str) -> bool:
    """Whether the file is there and its bytes are those of its name."""
    return path(hash).exists() and digest(path(hash))[0] == hash


def renewed(hash: str) -> bool:
    """Whether the file is there whole; its time then says that somebody wants it, which a sweep respects."""
    try:
        os.utime(path(hash))
        return is_whole(hash)
    except FileNotFoundError:
        return False


def write(hash: str, data: bytes) -> None:
    """Write the bytes to a temporary name, sync them, and give them their name. Raises NotWritten."""
    with disk.asked():
        disk.directory(folder() / "coming")
        disk.directory(path(hash).parent)
        disk.write(path(hash), data, coming())


def refer(tx: Transaction, kept: Kept, kind: str, target_id: str) -> str:
    """Make what is kept a part of (kind, target_id), and have it copied to the replica's target; its hash.

    Raises Conflict when it was swept in the meantime, a week after it was kept.
    """
    here = path(kept.hash).exists()
    if not here and not tx.run(MOVED, hash=kept.hash).fetchone():
        raise Conflict("What was stored here is gone, because nothing used it. Store it again.")
    tx.run(INSERT, hash=kept.hash, size=kept.size, now=clock.now(), here=here)
    tx.run(USE, hash=kept.hash, kind=kind, target=target_id)
    if tx.run("select 1 from blob where hash = :hash and copied_at is null", hash=kept.hash).fetchone():
        tx.later("blobs.copy", kept.hash)
    return kept.hash


def put(tx: Transaction, data: bytes, kind: str, target_id: str) -> str:
    """`keep` and `refer` at once, for few bytes: the transaction waits for the disk."""
    return refer(tx, keep(data), kind, target_id)


def release(tx: Transaction, kind: str, target_id: str) -> int:
    """End all uses of blobs by (kind, target_id); how many. The bytes stay as long as an earlier moment needs them."""
    mine = {"kind": kind, "target": target_id}
    ended = tx.run("delete from blobuse where kind = :kind and target_id = :target returning hash", **mine).fetchall()
    hashes = [row[0] for row in ended]
    mark(tx, hashes)
    return len(hashes)


def mark(tx: Transaction, hashes: list[str]) -> None:
    """Note that these are released, those of them that nothing refers to."""
    tx.run(RELEASE, now=clock.now(), all=orjson.dumps(hashes).decode())
