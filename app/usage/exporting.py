"""Tables for other programs: what was used by day, and a month's statement, as CSV (RFC 4180, UTF-8)."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime

from app import db
from app.rights import Caller
from app.usage.reporting import days, whose
from app.usage.statements import Statement
from app.usage.summing import Sum, sums

# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
COUNTS = (
    *("calls", "failed", "from_cache", "estimated", "tokens_in", "tokens_in_cached", "tokens_out", "tokens_reasoning"),
    *("cost_usd", "calls_of_unknown_cost", "saved_usd"),
)


def by_day(me: Caller, period: str, user_id: str = "", key_id: str = "") -> str:
    """A line for each day, person, key, provider, model and door of a report. Raises NotFound, Invalid(period)."""
    since, until = days(period)
    user_id, _ = whose(me, user_id, key_id)
    names = [dict(db.fetch_all(f"select id, name from {table}")) for table in ("account", "apikey", "provider")]
    alike = ("day", "user_id", "key_id", "provider_id", "model", "door")
    found = sums(alike, since, until, [user_id] if user_id else None, key_id or None)
    head = ("day", "person", "key", "provider", "model", "door", *COUNTS)
    return written(head, ([day_name(int(each.names[0])), *called(each, names), *counts(each)] for each in found))


def statement(of: Statement) -> str:
    """A line for each model of a statement, and for each person in a group's."""
    head = ("month", "person", "provider", "model", *COUNTS)
    rows = ([of.month, line.person or of.name, line.provider, line.model, *counts(line.sum)] for line in of.lines)
    return written(head, rows)


def called(each: Sum, names: list[dict[str, str]]) -> list[str]:
    """Who, which key, which provider, which model, and through which door."""
    own = [known.get(str(id), "(gone)") if id else "" for known, id in zip(names, each.names[1:4], strict=True)]
    return [*own, str(each.names[4]), str(each.names[5])]


def counts(each: Sum) -> list[str | int]:
    """The numbers of a line. A cost of which nothing is known is empty, and never 0."""
    cost = "" if each.unpriced and not each.cost else decimal(each.cost)
    before = (each.calls, each.failed, each.cached, each.estimated, each.tokens_in, each.tokens_cached)
    return [*before, each.tokens_out, each.tokens_reasoning, cost, each.unpriced, decimal(each.saved)]


def decimal(nano: int) -> str:
    """Nano-units as an exact decimal number."""
    return f"{nano // 10**9}.{nano % 10**9:09}".rstrip("0").rstrip(".")


def day_name(day: int) -> str:
    """A day counted from 1970, like 2026-11-21."""
    return f"{datetime.fromtimestamp(day * 86_400, UTC):%Y-%m-%d}"


def written(head: Iterable[str], rows: Iterable[Iterable[str | int]]) -> str:
    """A table as text."""
    page = io.StringIO()
    writer = csv.writer(page)
    writer.writerow(head)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return page.getvalue()


def safe(cell: str | int) -> str | int:
    """A name that begins like a formula is led by an apostrophe, so that no spreadsheet runs it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
