"""Events, in one place: what is becoming is a Feed; viewers follow it from the number of blocks they hold.

A viewer only reads the feed's state, so a slow one costs nothing, and resuming needs no memory of each viewer.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


class Bit(NamedTuple):
    """Safe HTML and the kind of part that it belongs to: text or reasoning; or a `thing` as it is now, which the door
    shows: a call. `again` says that it was published before."""

    kind: str
    html: str
    thing: Any = None
    again: bool = False


NOTHING = Bit("text", "")


@dataclass
class Step:
    """What a viewer who holds `since` blocks lacks: new blocks, the open tail, the outcome.

    All viewers at the same place share one Step; `wire` is where a door keeps its encoding of it.
    """

    since: int
    number: int
    blocks: list[Bit]
    tail: Bit
    outcome: str
    wire: bytes = b""


class Feed:
    """Finished blocks, an open tail, and an outcome ('' while it runs). Lives on the event loop."""

    def __init__(self) -> None:
        self.blocks: list[Bit] = []
        self.tail = NOTHING
        self.outcome = ""
        self.version = 0
        self.changed = asyncio.Event()
        self.steps: dict[int, Step] = {}

    def publish(self, blocks: list[Bit], tail: Bit) -> None:
        """Add finished blocks and set the open tail; viewers are woken when something changed."""
        if blocks or tail != self.tail:
            self.blocks += blocks
            self.tail = tail
            self.wake()

    def close(self, outcome: str) -> None:
        """End the feed: viewers get their last step. `outcome` is the state in which the thing stays."""
        self.outcome = outcome
        self.wake()

    def wake(self) -> None:
        """Wake every viewer once."""
        self.version += 1
        self.steps.clear()
        self.changed.set()
        self.changed = asyncio.Event()

    def step(self, since: int) -> Step:
        """The step for viewers who hold `since` blocks; made once for all who are at the same place."""
        if since not in self.steps:
            self.steps[since] = Step(since, len(self.blocks), self.blocks[since:], self.tail, self.outcome)
        return self.steps[since]

    async def follow(self, after: int = 0) -> AsyncIterator[Step]:
        """Steps from block `after` on, until the feed is closed. An unknown number starts from the beginning."""
        held = after if 0 <= after <= len(self.blocks) else 0
        seen = -1
        while True:
            changed = self.changed
            if self.version != seen:
                seen = self.version
                step = self.step(held)
                held = step.number
                yield step
                if step.outcome:
                    return
            else:
                await changed.wait()


async def together(feeds: Mapping[str, Feed], after: Mapping[str, int]) -> AsyncIterator[tuple[str, Step]]:
    """The steps of several feeds as they come, each with its feed's key, until all are closed."""
    steps = {key: feed.follow(after.get(key, 0)) for key, feed in feeds.items()}
    waiting = {asyncio.ensure_future(anext(each)): key for key, each in steps.items()}
    try:
        while waiting:
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                key, step = waiting.pop(task), task.result()
                if not step.outcome:
                    waiting[asyncio.ensure_future(anext(steps[key]))] = key
                yield key, step
    finally:
        for task in waiting:
            task.cancel()


feeds: dict[str, Feed] = {}


def start(key: str) -> Feed:
    """Open the feed of something that begins to run."""
    feeds[key] = Feed()
    return feeds[key]


def find(key: str) -> Feed | None:
    """The feed of something that runs in this process, or None."""
    return feeds.get(key)


def end(key: str, outcome: str) -> None:
    """Close the feed and forget it; viewers that are on it still get their last step."""
    feed = feeds.pop(key, None)
    if feed is not None:
        feed.close(outcome)
