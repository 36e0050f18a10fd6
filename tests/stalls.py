"""Seconds in which this machine was there: a test that measures is not to fail where another program had the cores."""

import threading
import time

TICK = 0.02


class Watch:
    """`with Watch() as watch`, then `watch.seconds`: those that passed, without the ones in which nothing here ran."""

    def __enter__(self) -> "Watch":
        self.began, self.lost = time.monotonic(), 0.0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.tick, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()

    def tick(self) -> None:
        """Sleep in small steps; what a step takes too long is lost."""
        while not self.over.is_set():
            at = time.monotonic()
            time.sleep(TICK)
            self.lost += max(0.0, time.monotonic() - at - 2 * TICK)

    @property
    def seconds(self) -> float:
        """How long it has taken until now."""
        return time.monotonic() - self.began - self.lost
