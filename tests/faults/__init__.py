"""Faults: processes that are killed, stores that fail, disks that are full, clocks that jump.

The short versions run with the others. `make faults` sets FAULTS=long, which makes 50 rounds of two and minutes of
seconds.
"""

import os

LONG = os.environ.get("FAULTS") == "long"


def rounds(short: int = 2, long: int = 50) -> int:
    """How often to do it."""
    return long if LONG else short


def seconds(short: float, long: float) -> float:
    """How long to do it."""
    return long if LONG else short
