"""Amounts and moments as people write them, on the page and on the command line."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from app import clock
from app.errors import Invalid
from app.keys.rows import Spend

NANO = 1_000_000_000
UNITS = {"m": clock.MINUTE, "h": clock.HOUR, "d": clock.DAY, "w": 7 * clock.DAY}
AHEAD = re.compile(r"(\d{1,5})\s*([mhdw])")
FORMS = "Write it like 30d, 12h, 2027-01-31 or 2027-01-31T18:00."


def money(text: str, field: str = "budget") -> int:
    """An amount in nano-units of the currency. Raises Invalid."""
    try:
        amount = Decimal(text.strip().lstrip("$").replace(",", "") or "x")
        nano = int(amount * NANO) if amount.is_finite() else 0
    except (InvalidOperation, OverflowError):
        nano = 0
    if not 0 < nano < 1 << 53:
        raise Invalid(**{field: f"{text.strip()[:40]!r} is no amount: write it like 5 or 12.50, at most 9,007,199."})
    return nano


def spend(text: str) -> Spend:
    """A budget like `5` (in total), `5/month` or `0.50/day`. Raises Invalid."""
    amount, _, period = text.partition("/")
    return Spend(money(amount), period.strip() or "total")


def moment(text: str, timezone: str = "", field: str = "expires") -> int:
    """A moment to come, in microseconds; a day counts to its end, times without an offset are in `timezone`, default
    UTC. Raises Invalid."""
    said = text.strip()
    if match := AHEAD.fullmatch(said.lower()):
        return clock.now() + int(match[1]) * UNITS[match[2]]
    where = ZoneInfo(timezone) if timezone else UTC
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", said):
            day = date.fromisoformat(said) + timedelta(days=1)
            written = datetime(day.year, day.month, day.day, tzinfo=where)
        else:
            written = datetime.fromisoformat(said.upper())
            written = written if written.tzinfo else written.replace(tzinfo=where)
        at = int(written.timestamp()) * clock.SECOND
    except (ValueError, OverflowError):
        raise Invalid(**{field: f"{said!r} is no moment. {FORMS}"}) from None
    if at <= clock.now():
        raise Invalid(**{field: f"{said} has passed already. {FORMS}"})
    return at
