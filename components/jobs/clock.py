"""The clock: everything that is done again and again, on one screen."""

from collections.abc import Sequence
from typing import Any

from fastcore.xml import NotStr
from fasthtml.components import Code, Div, P, Small

from app import clock
from app.jobs import Counts
from app.later import Tick
from app.rights import Caller
from components.addresses import url
from components.jobs.lists import StateTabs
from components.jobs.parts import seconds_in_words
from components.page import Page, PageHead
from components.parts import Ago, State, Table
from components.shelves import AdminShelf


def ClockPage(me: Caller, ticks: Sequence[Tick], counts: Counts, workspace: str) -> Any:
    """All rounds: how often, the last one and the next one."""
    late = "A round of an hour or more that was missed while the server was down is made once when it is back."
    return Page(
        me,
        Div(cls="wide")(
            PageHead("Jobs", "Work that nobody waits for. Each waits in the database until it is done."),
            StateTabs(counts, "clock"),
            ClockTable(me, ticks),
            P(cls="small soft spaced")(late),
        ),
        title="The clock",
        place="admin",
        shelf=AdminShelf("/admin/jobs"),
        crumbs=(("Admin", url("/admin")), ("Jobs", url("/admin/jobs")), ("Clock", None)),
        workspace=workspace,
    )


def ClockTable(me: Caller, ticks: Sequence[Tick]) -> Any:
    """A row for each round."""
    rows = [(RoundName(tick), LastRound(me, tick), Next(me, tick)) for tick in ticks]
    return Table(("Round", "Last", ("Next", "num")), rows, "The clock")


def RoundName(tick: Tick) -> Any:
    """What is done, and how often."""
    return Div(cls="round")(Code(Broken(tick.name)), Small(often(tick)))


def Broken(name: str) -> Any:
    """A name that may break after its dot."""
    noun, dot, verb = name.partition(".")
    return noun, dot, NotStr("<wbr>") if dot else "", verb


def often(tick: Tick) -> str:
    """How often, in words."""
    words = every(tick.every)
    return words if tick.at is None else f"{words}, at {tick.at // 60:02}:{tick.at % 60:02} UTC"


def every(seconds: float) -> str:
    """A time between two rounds, in words."""
    for name, length in (("week", 604_800), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        if seconds >= length:
            count = seconds / length
            return f"every {name}" if count == 1 else f"every {count:g} {name}s"
    return f"every {seconds * 1000:g} ms"


def LastRound(me: Caller, tick: Tick) -> Any:
    """When it was made last, how long that took, or what went wrong."""
    if tick.error:
        return State(tick.error, "bad")
    if not tick.ran_at:
        return "not yet"
    took = seconds_in_words(tick.took / clock.SECOND)
    return Div(cls="round")(Ago(tick.ran_at, me), Small(f"took {took}".replace(" ", "\u00a0")))


def Next(me: Caller, tick: Tick) -> Any:
    """When it comes next."""
    return Ago(tick.next_at, me) if tick.next_at else "at the next start"
