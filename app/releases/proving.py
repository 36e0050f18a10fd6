"""Whether the new version serves: it is started behind the door that is held, or opens the database if none serves."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from app import doors
from app.backups import snapshots
from app.backups.litestream import DATABASE
from app.errors import Misconfigured, Refusal
from app.releases import checking, journal, starting
from app.releases.journal import Upgrade

if TYPE_CHECKING:
    from app.releases.upgrading import Place

# Seconds to get ready, beside what the database takes: so many bytes of it are copied and migrated in a second.
READY, MIGRATED, CHECKED = 60.0, 20 << 20, 200 << 20
PAUSE = 0.2


def patience(data: Path, moves: bool) -> float:
    """The seconds that a start may take until it is ready."""
    database = data / DATABASE
    size = snapshots.size(database) if database.exists() else 0
    return READY + size / (MIGRATED if moves else CHECKED)


def why_not(here: "Place", begun: Upgrade) -> str:
    """Start the new version: '' when it serves, else why it does not."""
    if here.server is None:
        return unopened(here, begun)
    here.say(f"Starting {begun.new.words}.")
    # A long migration may take longer than systemd waits for a sign of life: the start after it has all the time.
    slow = here.server.door == doors.SYSTEMD and begun.schema != begun.new.schema
    pid = 0 if slow else here.server.pid
    try:
        doors.restart(here.data)
    except (Misconfigured, OSError):
        # It died in this very moment, and whoever holds its door starts the new one; else the time runs out.
        pid = 0
    return unready(here, begun, pid)


def unopened(here: "Place", begun: Upgrade) -> str:
    """Have the new version open the database, without a server: '' when it did, else why not."""
    if not begun.schema:
        return ""  # there is none yet, and it is not for an upgrade to make one
    here.say(f"Opening the database with {begun.new.words}.")
    try:
        told = checking.asked(begun.target, words=("--open", "--data", str(here.data.resolve())))
    except Refusal as refusal:
        return refusal.message
    return "" if (told.version, told.schema) == (begun.new.version, begun.new.schema) else f"{told.words} answered"


def unready(here: "Place", begun: Upgrade, pid: int) -> str:
    """Wait until the new version is ready: '' when it is, else why it is not. The process `pid` becomes the new version
    (0: nobody knows); when it ends nobody waits for the next try."""
    seconds = here.seconds or patience(here.data, begun.schema != begun.new.schema)
    deadline, tried = time.monotonic() + seconds, len(begun.starts)
    before, now = here.server.boot if here.server is not None else "", None
    while time.monotonic() < deadline:
        alive = not pid or born(pid) == here.born
        known, now = journal.read(here.data) or begun, doors.state(here.data)
        if known.why:
            return known.why
        if now is not None and now.boot != before and is_new(now, begun) and (now.ready or not begun.is_ready):
            return ""
        if not alive:
            return "it ended before it was ready"
        if len(known.starts) - tried > starting.TRIES:
            return f"it ended {len(known.starts) - tried - 1} times before it was ready"
        time.sleep(PAUSE)
    if now is None or now.boot == before or not is_new(now, begun):
        return f"nothing of it answered within {seconds:.0f} seconds"
    return f"it was not ready within {seconds:.0f} seconds: {' '.join(now.why)}"


def is_new(now: doors.State, begun: Upgrade) -> bool:
    """Whether the server that answers is of the new version."""
    return (now.version, now.schema) == (begun.new.version, begun.new.schema)


def born(process: int) -> str:
    """When a process was made, by which it is told from a later one of its number; '' when it is gone. It stays the
    same when the process becomes another program."""
    try:
        told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    # The third field is the state, the twenty-second the time of its start (man 5 proc).
    return "" if told[0] in "ZX" else told[19]
