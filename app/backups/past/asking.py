"""Asking: what goes between the main process and the child that serves a moment: plain HTTP/1.1 over its socket.

Only the main process reaches the socket, and says in a header who looks; nobody else's headers of that name, no cookie
and no key are handed on.
"""

import asyncio
import base64
import http.client
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import orjson

from app import config, disk
from app.backups.past import making
from app.errors import Gone, NotFound, Refusal
from app.rights import Caller

# Who looks, from where, by which scheme: JSON in base64.
READER = "x-inglenook-reader"
# What of a request is handed on, and what of an answer comes back.
ASKED = frozenset(
    ("accept", "accept-encoding", "accept-language", "host", "if-modified-since", "if-none-match", "if-range")
    + ("last-event-id", "range", "user-agent")
)
ANSWERED = frozenset(
    ("accept-ranges", "cache-control", "content-disposition", "content-encoding", "content-language", "content-length")
    + ("content-range", "content-security-policy", "content-type", "cross-origin-opener-policy", "etag")
    + ("cross-origin-resource-policy", "last-modified", "link", "location", "permissions-policy", "referrer-policy")
    + ("retry-after", "vary", "x-content-type-options", "x-robots-tag")
)
PIECE = 64 << 10
# Seconds after which it is asked again whether who looks still may.
LOOK = 1.0
# Inner addresses: no page can ask for them.
INNER = "/-/"
CLOSED = "This moment was closed just now."
Headers = list[tuple[bytes, bytes]]


@dataclass
class Answer:
    """What the child says: the head, and the bytes of the body as they come."""

    status: int
    headers: Headers
    body: AsyncIterator[bytes]


def back() -> str:
    """Where the present begins, as the pages of the past name it."""
    return config.current.root_path


def told(me: Caller, scheme: str = "http", inner: str = "") -> str:
    """Who looks, for READER."""
    about = {name: getattr(me, name) for name in ("id", "name", "email", "timezone", "theme", "session", "address")}
    return base64.b64encode(orjson.dumps(about | {"scheme": scheme, "inner": inner})).decode()


def reader(text: str) -> dict[str, str]:
    """What READER says."""
    about: dict[str, str] = orjson.loads(base64.b64decode(text))
    return about


def kept(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """What of a request's headers is handed on."""
    return [(name, value) for name, value in headers if (low := name.decode("latin-1").lower()) in ASKED
            or low.startswith("hx-")]  # fmt: skip


def came(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """What of an answer's headers comes back."""
    return [(name.lower(), value) for name, value in headers if name.decode("latin-1").lower() in ANSWERED]


async def ask(
    folder: Path, method: str, target: bytes, headers: Headers, me: Caller, scheme: str, may: Callable[[], bool]
) -> Answer:
    """Ask the child for an address. The body ends early when `may` says so, which it is asked about each second.
    Raises Gone when the child has ended."""
    lines = [b"%s %s HTTP/1.1" % (method.encode(), target), b"connection: close"]
    lines += [b"%s: %s" % header for header in kept(headers)]
    lines += [f"{READER}: {told(me, scheme)}".encode(), b"", b""]
    reading, writing = await connected(folder)
    try:
        writing.write(b"\r\n".join(lines))
        await writing.drain()
        parsing = Parsing(reading)
        await parsing.head()
    except (OSError, EOFError):
        writing.close()
        raise Gone(CLOSED) from None
    except BaseException:
        writing.close()
        raise
    empty = method == "HEAD" or parsing.status in (204, 304)
    return Answer(parsing.status, parsing.headers, body(parsing, writing, may, empty))


async def connected(folder: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the child. Raises Gone."""
    try:
        with making.address(folder) as path:
            return await asyncio.open_unix_connection(path)
    except OSError:
        raise Gone(CLOSED) from None


async def body(
    parsing: "Parsing", writing: asyncio.StreamWriter, may: Callable[[], bool], empty: bool
) -> AsyncIterator[bytes]:
    """The bytes of the body. One that is cut off ends with an error, so that nobody takes it for the whole."""
    loop = asyncio.get_running_loop()
    looked = loop.time()
    try:
        while not empty:
            if loop.time() - looked > LOOK:
                if not may():
                    raise Gone(CLOSED)
                looked = loop.time()
            try:
                piece = await asyncio.wait_for(parsing.piece(), LOOK)
            except TimeoutError:
                continue  # nothing came, and who looks may be somebody else by now
            if not piece:
                return
            yield piece
    finally:
        writing.close()


class Parsing:
    """An answer as it comes, taken apart by httptools."""

    def __init__(self, reading: asyncio.StreamReader) -> None:
        import httptools

        self.reading, self.parser = reading, httptools.HttpResponseParser(self)
        self.headers: Headers = []
        self.status = 0
        self.pieces: list[bytes] = []
        self.begun = self.over = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """All of them."""
        self.begun, self.status = True, self.parser.get_status_code()

    def on_body(self, piece: bytes) -> None:
        """Some of the body."""
        self.pieces.append(piece)

    def on_message_complete(self) -> None:
        """All of it."""
        self.over = True

    async def feed(self) -> None:
        """Read on. Raises EOFError when the child ends before its answer does."""
        data = await self.reading.read(PIECE)
        if not data:
            raise EOFError
        self.parser.feed_data(data)

    async def head(self) -> None:
        """Read until the head is there. Raises EOFError."""
        while not self.begun:
            await self.feed()

    async def piece(self) -> bytes:
        """The next of the body, b'' at its end. Raises Gone when it is cut off."""
        while not self.pieces and not self.over:
            try:
                await self.feed()
            except (EOFError, OSError):
                raise Gone(CLOSED) from None
        data, self.pieces = b"".join(self.pieces), []
        return data


class Plain(http.client.HTTPConnection):
    """The same from a thread."""

    def __init__(self, folder: Path) -> None:
        super().__init__("localhost")
        self.folder = folder

    def connect(self) -> None:
        """Connect to the child's socket."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with making.address(self.folder) as path:
            self.sock.connect(path)


def fetched(folder: Path, me: Caller, path: str, to: Path) -> None:
    """Write what the child gives at an inner address into a new file. Raises NotFound, Gone, NotWritten, Refusal."""
    if not path.startswith(INNER):
        raise NotFound()
    # As a browser comes to the public address: another host is refused there too.
    here = config.current
    host, scheme = here.public_host or "localhost", "https" if here.url.startswith("https:") else "http"
    connection = Plain(folder)
    try:
        told_so = {READER: told(me, scheme, "yes"), "host": host, "connection": "close"}
        connection.request("GET", path, headers=told_so)
        answer = connection.getresponse()
        if answer.status != 200:
            raise refused(answer.status, answer.read(PIECE).decode(errors="replace").strip())
        landed(answer, to)
    except (OSError, http.client.HTTPException):
        raise Gone(CLOSED) from None
    finally:
        connection.close()


def landed(answer: http.client.HTTPResponse, to: Path) -> None:
    """Write what comes into a new file. Raises NotWritten when the disk does not take it, and OSError or HTTPException
    when it is cut off."""
    with disk.asked():
        file = to.open("xb", buffering=0)
    with file:
        while piece := answer.read(PIECE):
            left = memoryview(piece)
            while left:
                with disk.asked():
                    left = left[file.write(left) or 0 :]


def refused(status: int, sentence: str) -> Refusal:
    """What the child refused, as it said it."""
    refusal = {404: NotFound, 410: Gone}.get(status, Refusal)(sentence)
    refusal.status = status
    return refusal
