"""Jobs: what waits, runs, is done and went wrong, and what may be done about it.

They are written by `tx.later` and run by workers/. All of this is for admins: every verb raises Forbidden for members.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from sqlmodel import col, desc, select

from app import db, later
from app.clock import DAY, now, ticks
from app.errors import Conflict, Invalid, NotFound
from app.later import Job, Round, Tick
from app.rights import Caller

KEPT = 7 * DAY
OVER = ("done", "cancelled", "expired")
SWEEP = """delete from job where id in
    (select id from job where state = :state and finished_at < :before order by seq limit 1000)"""
EXPIRE = """update job set state = 'expired', finished_at = :now
    where state = 'queued' and expires_at is not null and expires_at <= :now"""
AGAIN = """update job set state = 'queued', attempts = 0, run_at = 0, expires_at = null, boot = null, progress = 0,
    said = '', result = null, error = null, started_at = null, finished_at = null, cancelled_at = null where id = :id"""
REMEMBER = """insert into round (name, ran_at, took, error) values (:name, :ran_at, :took, :error)
    on conflict (name) do update set ran_at = :ran_at, took = :took, error = :error"""


@dataclass(frozen=True)
class Counts:
    """Jobs by state. `queued` may be for later, `failed` wait for their next attempt, `dead` for somebody's look."""

    queued: int = 0
    running: int = 0
    failed: int = 0
    done: int = 0
    dead: int = 0
    cancelled: int = 0
    expired: int = 0

    @property
    def waiting(self) -> int:
        """All that are not begun, or to be begun again."""
        return self.queued + self.failed


# Asked what is wrong with what takes the jobs, '' for nothing: set by the process that runs it.
consumer: Callable[[], str] | None = None
# The job that was found waiting, and the ticks at which it was first.
head: tuple[str, float] | None = None
# Seconds for which a job may wait while none runs.
STUCK = 30.0
BUSY = "select 1 from job where state = 'running' limit 1"
HEAD = """select id from job where state = 'queued' and run_at = 0
    union all select id from job where state = 'queued' and run_at > 0 and run_at <= ? limit 1"""

STATES = tuple(field.name for field in fields(Counts))


def counts(me: Caller) -> Counts:
    """How many jobs there are in each state."""
    me.must_be_admin()
    # A search for each state takes half the time of a scan by groups: 20 ms with 300,000 that are done.
    rows = db.fetch_all(
        """select value, (select count(*) from job where state = value)
            from json_each('["running", "done", "dead", "cancelled", "expired"]')
        union all select iif(error is null, 'queued', 'failed'), count(*) from job where state = 'queued' group by 1"""
    )
    return Counts(**dict(rows))


def recent(me: Caller, state: str = "", limit: int = 50, before: int | None = None) -> list[Job]:
    """Jobs of one of STATES or of all, the newest first; those older than number `before` (a `seq`). Raises Invalid."""
    me.must_be_admin()
    query = select(Job).order_by(desc(col(Job.seq))).limit(limit)
    if state in ("queued", "failed"):
        error = col(Job.error)
        query = query.where(Job.state == "queued", error.is_(None) if state == "queued" else error.is_not(None))
    elif state in STATES:
        query = query.where(Job.state == state)
    elif state:
        raise Invalid(state=f"There is no state {state!r}: it is one of {', '.join(STATES)}.")
    if before is not None:
        query = query.where(Job.seq < before)
    with db.read() as reading:
        return list(reading.exec(query))


def find(id: str, me: Caller) -> Job:
    """The job. Raises NotFound."""
    me.must_be_admin()
    with db.read() as reading:
        return there(reading.get(Job, id), id)


def there(job: Job | None, id: str) -> Job:
    """The job that was looked for. Raises NotFound."""
    if job is None:
        raise NotFound(f"There is no job {id}: it may have been done more than a week ago.")
    return job


def retry(me: Caller, id: str) -> Job:
    """Run a job again that is dead, failed, cancelled or expired, with all its attempts. Raises NotFound, Conflict."""
    return changed(me, id, "jobs.retry", ("dead", "failed", "cancelled", "expired"), AGAIN)


