"""The ledger, when nobody waits: days are rolled up, old rows go, what a dead process left open is settled."""

from app import usage
from workers import every

every(60, usage.catch_up)
every(60 * 60, usage.roll)
every(60 * 60, usage.sweep_lost)
every(24 * 60 * 60, usage.forget, at="02:40")
