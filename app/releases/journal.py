"""What is noted of an upgrade in data/upgrade.json, one JSON line for each step: whoever comes after a kill reads there
how far it was.

Lines are only ever added, each by a single write. Who decides (it is done; it goes back) holds data/upgrade.lock: the
command while it runs, else the server that starts.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from app import clock, disk
from app.errors import Misconfigured

NAME, LOCK = "upgrade.json", "upgrade.lock"
# The phases: the new file lies there and has to prove itself; it has been decided to go back; nothing is under way.
TRIAL, BACK, OVER = "trial", "back", "over"
DONE, RETURNED, CANCELLED = "done", "returned", "cancelled"
# Why it went back by hand.
ASKED = "asked for"


@dataclass(frozen=True)
class Release:
    """A version, as its file says itself: the schema that it knows, and the SHA-256 of the file (if it is known)."""

    version: str
    schema: int
    sha256: str = ""

    @property
    def words(self) -> str:
        """How people call it."""
        return f"Inglenook {self.version}"


@dataclass(frozen=True)
class Upgrade:
    """The last upgrade, as far as it came. `schema` is that of the database before it, `snapshot` and `aside` are
    relative to the data directory, `is_ready` says whether the server was ready before it, `starts` and `returning` are
    the process ids of servers that began on it or went back, `why` what went wrong."""

    at: int
    target: Path
    old: Release
    new: Release
    schema: int
    snapshot: str = ""
    is_ready: bool = True
    phase: str = TRIAL
    outcome: str = ""
    why: str = ""
    starts: tuple[int, ...] = ()
    returning: tuple[int, ...] = ()
    aside: str = ""
    ended_at: int = 0

    def failed_since(self, moment: int) -> bool:
        """Whether it was taken back after this moment, and not because somebody asked for it."""
        return self.outcome == RETURNED and self.ended_at > moment and self.why != ASKED

    def after(self, line: dict[str, Any]) -> "Upgrade":
        """The same after one more line; a line of a step that this version does not know changes nothing."""
        step, why = line.get("step"), str(line.get("why") or self.why)
        if step == "started":
            return replace(self, starts=(*self.starts, int(line.get("pid", 0))))
        if step == "failed":
            return replace(self, why=why)
        if step == BACK:
            return replace(self, phase=BACK, outcome="", why=why)
        if step == "returning":
            return replace(self, returning=(*self.returning, int(line.get("pid", 0))))
        if step in (DONE, RETURNED, CANCELLED):
            aside = str(line.get("aside") or "")
            return replace(self, phase=OVER, outcome=step, aside=aside, ended_at=int(line.get("at", 0)))
        return self


def read(data: Path) -> Upgrade | None:
    """The last upgrade; None where none was begun here, or nothing can be made of what stands there."""
    try:
        lines = (data / NAME).read_bytes().split(b"\n")
    except FileNotFoundError:
        return None
    found: Upgrade | None = None
    for line in lines:
        with suppress(orjson.JSONDecodeError, KeyError, TypeError, ValueError):  # half a line, after a power cut
            told = orjson.loads(line)
            found = begun(told) if found is None else found.after(told)
    return found


def begun(line: dict[str, Any]) -> Upgrade:
    """The first line. Raises KeyError, TypeError."""
    old, new = (Release(line[each]["version"], line[each]["schema"], line[each]["sha256"]) for each in ("old", "new"))
    return Upgrade(line["at"], Path(line["target"]), old, new, line["schema"], line["snapshot"], line["is_ready"])


def begin(data: Path, upgrade: Upgrade) -> Upgrade:
    """Note that the file is about to be replaced: from here on a start looks which of the two lies there."""
    line = {"step": TRIAL, "at": upgrade.at, "target": str(upgrade.target)}
    line |= {"old": vars(upgrade.old), "new": vars(upgrade.new), "schema": upgrade.schema}
    line |= {"snapshot": upgrade.snapshot, "is_ready": upgrade.is_ready}
    disk.write(data / NAME, orjson.dumps(line) + b"\n")
    belonging(data / NAME, data)
    return begun(line)


def note(data: Path, step: str, **told: Any) -> None:
    """Add a step, on the disk when this returns."""
    line = orjson.dumps({"step": step, "at": clock.now(), "pid": os.getpid()} | told)
    file = os.open(data / NAME, os.O_WRONLY | os.O_APPEND)
    try:
        # On a line of its own, also behind the half of one.
        os.write(file, b"\n" + line + b"\n")
        os.fsync(file)
    finally:
        os.close(file)


def belonging(path: Path, data: Path) -> None:
    """Give what root writes into somebody's data directory to whom that belongs: their server goes on with it."""
    if is_foreign(data):
        owner = data.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def is_foreign(data: Path) -> bool:
    """Whether this is root in front of the data of another user."""
    return os.geteuid() == 0 and data.exists() and data.stat().st_uid != 0


# ── who decides ───────────────────────────────────────────────────────────────────────────────────────────────────────
def opened(data: Path) -> int:
    """The open file of the lock, not held yet."""
    file = os.open(data / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    belonging(data / LOCK, data)
    return file


@contextmanager
def deciding(data: Path, waits: bool = False) -> Iterator[bool]:
    """Whether this process decides while this is open: nobody else does. `waits` until the other one has ended."""
    file = opened(data)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(file)


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Decide in this process. Raises Misconfigured while another upgrade is under way."""
    with deciding(data) as ours:
        if not ours:
            raise Misconfigured(f"Another upgrade of {data} is under way: wait for its end. Nothing was changed.")
        yield
