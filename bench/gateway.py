"""The gateway beside a direct call, in the same run: how much later, how much work, how many, how steady.

The key that asks has a budget, so every call is reserved, measured and settled.
"""

import asyncio
import gc
import time
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import urlsplit

import orjson

from bench.house import EMAIL, House, Model, Person
from bench.table import Figure, median, percentile

PACE, DELAY = 50, 200
STREAMS, PARALLEL, LONG = 128, 32, 1_000
END = b"\r\n0\r\n\r\n"


def models(seconds: int) -> dict[str, str]:
    """The names of the models that are asked, by what they are for."""
    return {"paced": f"timed-{PACE}-{PACE * seconds}-{DELAY}", "bulk": f"bulk-{LONG}", "plain": "bulk-20"}


@dataclass
class Door:
    """Where the same question is asked: the provider itself, or the gateway before it."""

    url: str
    key: str = ""

    def request(self, model: str, stream: bool) -> bytes:
        """The bytes of one question."""
        said = {"model": model, "stream": stream, "messages": [{"role": "user", "content": "Tell me. " * 40}]}
        if stream:
            said["stream_options"] = {"include_usage": True}
        body, place = orjson.dumps(said), urlsplit(self.url)
        head = f"POST {place.path}/chat/completions HTTP/1.1\r\nhost: {place.netloc}\r\n"
        head += f"authorization: Bearer {self.key}\r\n"
        return f"{head}content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


class Line(asyncio.Protocol):
    """A kept connection that costs next to nothing: notes when bytes came, and when an answer was complete."""

    def __init__(self) -> None:
        self.came: list[tuple[float, bytes]] = []
        self.done: asyncio.Future[None] | None = None
        self.size, self.tail, self.first = -1, b"", b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.came.append((time.monotonic(), data))
        if self.size == -1:
            self.first += data
            head, found, rest = self.first.partition(b"\r\n\r\n")
            if not found:
                return
            at = head.lower().find(b"content-length:")
            self.size = int(head[at + 15 :].split(b"\r\n")[0]) - len(rest) if at >= 0 else -2
            self.tail = b"\r\n" + rest[-16:]
        else:
            self.tail = (self.tail + data)[-16:]
            self.size -= len(data) if self.size > 0 else 0
        if (self.size == 0 or (self.size == -2 and self.tail.endswith(END))) and self.done and not self.done.done():
            self.done.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        if self.done is not None and not self.done.done():
            self.done.set_exception(error or ConnectionError("the connection ended"))

    async def ask(self, request: bytes) -> "Line":
        """One question to the end of its answer. Raises ConnectionError for anything but 200."""
        self.came, self.size, self.first = [], -1, b""
        self.done = asyncio.get_running_loop().create_future()
        self.begun = time.monotonic()
        self.transport.write(request)  # type: ignore[attr-defined]
        await self.done
        if not self.first.startswith(b"HTTP/1.1 200"):
            raise ConnectionError(self.first[:300])
        return self

    def moments(self) -> list[float]:
        """When each piece with something of the answer came."""
        return [at for at, data in self.came if b"content" in data and b'"choices"' in data]


async def line(door: Door) -> Line:
    """A connection to a door."""
    place = urlsplit(door.url)
    _, opened = await asyncio.get_running_loop().create_connection(Line, place.hostname, place.port)
    return opened


@dataclass
class Load:
    """What many questions came to."""

    seconds: float = 0.0
    cpu: float = 0.0
    firsts: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)
    tokens: int = 0


async def first_tokens(doors: list[Door], model: str, times: int) -> list[float]:
    """Milliseconds to the first token at each door, asked in turns: the medians."""
    lines = [await line(door) for door in doors]
    found: list[list[float]] = [[] for _ in doors]
    for n in range(times + 3):
        for each, door, into in zip(lines, doors, found, strict=True):
            await each.ask(door.request(model, True))
            if n >= 3:
                into.append((each.moments()[0] - each.begun) * 1000)
    return [median(each) for each in found]


