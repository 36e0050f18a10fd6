"""Work that nobody waits for: rows of the `job` table, written by the transaction that asks for it.

`tx.later('chats.title', chat.id)` names a function of workers/; the consumer there runs it after the commit.
"""

from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from app import clock
from app.rights import Caller

INSERT = """insert into job (id, seq, name, payload, caller, state, priority, run_at, attempts,
    max_attempts, progress, said, created_at)
    values (:id, (select coalesce(max(seq), 0) + 1 from job), :name, :payload, :caller, 'queued', :priority, :run_at,
    0, 5, 0, '', :created_at)"""


class Job(SQLModel, table=True):
    """One piece of work: `name` is a function of workers/, `payload` its arguments as a JSON list.

    States: queued, running, done, cancelled, expired, and dead when its attempts are used up. `seq` is the order of
    enqueueing; the lower `priority` runs first, as nice has it; `run_at` is 0 for at once. `boot` is the process that
    holds the lease of a running job.
    """

    __table_args__ = (
        Index("ix_job_seq", "seq", unique=True),
        Index("ix_job_ready", "priority", "seq", sqlite_where=text("state = 'queued'")),
        Index("ix_job_run_at", "run_at", sqlite_where=text("state = 'queued'")),
        Index("ix_job_key", "key", unique=True),
    )

    id: str = Field(primary_key=True)
    seq: int
    name: str
    payload: str
    caller: str = "{}"
    key: str | None = None
    state: str = Field(default="queued", index=True)
    priority: int = 0
    run_at: int = 0
    expires_at: int | None = None
    attempts: int = 0
    max_attempts: int = 5
    boot: str | None = None
    progress: int = 0
    said: str = ""
    result: str | None = None
    error: str | None = None
    created_at: int
    started_at: int | None = None
    finished_at: int | None = None
    cancelled_at: int | None = None


class Round(SQLModel, table=True):
    """When a round of the clock was last made; `took` is in microseconds."""

    name: str = Field(primary_key=True)
    ran_at: int
    took: int = 0
    error: str | None = None


listeners: list[Callable[[], None]] = []


def job(name: str, args: tuple[Any, ...], me: Caller | None, run_at: int, priority: int) -> dict[str, Any]:
    """The columns of a new job. `run_at` is microseconds UTC, 0 for at once."""
    return {
        "id": clock.new_id(),
        "name": name,
        "payload": orjson.dumps(args).decode(),
        "caller": orjson.dumps(me.as_job()).decode() if me else "{}",
        "priority": priority,
        "run_at": run_at,
        "created_at": clock.now(),
    }


def wake() -> None:
    """Tell the consumer of this process, if one runs, that a job was committed."""
    for listener in listeners:
        listener()
