"""Pastes: how many are read and made in a second on two cores, and what a page of fifty costs."""

import asyncio
import itertools
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench.house import EMAIL, ROOT, House, Person
from bench.table import Figure

PARALLEL, LISTED = 32, 50
SIZE = 2048
# Ours to meet: requests a second with 32 at a time.
VIEW, RAW, CREATE = 1000, 2000, 200


def code(n: int = 0) -> bytes:
    """2 KiB of Python of our own, different for each `n`."""
    return f"# {n}\n".encode() + Path(ROOT / "app/errors.py").read_bytes()[: SIZE - 8]


class Line:
    """One kept connection that writes requests as bytes and reads answers: as little beside the server as can be."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """The status and the body."""
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        length, chunked = 0, b"transfer-encoding: chunked" in head.lower()
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        body = await self.chunks() if chunked else await self.reader.readexactly(length)
        return int(head.split(b" ", 2)[1]), body

    async def chunks(self) -> bytes:
        """A body that comes in pieces."""
        found = b""
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            found += await self.reader.readexactly(size)
            await self.reader.readexactly(2)
        await self.reader.readexactly(2)
        return found


def request(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """A request as bytes."""
    given = {"host": f"127.0.0.1:{port}", "content-length": str(len(body))} if body else {"host": f"127.0.0.1:{port}"}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in (given | headers).items()]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode() + body


async def rate(port: int, make: Callable[[int], bytes], count: int, status: int) -> float:
    """Requests a second, with 32 at a time. Raises RuntimeError for any other status."""
    numbers = iter(range(count))

    async def work() -> None:
        line = Line(*await asyncio.open_connection("127.0.0.1", port))
        for n in numbers:
            said, body = await line.ask(make(n))
            if said != status:
                raise RuntimeError(f"{said} instead of {status}: {body[:200]!r}")
        line.writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(PARALLEL)))
    return count / (time.perf_counter() - begun)


class Door:
    """Where pastes are made and read: by the requests of the product, as curl sends them."""

    def __init__(self, port: int, key: str) -> None:
        self.port, self.key = port, key

    def create(self, n: int) -> bytes:
        """The request that makes a paste."""
        return request(self.port, "PUT", "/p/code.py", code(n), authorization=f"Bearer {self.key}")

    def addresses(self, told: bytes) -> tuple[str, str]:
        """The paths of its page and of its raw text, from the answer to `create`."""
        id = told.decode().strip().rsplit("/", 1)[1]
        return f"/p/{id}", f"/p/{id}/raw"


def measured(door: Door, count: int, made: int = 201) -> dict[str, float]:
    """View, raw and create, in this order; each is warmed up first. `made` is the status of a new paste."""
    import uvloop

    numbers = itertools.count(1)

    async def one() -> tuple[str, str]:
        line = Line(*await asyncio.open_connection("127.0.0.1", door.port))
        _, body = await line.ask(door.create(0))
        return door.addresses(body)

    page, raw = (request(door.port, "GET", path, accept="text/html") for path in uvloop.run(one()))
    found = {}
    for name, ask, times in (("view", page, 1), ("raw", raw, 2)):
        uvloop.run(rate(door.port, lambda _, ask=ask: ask, count // 10, 200))  # type: ignore[misc]
        found[name] = uvloop.run(rate(door.port, lambda _, ask=ask: ask, count * times, 200))  # type: ignore[misc]
    uvloop.run(rate(door.port, lambda _: door.create(next(numbers)), count // 20, made))
    found["create"] = uvloop.run(rate(door.port, lambda _: door.create(next(numbers)), count // 5, made))
    return found


def terminal(house: House) -> Door:
    """A key that makes and reads pastes."""
    scopes = ("--scopes", "pastes:read,pastes:write")
    return Door(house.port, house.command("keys", "add", "--user", EMAIL, "--name", "terminal", *scopes).strip())


def measure(house: House, person: Person, quick: bool) -> list[Figure]:
    """What the issue asks of pastes."""
    found = measured(terminal(house), 500 if quick else 5000)
    for n in range(LISTED):
        person.post("/pastes", {"name": f"notes-{n}.py", "syntax": "", "text": code(n).decode()})
    page = median(person.get("/pastes").seconds for _ in range(10 if quick else 60))
    words = f"{PARALLEL} at a time"
    return [
        Figure(f"View a highlighted paste of 2 KB, {words}", found["view"], "/s", VIEW, least=True),
        Figure(f"Raw, {words}", found["raw"], "/s", RAW, least=True),
        Figure(f"Create with highlighting, {words}", found["create"], "/s", CREATE, least=True),
        Figure(f"The page of {LISTED} pastes (median)", page * 1000, "ms", 15),
    ]
