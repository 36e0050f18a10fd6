"""Huey's storage over the `job` table: the row is the truth, and Huey only decides who runs it when.

A running job is leased to a boot, not to a time: no clock can end a lease, only the end of its process.
This module imports Huey, so it is loaded when the server already listens.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from huey.storage import MemoryStorage

import workers
from app import clock, config, db, later
from app.logs import log

# A job whose time has come is one that is for at once: so the index of those is in the order in which they run.
PROMOTE = "update job indexed by ix_job_run_at set run_at = 0 where state = 'queued' and run_at > 0 and run_at <= :now"
READY = "from job indexed by {index} where state = 'queued' and run_at = 0{names}"
# One thread is left to what is short, however many wait that take minutes.
ROOM = """ and (name not in ({long}) or (select count(*) from job other indexed by ix_job_state
    where other.state = 'running' and other.boot = '{boot}' and other.name in ({long})) < {most})"""
LOOK = """select exists (select 1 {ready}),
    (select min(run_at) from job indexed by ix_job_run_at where state = 'queued' and run_at > 0)"""
CLAIM = """update job set state = 'running', boot = :boot, attempts = attempts + 1, started_at = :now, progress = 0,
    said = '' where id = (select id {ready} order by priority, seq limit 1)
    returning id, name, payload, caller, attempts, expires_at"""
EXPIRED = """update job set state = 'expired', boot = null, attempts = attempts - 1, started_at = null,
    finished_at = :now where id = :id"""
# A job that is to be tried again, and was cancelled meanwhile, is not.
END = """update job set state = iif(:state = 'queued' and cancelled_at is not null, 'cancelled', :state),
    error = coalesce(:error, iif(:state = 'queued', error, null)), result = :result, run_at = :run_at,
    attempts = attempts - :refund, max_attempts = :most, progress = :progress, said = :said,
    finished_at = iif(:state = 'queued' and cancelled_at is null, null, :now), boot = null
    where id = :id and state = 'running' and boot = :boot"""
PROGRESS = "update job set progress = :progress, said = :said where id = :id and state = 'running' and boot = :boot"
ORPHANS = "select id, name, attempts, cancelled_at, boot from job where state = 'running' and boot <> ?"
ADOPT = """update job set state = :state, boot = null, error = :error, max_attempts = :most,
    finished_at = iif(:state = 'queued', null, :now) where id = :id and state = 'running' and boot = :boot"""

# A job for later is woken at its time and one of this process at its commit: asking is only the net below both.
IDLE = 5.0
# After the disk refused a write.
PAUSE = 1.0
ALL, HOME, AWAY = "all", "home", "away"


class Bell:
    """Wakes those who wait, and never loses a ring that came between their look and their wait."""

    def __init__(self) -> None:
        self.condition = threading.Condition()
        self.rings = 0

    def ring(self) -> None:
        """Wake everybody."""
        with self.condition:
            self.rings += 1
            self.condition.notify_all()

    def wait(self, heard: int, seconds: float) -> None:
        """Return at the next ring after number `heard`, or after so many seconds."""
        with self.condition:
            self.condition.wait_for(lambda: self.rings != heard, seconds)


@dataclass
class Outcome:
    """What became of a job that ran here, as it is to be written on its row."""

    id: str
    state: str
    most: int
    error: str | None = None
    result: str | None = None
    run_at: int = 0
    refund: int = 0
    progress: int = 0
    said: str = ""


class JobStorage(MemoryStorage):  # type: ignore[misc]  # Huey has no types
    """Results and locks stay in memory, as they do for tasks of Huey that nobody asks about; jobs are rows."""

    blocking = True

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.bell = Bell()
        self.outcomes: list[Outcome] = []
        self.is_open = True
        self.choose(ALL)

    def choose(self, whose: str) -> None:
        """Take ALL jobs from now on, or only those of HOME, or only those that may run AWAY."""
        home = listed(kind.name for kind in workers.JOBS.values() if kind.home)
        long = listed(kind.name for kind in workers.JOBS.values() if kind.long)
        names = {ALL: "", HOME: f" and name in ({home})", AWAY: f" and name not in ({home})"}[whose]
        names += ROOM.format(long=long, boot=clock.BOOT, most=max(1, config.current.workers - 1))
        ready = READY.format(index="ix_job_name" if whose == HOME else "ix_job_ready", names=names)
        self.look, self.claim = LOOK.format(ready=ready), CLAIM.format(ready=ready)
        self.bell.ring()

    def dequeue(self) -> Any:
        """The next job's (id, name, payload, caller, attempts), now leased to this process; None after a while."""
        heard = self.bell.rings
        try:
            # Looking costs a read; only a job that is there costs a write, so idle polling feeds no replica.
            wait = 0.0 if self.outcomes else self.until_due()
            if wait <= 0:
                return self.turn()
        except db.Unwritable as error:
            log.error("jobs.unwritable", error=str(error))
            wait = PAUSE
        self.bell.wait(heard, wait)
        return None

    def until_due(self) -> float:
        """Seconds until a job is due: 0 or less for at once."""
        ready, soonest = db.fetch(self.look) or (0, None)
        if ready and self.is_open:
            return 0.0
        return min(IDLE, (soonest - clock.now()) / clock.SECOND) if soonest and self.is_open else IDLE

    def turn(self) -> Any:
        """Write what became of the jobs that ended, and claim the next one, in one transaction."""
        outcomes: list[Outcome] = []
        try:
            with self.transaction() as run:
                now, outcomes = clock.now(), self.outcomes[:]
                del self.outcomes[: len(outcomes)]
                for each in outcomes:
                    run(END, vars(each) | {"now": now, "boot": clock.BOOT})
                row = self.claimed(run, now) if self.is_open else None
        except BaseException:
            self.outcomes[:0] = outcomes
            raise
        if any(each.state == "queued" for each in outcomes):
            self.bell.ring()  # others may sleep beyond the next attempt
        return row

    def claimed(self, run: Callable[..., Any], now: int) -> Any:
        """The next job whose time is not over."""
        run(PROMOTE, {"now": now})
        while rows := run(self.claim, {"boot": clock.BOOT, "now": now}).fetchall():
            *row, expires_at = rows[0]
            if expires_at is None or expires_at > now:
                return row
            run(EXPIRED, {"id": row[0], "now": now})
        return None

    @contextmanager
    def transaction(self) -> Iterator[Callable[..., Any]]:
        """A write transaction of plain statements, for which an ORM would cost more than all the rest."""
        here = db.here()
        with here.lock:
            here.driver.execute("pragma synchronous=NORMAL")
            here.driver.execute("BEGIN IMMEDIATE")
            try:
                yield here.driver.execute
                here.driver.execute("COMMIT")
            finally:
                if here.driver.in_transaction:
                    here.driver.execute("ROLLBACK")

    def end(self, outcome: Outcome) -> None:
        """Keep what became of a job: it is written when its worker asks for the next one, which it does at once."""
        self.outcomes.append(outcome)

    def flush(self) -> None:
        """Write what is kept, when a worker ends."""
        if self.outcomes:
            self.turn()

    def close_up(self) -> None:
        """Claim nothing more."""
        self.is_open = False
        self.bell.ring()

    def report(self, id: str, percent: int, said: str) -> None:
        """Write how far a job is that runs here."""
        with self.transaction() as run:
            run(PROGRESS, {"id": id, "progress": percent, "said": said, "boot": clock.BOOT})

    def enqueue(self, data: Any, priority: float | None = None) -> None:
        """Never used: a job is written by `tx.later`, in the transaction that asks for it."""
        raise NotImplementedError("Jobs are enqueued by tx.later.")


def listed(names: Iterable[str]) -> str:
    """Names of jobs for a statement, of which there is at least one."""
    return ", ".join(f"'{name}'" for name in names) or "''"


def adopt(is_gone: Callable[[str], bool]) -> int:
    """Return the leases of the boots that are gone; how many. This one's own are never asked about.

    At least once, never lost: each job is queued again, but for one whose attempts are used up: it may be what kills
    its process, and lies with the dead.
    """
    # Asked after the look, so that nobody who joined in between, and has a lease already, is taken for gone.
    orphans = [row for row in db.fetch_all(ORPHANS, clock.BOOT) if is_gone(row[4])]
    if not orphans:
        return 0
    with db.write() as tx:
        for id, name, attempts, cancelled_at, boot in orphans:
            most = workers.JOBS[name].attempts if name in workers.JOBS else later.ATTEMPTS
            state = "cancelled" if cancelled_at else "dead" if attempts >= most else "queued"
            error = "Its process ended while it ran." if attempts < most else f"Its process ended {attempts} times."
            tx.run(ADOPT, id=id, boot=boot, state=state, error=error, most=most, now=clock.now())
            if state == "dead":
                log.error("jobs.dead", job=id, name=name, error=error)
    later.wake()
    return len(orphans)
