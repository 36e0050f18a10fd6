"""Accounts, when nobody waits: what was counted in memory is written, what is over is removed."""

from app import accounts
from workers import every

every(60, accounts.flush_seen)
every(60 * 60, accounts.sweep)
