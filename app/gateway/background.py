"""Responses that are made without the caller: they belong to this process, and go on when nobody listens.

What runs is in memory, with the events that it has told; its row says from the beginning that it is being made, so
that a start after a crash knows what was lost.
"""

import asyncio
from collections.abc import AsyncIterator

import orjson

from app import db
from app.errors import Invalid, OverLimit, Refusal, Upstream
from app.gateway import stored
from app.gateway.answers import Answer
from app.gateway.asking import ask
from app.gateway.responding import Responding
from app.logs import log
from app.rights import Caller

# At the same time, by person: more would only wait for one another.
MOST = 50
# Afterwards the events of a stream may be read again for so many seconds.
AFTER = 300
# ... of so many responses.
KEPT = 100
CANCELLED, FAILED = "cancelled", "failed"

runs: dict[str, "Run"] = {}


class Run:
    """One response on its way. `events` are those of its stream; the n-th has the sequence number n."""

    def __init__(self, exchange: Responding) -> None:
        self.exchange, self.me = exchange, exchange.me
        self.writer = exchange.writer()
        self.response = self.writer.response
        self.events: list[bytes] = []
        self.news = asyncio.Event()
        self.status = ""
        self.task: asyncio.Task[None] | None = None

    @property
    def done(self) -> bool:
        """Whether nothing more comes."""
        return self.status != ""

    async def start(self) -> None:
        """Keep it as queued, and begin."""
        self.tell(self.writer.queue())
        await self.exchange.keep(self.response)
        self.task = asyncio.create_task(self.make())

    def tell(self, block: bytes) -> None:
        """Add events; whoever follows is woken."""
        self.events += [event + b"\n\n" for event in block.split(b"\n\n") if event]
        news, self.news = self.news, asyncio.Event()
        news.set()

    async def make(self) -> None:
        """Ask, and tell what comes, until the end."""
        status = FAILED
        try:
            self.tell(self.writer.proceed())
            await stored.change(self.me, self.response)
            answer = await ask(self.exchange.ask)
            try:
                await self.read(answer)
            finally:
                if not answer.state:
                    await asyncio.shield(answer.close())
            status = self.response["status"]
        except Refusal as refusal:
            failure = self.exchange.refusal(refusal) if isinstance(refusal, Upstream) else refusal
            self.tell(self.writer.failed(failure))
        except asyncio.CancelledError:
            if self.status == CANCELLED:
                status = CANCELLED
                self.writer.cancel()
            else:
                self.tell(self.writer.failed(Upstream(stored.ENDED)))
        except Exception as error:
            log.error("response.failed", id=self.response["id"], exc_info=error)
            self.tell(self.writer.failed(Upstream("Something went wrong here. It is in the log.")))
        finally:
            await asyncio.shield(self.end(status))

    async def read(self, answer: Answer) -> None:
        """Tell the events of an answer. Raises Upstream."""
        source = (
            self.exchange.repeated(answer, self.writer) if answer.native else self.exchange.made(answer, self.writer)
        )
        async for block in source:
            self.tell(block)

    async def end(self, status: str) -> None:
        """Keep what it has become; its events stay for a while."""
        try:
            await stored.change(self.me, self.response)
        finally:
            self.status = status
            self.tell(b"")
            for id in [id for id, run in runs.items() if run.done][:-KEPT]:
                del runs[id]
            asyncio.get_running_loop().call_later(AFTER, runs.pop, self.response["id"], None)

    async def follow(self, after: int = -1) -> AsyncIterator[bytes]:
        """The events behind the one with this sequence number, as they come."""
        place = after + 1
        while True:
            news = self.news
            if place < len(self.events):
                block, place = b"".join(self.events[place:]), len(self.events)
                yield block
            elif self.done:
                return
            else:
                await news.wait()

    async def cancel(self) -> None:
        """End it; the provider is let go at once. What has ended stays as it is."""
        if not self.done and self.task is not None:
            self.status = CANCELLED
            self.task.cancel()
            await asyncio.wait({self.task})
            if self.response["status"] in stored.RUNNING:
                # It had not even begun.
                self.writer.cancel()
                await self.end(CANCELLED)


async def begin(exchange: Responding) -> Run:
    """Make the response without its caller, and return once it is kept as queued. Raises Invalid, OverLimit."""
    if not exchange.request.keeps:
        raise Invalid(background="`background` needs `store`: what is not kept could not be asked for.")
    if sum(not run.done and run.me.id == exchange.me.id for run in runs.values()) >= MOST:
        raise OverLimit(f"{MOST} responses are being made in the background already.", 1, "parallel")
    run = runs[f"resp_{exchange.stem}"] = Run(exchange)
    await run.start()
    return run


def find(id: str, me: Caller) -> Run | None:
    """What is being made under this id for this person, or was a moment ago."""
    run = runs.get(id)
    return run if run is not None and run.me.id == me.id else None


async def cancel(id: str, me: Caller) -> bytes:
    """End what is being made; the response as it is then. Raises NotFound, and Invalid for others."""
    if (run := find(id, me)) is not None:
        await run.cancel()
    data = stored.response(id, me)
    if not orjson.loads(data).get("background"):
        raise Invalid(response_id="Only a background response can be cancelled. To end this one, close its connection.")
    return data


async def remove(id: str, me: Caller) -> None:
    """Delete a kept response; one that is being made is ended. Raises NotFound."""
    if (run := find(id, me)) is not None:
        await run.cancel()
        runs.pop(id, None)
    await db.in_thread(stored.remove, id, me)


def told(id: str, me: Caller) -> bytes:
    """A response as it is now, as JSON: ended only when its end is kept. Raises NotFound."""
    run = find(id, me)
    running = run is not None and not run.done and run.response["status"] in stored.RUNNING
    return orjson.dumps(run.response) if run is not None and running else stored.response(id, me)


def followed(id: str, me: Caller, after: int) -> AsyncIterator[bytes]:
    """The events of a background response behind the one numbered `after`. Raises NotFound, Invalid."""
    if (run := find(id, me)) is None:
        stored.response(id, me)
        raise Invalid(stream="The events of this response are no longer kept: ask without `stream`.")
    return run.follow(after)


async def stop_all() -> None:
    """End all of them, when this process ends."""
    tasks = [run.task for run in runs.values() if run.task is not None and not run.task.done()]
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
