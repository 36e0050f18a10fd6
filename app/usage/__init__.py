"""Usage: the ledger of all model calls, what may be spent, and what was."""

from app.usage import budgets, statements
from app.usage.calls import begin, hit, settle
from app.usage.ledger import (
    CUT,
    DONE,
    FAILED,
    MILLION,
    OPEN,
    STOPPED,
    Count,
    Priced,
    cost,
    find,
    recent,
)
from app.usage.reserving import UNSET, Reservation, reserve
from app.usage.rolling import forget, roll
from app.usage.rows import Budget, Limit, Usage, UsageDay
from app.usage.summing import Sum, sums
from app.usage.sweeping import cut, sweep, sweep_lost
from app.usage.writing import catch_up

__all__ = [
    "CUT",
    "DONE",
    "FAILED",
    "MILLION",
    "OPEN",
    "STOPPED",
    "UNSET",
    "Budget",
    "Count",
    "Limit",
    "Priced",
    "Reservation",
    "Sum",
    "Usage",
    "UsageDay",
    "begin",
    "budgets",
    "catch_up",
    "cost",
    "find",
    "forget",
    "hit",
    "recent",
    "reserve",
    "roll",
    "settle",
    "statements",
    "sums",
    "cut",
    "sweep",
    "sweep_lost",
]
