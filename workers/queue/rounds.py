"""The clock: one thread that makes each round at its time, and makes up once for what a downtime missed."""

import threading
from collections.abc import Callable

from app import clock, jobs, later
from app.errors import Refusal
from app.later import Tick
from app.logs import log

# A long round of a new house, in microseconds after its first start; and what is made up for, after any start.
FIRST = 10 * clock.MINUTE
SETTLE = 3 * clock.SECOND
# Seconds between two looks at the clock on the wall, which may jump.
LOOK = 30.0


class Rounds:
    """Short rounds go by the seconds that pass, long ones by the date."""

    def __init__(self, stopped: threading.Event) -> None:
        self.stopped = stopped
        self.due: dict[str, float] = {}
        self.thread = threading.Thread(target=self.work, name="rounds", daemon=True)

    def start(self, tend: Callable[[], None]) -> None:
        """Begin. `tend` is the round of the queue itself."""
        later.rounds["jobs.tend"] = Tick("jobs.tend", 30, tend)
        for tick in later.rounds.values():
            self.plan(tick)
        self.thread.start()

    def plan(self, tick: Tick) -> None:
        """When it comes first in this process."""
        now = clock.now()
        if not tick.is_long:
            self.wait_for(tick)
            return
        last = jobs.last_made(tick.name)
        if last is not None:
            tick.next_at = max(now + SETTLE, tick.following(last))
        else:
            wait = clock.DAY - round(tick.every * clock.SECOND)  # at its time of this day or the next
            tick.next_at = now + FIRST if tick.at is None else tick.following(now + wait)

    def wait_for(self, tick: Tick) -> None:
        """Plan the next one of a short round."""
        self.due[tick.name] = clock.ticks() + tick.every
        tick.next_at = clock.now() + round(tick.every * clock.SECOND)

    def work(self) -> None:
        """Make the rounds until the queue stops."""
        while not self.stopped.wait(self.pause()):
            for tick in list(later.rounds.values()):
                if self.left(tick) <= 0 and not self.stopped.is_set():
                    self.make(tick)

    def pause(self) -> float:
        """Seconds until the next round, or the next look."""
        return max(0.0, min([LOOK, *map(self.left, later.rounds.values())]))

    def left(self, tick: Tick) -> float:
        """Seconds until it is due."""
        if not tick.is_long:
            return self.due.get(tick.name, LOOK) - clock.ticks()
        # A clock that was set back does not put it off by more than its own time.
        tick.next_at = min(tick.next_at or 0, tick.following(clock.now()))
        return (tick.next_at - clock.now()) / clock.SECOND

    def make(self, tick: Tick) -> None:
        """One call of a round; a failure is logged and the next one comes at its time."""
        began, tick.ran_at = clock.ticks(), clock.now()
        try:
            tick.function()
            tick.error = None
        except Refusal as refusal:
            tick.error = refusal.message
            log.warning("jobs.round_refused", round=tick.name, why=refusal.message)
        except Exception as error:
            tick.error = f"{type(error).__name__}: {error}"
            log.error("jobs.round_failed", round=tick.name, exc_info=error)
        tick.took = round((clock.ticks() - began) * clock.SECOND)
        if tick.is_long:
            tick.next_at = tick.following(tick.ran_at)
            self.remember(tick)
        else:
            self.wait_for(tick)

    def remember(self, tick: Tick) -> None:
        """Keep that it was made; where the disk refuses that, it is only made up for once too often."""
        try:
            jobs.remember(tick)
        except Exception as error:
            log.error("jobs.round_failed", round=tick.name, exc_info=error)

    def join(self, seconds: float) -> None:
        """Wait for a round that is under way."""
        if self.thread.is_alive():
            self.thread.join(seconds)