async def load(house: House, door: Door, model: str, stream: bool, count: int, parallel: int) -> Load:
    """So many questions, so many at a time."""
    left, lines, told = count, [await line(door) for _ in range(parallel)], Load()
    request = door.request(model, stream)

    async def work(each: Line) -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await each.ask(request)
            if stream and parallel == count:
                moments = each.moments()
                told.firsts.append(moments[0] - each.begun)
                told.gaps += [after - before for before, after in pairwise(moments)]
                told.tokens += len(moments)

    gc.disable()
    begun, before = time.monotonic(), house.cpu()
    await asyncio.gather(*map(work, lines))
    told.seconds, told.cpu = time.monotonic() - begun, house.cpu() - before
    gc.enable()
    for each in lines:
        each.transport.close()
    return told


def key(house: House, person: Person) -> str:
    """A key with a budget of money, for models whose prices are known."""
    for id in person.models().values():
        said = person.post(f"/admin/providers/models/{id}", {"enabled": "1", "price_in": "0.1", "price_out": "0.4"})
        assert said.status == 303, said.text
    return house.command("keys", "add", "--user", EMAIL, "--name", "bench", "--budget", "100000").strip()


def measure(house: House, person: Person, model: Model, seconds: int, quick: bool) -> list[Figure]:
    """All of them, one after the other."""
    import uvloop

    names = models(seconds)
    direct, ours = Door(model.url), Door(f"{house.url}/v1", key(house, person))
    alone = uvloop.run(first_tokens([direct, ours], names["plain"], 20 if quick else 100))
    plain = [
        uvloop.run(load(house, door, names["plain"], False, 400 if quick else 4_000, PARALLEL))
        for door in (direct, ours)
    ]
    many = 400 if quick else 4_000
    each_ms = plain[1].cpu * 1000 / many
    bulk = [uvloop.run(load(house, door, names["bulk"], True, 64 if quick else 640, 16)) for door in (direct, ours)]
    streams = 64 if quick else 640
    bulk_us = (bulk[1].cpu - streams * each_ms / 1000) * 1e6 / (streams * LONG)
    paced = [uvloop.run(load(house, door, names["paced"], True, STREAMS, STREAMS)) for door in (direct, ours)]
    paced_us = (paced[1].cpu - STREAMS * each_ms / 1000) * 1e6 / (STREAMS * PACE * seconds)
    ideal = DELAY / 1000 + seconds
    rate = [100 * ideal / each.seconds for each in paced]
    gaps = [percentile(each.gaps, 0.99) * 1000 for each in paced]
    beside = "direct {}".format
    return [
        Figure(
            "Gateway: first token later than direct, alone", alone[1] - alone[0], "ms", 3, beside(f"{alone[0]:.1f} ms")
        ),
        Figure("Gateway: CPU for a plain request", each_ms, "ms", 2.5, f"{many:,}, {PARALLEL} at a time"),
        Figure(
            f"Gateway: plain requests, {PARALLEL} at a time",
            many / plain[1].seconds,
            "/s",
            600,
            beside(f"{many / plain[0].seconds:,.0f}/s"),
            least=True,
        ),
        Figure("Gateway: CPU for a token in bulk", bulk_us, "us", 25, f"{streams} streams of {LONG:,}"),
        Figure(
            f"Gateway: CPU for a token at {STREAMS} paced streams", paced_us, "us", 60, f"{PACE}/s after {DELAY} ms"
        ),
        Figure(
            f"Gateway: {STREAMS} paced streams, of the ideal rate",
            rate[1],
            "%",
            95,
            beside(f"{rate[0]:.0f} %"),
            least=True,
        ),
        Figure(f"Gateway: {STREAMS} paced streams, gap p99", gaps[1], "ms", 30, beside(f"{gaps[0]:.1f} ms")),
        grown(house, ours, names["plain"], 1_000 if quick else 100_000),
    ]


def grown(house: House, door: Door, model: str, count: int) -> Figure:
    """MiB that the server has grown by over many requests, after a tenth of them."""
    import uvloop

    uvloop.run(load(house, door, model, False, count // 10, PARALLEL))
    before = house.memory()
    uvloop.run(load(house, door, model, False, count - count // 10, PARALLEL))
    return Figure(
        f"Gateway: memory grown over {count:,} requests", house.memory() - before, "MiB", 8, f"at {before:.0f} MiB"
    )
