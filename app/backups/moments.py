"""Moments as people write them and as they are shown."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app import clock
from app.errors import Invalid

AGO = re.compile(r"(\d{1,6})\s*(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?)(\s+ago)?")
UNITS = {"s": clock.SECOND, "m": clock.MINUTE, "h": clock.HOUR, "d": clock.DAY}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAYS = {"today": 0, "yesterday": 1}
FORMS = "2026-11-18T16:48:00, 2026-11-18 16:48+01:00, 16:48, yesterday 16:48 or 15m (minutes ago)"


def parse_moment(text: str, timezone: str = "", field: str = "at") -> int:
    """A moment of the past in microseconds, from what a person wrote; without an offset it is in `timezone`, or in
    that of the machine. Raises Invalid, which names the forms that are understood."""
    said = text.strip()
    try:
        moment = parsed(said.lower(), zone(timezone))
    except ValueError:
        raise Invalid(**{field: f"{said!r} is no moment: write it like {FORMS}."}) from None
    if moment < 0:
        raise Invalid(**{field: f"{said!r} is before anything was kept: write it like {FORMS}."})
    if moment > clock.now() + clock.SECOND:
        raise Invalid(**{field: f"{shown(moment, timezone)} has not been yet: choose a moment of the past."})
    return moment


def parsed(said: str, where: tzinfo | None) -> int:
    """The moment in microseconds. Raises ValueError."""
    if match := AGO.fullmatch(said):
        return clock.now() - int(match[1]) * UNITS[match[2][0]]
    today = datetime.now(where).date()
    first, _, rest = said.partition(" ")
    if first in DAYS:
        return at(datetime.combine(today - timedelta(days=DAYS[first]), clock_time(rest.strip())), where)
    if re.fullmatch(r"\d{1,2}:\d\d(:\d\d)?", said):
        moment = at(datetime.combine(today, clock_time(said)), where)
        # A time of the day that is still to come is yesterday's.
        return moment if moment <= clock.now() else at(datetime.combine(today - timedelta(1), clock_time(said)), where)
    if not re.match(r"\d{4}-\d\d-\d\d([t ]|$)", said):
        raise ValueError(said)
    written = datetime.fromisoformat(re.sub(r"\s+(?=[+-]|z$)", "", said).upper())
    return at(written, where)


def clock_time(said: str) -> time:
    """A time of the day. Raises ValueError."""
    hours, minutes, *seconds = said.split(":")
    return time(int(hours), int(minutes), int(seconds[0]) if seconds else 0)


def at(written: datetime, where: tzinfo | None) -> int:
    """The microseconds of a date and time; one without an offset stands on the clock of `where`. Raises ValueError."""
    if written.tzinfo is None:
        written = written.replace(tzinfo=where) if where else written.astimezone()
    return (written - EPOCH) // timedelta(microseconds=1)


def zone(name: str) -> tzinfo | None:
    """The time zone of this name; None stands for that of the machine."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def local(moment: int, timezone: str = "") -> datetime:
    """A moment on the clock of this time zone, or of the machine."""
    return datetime.fromtimestamp(moment / clock.SECOND, UTC).astimezone(zone(timezone))


def shown(moment: int, timezone: str = "") -> str:
    """A moment to the second, with its offset from UTC: the same for everybody who reads it, and good for --at."""
    return local(moment, timezone).isoformat(" ", "seconds")


def day(moment: int, timezone: str = "") -> date:
    """The day of a moment."""
    return local(moment, timezone).date()


def duration(seconds: float) -> str:
    """A length of time as people say it, in one unit."""
    for unit, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= unit:
            number = round(seconds / unit)
            return f"{number} {name}{'s' if number != 1 else ''}"
    number = round(seconds)
    return f"{number} second{'s' if number != 1 else ''}"
