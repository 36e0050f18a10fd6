"""What is told of the past: what looking into it needs, which moments are open, and whether this process shows one."""

from dataclasses import dataclass

from app import clock
from app.backups.planning import Plan

# How long a moment stays open, and how many may be open at a time, whoever opened them.
LIFETIME = clock.HOUR
MOST = 2


@dataclass(frozen=True)
class Wanted:
    """What a look into the past takes before it is made: the bytes of disk that it needs, and those that are free."""

    plan: Plan
    needs: int
    free: int


@dataclass(frozen=True)
class Opened:
    """A moment that somebody looks into. `time` names it in the address /then/<time>/, `at` is the moment that was
    asked for and `reaches` its last change (0 until that is known), `until` when it is closed; all in microseconds.

    While it is being made `ready` is false, `percent` and `said` tell how far that is, and `error` why it came to
    nothing.
    """

    time: str
    at: int
    until: int
    ready: bool = False
    percent: int = 0
    said: str = ""
    error: str = ""
    reaches: int = 0


@dataclass(frozen=True)
class Here:
    """What this process shows when it is the child that serves a moment: a banner says it on every page.

    `back` is where the present begins: its root path, '' for the root of the host."""

    time: str
    at: int
    until: int
    reaches: int
    back: str = ""


# None in the present. Set once, when the child starts.
here: Here | None = None


def shows(chosen: Here) -> None:
    """Make this process one that shows the past: `shapes.here` from now on."""
    global here
    here = chosen
