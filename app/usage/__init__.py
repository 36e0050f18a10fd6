"""Usage: the ledger of all model calls, what may be spent, and what was."""

from app.usage.ledger import (
    CUT,
    DONE,
    FAILED,
    MILLION,
    OPEN,
    STOPPED,
    Count,
    Priced,
    begin,
    cost,
    find,
    recent,
    settle,
    sweep,
)
from app.usage.rows import Budget, Limit, Usage, UsageDay

__all__ = [
    "CUT",
    "DONE",
    "FAILED",
    "MILLION",
    "OPEN",
    "STOPPED",
    "Budget",
    "Count",
    "Limit",
    "Priced",
    "Usage",
    "UsageDay",
    "begin",
    "cost",
    "find",
    "recent",
    "settle",
    "sweep",
]
