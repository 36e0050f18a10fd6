"""One process owns a data directory: the lock on data/lock ends with its owner, however that one ends."""

import fcntl
import os
import time
from pathlib import Path

from app.errors import Misconfigured

NAME = "lock"
# A killed owner's last child ends a moment after it.
PATIENCE = 3.0

# The open file by which this process holds the lock.
held: int | None = None


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

    A child that inherits the file holds the lock on: no second server starts beside the replica of a dead one.
    """
    global held
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
    held = file
    return file


def inherited() -> tuple[int, ...]:
    """What a child that touches the data or its replica is given (`pass_fds`): the lock, if this process has it."""
    return () if held is None else (held,)


def hold(data: Path) -> int:
    """Take the lock or raise Misconfigured naming the process that has it; the open file that holds it."""
    deadline = time.monotonic() + PATIENCE
    while (file := take(data)) is None and time.monotonic() < deadline and not is_alive(holder(data)):
        time.sleep(0.02)
    if file is None:
        raise Misconfigured(
            f"The data directory {data} is in use by process {holder(data)}: stop it, or choose another with --data."
        )
    return file


def holder(data: Path) -> str:
    """The id of the process that wrote itself into the lock last."""
    return (data / NAME).read_text().strip() or "unknown"


def is_alive(process: str) -> bool:
    """Whether another process is there; a zombie is not, nor is what this one was before it started itself again."""
    if process == str(os.getpid()):
        return False
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def release(file: int) -> None:
    """Give the lock back; the file stays, because removing it would let two processes hold two locks."""
    global held
    held = None
    os.close(file)
