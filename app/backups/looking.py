"""Looking at backups: all that their page shows, what runs, and asking for more of it."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sqlmodel import col, select

from app import blobs, clock, config, db
from app.backups import health, past, points, restoring, snapshots, swapping
from app.backups.overview import Disk, Overview, Span, Work
from app.backups.records import Backup
from app.backups.state import State
from app.backups.target import chosen
from app.errors import Conflict, Refusal
from app.later import Job
from app.rights import Caller

# What runs for backups as jobs, and the states in which they are not over.
COPY, VERIFY, RESTORE, OPENING = "backups.now", "backups.verify", "backups.restore", "past.open"
JOBS = (COPY, VERIFY, "backups.nightly", "backups.weekly", "backups.drill")
OPEN = ("queued", "running")
WAITS = {"queued": "waits for its turn", "running": "begins"}
STORED = "select coalesce(sum(size), 0) from blob where missing_at is null"
UNCOPIED = """select count(*) from blob where copied_at is null and missing_at is null
    and exists (select 1 from blobuse where blobuse.hash = blob.hash)"""
MADE = (("chats", "chat"), ("messages", "message"), ("people", "account"))
# Rows of the past: as many as two weeks of daily snapshots and a few gaps.
ROWS = 40
# Seconds after which what can be brought back is read again.
FRESH = 20.0
# ... and for which the page waits where nothing is known yet.
PATIENCE = 3.0
# Seconds for which a restore that failed is shown.
SHOWN_FOR = 3600.0
# How long a failure stays on the page.
SHOWN = 7 * clock.DAY


def seen(me: Caller) -> Overview:
    """Everything about backups at this moment. Raises Forbidden for members."""
    me.must_be_admin()
    state, there = health.state(me), reach(me)
    return Overview(
        replica=state,
        needs=health.needs(me),
        spans=confirmed(there.spans, state),
        rows=happened(me),
        running=running(me),
        failed=failed(me),
        verified=points.last(me, "verify"),
        disk=disk(),
        unreadable=there.unreadable,
        lost=blobs.missing(),
        opened=past.opened(me),
        uncopied=db.fetch_all(UNCOPIED)[0][0] if state is not None else 0,
    )


@dataclass
class Reach:
    """What can be brought back as it was last read, or in one sentence why nobody can tell; `read` is in ticks."""

    spans: list[Span] = field(default_factory=list)
    unreadable: str = ""
    read: float = 0.0


known = Reach()
reader = threading.Thread()
turning = threading.Lock()


def reach(me: Caller) -> Reach:
    """What can be brought back. A long list of files and a slow target take their time: it is read beside the page,
    which waits only where nothing is known yet."""
    global reader
    with turning:
        told = known.spans or known.unreadable
        if (clock.ticks() - known.read > FRESH or not told) and not reader.is_alive():
            reader = threading.Thread(target=read, args=(me,), name="reach", daemon=True)
            reader.start()
    if reader.ident is not None and not known.spans:
        reader.join(PATIENCE)
    if not known.read:
        return Reach(unreadable="It has not answered yet: load this page again in a moment.")
    *older, last = known.spans or [Span(0, 0, 0)]
    # The present history goes on while nobody reads it.
    return replace(known, spans=[*older, replace(last, end=max(last.end, clock.now()))]) if known.spans else known


def read(me: Caller) -> None:
    """Read it from the target; what was known before stays known when it does not answer."""
    global known
    try:
        known = Reach(points.timeline(me), "", clock.ticks())
    except Refusal as refusal:
        known = Reach(known.spans, refusal.message, clock.ticks())


def confirmed(spans: list[Span], state: State | None) -> list[Span]:
    """The spans up to the moment to which the replica has everything."""
    until = state.confirmed_at if state is not None and state.error else None
    if until is None:
        return spans
    return [replace(span, end=min(span.end, until)) for span in spans if span.start < until]


def happened(me: Caller) -> list[Backup]:
    """What happened to backups, the newest first: as the database tells it, with the snapshots that were made after
    the moment to which it was restored, and without those whose file was removed."""
    rows = [row for row in points.events(me, ROWS) if is_there(row)]
    told = {row.path for row in rows}
    for each in snapshots.all(me):
        if (path := f"{snapshots.FOLDER}/{each.path.name}") not in told:
            event = Backup(id=each.path.name, kind="snapshot", started_at=each.at, ended_at=each.at, ok=True)
            event.size, event.path, event.note = each.size, path, each.kind
            rows.append(event)
    return sorted(rows, key=lambda row: row.started_at, reverse=True)


def is_there(row: Backup) -> bool:
    """Whether what the row tells of still exists: the files of old snapshots are removed."""
    return row.kind != "snapshot" or not row.path or (config.current.data / row.path).exists()


def disk() -> Disk:
    """What backups take of this machine's disk."""
    data = config.current.data
    usage = shutil.disk_usage(data)
    return Disk(
        database=snapshots.size(db.here().path),
        files=db.fetch_all(STORED)[0][0],
        replica=copied() if chosen() is not None else None,
        snapshots=swapping.weight(data / snapshots.FOLDER),
        aside=swapping.weight(data / swapping.ASIDE),
        free=usage.free,
        total=usage.total,
    )


