"""Windows of time for which a budget counts: days and months of UTC, and all time."""

from datetime import UTC, datetime

from app import clock

DAY, MONTH, TOTAL = "day", "month", "total"
PERIODS = (DAY, MONTH, TOTAL)
FOREVER = 1 << 62


def day_of(at: int) -> int:
    """The UTC day of a moment, counted from 1970."""
    return at // clock.DAY


def month_of(at: int) -> str:
    """The UTC month of a moment, like 2026-11."""
    return f"{datetime.fromtimestamp(at // clock.SECOND, UTC):%Y-%m}"


def month(name: str) -> tuple[int, int]:
    """The first moment of a month like 2026-11, and the first after it. Raises ValueError."""
    began = datetime.strptime(name, "%Y-%m").replace(tzinfo=UTC)
    next_one = began.replace(year=began.year + began.month // 12, month=began.month % 12 + 1)
    return int(began.timestamp()) * clock.SECOND, int(next_one.timestamp()) * clock.SECOND


def window(period: str, at: int) -> tuple[int, int]:
    """The first moment of the period that `at` lies in, and the first after it, in microseconds."""
    if period == DAY:
        since = day_of(at) * clock.DAY
        return since, since + clock.DAY
    if period == MONTH:
        return month(month_of(at))
    return 0, FOREVER
