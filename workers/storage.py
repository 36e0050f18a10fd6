"""Huey's storage over the `job` table: the row is the truth, and Huey only decides who runs it when.

This module imports Huey, so `queue` loads it when the server already listens.
"""

import threading
from typing import Any

from huey.storage import MemoryStorage

from app import clock, db

# The next one by urgency, then by age. Ids sort by the time of their making.
CLAIM = """update job set state = 'running', boot = :boot, attempts = attempts + 1 where id = (
    select id from job where state = 'queued' and run_at <= :now order by priority, seq limit 1)
    returning id, name, payload, caller"""
FINISH = """update job set state = :state, error = :error, finished_at = :now
    where id = :id and state = 'running' and boot = :boot"""
GIVE_BACK = "update job set state = 'queued', boot = null where id = :id and state = 'running' and boot = :boot"
RECOVER = "update job set state = 'queued', boot = null where state = 'running' and boot <> :boot"

# A job for later is woken at its time and one of this process at its commit: asking is only the net below both.
IDLE = 5.0
LONGEST_ERROR = 2000


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


class JobStorage(MemoryStorage):  # type: ignore[misc]  # Huey has no types
    """Results and locks stay in memory, as they do for tasks of Huey that nobody asks about; jobs are rows."""

    blocking = True

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.bell = Bell()

    def dequeue(self) -> Any:
        """The next job's (id, name, payload, caller), now marked as running here; None after a while without one."""
        heard = self.bell.rings
        # Looking costs a read; only a job that is there costs a write, so idle polling feeds no replica.
        row = db.fetch("select min(run_at) from job where state = 'queued'")
        wait = (row[0] - clock.now()) / clock.SECOND if row and row[0] is not None else IDLE
        if wait > 0:
            self.bell.wait(heard, min(wait, IDLE))
            return None
        with db.write() as tx:
            return tx.run(CLAIM, boot=clock.BOOT, now=clock.now()).fetchone()

    def finish(self, id: str, state: str, error: str | None = None) -> None:
        """Write the outcome on the row of a job that ran here."""
        with db.write() as tx:
            shown = error[:LONGEST_ERROR] if error else None
            tx.run(FINISH, id=id, state=state, error=shown, now=clock.now(), boot=clock.BOOT)

    def give_back(self, id: str) -> None:
        """Put a job that ran here back into the queue: this process ends before it could."""
        with db.write() as tx:
            tx.run(GIVE_BACK, id=id, boot=clock.BOOT)

    def enqueue(self, data: Any, priority: float | None = None) -> None:
        """Never used: a job is written by `tx.later`, in the transaction that asks for it."""
        raise NotImplementedError("Jobs are enqueued by tx.later.")


def recover() -> int:
    """Queue again what a process that is gone was running; how many. At least once, never lost."""
    if db.fetch("select 1 from job where state = 'running' and boot <> ? limit 1", clock.BOOT) is None:
        return 0
    with db.write() as tx:
        return int(tx.run(RECOVER, boot=clock.BOOT).rowcount)
