"""Work that nobody waits for: rows of the `job` table, written by the transaction that asks for it.

`tx.later('chats.title', chat.id)` names a function of workers/; the consumer there runs it after the commit.
"""

from collections.abc import Callable
from typing import Any

import orjson
from sqlmodel import Field, SQLModel

from app import clock
from app.rights import Caller

INSERT = """insert into job (id, name, payload, caller, state, priority, run_at, attempts, created_at)
    values (:id, :name, :payload, :caller, 'queued', :priority, :run_at, 0, :created_at)"""


class Job(SQLModel, table=True):
    """One piece of work: `name` is a function of workers/, `payload` its arguments as a JSON list."""

    id: str = Field(primary_key=True)
    name: str
    payload: str
    caller: str = "{}"
    state: str = Field(default="queued", index=True)
    priority: int = 0
    run_at: int
    attempts: int = 0
    boot: str | None = None
    error: str | None = None
    created_at: int
    finished_at: int | None = None


listeners: list[Callable[[], None]] = []


def job(name: str, args: tuple[Any, ...], me: Caller | None, run_at: int, priority: int) -> dict[str, Any]:
    """The columns of a new job. `run_at` is microseconds UTC, 0 for at once."""
    return {
        "id": clock.new_id(),
        "name": name,
        "payload": orjson.dumps(args).decode(),
        "caller": orjson.dumps(me.as_job()).decode() if me else "{}",
        "priority": priority,
        "run_at": run_at or clock.now(),
        "created_at": clock.now(),
    }


def wake() -> None:
    """Tell the consumer of this process, if one runs, that a job was committed."""
    for listener in listeners:
        listener()
