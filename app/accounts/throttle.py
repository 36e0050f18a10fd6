"""Throttling of password attempts, by account and by address, with a delay that grows. Nothing sleeps."""

import ipaddress
import math
import threading
from collections import OrderedDict
from dataclasses import dataclass

from app import clock
from app.errors import OverLimit

LONGEST = 900.0
FORGET = 3600.0
MOST = 20_000


@dataclass
class Count:
    """Failures of one key; `until` and `last` are seconds of the clock that only goes forward."""

    failures: int = 0
    until: float = 0.0
    last: float = 0.0


class Throttle:
    """Counts attempts of many keys in bounded memory; the first `free` of a key cost no delay."""

    def __init__(self, free: int, most: int = MOST) -> None:
        self.free, self.most = free, most
        self.counts: OrderedDict[str, Count] = OrderedDict()
        self.lock = threading.Lock()

    def attempt(self, key: str) -> float:
        """Count one attempt as failed in advance, so that parallel ones cannot slip by; the seconds still to wait."""
        with self.lock:
            count, now = self.counts.pop(key, None) or Count(), clock.ticks()
            if now - count.last > FORGET:
                count = Count()
            wait = count.until - now
            if wait <= 0:
                count.failures += 1
                count.last = now
                delay = 0.0 if count.failures < self.free else min(LONGEST, 2.0 ** min(count.failures - self.free, 20))
                count.until = now + delay
            self.counts[key] = count
            while len(self.counts) > self.most:
                self.counts.popitem(last=False)
            return max(wait, 0.0)

    def forgive(self, key: str) -> None:
        """Forget the failures of a key, after a success."""
        with self.lock:
            self.counts.pop(key, None)

    def take_back(self, key: str) -> None:
        """Uncount one attempt that turned out well, and keep the failures before it."""
        with self.lock:
            count = self.counts.get(key)
            if count is not None:
                count.failures, count.until = max(0, count.failures - 1), 0.0


by_account = Throttle(free=5)
by_address = Throttle(free=20)


def attempt(account: str, address: str) -> None:
    """Begin an attempt on an account from an address. Raises OverLimit with the seconds to wait."""
    wait = by_address.attempt(place(address))
    wait = max(wait, by_account.attempt(account)) if wait <= 0 else wait
    if wait > 0:
        seconds = math.ceil(wait)
        raise OverLimit(f"Too many attempts. Try again in {words(seconds)}.", retry_after=seconds)


def succeeded(account: str, address: str) -> None:
    """The attempt was right: the account's failures are forgotten, those of the address stay."""
    by_account.forgive(account)
    by_address.take_back(place(address))


def place(address: str) -> str:
    """An address as it is counted: a whole /64 of IPv6, because one person has all of it."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def words(seconds: int) -> str:
    """A duration in plain words."""
    if seconds < 60:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    minutes = math.ceil(seconds / 60)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def forget() -> None:
    """Forget all counts, when another database is opened."""
    by_account.counts.clear()
    by_address.counts.clear()