def run_now(me: Caller, id: str) -> Job:
    """Run a job now that waits for its time or its next attempt. Raises NotFound, Conflict."""
    return changed(me, id, "jobs.run", ("queued", "failed"), "update job set run_at = 0 where id = :id")


def cancel(me: Caller, id: str) -> Job:
    """Never start a job that waits, give a dead one up, and stop a running one where it allows that.

    A running one is asked: it ends at its next report of progress, a subprocess and what awaits at once; what has
    neither runs to its end. Raises NotFound, Conflict.
    """
    stop = """update job set cancelled_at = :now, state = iif(state = 'running', 'running', 'cancelled'),
        finished_at = iif(state = 'running', null, :now) where id = :id"""
    job = changed(me, id, "jobs.cancel", ("queued", "failed", "running", "dead"), stop)
    if job.state == "running":
        later.interrupt(id)
    return job


def changed(me: Caller, id: str, verb: str, allowed: tuple[str, ...], statement: str) -> Job:
    """Run a statement on a job that is in an allowed state; the job as it is then. Raises NotFound, Conflict."""
    me.must_be_admin()
    with db.write() as tx:
        job = there(tx.find(Job, id), id)
        if job.status not in allowed:
            states = f"{', '.join(allowed[:-1])} or {allowed[-1]}"
            raise Conflict(f"The job is {job.status}; this is for one that is {states}.")
        tx.run(statement, id=id, now=now())
        tx.audit(me, verb, job, job.name)
        tx.session.refresh(job)
        tx.after.append(later.wake)
    return job


def stuck() -> str:
    """Why jobs are not taken, '' while they are. Nothing that waits is begun: seen twice, because a look may fall
    between two of them."""
    global head
    if consumer is None:
        return "Nothing takes them yet."
    if wrong := consumer():
        return wrong
    first = db.fetch(HEAD, now()) if db.fetch(BUSY) is None else None
    if first is None or head is None or head[0] != first[0]:
        head = (first[0], ticks()) if first is not None else None
        return ""
    waits = ticks() - head[1]
    return f"The next one has waited for {waits:,.0f} seconds, and none runs." if waits > STUCK else ""


def clock(me: Caller) -> list[Tick]:
    """All periodic work, by name: how often, when it was made last, when it comes next, what went wrong."""
    me.must_be_admin()
    with db.read() as reading:
        known = {row.name: row for row in reading.exec(select(Round))}
    return [told(tick, known.get(tick.name)) for _, tick in sorted(later.rounds.items())]


def told(tick: Tick, row: Round | None) -> Tick:
    """A copy of a round, with what the database remembers where this process has not made it."""
    tick = replace(tick)
    if tick.ran_at is None and row is not None:
        tick.ran_at, tick.took, tick.error = row.ran_at, row.took, row.error
    if tick.next_at is None and tick.ran_at is not None:
        tick.next_at = max(now(), tick.following(tick.ran_at))
    return tick


def last_made(name: str) -> int | None:
    """When a long round was made last, in whichever process; None if never."""
    row = db.fetch("select ran_at from round where name = ?", name)
    return row[0] if row else None


def remember(tick: Tick) -> None:
    """Keep that a long round was made, so that a later process knows what it missed."""
    with db.write() as tx:
        tx.run(REMEMBER, name=tick.name, ran_at=tick.ran_at, took=tick.took, error=tick.error)


def expire() -> int:
    """Mark the jobs that waited too long; how many."""
    query = "select 1 from job where state = 'queued' and expires_at is not null and expires_at <= ? limit 1"
    if db.fetch(query, now()) is None:
        return 0
    with db.write() as tx:
        return int(tx.run(EXPIRE, now=now()).rowcount)


def sweep() -> int:
    """Forget the jobs that ended more than a week ago, a thousand at a time; how many. Dead ones stay."""
    before, gone = now() - KEPT, 0
    for state in OVER:
        while db.fetch("select 1 from job where state = ? and finished_at < ? limit 1", state, before):
            gone += forget(state, before)
    return gone


def forget(state: str, before: int) -> int:
    """Delete a thousand jobs at most, so that others may write in between."""
    with db.write() as tx:
        return int(tx.run(SWEEP, state=state, before=before).rowcount)
