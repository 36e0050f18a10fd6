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


def measured(port: int, key: str, count: int) -> dict[str, float]:
    """View, raw and create, in this order; each is warmed up first."""
    import uvloop

    numbers = itertools.count()

    def create(_: int) -> bytes:
        return request(port, "PUT", "/p/code.py", code(next(numbers)), authorization=f"Bearer {key}")

    async def one() -> str:
        line = Line(*await asyncio.open_connection("127.0.0.1", port))
        _, body = await line.ask(create(0))
        return body.decode().strip().rsplit("/", 1)[1]

    id = uvloop.run(one())
    view = request(port, "GET", f"/p/{id}", accept="text/html")
    raw = request(port, "GET", f"/p/{id}/raw")
    found = {}
    for name, make, status, times in (("view", view, 200, 1), ("raw", raw, 200, 2)):
        uvloop.run(rate(port, lambda _, make=make: make, count // 10, status))  # type: ignore[misc]
        found[name] = uvloop.run(rate(port, lambda _, make=make: make, count * times, status))  # type: ignore[misc]
    uvloop.run(rate(port, create, count // 20, 201))
    found["create"] = uvloop.run(rate(port, create, count // 5, 201))
    return found


def measure(house: House, person: Person, quick: bool) -> list[Figure]:
    """What the issue asks of pastes."""
    scopes = ("--scopes", "pastes:read,pastes:write")
    token = house.command("keys", "add", "--user", EMAIL, "--name", "terminal", *scopes).strip()
    found = measured(house.port, token, 500 if quick else 5000)
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
