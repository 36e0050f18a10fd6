"""Viewers of an answer: connections that note when each piece of a stream arrived, and look at it later."""

import asyncio
import re
import time
from itertools import pairwise

from bench.house import Person
from bench.upstream import WRAP, ticks

WORD = re.compile(rb"\bt(\d{6})\b")
END = b"event: done\n"


class Viewer(asyncio.Protocol):
    """One open stream. Notes bytes and their time, and nothing else, so that it costs next to nothing."""

    def __init__(self) -> None:
        self.came: list[tuple[float, bytes]] = []
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        before = self.came[-1][1][-len(END) :] if self.came else b""
        self.came.append((time.monotonic(), data))
        if END in before + data and not self.done.done():
            self.done.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the stream ended without its last event"))

    def delays(self) -> list[float]:
        """Seconds from the sending of the oldest new word of each frame to the frame's arrival here."""
        found: list[float] = []
        last = -1
        for at, data in self.came:
            if b"event: done" in data:
                break  # the finished form shows all words again
            new = [word for word in map(int, WORD.findall(data)) if later(word, last)]
            if new:
                found.append(since(new[0], at))
                last = new[-1]
        return found

    def words(self) -> int:
        """How many different words arrived."""
        return len({word for _, data in self.came for word in WORD.findall(data)})

    def pauses(self) -> list[float]:
        """Seconds between neighbouring frames."""
        return [after - before for (before, _), (after, _) in pairwise(self.came)]


def later(word: int, last: int) -> bool:
    """Whether a word was sent after another; the clock in them begins anew every hundred seconds."""
    return last < 0 or 0 < (word - last) % WRAP < WRAP // 2


def since(word: int, at: float) -> float:
    """Seconds from the moment that a word holds to `at`."""
    return ((ticks(at) - word) % WRAP) / 10_000


async def watch(person: Person, chat: str, answer: str) -> Viewer:
    """Open the stream of an answer."""
    loop = asyncio.get_running_loop()
    transport, viewer = await loop.create_connection(Viewer, "127.0.0.1", person.house.port)
    lines = {"host": f"127.0.0.1:{person.house.port}", "accept": "text/event-stream"} | person.headers()
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    transport.write(f"GET /chats/{chat}/messages/{answer}/stream?after=0 HTTP/1.1\r\n{head}\r\n".encode())
    return viewer


async def finished(viewers: list[Viewer], seconds: float) -> None:
    """Wait until all of them have their last event."""
    async with asyncio.timeout(seconds):
        await asyncio.gather(*(viewer.done for viewer in viewers))
    for viewer in viewers:
        viewer.transport.close()
