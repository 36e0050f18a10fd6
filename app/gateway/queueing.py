"""Turns: a provider that takes only so many calls at once gets the next from whoever waits, person by person."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable

from app import config
from app.errors import Upstream
from app.providers import Provider

# The kind of the failure of which the provider knows nothing: all of its places were taken.
BUSY = "busy"


class Gate:
    """One provider's places. People wait in turn: who waits with many calls does not keep the others waiting."""

    def __init__(self) -> None:
        self.running = 0
        self.waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @property
    def queued(self) -> int:
        """How many calls wait."""
        return sum(map(len, self.waiting.values()))

    async def enter(self, person: str, places: int) -> None:
        """Take a place, or wait for one."""
        if self.running < places and not self.waiting:
            self.running += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.setdefault(person, deque()).append(turn)
        self.call(places)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave(places)  # the place came in the moment in which nobody wanted it any more
            else:
                self.forget(person, turn)
            raise

    def leave(self, places: int) -> None:
        """Give a place back, to the next one who waits."""
        self.running -= 1
        self.call(places)

    def call(self, places: int) -> None:
        """Let in as many as there is room for; the person who was called goes to the end of the line."""
        while self.waiting and self.running < places:
            person, turns = self.waiting.popitem(last=False)
            turn = turns.popleft()
            if turns:
                self.waiting[person] = turns
            if not turn.done():
                self.running += 1
                turn.set_result(None)

    def forget(self, person: str, turn: asyncio.Future[None]) -> None:
        """Somebody who waited has left."""
        turns = self.waiting.get(person)
        if turns is not None and turn in turns:
            turns.remove(turn)
            if not turns:
                del self.waiting[person]


# By provider and event loop.
gates: dict[tuple[str, asyncio.AbstractEventLoop], Gate] = {}


def gate(provider_id: str) -> Gate:
    """The gate of a provider on this loop."""
    return gates.setdefault((provider_id, asyncio.get_running_loop()), Gate())


class Place:
    """A place at a provider, or None where it takes as many as come. Left once, however often that is said."""

    def __init__(self, gate: Gate | None, places: int) -> None:
        self.gate, self.places = gate, places

    def leave(self) -> None:
        """Give it back."""
        gate, self.gate = self.gate, None
        if gate is not None:
            gate.leave(self.places)


async def enter(provider: Provider, person: str, stand: Callable[[bool], None]) -> Place:
    """A place at this provider, after those who came before. `stand` is told when one has to wait for it, and when that
    is over. Raises Upstream when none is free in time."""
    if not provider.parallel:
        return Place(None, 0)
    found = gate(provider.id)
    waits = found.running >= provider.parallel
    try:
        if waits:
            stand(True)
        async with asyncio.timeout(config.current.first_token):
            await found.enter(person, provider.parallel)
        if waits:
            stand(False)
    except TimeoutError:
        said = f"{provider.name} takes {provider.parallel} calls at a time, and no place was free in time."
        failure = Upstream(f"{said} Try again.", BUSY, retry_after=5)
        failure.status = 503
        raise failure from None
    return Place(found, provider.parallel)


def now(provider_id: str) -> tuple[int, int]:
    """How many calls run at this provider under its limit, and how many wait: for the providers page."""
    found = [each for (id, _), each in gates.items() if id == provider_id]
    return sum(each.running for each in found), sum(each.queued for each in found)
