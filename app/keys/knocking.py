"""How often one address may ask: counted in this minute, in bounded memory, before a key is looked up."""

from functools import lru_cache

from app import clock, settings
from app.accounts.throttle import place as counted_as
from app.errors import OverLimit

MOST = 50_000
# Wrong keys from one address in a minute; the right ones from there still come in.
WRONG = 60

place = lru_cache(maxsize=4096)(counted_as)


class Minute:
    """Counts by address in the present minute."""

    def __init__(self) -> None:
        self.number = 0
        self.counts: dict[str, int] = {}

    def add(self, address: str) -> int:
        """Count one more; how many there were in this minute, with it."""
        number = int(clock.ticks() // 60)
        if number != self.number or len(self.counts) >= MOST:
            self.number = number
            self.counts.clear()
        spot = place(address)
        count = self.counts[spot] = self.counts.get(spot, 0) + 1
        return count


asked, wrong = Minute(), Minute()


def left() -> int:
    """Seconds until the next minute of the clock that only goes forward."""
    return 60 - int(clock.ticks() % 60)


def knock(address: str) -> None:
    """Count a request from an address. Raises OverLimit beyond what the setting `address_requests` allows."""
    most = settings.value("address_requests")
    if most and asked.add(address) > most:
        raise OverLimit(f"This address asks more than {most:,} times a minute.", left(), "rate")


def missed(address: str) -> None:
    """Count a wrong key from an address. Raises OverLimit when there were too many in this minute."""
    if wrong.add(address) > WRONG:
        raise OverLimit("Too many wrong keys came from this address. Wait a minute.", left(), "rate")


def forget() -> None:
    """Forget all counts."""
    asked.counts.clear()
    wrong.counts.clear()
