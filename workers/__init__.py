"""What runs when nobody waits: functions by name for `tx.later`, and rounds that are made again and again."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from app import db, later

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Limits:
    """A job with limits runs in a process of its own: `seconds` of time, on the wall and of a core; bytes of memory.

    It gets JSON and gives JSON, and knows neither the database nor this process's environment: a plain function of its
    arguments, best in a module that imports little.
    """

    seconds: float
    memory: int = 1 << 30


@dataclass(frozen=True)
class Kind:
    """How jobs of one name are run. `backoff` is in seconds."""

    name: str
    function: Callable[..., Any]
    attempts: int = later.ATTEMPTS
    backoff: float = 10.0
    limits: Limits | None = None
    then: Callable[..., Any] | None = None
    home: bool = False
    long: bool = False


# Only what stands here runs; a row of the job table can name nothing else.
JOBS: dict[str, Kind] = {}


def job(
    name: str,
    *,
    attempts: int = later.ATTEMPTS,
    backoff: float = 10.0,
    limits: Limits | None = None,
    then: Callable[..., Any] | None = None,
    home: bool = False,
    long: bool = False,
) -> Callable[[Function], Function]:
    """Register `function(me, *args)`, plain or async, under the name that `tx.later` is given.

    What it gives back (JSON, small) is kept as the job's result. When it raises, it is tried again, `attempts` times
    in all: after at most `backoff` seconds, then twice that, four times that, up to an hour. With `limits` it runs in
    a process of its own as `function(*args)`, and `then(me, result, *args)` is called here with what that said. A
    `home` job never runs in a `main.py work`, only in the process that owns the data directory. Those that may be
    `long` leave one thread of each process to the others.
    """

    def keep(function: Function) -> Function:
        if name in JOBS:
            raise ValueError(f"Two jobs are called {name}.")
        if limits is not None and "<" in function.__qualname__:
            raise ValueError(f"{name} has limits, so its function has to be one of a module.")
        later.attempts[name] = attempts
        JOBS[name] = Kind(name, function, attempts, backoff, limits, then, home, long)
        return function

    return keep


def every(seconds: float, function: Callable[[], Any] | str, *, name: str | None = None, at: str | None = None) -> None:
    """Call `function` each `seconds` while the server runs; with a job's name, enqueue that job.

    Rounds are short and wait for each other: what takes longer is a job. From an hour on they are remembered: one that
    was missed is made up for, once. `at` is the time of the UTC day, like "03:10", for rounds of a day or more.
    """
    made = enqueuing(function) if isinstance(function, str) else function
    named = name or (function if isinstance(function, str) else words_of(function))
    if named in later.rounds:
        raise ValueError(f"Two rounds are called {named}.")
    hours, _, minutes = (at or "").partition(":")
    later.rounds[named] = later.Tick(named, seconds, made, int(hours) * 60 + int(minutes) if at else None)


def words_of(function: Callable[[], Any]) -> str:
    """A round's name: app.accounts.sessions.sweep is accounts.sweep."""
    noun = function.__module__.removeprefix("app.").split(".")[0]
    return f"{noun}.{function.__name__}"


def enqueuing(name: str) -> Callable[[], None]:
    """A round that enqueues a job of the house, unless the last one still waits or runs."""

    def enqueue() -> None:
        if db.fetch("select 1 from job where state in ('queued', 'running') and name = ? limit 1", name) is None:
            with db.write() as tx:
                tx.later(name)

    return enqueue


def load() -> None:
    """Import every module of workers/, so that what they declare is known."""
    for module in pkgutil.iter_modules(__path__):
        if not module.ispkg:
            importlib.import_module(f"workers.{module.name}")
