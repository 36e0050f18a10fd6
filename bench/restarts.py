"""How long the longest wait is when the server starts again under load, and how many requests are dropped."""

import copy
import http.client
import threading
import time

from app import doors
from bench.house import House, Person
from bench.table import Figure, median

# How each visitor asks: whether on a new connection each time, and how long it rests between two requests.
VISITORS = ((True, 0.01), (True, 0.01), (False, 0.01), (False, 0.01), (False, 0.25), (False, 0.25))


class Visits:
    """Visitors who never rest, and what each had to wait."""

    def __init__(self, house: House) -> None:
        self.person = Person(house)
        self.waits: list[float] = []
        self.errors: list[str] = []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.visit, args=each) for each in VISITORS]

    def visit(self, fresh: bool, rest: float) -> None:
        """One of them, reading a page."""
        person = copy.copy(self.person)
        person.line = http.client.HTTPConnection("127.0.0.1", person.house.port, timeout=60)
        while not self.over.is_set():
            begun = time.perf_counter()
            try:
                assert person.get("/").status == 200
                self.waits.append(time.perf_counter() - begun)
            except (OSError, AssertionError) as error:
                self.errors.append(repr(error))
            if fresh:
                person.close()
            time.sleep(rest)
        person.close()

    def __enter__(self) -> "Visits":
        for thread in self.threads:
            thread.start()
        time.sleep(1)
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()
        self.person.close()


def measure(house: House, times: int) -> list[Figure]:
    """Start a house again behind a held door, several times; leaves it running."""
    house.stop()
    house.start("--hold")
    longest, dropped, count = [], 0, 0
    for _ in range(times):
        with Visits(house) as visits:
            doors.restarted(house.data, doors.restart(house.data), 60)
            time.sleep(0.5)
        longest.append(max(visits.waits))
        dropped += len(visits.errors)
        count += len(visits.waits)
    house.stop()
    house.start()
    return [
        Figure("Restart behind a held door, longest wait", max(longest), "s", 3.0, f"median {median(longest):.2f} s"),
        Figure("Requests that a restart dropped", dropped, "", 0, f"of {count:,}, in {times} restarts", reaches=True),
    ]
