"""Jobs: how much is waiting, and what went wrong. They are written by `tx.later` and run by workers/."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import select

from app import clock, db
from app.later import Job
from app.rights import Caller

KEPT = 7 * clock.DAY
SWEEP = "delete from job where state = 'done' and finished_at < :before"


@dataclass(frozen=True)
class Counts:
    """Jobs by state: `waiting` may be for later, `failed` stay until somebody looks at them."""

    waiting: int
    running: int
    failed: int


def counts(me: Caller) -> Counts:
    """How many jobs wait, run and have failed. Raises Forbidden for members."""
    me.must_be_admin()
    found = dict(db.fetch_all("select state, count(*) from job where state <> 'done' group by state"))
    return Counts(found.get("queued", 0), found.get("running", 0), found.get("failed", 0))


def failed(me: Caller, limit: int = 10) -> list[Job]:
    """The jobs that failed last, the newest first. Raises Forbidden for members."""
    me.must_be_admin()
    with db.read() as reading:
        query = select(Job).where(Job.state == "failed").order_by(text("finished_at desc"))
        return list(reading.exec(query.limit(limit)))


def sweep() -> int:
    """Forget the jobs that were done more than a week ago; how many."""
    before = clock.now() - KEPT
    if db.fetch("select 1 from job where state = 'done' and finished_at < ? limit 1", before) is None:
        return 0
    with db.write() as tx:
        return int(tx.run(SWEEP, before=before).rowcount)
