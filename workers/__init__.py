"""What runs when nobody waits: functions by name for `tx.later`, and rounds that are made again and again."""

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

# Only what stands here runs; a row of the job table can name nothing else.
JOBS: dict[str, Callable[..., Any]] = {}
ROUNDS: list[tuple[float, Callable[[], Any]]] = []


def job(name: str) -> Callable[[Function], Function]:
    """Register `function(me, *args)`, plain or async, under the name that `tx.later` is given."""

    def keep(function: Function) -> Function:
        if name in JOBS:
            raise ValueError(f"Two jobs are called {name}.")
        JOBS[name] = function
        return function

    return keep


def every(seconds: float, function: Callable[[], Any]) -> None:
    """Call `function` each `seconds` while the server runs. Rounds are short and wait for each other."""
    ROUNDS.append((seconds, function))
