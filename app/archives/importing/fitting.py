"""Whether a line about the workspace is one that this house could have written: one that is not would break the pages
and the sums of all people."""

from collections import Counter
from typing import Any

from app.archives.importing.checking import ID
from app.gateway.routing import STRATEGIES
from app.gateway.rows import Alias
from app.providers.adding import DIALECTS, MOST_PARALLEL
from app.providers.catalogue import Model, Provider
from app.usage import budgets, windows
from app.usage.ledger import CUT, DONE, FAILED, OPEN, STOPPED
from app.usage.pots import WORKSPACE
from app.usage.rows import Budget, Limit, Usage, UsageDay

WHY = "it is none that this house could have written."
LARGEST = 1 << 53  # of one number
LARGEST_SUM = 1 << 62  # of all in a column, which SQLite adds up
LAST_DAY = 376_000  # from 1970
LONGEST = 1_000


def fits(table: type[Any], record: Any, sums: Counter[str]) -> bool:
    """Whether this line can be kept; `sums` are those of the columns so far."""
    numbers = {name: value for name in record.columns if type(value := getattr(record, name)) is int}
    if not all(0 <= value < (LARGEST if not name.endswith("_at") else LARGEST_SUM) for name, value in numbers.items()):
        return False
    if table in (Usage, UsageDay):
        for name, value in numbers.items():
            sums[name] += 0 if name.endswith("_at") else value
        return max(sums.values()) < LARGEST_SUM and RULES[table](record)
    return table not in RULES or RULES[table](record)


def is_budget(it: Any) -> bool:
    """Whether it counts for somebody, over a time, in a unit."""
    known = it.kind in budgets.KINDS and it.period in windows.PERIODS and it.unit in budgets.UNITS
    return known and bool(ID.fullmatch(it.id)) and (it.kind == WORKSPACE) == (it.target_id == "")


def is_provider(it: Any) -> bool:
    """Whether it speaks what is spoken here."""
    return (it.parallel is None or 1 <= it.parallel <= MOST_PARALLEL) and set(it.speaks.split()) <= set(DIALECTS)


def is_alias(it: Any) -> bool:
    """Whether it stands for others in a way that is known."""
    named = 0 < len(it.name) <= LONGEST and it.name.isprintable()
    return named and it.strategy in STRATEGIES and all(0 <= each.weight < LARGEST for each in it.targets)


RULES: dict[type[Any], Any] = {
    Alias: is_alias,
    Budget: is_budget,
    Limit: lambda it: it.kind in budgets.KINDS,
    Model: lambda it: 0 < len(it.name) <= LONGEST and it.bytes_per_token < LARGEST,
    Provider: is_provider,
    Usage: lambda it: it.state in (OPEN, DONE, STOPPED, FAILED, CUT),
    UsageDay: lambda it: it.day < LAST_DAY,
}
