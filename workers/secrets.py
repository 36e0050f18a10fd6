"""Secrets, when nobody waits: retired keys go when no moment within reach needs them."""

from app import secrets
from workers import every

every(24 * 60 * 60, secrets.sweep, at="02:30")
