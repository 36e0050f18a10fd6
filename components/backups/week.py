"""The last days as lines from midnight to midnight: what is filled can be brought back, as densely as it is drawn."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from fastcore.xml import ft
from fasthtml.components import Div, P, Section, Span

from app import clock
from app.backups.overview import Overview
from app.backups.overview import Span as Kept
from app.backups.records import Backup
from app.rights import Caller
from components.backups.words import deed, exact, lasting, spacing
from components.parts import Fold, Table, local

# A day is so many units wide, and nothing on it is drawn thinner than can be seen.
WIDTH = 240
THINNEST = 1
TICK = 0.9
FEWEST_DAYS = 7
# Points that are further apart than this are drawn one by one.
DENSE = 2 * clock.MINUTE


class Day(NamedTuple):
    """One day of the person's zone, of 23 to 25 hours; times in microseconds."""

    date: datetime
    start: int
    end: int

    def at(self, moment: int) -> float:
        """Where a moment stands on the line."""
        return WIDTH * (min(max(moment, self.start), self.end) - self.start) / (self.end - self.start)

    def has(self, start: int, end: int) -> bool:
        """Whether a time touches this day."""
        return start < self.end and end >= self.start


def Week(me: Caller, seen: Overview) -> Any:
    """A line for each of the last days, the newest first, and the same as a table."""
    gaps = [row for row in seen.rows if row.kind == "gap"]
    ticks = [row for row in seen.rows if row.kind != "gap"]
    lines = [part for day in days(me, seen) for part in Line(me, day, seen, gaps, ticks)]
    hours = Div(cls="hours", aria_hidden="true")(*(Span(f"{hour}:00") for hour in range(0, 25, 6)))
    return Section(aria_labelledby="week-title")(
        ft("h2", "The last days", cls="unseen", id="week-title"),
        Div(cls="week")(*lines, hours),
        P(cls="faint small said week-said")(*legend(me, seen, gaps)),
        SpansTable(me, seen, gaps) if seen.spans else "",
    )


def days(me: Caller, seen: Overview) -> Iterator[Day]:
    """The days from today back to the first that can be brought back, seven at least."""
    today = local(clock.now(), me).replace(hour=0, minute=0, second=0, microsecond=0)
    first = seen.first if seen.first is not None else clock.now()
    for age in range(60):
        date, start = midnight(me, today, age)
        if age >= FEWEST_DAYS and midnight(me, today, age - 1)[1] <= first:
            return
        yield Day(date, start, midnight(me, today, age - 1)[1])


def midnight(me: Caller, today: datetime, age: int) -> tuple[datetime, int]:
    """The beginning of the day so many days before today, on the person's clock and in microseconds."""
    # By the calendar, not by 24 hours: clocks are put forward and back.
    date = today.replace(tzinfo=None) - timedelta(days=age)
    there = date.replace(tzinfo=today.tzinfo)
    return there, round(there.timestamp() * clock.SECOND)


def Line(me: Caller, day: Day, seen: Overview, gaps: Sequence[Backup], ticks: Sequence[Backup]) -> tuple[Any, ...]:
    """The name of a day, its line and a note."""
    drawn = [
        bar("track", 0, WIDTH, 13, 6),
        *(part for span in seen.spans if day.has(span.start, span.end) for part in stretch(day, span)),
        *(missing(me, day, gap) for gap in gaps if day.has(gap.started_at, gap.ended_at or clock.now())),
        *(tick(me, day, row) for row in ticks if day.has(row.started_at, row.started_at)),
    ]
    picture = ft("svg", *drawn)
    about = {"viewBox": f"0 0 {WIDTH} 32", "preserveAspectRatio": "none", "aria-hidden": "true"}
    picture.attrs.update(about | {"data-day": f"{day.date:%Y-%m-%d}"})
    return (
        Span(cls="day-name")(name_of(me, day)),
        picture,
        Span(cls="day-note")(note_of(me, day, seen, gaps)),
    )


def name_of(me: Caller, day: Day) -> str:
    """Today, or the day with its date."""
    return "Today" if day.start <= clock.now() < day.end else f"{day.date:%a} {day.date.day}"


