"""How backups are said: moments, durations, spacings, and what each row of the past was."""

from datetime import UTC, datetime
from typing import Any

from app import clock
from app.backups.records import Backup
from components.parts import local

DEEDS = {
    "snapshot": "Snapshot",
    "verify": "Verified by a full restore",
    "restore": "Restored",
    "upgrade": "Before an upgrade",
    "drill": "Trial restore after an upgrade",
    "gap": "The target did not answer",
}


# What has not gone well, or is not over.
TRIES = {"verify": "A full verification", "restore": "A restore", "drill": "A trial restore after an upgrade"}


def deed(row: Backup) -> str:
    """What a row of the past was."""
    return (DEEDS if row.ok else TRIES | {"gap": DEEDS["gap"]}).get(row.kind) or DEEDS.get(row.kind, row.kind)


def exact(moment: int, me: Any) -> str:
    """A moment to the second on the person's clock: 'Wed 18 Nov, 16:48:00'."""
    there = local(moment, me)
    year = "" if there.year == local(clock.now(), me).year else f" {there.year}"
    return f"{there:%a} {there.day} {there:%b}{year}, {there:%H:%M:%S}"


def full(moment: int, me: Any) -> str:
    """A moment in a heading: 'Wednesday 18 November, 16:48:00'."""
    there = local(moment, me)
    year = "" if there.year == local(clock.now(), me).year else f" {there.year}"
    return f"{there:%A} {there.day} {there:%B}{year}, {there:%H:%M:%S}"


def short(moment: int, me: Any) -> str:
    """A moment of the last days in a list: 'today 03:20', 'Wed 17:12', '2 Nov 03:20'."""
    there, today = local(moment, me), local(clock.now(), me)
    age = (today.date() - there.date()).days
    if age in (0, 1):
        return f"{'yesterday' if age else 'today'} {there:%H:%M}"
    return f"{there:%a %H:%M}" if 0 < age < 7 else f"{there.day} {there:%b %H:%M}"


def field(moment: int, me: Any) -> str:
    """A moment as the browser's field for date and time holds it."""
    return f"{local(moment, me):%Y-%m-%dT%H:%M:%S}"


def stamp(moment: int) -> str:
    """A moment to the microsecond, the same on every clock."""
    return f"{datetime.fromtimestamp(moment // clock.SECOND, UTC):%Y-%m-%dT%H:%M:%S}.{moment % clock.SECOND:06}Z"


def seconds(count: float) -> str:
    """A short duration: '0.4 s', '18 s', '3 min', '2 h'."""
    if count < 10:
        return f"{count:.1f} s"
    for unit, length, limit in (("s", 1, 120), ("min", 60, 7200), ("h", 3600, 172_800), ("days", 86_400, 0)):
        if count < limit or not limit:
            return f"{count / length:,.0f} {unit}"
    raise AssertionError("unreachable")


def lasting(start: int, end: int) -> str:
    """How long something took."""
    return seconds(max(0, end - start) / clock.SECOND)


def spacing(step: int) -> str:
    """How far apart the points of a time are."""
    if step <= 2 * clock.SECOND:
        return "every second"
    if step < 2 * clock.MINUTE:
        return f"each {step // clock.SECOND} s"
    if step < 2 * clock.HOUR:
        minutes = step // clock.MINUTE
        return "each hour" if minutes == 60 else f"each {minutes} min"
    hours = step // clock.HOUR
    return "each day" if hours == 24 else f"each {hours} h"


def plainly(row: Backup) -> str:
    """The note of a row without what its badge says already."""
    return row.note.removeprefix("Equal: ").removeprefix("Not equal: ").rstrip(".")
