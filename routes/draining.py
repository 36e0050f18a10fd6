"""The end of a server that drops nothing: every request that has begun to arrive is answered.

uvicorn closes at once the connections on which no request is, and one may be on its way there. So a server that is
started again in its place is given them; one that ends leaves them open for a moment, answers what still comes with
`Connection: close`, and then closes those that are silent.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.doors import handing
from app.logs import log

# Seconds for requests that run (answers that stream are ended before, each with its last event) ...
GRACE = 1.5
# ... for those that may be on their way on a silent connection of a server that does not start again ...
WINDOW = 0.5
# ... and for what was cut off, to say so.
FAREWELL = 0.2
LOOK = 0.01
CUT = b"Inglenook is being stopped or started again. Ask again.\n"
CUT_HEADERS = [
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"content-length", str(len(CUT)).encode()),
    (b"retry-after", b"1"),
    (b"connection", b"close"),
]


class Line(HttpToolsProtocol):
    """A connection that knows whether a request is under way on it."""

    arriving = False  # a request has begun and has not wholly come

    def on_message_begin(self) -> None:
        self.arriving = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        if handing.ending:
            self.is_last()

    def on_message_complete(self) -> None:
        self.arriving = False
        super().on_message_complete()

    @property
    def is_silent(self) -> bool:
        """Whether nothing is under way: no part of a request, no part of an answer."""
        answering = self.pipeline or (self.cycle is not None and not self.cycle.response_complete)
        return not (self.arriving or answering or self.transport.get_write_buffer_size())

    def is_last(self) -> None:
        """The answer says that no other comes on this connection. One that has begun has not said so, and is not
        closed under whoever asks on."""
        if self.cycle is not None and not self.cycle.response_started:
            self.cycle.keep_alive = False


class Cutting:
    """The app, whose requests are told when they are cut off before they were answered."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        begun = False

        async def noted(message: Any) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except asyncio.CancelledError:
            if begun or not handing.ending or scope["type"] != "http":
                raise
            await send({"type": "http.response.start", "status": 503, "headers": CUT_HEADERS})
            await send({"type": "http.response.body", "body": CUT})


async def drain(lines: set[Any], tasks: set[Any], hurried: Callable[[], bool]) -> None:
    """Answer all that is under way, at most GRACE seconds; then cut it off. Nobody new is taken any more."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for line in list(lines):
        line.is_last()
    while (lines or tasks) and loop.time() < begun + GRACE and not hurried():
        let_go(lines, handing.wanted or loop.time() > begun + WINDOW)
        await asyncio.sleep(LOOK)
    if tasks:
        log.info("doors.cut", requests=len(tasks))
        for task in list(tasks):
            task.cancel(msg="the server ends")
        await asyncio.wait(list(tasks), timeout=FAREWELL)
    let_go(lines, True)


def let_go(lines: set[Any], silent: bool) -> None:
    """Hand on the silent connections, or close them."""
    for line in [line for line in lines if silent and line.is_silent and not line.transport.is_closing()]:
        if handing.wanted:
            line.flow.pause_reading()  # what comes from now on is for the next server
            handing.hand_on(os.dup(line.transport.get_extra_info("socket").fileno()))
            line.transport.abort()
        else:
            line.transport.close()


async def take_over(make: Callable[[], Line]) -> None:
    """Go on with the connections that the server before this one handed on."""
    for file in handing.received():
        with contextlib.suppress(OSError):  # it was closed by the other side meanwhile
            await asyncio.get_running_loop().connect_accepted_socket(make, socket.socket(fileno=file))
