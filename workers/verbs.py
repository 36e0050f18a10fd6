"""Verbs, when nobody waits: what was answered under an Idempotency-Key is forgotten after a day."""

from app import verbs
from workers import every

every(60 * 60, verbs.sweep)
