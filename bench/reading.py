"""Reading: how long the text of a book takes, from the last byte of its upload on, and a small picture of a photo."""

import json
import time

from bench.files import Door, link
from bench.house import House, Person
from bench.table import Figure, median
from tests import papers

PAGES, WORDS = 200, 400
# Ours to meet: seconds and milliseconds.
BOOK, PHOTO = 20, 1000
PATIENCE = 60.0


def brought(door: Door, name: str, data: bytes) -> str:
    """The id of a file that is sent."""
    return link(door.ask("PUT", f"/files/{name}", iter([memoryview(data)]), len(data)))


def read(door: Door, id: str) -> dict[str, object]:
    """What was found in a file, when all is found. Raises RuntimeError when that is nothing."""
    ends = time.perf_counter() + PATIENCE
    while time.perf_counter() < ends:
        told: dict[str, object] = json.loads(
            door.ask("GET", f"/api/v1/files/{id}?first=1&last=1").split("\r\n\r\n", 1)[1]
        )
        if told["state"] == "done":
            return told
        if told["state"] == "failed":
            raise RuntimeError(str(told["note"]))
        time.sleep(0.05)
    raise RuntimeError(f"Nothing was read within {PATIENCE:g} s.")


def measure(house: House, person: Person, quick: bool) -> list[Figure]:
    """What the issue asks of reading."""
    door = Door(house)
    book = papers.pdf([papers.words(WORDS, n) for n in range(PAGES)])
    begun = time.perf_counter()
    told = read(door, brought(door, "book.pdf", book))
    found = [Figure(f"text of a PDF of {told['count']} pages", time.perf_counter() - begun, "s", BOOK)]
    first, again = [], []
    for n in range(2 if quick else 6):
        id = brought(door, f"photo-{n}.jpg", papers.photo(6000, 4000, quality=85 + n))
        read(door, id)
        first.append(person.get(f"/files/{id}/thumbnail?width=1280").seconds * 1000)
        again.append(person.get(f"/files/{id}/thumbnail?width=1280").seconds * 1000)
    return [
        *found,
        Figure("first thumbnail of a photo of 24 megapixels", median(first), "ms", PHOTO, "1280 pixels"),
        Figure("the same again", median(again), "ms"),
    ]
