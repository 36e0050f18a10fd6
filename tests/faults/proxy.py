"""A proxy in front of a store that fails as stores do: slow, refusing, with errors, cut in the middle, silent."""

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Awaitable, Callable

REFUSAL = b"<?xml version='1.0'?><Error><Code>ServiceUnavailable</Code><Message>Try again later.</Message></Error>"
RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no seconds: closing sends a reset


class Proxy:
    """Listens on a port of its own and passes everything on to `port`, until it is told to fail.

    `seen` counts the connections of each way since the start.
    """

    def __init__(self, port: int) -> None:
        self.behind = port
        self.way = "pass"
        self.amount = 0.0
        self.seen: dict[str, int] = {}
        self.open: set[asyncio.StreamWriter] = set()
        self.tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> "Proxy":
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        self.ready = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True)
        self.thread.start()
        self.ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.loop.call_soon_threadsafe(self.stopping.set)
        self.thread.join(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self) -> None:
        self.loop, self.stopping = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self.connected, sock=self.listener)
        self.ready.set()
        await self.stopping.wait()
        server.close()
        await self.reset()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await asyncio.sleep(0.05)  # transports close in the next round of the loop

    # ── the ways ──
    def pass_on(self) -> None:
        """As if it were not there."""
        self.set("pass")

    def slow(self, seconds: float) -> None:
        """Each piece of up to 64 KiB waits this long, both ways."""
        self.set("slow", seconds)

    def refuse(self) -> None:
        """Connections are reset at once."""
        self.set("refuse")

    def fail(self, status: int = 503) -> None:
        """Every request is answered with this status."""
        self.set("fail", status)

    def cut(self, amount: int) -> None:
        """After this many bytes of requests the connection is reset."""
        self.set("cut", amount)

    def silent(self) -> None:
        """Requests are taken and never answered."""
        self.set("silent")

    def set(self, way: str, amount: float = 0.0) -> None:
        """Change the way, also for the connections that are open."""
        self.way, self.amount = way, amount
        changed = asyncio.run_coroutine_threadsafe(self.reset(), self.loop)
        changed.result(10)

    async def reset(self) -> None:
        for writer in list(self.open):
            cut(writer)

    # ── one connection ──
    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        way = self.way
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        self.seen[way] = self.seen.get(way, 0) + 1
        self.open.add(writer)
        ways: dict[str, Callable[..., Awaitable[None]]] = {
            "refuse": self.refused,
            "fail": self.failed,
            "silent": self.unanswered,
        }
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await ways.get(way, self.relayed)(reader, writer)
        finally:
            self.open.discard(writer)
            writer.close()

    async def refused(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        cut(writer)

    async def failed(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 {self.amount:.0f} Fault\r\ncontent-type: application/xml\r\nconnection: close\r\n"
        writer.write(head.encode() + b"content-length: %d\r\n\r\n" % len(REFUSAL) + REFUSAL)
        await writer.drain()

    async def unanswered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1 << 16):
            pass

    async def relayed(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.behind)
        self.open.add(far_writer)
        try:
            there = asyncio.create_task(self.pump(reader, far_writer, writer))
            back = asyncio.create_task(self.pump(far_reader, writer, None))
            await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
            for task in (there, back):
                task.cancel()
            await asyncio.gather(there, back, return_exceptions=True)
        finally:
            self.open.discard(far_writer)
            far_writer.close()

    async def pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asking: asyncio.StreamWriter | None
    ) -> None:
        """Pass on what comes; `asking` is the side that is cut off after `amount` bytes."""
        left = int(self.amount) if self.way == "cut" and asking is not None else None
        while data := await reader.read(1 << 16):
            if self.way == "slow":
                await asyncio.sleep(self.amount)
            if left is not None and len(data) >= left:
                writer.write(data[:left])
                await writer.drain()
                cut(writer)
                assert asking is not None
                cut(asking)
                return
            left = left - len(data) if left is not None else None
            writer.write(data)
            await writer.drain()


def cut(writer: asyncio.StreamWriter) -> None:
    """End a connection with a reset."""
    where = writer.get_extra_info("socket")
    if where is not None:
        with contextlib.suppress(OSError):
            where.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.transport.abort()
