"""Points that can be gone back to: from when to when, how close to each other, and what happened between them."""

from sqlalchemy import text
from sqlmodel import select

from app import clock, db
from app.backups import generations, litestream, target
from app.backups.generations import Current
from app.backups.litestream import File
from app.backups.moments import parse_moment as parse_moment
from app.backups.overview import Span
from app.backups.records import Backup
from app.backups.target import Target
from app.rights import Caller

# Litestream's levels and how far their files are apart; 9 are whole databases.
SPACING = {0: clock.SECOND, 1: 30 * clock.SECOND, 2: 5 * clock.MINUTE, 3: clock.HOUR, 9: clock.DAY}
# Seconds for which a list of files is believed: the present generation's, and those that only shrink.
FRESH, SETTLED = 20.0, 1800.0

listed: dict[str, tuple[float, list[File]]] = {}


def timeline(me: Caller) -> list[Span]:
    """What the replica can bring back, in the order of time; empty without a replica. Raises Misconfigured or Failed
    when the target cannot be read."""
    me.must_be_admin()
    chosen = target.chosen()
    current = generations.read(chosen) if chosen is not None else None
    if chosen is None or current is None:
        return []
    return [span for span in spans(chosen, current) if span.end > span.start]


def spans(chosen: Target, current: Current) -> list[Span]:
    """The spans of all generations; each ends where the next one began."""
    ordered = sorted(current.generations, key=lambda each: each.started_at)
    ends = [*(each.started_at for each in ordered[1:]), clock.now()]
    found: list[Span] = []
    for each, end in zip(ordered, ends, strict=True):
        found += within(files(chosen, current, each.number), end)
    return found


def files(chosen: Target, current: Current, number: int) -> list[File]:
    """What a generation holds; lists are kept for a while, because long ones take seconds to read."""
    address = chosen.url(current.instance, number)
    believed = FRESH if number == current.generation else SETTLED
    read, found = listed.get(address, (0.0, []))
    # Where nothing was yet, there may be something now.
    if not found or clock.ticks() - read > believed:
        found = litestream.files(chosen, current.instance, number)
        listed[address] = (clock.ticks(), found)
    return found


def first(held: list[File]) -> int | None:
    """The first moment that these files can bring back: that of the first whole database."""
    # The list has whole seconds, so a moment counts from the next one.
    whole = [file.moment + clock.SECOND for file in held if file.level == 9 or file.first == 1]
    return min(whole, default=None)


def within(held: list[File], end: int) -> list[Span]:
    """The spans of one generation: the older, the further apart are its points."""
    start = first(held)
    if start is None:
        return []
    found: list[Span] = []
    levels = sorted({file.level for file in held} & set(SPACING), reverse=True)
    for level in levels:
        finer = [file.moment for file in held if file.level < level]
        until = min(max(min(finer), start), end) if finer else end
        if until > start:
            found.append(Span(start, until, SPACING[level]))
            start = until
    return found


def events(me: Caller, limit: int = 50, kind: str = "") -> list[Backup]:
    """Snapshots, verifications, restores, upgrades and gaps, the newest first."""
    me.must_be_admin()
    statement = select(Backup).order_by(text("started_at desc")).limit(limit)
    with db.read() as reading:
        return list(reading.exec(statement.where(Backup.kind == kind) if kind else statement))


def last(me: Caller, kind: str) -> Backup | None:
    """The newest event of this kind that is over, or None."""
    return next((row for row in events(me, kind=kind) if row.ok is not None), None)
