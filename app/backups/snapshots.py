"""Snapshots: whole copies of the database in data/snapshots/, the second way back, which needs no replica."""

import re
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app import clock, config, db, disk
from app.backups import copies, room
from app.backups.records import Backup
from app.errors import NotFound
from app.rights import Caller, machine

FOLDER = "snapshots"
KEPT = {"nightly": 3, "asked": 3, "schema": 3, "upgrade": 3}
NAME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ)-([a-z]+)(?:-\d+)?\.db")
# Two at once would take each other's half for one of a crash.
taking = threading.Lock()
STAMP = "%Y-%m-%dT%H-%M-%SZ"


@dataclass(frozen=True)
class Snapshot:
    """A copy on this disk. `kind` is nightly, asked (`backups now`), upgrade (before another version was started) or
    schema (before a migration)."""

    path: Path
    kind: str
    at: int
    size: int


def stamp(moment: int) -> str:
    """A moment as it stands in the names of files."""
    return datetime.fromtimestamp(moment // clock.SECOND, UTC).strftime(STAMP)


def all(me: Caller) -> list[Snapshot]:
    """The snapshots on this disk, the newest first; read from their names, so that a lost database hides none."""
    me.must_be_admin()
    found = []
    for path in (config.current.data / FOLDER).glob("*.db"):
        if match := NAME.fullmatch(path.name):
            at = datetime.strptime(match[1], STAMP).replace(tzinfo=UTC)
            found.append(Snapshot(path, match[2], int(at.timestamp()) * clock.SECOND, path.stat().st_size))
    return sorted(found, key=lambda each: each.at, reverse=True)


def find(me: Caller, name: str) -> Path:
    """The database file that is meant: a snapshot's name, or a path. Raises NotFound."""
    me.must_be_admin()
    for path in (config.current.data / FOLDER / name, config.current.data / name, Path(name)):
        if path.is_file():
            return path
    raise NotFound(f"There is no snapshot {name}: `main.py backups list` names those that are kept.")


def take(me: Caller, kind: str = "asked") -> Backup:
    """Copy the open database, check the copy, forget the oldest of its kind. Raises Misconfigured without room."""
    me.must_be_admin()
    with taking:
        source, folder = db.here().path, room.private(config.current.data / FOLDER)
        row = Backup(id=clock.new_id(), kind="snapshot", started_at=clock.now(), note=kind)
        room.require(folder, size(source), "A snapshot")
        while (made := folder / f"{stamp(row.started_at)}-{kind}.db").exists():
            # Named by its second: the next one, so that two of one second do not replace each other.
            time.sleep(0.05)
            row.started_at = clock.now()
        half = made.with_suffix(".half")
        copies.vacuumed(source, half)
        copies.whole(half)
        half.rename(made)
        disk.settle(folder)
        row.size, row.path = made.stat().st_size, f"{FOLDER}/{made.name}"
        row.moment, row.ended_at, row.ok = row.started_at, clock.now(), True
        with db.write() as tx:
            tx.add(row)
            tx.audit(me, "backups.snapshot", row, kind)
        sweep()
        return row


def size(source: Path) -> int:
    """How large a copy of this database can become, in bytes."""
    wal = source.with_name(source.name + "-wal")
    return source.stat().st_size + (wal.stat().st_size if wal.exists() else 0)


def nightly() -> Backup:
    """The snapshot of the night, beside which two older ones are kept."""
    return take(machine("job"), "nightly")


def sweep() -> None:
    """Remove what exceeds the number kept of each kind, and halves that a crash left."""
    there = all(machine("job"))
    for kind, number in KEPT.items():
        for old in [each for each in there if each.kind == kind][number:]:
            old.path.unlink(missing_ok=True)
    for half in (config.current.data / FOLDER).glob("*.half"):
        half.unlink(missing_ok=True)
