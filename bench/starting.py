"""How fast the server starts, and what it holds when nobody asks."""

import time

from bench.house import House, Person
from bench.table import Figure, median


def measure(house: House, times: int) -> list[Figure]:
    """Start a prepared house several times; leaves it running."""
    healthy, signin = [], []
    for _ in range(times):
        house.stop()
        seconds = house.start()
        healthy.append(seconds[0])
        signin.append(seconds[1])
    person = Person(house)
    assert person.get("/").status == 200
    time.sleep(3)  # what is loaded after the server listens
    return [
        Figure("Start until `/healthz` answers", median(healthy), "s", 2.0, f"median of {times}"),
        Figure("Start until the sign-in page is there", median(signin), "s", 2.5, f"median of {times}"),
        Figure("Idle memory after one page", house.memory(), "MiB", 130),
    ]