def copied() -> int:
    """The bytes of the replica's database files at the target, as they were last listed."""
    return sum(file.size for _, files in list(points.listed.values()) for file in files)


def running(me: Caller) -> list[Work]:
    """What is being made, in the order in which it was asked for; a restore comes first."""
    me.must_be_admin()
    statement = select(Job).where(col(Job.name).in_(JOBS), col(Job.state).in_(OPEN)).order_by(col(Job.seq))
    with db.read() as reading:
        jobs = [Work(job.name, job.progress, job.said or WAITS[job.state]) for job in reading.exec(statement)]
    jobs += [
        Work(OPENING, each.percent, each.said, moment=each.at)
        for each in past.opened(me)
        if not each.ready and not each.error
    ]
    restore = restoring.underway
    return jobs if restore is None or restore.error else [brought_back(restore), *jobs]


def brought_back(restore: restoring.Underway) -> Work:
    """A restore of this process as a piece of work."""
    found, wants = restore.plan, restore.error in (restoring.KEY_WANTED, restoring.KEY_WRONG)
    return Work(RESTORE, restore.percent, restore.said, restore.error, found.asked or found.reaches, wants)


def failed(me: Caller) -> list[Work]:
    """The last of each kind, where it has failed."""
    me.must_be_admin()
    return [*([brought_back(noticed)] if (noticed := lately()) else []), *uncopied()]


first_seen: tuple[restoring.Underway | None, float] = (None, 0.0)


def lately() -> restoring.Underway | None:
    """The restore that failed in this process, for an hour after somebody was told."""
    global first_seen
    restore = restoring.underway
    if restore is None or not restore.error:
        return None
    if first_seen[0] is not restore:
        first_seen = (restore, clock.ticks())
    return restore if clock.ticks() - first_seen[1] < SHOWN_FOR else None


def uncopied() -> Iterator[Work]:
    """The last copy, where it has failed in the last days. A verification tells that in its own row."""
    with db.read() as reading:
        job = reading.exec(select(Job).where(Job.name == COPY).order_by(col(Job.seq).desc()).limit(1)).first()
    if job is not None and job.state == "dead" and (job.finished_at or 0) > clock.now() - SHOWN:
        yield Work(COPY, error=job.error or "It was interrupted.")


def newer(me: Caller, moment: int) -> dict[str, int]:
    """How many chats, messages and people were made after this moment: what a restore to it puts aside."""
    me.must_be_admin()
    counted = (f"select count(*) from {table} where created_at > ?" for _, table in MADE)
    return {many: db.fetch_all(sql, moment)[0][0] for (many, _), sql in zip(MADE, counted, strict=True)}


def ask(me: Caller, name: str) -> None:
    """Have a copy or a verification made as a job, unless one is under way. Raises Conflict during a restore."""
    me.must_be_admin()
    there = [work.name for work in running(me)]
    if RESTORE in there:
        raise Conflict("The house is being brought back. Wait until that is done.")
    if name not in there:
        with db.write() as tx:
            tx.later(name, me=me)
