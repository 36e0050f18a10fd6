"""The change of databases at the end of a restore, in steps of which each can be done again.

data/restore.json is written when the restored database lies ready in data/restore/<id>/. From then on every start
comes here before it opens anything, and goes on where a kill left it: what has arrived is no longer in that folder.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from app import clock, disk
from app.backups import room, snapshots
from app.backups.litestream import DATABASE as DATABASE
from app.backups.litestream import KNOWN
from app.errors import Misconfigured
from app.logs import log

NOTE = "restore.json"
READY = "restore"
ASIDE = "aside"
# The database first: its other files alone are nothing that anybody would open.
OLD = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal")
# What restores put aside is kept as long as the replica keeps the same, and a day more.
KEPT = 8 * clock.DAY


@dataclass(frozen=True)
class Swapped:
    """What a restore did: the old database lies in `aside` (None if there was none)."""

    id: str
    moment: int | None
    aside: Path | None


def pending(data: Path) -> dict[str, Any] | None:
    """The note of a restore that is not finished. Raises Misconfigured when it cannot be read."""
    try:
        note: dict[str, Any] = orjson.loads((data / NOTE).read_bytes())
    except FileNotFoundError:
        return None
    except orjson.JSONDecodeError:
        raise Misconfigured(f"{data / NOTE} is damaged: remove it, and restore again.") from None
    return note


def announce(data: Path, id: str, moment: int | None) -> None:
    """The restored database lies ready in data/restore/<id>/: from here on the next start takes it."""
    disk.write(data / NOTE, orjson.dumps({"id": id, "moment": moment}))


def finish(data: Path) -> Swapped | None:
    """Put the old database aside and the restored one in its place; None when no restore waits. Call it with the lock
    held and before anything is opened; a kill at any point is made good by the next call. Raises Misconfigured."""
    note = pending(data)
    if note is None:
        clear(data)
        return None
    try:
        return swap(data, note)
    except OSError as error:
        raise Misconfigured(
            f"The restore that waits in {data / NOTE} cannot be finished ({error.strerror}: {error.filename}): mend "
            "that and start again; nothing is lost."
        ) from error


def swap(data: Path, note: dict[str, Any]) -> Swapped:
    """Every step that is not made yet. Raises Misconfigured, OSError."""
    if "began" not in note:
        note["began"] = clock.now()
        disk.write(data / NOTE, orjson.dumps(note))
    ready, aside = data / READY / note["id"], data / ASIDE / f"{snapshots.stamp(note['began'])}-{note['id'][-4:]}"
    if (ready / DATABASE).exists():
        put_aside(data, aside)
        arrive(data, ready)
    elif not (data / DATABASE).exists():
        raise Misconfigured(
            f"The restored database is gone from {ready}: remove {data / NOTE} and restore again; "
            f"the old one lies in {aside}."
        )
    (data / NOTE).unlink()
    disk.settle(data)
    clear(data)
    kept = aside if (aside / DATABASE).exists() else None
    log.info("backups.restored", id=note["id"], moment=note["moment"], aside=str(kept or ""))
    return Swapped(note["id"], note["moment"], kept)


def put_aside(data: Path, aside: Path) -> None:
    """Move the old database and all that belongs to it, so that nothing of it can touch the new one."""
    room.private(aside)
    disk.settle(aside.parent)
    disk.settle(data)
    for name in OLD:
        if (data / name).exists():
            (data / name).rename(aside / name)
    # What Litestream knew of the old database; the new one begins a generation of its own.
    shutil.rmtree(data / KNOWN, ignore_errors=True)
    disk.settle(aside)
    disk.settle(data)


def arrive(data: Path, ready: Path) -> None:
    """Move the restored database to its place."""
    (ready / DATABASE).rename(data / DATABASE)
    disk.settle(data)
    disk.settle(ready)


def clear(data: Path) -> None:
    """Remove what a restore that came to nothing left, and what was put aside long ago."""
    (data / f"{NOTE}.new").unlink(missing_ok=True)
    if (data / READY).exists():
        shutil.rmtree(data / READY)
        disk.settle(data)
    for old in kept(data):
        if clock.now() - (old.stat().st_ctime_ns // 1000) > KEPT:
            shutil.rmtree(old)


def kept(data: Path) -> list[Path]:
    """The folders with databases that restores put aside, the newest first."""
    folder = data / ASIDE
    return sorted((each for each in folder.iterdir() if each.is_dir()), reverse=True) if folder.is_dir() else []


def weight(folder: Path) -> int:
    """The bytes of all files below a folder."""
    return sum(os.lstat(path).st_size for path in folder.rglob("*") if path.is_file()) if folder.exists() else 0
