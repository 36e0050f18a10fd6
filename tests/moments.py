"""What tests of the past share: a moment that is opened from a snapshot of the house, and its copy."""

import time
from pathlib import Path

from app import config, db, rights
from app.backups import past, snapshots
from app.backups.past import openings


def until(seen, seconds: float = 40.0):
    """What `seen` gives once it gives something."""
    deadline = time.monotonic() + seconds
    while not (found := seen()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)
    return found


def caller(id: str, role: str = "admin") -> rights.Caller:
    return rights.Caller(id=id, role=role)


def copied() -> Path:
    """The house as it is now, in a file."""
    copy = snapshots.take(rights.machine())
    return db.here().path.parent / copy.path


def opened(id: str, source: Path) -> str:
    """Open this copy for an admin: where its addresses begin."""
    me = caller(id)
    time = past.open(me, source=source).time
    (made,) = until(lambda: [each for each in past.opened(me) if each.time == time and (each.ready or each.error)])
    assert made.ready, made
    return f"/then/{made.time}"


def folder(id: str, root: str) -> Path:
    """Where the copy of a moment lies."""
    found = openings.open_now[id, root.removeprefix("/then/")].folder
    assert found is not None and found.parent == config.current.data.resolve() / "then"
    return found