def bar(kind: str, x: float, width: float, y: float, height: float, told: str = "") -> Any:
    """A rectangle of the line, with what it is for who points at it."""
    title = (ft("title", told),) if told else ()
    return ft("rect", *title, cls=kind, x=f"{x:.4g}", y=f"{y:g}", width=f"{width:.4g}", height=f"{height:g}")


def stretch(day: Day, span: Kept) -> Iterator[Any]:
    """What a span covers of a day: whole where its points are dense, else each point."""
    start, end = day.at(span.start), day.at(span.end)
    if span.spacing <= DENSE:
        yield bar("kept", min(start, WIDTH - THINNEST), max(end - start, THINNEST), 13, 6)
        return
    unit = WIDTH / (day.end - day.start)
    step, phase = unit * span.spacing, unit * (max(day.start - span.start, 0) % span.spacing)
    mark = min(step / 2, 2 * TICK)
    # One path: the dashes of its line are the points, and go on at midnight where they were.
    dashes = {"stroke-dasharray": f"{mark:.4g} {step - mark:.4g}", "stroke-dashoffset": f"{phase:.4g}"}
    yield ft("path", cls="apart", d=f"M{start:.5g} 16H{max(end, start + THINNEST):.5g}", **dashes)


def missing(me: Caller, day: Day, gap: Backup) -> Any:
    """A time in which nothing reached the target."""
    start, end = day.at(gap.started_at), day.at(gap.ended_at or clock.now())
    width = max(end - start, 2 * TICK)
    said = f"{deed(gap)}, {lasting(gap.started_at, gap.ended_at or clock.now())}"
    return bar("gap", min(start, WIDTH - width), width, 11, 10, said)


def tick(me: Caller, day: Day, row: Backup) -> Any:
    """A snapshot, a verification, a restore."""
    said = f"{deed(row)}, {exact(row.started_at, me)}"
    return bar("point", min(day.at(row.started_at), WIDTH - TICK), TICK, 8, 16, said)


def note_of(me: Caller, day: Day, seen: Overview, gaps: Sequence[Backup]) -> str:
    """How much of a day can be brought back, and how exactly."""
    spans = [span for span in seen.spans if day.has(span.start, span.end)]
    if not spans:
        return "–"
    lost = sum(
        min(gap.ended_at or clock.now(), day.end) - max(gap.started_at, day.start)
        for gap in gaps
        if day.has(gap.started_at, gap.ended_at or clock.now())
    )
    if lost >= clock.MINUTE:
        return f"{lost // clock.MINUTE:,} min missing"
    now = clock.now()
    if day.start <= now < day.end and (last := max(span.end for span in spans)) < now - 2 * clock.MINUTE:
        return f"until {local(last, me):%H:%M}"
    first = max(min(span.start for span in spans), day.start)
    if first > day.start + clock.MINUTE:
        return f"from {local(first, me):%H:%M}"
    return spacing(max(span.spacing for span in spans))


def legend(me: Caller, seen: Overview, gaps: Sequence[Backup]) -> Iterator[str]:
    """What the lines mean, in one or two sentences."""
    yield "Ticks are snapshots, checks and restores. "
    if any(span.spacing > clock.SECOND for span in seen.spans):
        yield "The last 24 hours can be brought back to the second; what is older, to the points that are drawn. "
    for gap in gaps[:2]:
        until = f"until {local(gap.ended_at, me):%H:%M}" if gap.ended_at else "until now"
        yield f"On {local(gap.started_at, me):%A from %H:%M} {until} the target did not answer"
        yield "; the writes of that time came with the next copy. " if gap.ended_at else ". "


def SpansTable(me: Caller, seen: Overview, gaps: Sequence[Backup]) -> Any:
    """The same in words."""
    rows = [(exact(span.start, me), exact(span.end, me), spacing(span.spacing)) for span in reversed(seen.spans)]
    return Fold("clock", "As a table", Table(("From", "Until", ("Points", "num")), rows, "What can be brought back"))
