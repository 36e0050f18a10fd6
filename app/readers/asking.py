"""Asking a reader: an open file goes in, what is in it comes out piece by piece, or a sentence says why not."""

import os
import select
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from app import children, clock
from app.logs import log

HOUSE = Path(__file__).resolve().parent.parent.parent
MODULE = "app.readers.waiting"
IDLE = 120.0
TICK = 1.0
# Beside the time for a file: for the warm process to begin, and to load what this kind of file needs.
STARTING = 10.0
LARGEST_ANSWER, MOST_PIECES = 64 << 20, 20_000
MEMORY = 1 << 30
# The words of a last piece.
LAST = {"over", "unreadable", "memory", "broken"}
BROKEN = "It is broken, or it is not what it claims to be."
ENDED = "It ended the process that read it: it is broken, or made to break readers."
LARGE = "It needs more memory than a reader may use."


class Unreadable(Exception):
    """A sentence: why nothing (more) can be read in these bytes."""


class Busy(Exception):
    """All readers have something to do, and go on with it."""


@dataclass(frozen=True)
class Told:
    """One piece of an answer: its words, and the bytes that came with them."""

    words: dict[str, Any]
    data: bytes = b""


def idly() -> None:
    """While a file is read, nothing else is done."""


class Reader:
    """A warm process and the socket by which it is asked; one file at a time."""

    def __init__(self, module: str = MODULE) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                children.script(module, str(HOUSE), str(theirs.fileno())),
                cwd="/",
                env=children.surroundings(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        self.used_at = clock.ticks()
        self.is_free = True

    def ask(
        self,
        deed: str,
        file: BinaryIO,
        args: tuple[Any, ...],
        seconds: float,
        memory: int = MEMORY,
        nice: int = 0,
        tick: Callable[[], None] = idly,
    ) -> Iterator[Told]:
        """What the deed tells of the file, as it comes; `tick` is called each second meanwhile. Raises Unreadable, and
        what `tick` does."""
        self.is_free = False
        request = orjson.dumps({"deed": deed, "args": args, "seconds": seconds, "memory": memory, "nice": nice})
        ours, theirs = os.pipe()
        try:
            try:
                socket.send_fds(self.control, [request], [file.fileno(), theirs])
            except OSError as error:
                raise Unreadable(ENDED) from error
            finally:
                os.close(theirs)
            yield from self.heard(ours, clock.ticks() + STARTING + seconds, seconds, tick)
        finally:
            os.close(ours)
        self.used_at = clock.ticks()

    def heard(self, pipe: int, ends: float, seconds: float, tick: Callable[[], None]) -> Iterator[Told]:
        """The pieces until the last one. Raises Unreadable."""
        held, total, count = bytearray(), 0, 0
        while clock.ticks() < ends:
            if not select.select([pipe], [], [], TICK)[0]:
                tick()
                continue
            some = os.read(pipe, 1 << 20)
            if not some:
                self.verdict(seconds)
            total += len(some)
            if total > LARGEST_ANSWER:
                raise Unreadable(f"There is more than {LARGEST_ANSWER >> 20} MiB in it.")
            held += some
            while (told := piece(held)) is not None:
                if LAST & told.words.keys():
                    self.settle()
                    must_be_good(told.words)
                    return
                count += 1
                if count > MOST_PIECES:
                    raise Unreadable(f"There are more than {MOST_PIECES:,} pieces in it.")
                yield told
        raise Unreadable(late(seconds))

    def settle(self) -> int:
        """The exit code of the one that read this file, after which the next may be asked; 1 if none is told."""
        self.control.settimeout(5)
        code = b""
        with suppress(OSError):
            code = self.control.recv(16)
        self.is_free = bool(code)
        return int(code or 1)

    def verdict(self, seconds: float) -> None:
        """Say why it ended without an answer. Raises Unreadable."""
        code = self.settle()
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            raise Unreadable(late(seconds))
        log.warning("readers.ended", code=code)
        raise Unreadable(ENDED)

    def end(self) -> None:
        """Kill it and what it has forked, and take its leave."""
        self.process.kill()  # its child dies with it
        self.control.close()
        self.process.wait()


def piece(held: bytearray) -> Told | None:
    """Take the first whole piece away from what has come; None while it is not whole."""
    end = held.find(b"\n")
    if end < 0:
        return None
    words = orjson.loads(bytes(held[:end]))
    size = int(words.get("bytes", 0))
    if len(held) < end + 1 + size:
        return None
    told = Told(words, bytes(held[end + 1 : end + 1 + size]))
    del held[: end + 1 + size]
    return told


def must_be_good(words: dict[str, Any]) -> None:
    """Raises Unreadable for a piece that says that it is the last one and why."""
    if "unreadable" in words:
        raise Unreadable(str(words["unreadable"])[:300])
    if "memory" in words:
        raise Unreadable(LARGE)
    if "broken" in words:
        log.info("readers.broken", why=str(words["broken"])[:300])
        raise Unreadable(BROKEN)


def late(seconds: float) -> str:
    """The sentence for what took too long."""
    return f"It took longer than {seconds:g} seconds to read."


class Readers:
    """At most so many warm processes, made when they are needed; what they do is as urgent as `nice` has it."""

    def __init__(self, most: int, nice: int = 0) -> None:
        self.nice = nice
        self.free = threading.BoundedSemaphore(most)
        self.lock = threading.Lock()
        self.idle: list[Reader] = []
        self.asked: set[Reader] = set()

    def ask(
        self,
        deed: str,
        file: BinaryIO,
        *args: Any,
        seconds: float,
        memory: int = MEMORY,
        patience: float = 10.0,
        tick: Callable[[], None] = idly,
    ) -> Iterator[Told]:
        """What a deed tells of a file, piece by piece, within so many seconds and bytes; `tick` is called each second
        meanwhile. Raises Unreadable, what `tick` raises, and Busy when no process is free for `patience` seconds."""
        if not self.free.acquire(timeout=patience):
            raise Busy(f"No reader was free for {patience:g} seconds.")
        try:
            reader = self.warm()
            try:
                yield from reader.ask(deed, file, args, seconds, memory, self.nice, tick)
            finally:
                with self.lock:
                    self.asked.discard(reader)
                    if reader.is_free:
                        self.idle.append(reader)
                if not reader.is_free:
                    reader.end()
        finally:
            self.free.release()

    def warm(self) -> Reader:
        """A process that waits, or a new one."""
        with self.lock:
            waiting = [reader for reader in self.idle if reader.process.poll() is None]
            gone = [reader for reader in self.idle if reader not in waiting]
            reader = waiting.pop() if waiting else Reader()
            self.idle = waiting
            self.asked.add(reader)
        for each in gone:
            each.end()
        return reader

    def rest(self, idle: float = IDLE) -> None:
        """End the processes that nobody has asked for so many seconds."""
        with self.lock:
            over = [reader for reader in self.idle if clock.ticks() - reader.used_at >= idle]
            self.idle = [reader for reader in self.idle if reader not in over]
        for reader in over:
            reader.end()

    def close(self) -> None:
        """End them all, those that read too."""
        self.rest(-1)
        with self.lock:
            for reader in self.asked:
                reader.process.kill()


# Somebody waits for a picture; documents take their time, one after the other.
pictures = Readers(2)
documents = Readers(1, nice=10)


def rest() -> None:
    """End the processes that nobody has used for two minutes."""
    for readers in (pictures, documents):
        readers.rest()


def close() -> None:
    """End them all, with the server."""
    for readers in (pictures, documents):
        readers.close()
