"""Commands for the process that owns the data directory, through data/control.sock: its caches are never stale.

One JSON line goes in, {"command": ..., "options": {...}}, one comes back, {"lines": [...], "code": 0}. Before it there
may be as many as the command wants of {"bytes": n}, with n bytes behind it, and {"text": "how far it is"}.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import orjson

from app.errors import Misconfigured
from app.logs import log

NAME = "control.sock"
LARGEST = 1 << 20
JOIN = "work"
# A provider that is tested may take its time to connect and to answer.
PATIENCE = 180.0
# A restore of a large database, or a verification of many files, takes what it takes; how it is it knows at once.
LONG = {
    "export": 60 * 60.0,
    "import": 6 * 60 * 60.0,
    "backups": 6 * 60 * 60.0,
    "releases": 6 * 60 * 60.0,
    "server": 10.0,
}


class Terminal(Protocol):
    """Where a command is given: it takes bytes, and hears how far it is."""

    def take(self, data: bytes) -> None:
        """These bytes are part of the answer."""

    def hear(self, text: str) -> None:
        """This is how far it is."""


# The terminal of this process, and in the server that of the command that runs.
own: Terminal | None = None
asking: ContextVar[Terminal | None] = ContextVar("asking", default=None)

Run = Callable[[str, dict[str, Any]], Awaitable[tuple[list[str], int]]]
Join = Callable[[dict[str, Any], asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.contextmanager
def address(data: Path) -> Iterator[str]:
    """The socket's path, short whatever the directory's: the kernel takes 107 bytes at most. Where there is no /proc,
    it is as long as it is."""
    directory = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
    short = f"/proc/self/fd/{directory}"
    try:
        yield f"{short}/{NAME}" if os.path.isdir(short) else str(data.resolve() / NAME)
    finally:
        os.close(directory)


def ask(data: Path, command: str, options: dict[str, Any]) -> tuple[list[str], int] | None:
    """What the process that owns the directory says to a command; None when none answers there."""
    request = orjson.dumps({"command": command, "options": options}) + b"\n"
    with address(data) as path, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(LONG.get(command.split(".")[0], PATIENCE))
        try:
            connection.connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        try:
            connection.sendall(request)
            with connection.makefile("rb") as answers:
                line = b""
                while (line := answers.readline()) and (answer := orjson.loads(line)).keys() & {"bytes", "text"}:
                    passed_on(answer, answers)
        except ConnectionError:  # it ended with the question unread: a reset instead of an end
            line = b""
    if not line:
        raise Misconfigured("The server ended before it answered; look at its log and try again.")
    return answer["lines"], answer["code"]


@contextlib.contextmanager
def at(terminal: Terminal) -> Iterator[None]:
    """While this is open, what commands give goes to this terminal, whether they run here or in the server."""
    global own
    own = terminal
    try:
        yield
    finally:
        own = None


def terminal() -> Terminal | None:
    """Where the command was given that runs in this thread; None where nobody listens."""
    return asking.get() or own


def passed_on(answer: dict[str, Any], answers: BinaryIO) -> None:
    """Give the terminal of this process a part of an answer. Raises ConnectionError when it is cut."""
    left = answer.get("bytes", 0)
    while left:
        data = answers.read(min(left, LARGEST))
        if not data:
            raise ConnectionError("The answer was cut.")
        left -= len(data)
        if own is not None:
            own.take(data)
    if own is not None and "text" in answer:
        own.hear(answer["text"])


class Distant:
    """The terminal at the other end of a connection, for a command that runs in a thread. Raises ConnectionError when
    it has gone."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer, self.loop = writer, asyncio.get_running_loop()

    def take(self, data: bytes) -> None:
        """Send bytes, and wait until there is room for more."""
        asyncio.run_coroutine_threadsafe(self.send({"bytes": len(data)}, data), self.loop).result()

    def hear(self, text: str) -> None:
        """Send how far it is."""
        asyncio.run_coroutine_threadsafe(self.send({"text": text}), self.loop).result()

    async def send(self, told: dict[str, Any], data: bytes = b"") -> None:
        """Send a line and what belongs to it."""
        self.writer.write(orjson.dumps(told) + b"\n" + data)
        await self.writer.drain()


def join(data: Path, options: dict[str, Any]) -> socket.socket | None:
    """A connection that stays open, by which this process works for the one that owns the directory; None when none
    answers there. Raises Misconfigured when it does not want this one."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(PATIENCE)
    try:
        with address(data) as path:
            connection.connect(path)
        connection.sendall(orjson.dumps({"command": JOIN, "options": options}) + b"\n")
        line = b""
        while not line.endswith(b"\n") and (piece := connection.recv(1)):  # what follows the line is not ours to read
            line += piece
    except (FileNotFoundError, ConnectionError):
        connection.close()
        return None
    if not line:  # it ends just now
        connection.close()
        return None
    answer = orjson.loads(line)
    if answer["code"]:
        connection.close()
        raise Misconfigured(answer["lines"][0])
    connection.settimeout(None)
    return connection


@contextlib.asynccontextmanager
async def listening(data: Path, run: Run, join: Join | None = None) -> AsyncIterator[None]:
    """While this is open, commands are answered and workers may join. The socket is its owner's only."""
    with address(data) as path:
        listener = listen(path)

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with contextlib.suppress(asyncio.CancelledError):  # the server ends, which the connection's end says
                await answer(reader, writer, run, join)

        server = await asyncio.start_unix_server(connected, sock=listener, limit=LARGEST)
        try:
            yield
        finally:
            server.close()
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)


def listen(path: str) -> socket.socket:
    """A listening socket of mode 0600. What a dead process left there is removed: the lock says that it is dead."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        listener.bind(path)
    finally:
        os.umask(mask)
    listener.listen()
    return listener


async def answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, run: Run, join: Join | None = None
) -> None:
    """Read one command, run it, write what it says; or give the connection to whom it joins."""
    try:
        line = await reader.readline()
        if line:
            request = orjson.loads(line)
            if request["command"] == JOIN and join is not None:
                return await join(request["options"], reader, writer)
            # Whoever waits for a server asks ten times a second how it is.
            said = log.debug if request["command"] == "server.state" else log.info
            said("control.command", command=request["command"])
            asking.set(Distant(writer))
            lines, code = await run(request["command"], request["options"])
            with contextlib.suppress(ConnectionError):  # whoever asked has gone
                writer.write(orjson.dumps({"lines": lines, "code": code}) + b"\n")
                await writer.drain()
    finally:
        writer.close()
