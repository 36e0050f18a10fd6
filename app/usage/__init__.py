"""Usage: the ledger of all model calls, what may be spent, and what was."""

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
from app.usage.rows import Budget, Limit, Usage, UsageDay
from app.usage.sweeping import sweep, sweep_lost

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
    "Usage",
    "UsageDay",
    "begin",
    "cost",
    "find",
    "hit",
    "recent",
    "reserve",
    "settle",
    "sweep",
    "sweep_lost",
]
