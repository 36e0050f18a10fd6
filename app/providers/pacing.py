"""Tokens are taken from the network in small handfuls: each one alone would wake this whole process.

An answer's first bytes are read at once; after that at most one read in a tick, of all that came meanwhile.
"""

import asyncio
from typing import Any

# Seconds between two reads of a trickle. Viewers are shown new text in the same rhythm.
TICK = 0.05
# Bytes from which on a read is no trickle any more, and reads after a request that are never late: the head
# of the answer, an empty first event, the first token.
MUCH, AT_ONCE = 4096, 3


class Stream:
    """A connection that waits before it reads. All else, and every error, is that of `inner`."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.left, self.due = AT_ONCE, 0.0

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The bytes that came."""
        loop = asyncio.get_running_loop()
        if self.left <= 0 and (wait := self.due - loop.time()) > 0:
            await asyncio.sleep(wait)
        data: bytes = await self.inner.read(max_bytes, timeout)
        self.left -= 1
        self.due = loop.time() + (TICK if len(data) < MUCH else 0)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send a request, or a part of it."""
        self.left = AT_ONCE
        await self.inner.write(buffer, timeout)

    async def start_tls(self, *given: Any, **named: Any) -> "Stream":
        """The same connection, secured."""
        return Stream(await self.inner.start_tls(*given, **named))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


class Network:
    """Makes connections that are read in handfuls."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    async def connect_tcp(self, *given: Any, **named: Any) -> Stream:
        """Connect."""
        return Stream(await self.inner.connect_tcp(*given, **named))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def pace(client: Any) -> Any:
    """Let an HTTP client read in handfuls, with and without a proxy."""
    # httpx gives no way to hand over a network; a test notices when these names change.
    for transport in (client._transport, *client._mounts.values()):
        if transport is not None:
            transport._pool._network_backend = Network(transport._pool._network_backend)
    return client
