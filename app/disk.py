"""Files that are there whole or not at all, also after a power cut."""

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.errors import NotWritten

# What the kernel is asked to copy at once.
COPIED = 64 << 20
FRESH = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def write(path: Path, data: bytes, coming: Path | None = None) -> None:
    """Put these bytes at `path`, for its owner only: written beside it (or to `coming`), synced, renamed, synced.
    Raises OSError, and leaves nothing then."""
    write_pieces(path, [data], coming)


def copy(source: Path, path: Path, coming: Path | None = None) -> None:
    """Put a copy of a file at `path` in the same way, without having it in memory. Raises OSError."""
    beside = coming or path.with_name(f"{path.name}.new")
    try:
        # Not by shutil.copyfile, whose copy would not be for its owner only from its first byte on.
        with source.open("rb") as given, os.fdopen(os.open(beside, FRESH, 0o600), "wb") as handle:
            moved(given.fileno(), handle.fileno())
            os.fsync(handle.fileno())
        os.rename(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    settle(path.parent)


def moved(given: int, taken: int) -> None:
    """Copy all of an open file into another: by the kernel alone where both lie on one file system. Raises OSError."""
    try:
        while os.copy_file_range(given, taken, COPIED):
            pass
    except OSError as error:
        if error.errno not in (errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
            raise
        while piece := os.read(given, 1 << 20):  # goes on where that stopped
            left = memoryview(piece)
            while left:
                left = left[os.write(taken, left) :]


def begin_writing(file: int, start: int, size: int) -> None:
    """Have the kernel begin to write this part of a file to the disk, and wait for nothing: so there is little left for
    the sync at the end."""
    os.posix_fadvise(file, start, size, os.POSIX_FADV_DONTNEED)


def write_pieces(path: Path, pieces: Iterable[bytes], coming: Path | None = None) -> None:
    """Put bytes that come in pieces at `path` in the same way. Raises OSError, and what making the pieces raises."""
    beside = coming or path.with_name(f"{path.name}.new")
    try:
        with os.fdopen(os.open(beside, FRESH, 0o600), "wb") as handle:
            for piece in pieces:
                handle.write(piece)
            handle.flush()
            os.fsync(handle.fileno())
        os.rename(beside, path)
    finally:
        beside.unlink(missing_ok=True)  # half a file on a full disk would only make it fuller
    settle(path.parent)


@contextmanager
def asked() -> Iterator[None]:
    """Say in words that the disk refused. Raises NotWritten."""
    try:
        yield
    except OSError as error:
        raise NotWritten(
            f"The disk did not take this ({error.strerror}): nothing of it was written. Make room and try again."
        ) from error


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
