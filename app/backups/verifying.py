"""Verification: the replica is restored into a temporary place, checked, and compared with the database row by row.

The comparison is exact: while nobody writes, which takes as long as one copy to the target, both sides are named. The
database is then read as it was, and the replica restored to that very transaction.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app import blobs, clock, config, db, later, settings
from app.backups import copies, litestream, room, snapshots, starting, swapping, target
from app.backups.litestream import Failed
from app.backups.records import Backup
from app.backups.restoring import workplace
from app.backups.target import Target
from app.errors import Conflict, Misconfigured, Refusal
from app.logs import log
from app.rights import Caller

# Seconds that writers may have to wait for the copy; without a server nobody does.
SHORT, LONG = 3.0, 60.0
CUT = "It was cut off."
OPEN = "kind in ('verify', 'drill') and ended_at is null and id <> :id"
comparing = threading.Lock()
Rows = dict[str, tuple[int, int]]
Progress = Callable[[int, str], None]


@dataclass
class Report:
    """What a verification found. Sizes are in bytes, `seconds` is what the restore took."""

    rows: int = 0
    tables: int = 0
    files: int = 0
    size: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the replica holds what the database holds."""
        return not self.wrong

    def lines(self) -> list[str]:
        """The report in sentences."""
        if self.wrong:
            return ["The replica is not equal to the database:", *(f"  {each}" for each in self.wrong)]
        return [self.note()]

    def note(self) -> str:
        """The report in one sentence."""
        if self.wrong:
            return "Not equal: " + "; ".join(self.wrong[:3])
        took = f"restored {room.words(self.size)} in {self.seconds:.1f} seconds"
        return f"Equal: {self.rows:,} rows of {self.tables} tables compared, {self.files:,} files by hash; {took}."


def verify(me: Caller, kind: str = "verify", progress: Progress = later.progress) -> Report:
    """Restore the replica as it is now into a temporary place, and compare it with the database; what was found is
    written down as an event of this `kind` (verify, or drill after an upgrade). Raises Misconfigured without a
    replica or without room, and Failed when the target does not answer; those are written down too."""
    me.must_be_admin()
    chosen = target.chosen()
    if chosen is None:
        raise Misconfigured("Replication is off (INGLENOOK_REPLICA=off): there is no replica to verify.")
    if not comparing.acquire(blocking=False):
        raise Conflict("A verification runs already.")
    row, report = Backup(id=clock.new_id(), kind=kind, started_at=clock.now()), Report()
    try:
        note(me, row)
        compare(chosen, report, progress)
        progress(80, "Comparing files by their hash")
        check_files(report, progress)
        row.ok = report.ok
    except Refusal as refusal:
        report.wrong.append(refusal.message)
        row.ok = False
        raise
    finally:
        comparing.release()
        row.ended_at, row.size, row.note = clock.now(), report.size, CUT if row.ok is None else report.note()
        note(me, row)
        log.info("backups.verified", ok=row.ok, rows=report.rows, seconds=round(report.seconds, 1))
    return report


def note(me: Caller, row: Backup) -> None:
    """Write the event down, and who wanted it once it is over."""
    with db.write() as tx:
        # One that never ended was killed with its process.
        tx.run("update backup set ended_at = started_at, note = :cut where " + OPEN, id=row.id, cut=CUT)
        tx.add(tx.session.merge(row))
        if row.ended_at is not None:
            tx.audit(me, "backups.verify", row.id, row.kind)


def compare(chosen: Target, report: Report, progress: Progress) -> None:
    """Count both sides at the same transaction. Raises Failed, Misconfigured."""
    data = config.current.data
    room.require(data, snapshots.size(db.here().path), "The verification")
    progress(2, "Waiting for the replica's last copy")
    with named(chosen) as (txid, there), workplace(data) as (_, folder):
        database = folder / swapping.DATABASE
        progress(5, "Restoring the replica")
        report.seconds = restored(chosen, database, txid)
        report.size = database.stat().st_size
        progress(50, "Checking every page")
        copies.whole(database, "integrity_check")
        progress(70, "Comparing rows")
        with copies.opened(database) as copy:
            mine, its = copies.rows(there), copies.rows(copy)
    report.tables, report.rows = len(mine), sum(count for count, _ in mine.values())
    report.wrong += [differing(name, mine.get(name), its.get(name)) for name in differences(mine, its)]


@contextmanager
def named(chosen: Target) -> Iterator[tuple[int | None, Any]]:
    """The number of the replica's last transaction, and a connection that sees the database as it was at that one.
    None stands for the newest where no server runs: then nobody else writes. Raises Failed."""
    with copies.opened(db.here().path) as there:
        if starting.running is None:
            litestream.once(chosen, starting.instance(), int(settings.value("generation")), LONG)
            see(there)
            yield None, there
            return
        # First without the lock, so that what is left to copy under it is little.
        starting.running.sync(LONG)
        with db.write():
            see(there)
            txid = starting.running.sync(SHORT)
        yield txid, there


def see(there: Any) -> None:
    """From now on this connection sees the database as it is at this moment."""
    there.execute("begin")
    there.execute("select count(*) from sqlite_master").fetchone()


def restored(chosen: Target, database: Path, txid: int | None) -> float:
    """Restore up to this transaction; the seconds that it took. Raises Failed."""
    instance, generation = starting.instance(), int(settings.value("generation"))
    return litestream.restore(chosen, instance, generation, database, txid=txid).seconds


def differences(mine: Rows, its: Rows) -> list[str]:
    """The tables that differ."""
    return [name for name in sorted({*mine, *its}) if mine.get(name) != its.get(name)]


def differing(name: str, mine: tuple[int, int] | None, its: tuple[int, int] | None) -> str:
    """How a table differs, in words."""
    here, there = (f"{side[0]:,} rows up to {side[1]}" if side else "no table" for side in (mine, its))
    return f"{name}: {here} here, {there} in the replica"


def check_files(report: Report, progress: Progress) -> None:
    """Every file that is referred to is here with its hash, and so is its copy. Raises Misconfigured."""
    blobs.copy_to(target.home, target.opened)
    found = blobs.check(lambda percent, said: progress(80 + percent // 5, said))
    report.files = found.count
    if found.missing:
        report.wrong.append(f"{len(found.missing)} of {found.count} files are missing, first {found.missing[0]}")
    if found.damaged:
        report.wrong.append(f"{len(found.damaged)} of {found.count} files are damaged, first {found.damaged[0]}")


def caught_up() -> list[str]:
    """In one line, whether the replica has everything; it is waited for. Raises Failed, Misconfigured."""
    chosen = target.chosen()
    if chosen is None:
        return ["Replication is off, so this snapshot is the only copy."]
    if starting.running is not None:
        starting.running.sync(LONG)
    elif number := int(settings.value("generation")):
        litestream.once(chosen, starting.instance(), number, LONG)
    else:
        return [f"The replica in {chosen.words} begins with the next start of the server."]
    return [f"The replica in {chosen.words} has everything."]


def weekly(me: Caller) -> str:
    """The verification of the week; the report in one sentence. A failure is told by the page, `check` and the log."""
    if target.chosen() is None:
        return "Replication is off."
    try:
        return verify(me).note()
    except (Failed, Misconfigured) as refusal:
        return refusal.message
