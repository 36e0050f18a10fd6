"""Time and identity: microseconds of UTC, and ids that sort by the time of their making."""

import secrets
import time

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

# Crockford's base 32 in lower case: sorts like the bits it stands for, and has no letters that are mistaken.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
SHIFTS = tuple(range(140, -1, -5))
ID_LENGTH = 29


def now() -> int:
    """Microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def ticks() -> float:
    """Seconds of a clock that only goes forward: for durations, never for dates."""
    return time.monotonic()


def new_id() -> str:
    """48 bits of milliseconds and 96 random bits: 29 characters that sort by time and cannot be guessed."""
    number = (time.time_ns() // 1_000_000 << 96) | secrets.randbits(96)
    return "".join([ALPHABET[(number >> shift) & 31] for shift in SHIFTS])


# This process. Rows that run carry it; at the next start those of a dead process are told by it.
BOOT = new_id()
