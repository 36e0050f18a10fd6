"""Places that backups write to: whether there is room, and that what was written is on the disk."""

import os
import shutil
from pathlib import Path

from app.errors import Misconfigured

# Left free in any case, so that the house itself can go on writing.
SPARE = 32 << 20


def free(folder: Path) -> int:
    """The free bytes of the disk on which `folder` lies, or will lie."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def require(folder: Path, size: int, what: str) -> None:
    """Refuse before anything is touched when `size` bytes do not fit. Raises Misconfigured."""
    there = free(folder)
    if there < size + SPARE:
        raise Misconfigured(
            f"{what} needs {words(size + SPARE)} and the disk of {folder} has {words(there)} free: make room there, "
            "and try again; nothing was changed."
        )


def words(size: int) -> str:
    """A number of bytes as people say it."""
    return f"{size / (1 << 30):.1f} GiB" if size >= 1 << 30 else f"{max(size, 0) / (1 << 20):.1f} MiB"


def private(folder: Path) -> Path:
    """The folder, made for its owner only if it was not there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def synced(path: Path) -> None:
    """Wait until the disk has this file. Never for the open database: closing any file of it would drop the
    locks that SQLite holds there."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
