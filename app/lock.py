"""One process owns a data directory: the lock on data/lock ends with its owner, however that one ends."""

import fcntl
import os
from pathlib import Path

from app.errors import Misconfigured

NAME = "lock"


def directory(data: Path) -> None:
    """Make the data directory, for its owner only, if there is none. Raises Misconfigured when it cannot be written."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        writable = os.access(data, os.W_OK | os.X_OK)
    except OSError as error:
        raise Misconfigured(
            f"The data directory {data} cannot be made ({error.strerror}): choose another with --data."
        ) from None
    if not writable:
        raise Misconfigured(f"The data directory {data} cannot be written: change its owner, or choose another.")


def take(data: Path) -> int | None:
    """Take the lock: the open file that holds it, or None while another process does. Raises Misconfigured.

    A child that inherits the file (`pass_fds`) holds the lock on, which is how a replica outlives no second server.
    """
    directory(data)
    try:
        file = os.open(data / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Misconfigured(f"{data / NAME} cannot be opened ({error.strerror}): change its owner.") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    os.ftruncate(file, 0)
    os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
    return file


def hold(data: Path) -> int:
    """Take the lock or raise Misconfigured naming the process that has it; the open file that holds it."""
    file = take(data)
    if file is None:
        raise Misconfigured(
            f"The data directory {data} is in use by process {holder(data)}: stop it, or choose another with --data."
        )
    return file


def holder(data: Path) -> str:
    """The id of the process that wrote itself into the lock last."""
    return (data / NAME).read_text().strip() or "unknown"


def release(file: int) -> None:
    """Give the lock back; the file stays, because removing it would let two processes hold two locks."""
    os.close(file)
