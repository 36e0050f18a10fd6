"""Keys: how scripts, editors and agents come in."""

from app.keys.checking import MODELS, PERIODS, SCOPES
from app.keys.entering import caller, flush_used, is_in
from app.keys.finding import Held, all, find, mine, named
from app.keys.knocking import knock, missed
from app.keys.making import change, create, revoke, rotate, settle, sweep
from app.keys.rows import Key, Pace, Spend
from app.keys.writing import moment, money, spend

__all__ = [
    "MODELS",
    "PERIODS",
    "SCOPES",
    "Held",
    "Key",
    "Pace",
    "Spend",
    "all",
    "caller",
    "change",
    "create",
    "find",
    "flush_used",
    "is_in",
    "knock",
    "mine",
    "missed",
    "moment",
    "money",
    "named",
    "revoke",
    "rotate",
    "settle",
    "spend",
    "sweep",
]
