"""Whether a chat of 4,000 messages is as fast as one of 20."""

import asyncio
import re

from bench import texts, viewers
from bench.house import Person, running
from bench.table import Figure, median

SIZES = (20, 1000, 4000)
ACCEPTED, OPENED = 25, 40
RATIO = 1.3


def measure(person: Person, times: int) -> list[Figure]:
    """Open each chat and send to a copy of each, in turn, so that all meet the same moments of the machine."""
    files = {size: texts.chat(size, f"{size} messages") for size in SIZES}
    read, grown = ({size: person.bring(file) for size, file in files.items()} for _ in range(2))
    opened: dict[int, list[float]] = {size: [] for size in SIZES}
    accepted: dict[int, list[float]] = {size: [] for size in SIZES}
    for n in range(-2, times):  # the first two warm up
        grown[SIZES[0]] = person.bring(files[SIZES[0]])  # or it would soon be five times as long
        for size in SIZES:
            open, accept = person.get(f"/chats/{read[size]}"), sent(person, grown[size], f"{size}-{n}")
            assert open.status == 200
            if n >= 0:
                accepted[size].append(accept)
                opened[size].append(open.seconds)
    return [
        *figures("Accept a message", accepted, ACCEPTED, times),
        *figures("Open a chat", opened, OPENED, times),
    ]


def sent(person: Person, chat: str, key: str) -> float:
    """Seconds until a question is accepted; returns when its answer is finished."""
    leaf = re.search(r'name="leaf"[^>]* value="(\w+)"', person.get(f"/chats/{chat}").text)
    assert leaf is not None, "the page does not say what it shows"
    form = {"text": "What does that mean for us?", "key": f"bench-{key}", "leaf": leaf[1], "model": ""}
    said = person.post(f"/chats/{chat}/messages", form, fragment=True)
    assert said.status == 200, said.text
    asyncio.run(follow(person, chat, running(said)))
    return said.seconds


async def follow(person: Person, chat: str, answer: str) -> None:
    """Wait until the answer is finished."""
    await viewers.finished([await viewers.watch(person, chat, answer)], 30)


def figures(name: str, seconds: dict[int, list[float]], goal: float, times: int) -> list[Figure]:
    """The median at each size, and the ratio of the largest to the smallest."""
    middle = {size: median(values) * 1000 for size, values in seconds.items()}
    rows = [Figure(f"{name}, {size:,} in the chat", middle[size], "ms", goal, f"median of {times}") for size in SIZES]
    return [*rows, Figure(f"{name}, 4,000 : 20", middle[SIZES[-1]] / middle[SIZES[0]], "", RATIO, "run in turn")]
