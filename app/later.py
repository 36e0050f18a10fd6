"""Work that nobody waits for: rows of the `job` table, written by the transaction that asks for it.

`tx.later('chats.title', chat.id)` names a function of workers/; the consumer there runs it after the commit.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from app import clock
from app.rights import Caller

ATTEMPTS = 5
INSERT = """insert into job (id, seq, name, payload, caller, key, state, priority, run_at, expires_at, attempts,
    max_attempts, progress, said, created_at)
    values (:id, (select coalesce(max(seq), 0) + 1 from job), :name, :payload, :caller, :key, 'queued', :priority,
    :run_at, :expires_at, 0, :max_attempts, 0, '', :created_at) on conflict (key)
    where key is not null do nothing"""
SAME = "select id from job where key = :key"


class Job(SQLModel, table=True):
    """One piece of work: `name` is a function of workers/, `payload` its arguments as a JSON list.

    States: queued, running, done, cancelled, expired, and dead when its attempts are used up. `seq` is the order of
    enqueueing; the lower `priority` runs first, as nice has it; `run_at` is 0 for at once, and again from its time on.
    `boot` is the process that holds the lease of a running job. `error` is what the last attempt said.
    """

    __table_args__ = (
        Index("ix_job_seq", "seq", unique=True),
        Index("ix_job_state", "state", "seq"),
        Index("ix_job_ready", "priority", "seq", sqlite_where=text("state = 'queued' and run_at = 0")),
        Index("ix_job_run_at", "run_at", sqlite_where=text("state = 'queued' and run_at > 0")),
        Index("ix_job_name", "name", sqlite_where=text("state = 'queued' and run_at = 0")),
        Index("ix_job_key", "key", unique=True, sqlite_where=text("key is not null")),
    )

    id: str = Field(primary_key=True)
    seq: int
    name: str
    payload: str
    caller: str = "{}"
    key: str | None = None
    state: str = "queued"
    priority: int = 0
    run_at: int = 0
    expires_at: int | None = None
    attempts: int = 0
    max_attempts: int = ATTEMPTS
    boot: str | None = None
    progress: int = 0
    said: str = ""
    result: str | None = None
    error: str | None = None
    created_at: int
    started_at: int | None = None
    finished_at: int | None = None
    cancelled_at: int | None = None

    @property
    def status(self) -> str:
        """The state as people are told it: a queued job that waits for its next attempt is `failed`."""
        return "failed" if self.state == "queued" and self.error is not None else self.state

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.state not in ("queued", "running")


class Round(SQLModel, table=True):
    """When a round of the clock was last made; `took` is in microseconds."""

    name: str = Field(primary_key=True)
    ran_at: int
    took: int = 0
    error: str | None = None


@dataclass
class Tick:
    """A round of the clock: each `every` seconds, or at minute `at` of the UTC day. `took` is in microseconds.

    `ran_at` and `next_at` are those of this process until somebody asks `jobs.clock`, which knows of earlier ones.
    """

    name: str
    every: float
    function: Callable[[], Any]
    at: int | None = None
    ran_at: int | None = None
    next_at: int | None = None
    took: int = 0
    error: str | None = None

    @property
    def is_long(self) -> bool:
        """Whether it is remembered over a restart, and made up for once after a downtime."""
        return self.every * clock.SECOND >= clock.HOUR

    def following(self, moment: int) -> int:
        """When it is due after it was made at this moment."""
        following = moment + round(self.every * clock.SECOND)
        if self.at is None:
            return following
        minute = self.at * clock.MINUTE
        # The first such minute of a day that is later than all but the last day of the wait.
        earliest = max(moment + 1, following - clock.DAY + 1)
        day = earliest - earliest % clock.DAY
        return day + minute if day + minute >= earliest else day + clock.DAY + minute


class Cancelled(Exception):
    """Somebody cancelled the job that reports its progress, or (Stopped) its process ends."""


class Stopped(Cancelled):
    """Its process ends: the job runs again later."""


class Running(Protocol):
    """A job that runs in this process or thread."""

    def tell(self, percent: int, said: str) -> None:
        """Keep how far it is. Raises Cancelled."""


# Set by workers/ around each job.
running: ContextVar[Running | None] = ContextVar("running", default=None)
# How often each kind of job is tried at most, and all periodic work, by name: workers/ declares both.
attempts: dict[str, int] = {}
rounds: dict[str, Tick] = {}
# Called after the commit of a job, and with the id of a job that is to be cancelled while it runs.
listeners: list[Callable[[], None]] = []
cancels: list[Callable[[str], None]] = []


def job(
    name: str,
    args: tuple[Any, ...],
    me: Caller | None,
    run_at: int = 0,
    priority: int = 0,
    key: str | None = None,
    expires_at: int | None = None,
) -> dict[str, Any]:
    """The columns of a new job. `run_at` is microseconds UTC, 0 for at once; from `expires_at` on it never starts."""
    now = clock.now()
    return {
        "id": clock.new_id(),
        "name": name,
        "payload": orjson.dumps(args).decode(),
        "caller": orjson.dumps(me.as_job()).decode() if me is not None else "{}",
        "key": key,
        "priority": priority,
        "run_at": run_at if run_at > now else 0,
        "expires_at": expires_at,
        "max_attempts": attempts.get(name, ATTEMPTS),
        "created_at": now,
    }


def enqueue(run: Callable[..., Any], job: dict[str, Any]) -> str:
    """Insert a job with `run` of the driver: its id, or that of the job which has the same key already."""
    if run(INSERT, job).rowcount:
        return str(job["id"])
    return str(run(SAME, job).fetchone()[0])


def wake() -> None:
    """Tell the consumer of this process, if one runs, that a job was committed."""
    for listener in list(listeners):
        listener()


def interrupt(id: str) -> None:
    """Tell the consumer that this running job is cancelled."""
    for listener in list(cancels):
        listener(id)


def progress(percent: int, said: str = "") -> None:
    """Say how far the running job is: 0 to 100, and a line of text. Raises Cancelled when it has to end.

    It may be called as often as one likes: what is written is at most two lines a second. Outside of a job, it does
    nothing.
    """
    here = running.get()
    if here is not None:
        here.tell(min(100, max(0, percent)), said)
