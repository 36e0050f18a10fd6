"""Files that are there whole or not at all, also after a power cut."""

import os
from pathlib import Path


def write(path: Path, data: bytes, coming: Path | None = None) -> None:
    """Put these bytes at `path`, for its owner only: written beside it (or to `coming`), synced, renamed, synced."""
    beside = coming or path.with_name(f"{path.name}.new")
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    os.rename(beside, path)
    settle(path.parent)


def directory(path: Path) -> None:
    """Make a directory for its owner, and those above it, so that their names survive a power cut."""
    if not path.is_dir():
        directory(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
        settle(path.parent)


def settle(directory: Path) -> None:
    """Have the names in a directory on the disk."""
    file = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
