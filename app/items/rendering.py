"""Rendering: what texts look like, made once, in warm processes of their own that a hostile text may hang or kill."""

import os
import select
import subprocess
import threading
from pathlib import Path
from typing import Any

import orjson

from app import children as programs
from app import clock
from app.items import syntaxes
from app.logs import log

HOUSE = Path(__file__).resolve().parent.parent.parent
MODULE = "app.items.drawing"
# Whenever colours or Markdown come out otherwise than before, this goes up, and everything is rendered anew.
VERSION = 1
LARGEST = 512 * 1024
PATIENCE = 2.0  # seconds for one text ...
STARTING = 8.0  # ... beside those for a new process to begin ...
WAITING = 3.0  # ... and for a process to be free.
IDLE = 600.0
AT_ONCE = 2
PROSE = "=markdown"  # no syntax is called so


class Spent(Exception):
    """The text took too long, or its process ended."""


class Child:
    """A warm process; one request at a time."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            programs.script(MODULE, str(HOUSE)),
            cwd=HOUSE,
            env=programs.surroundings(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,
        )
        self.is_new = True
        self.used_at = clock.ticks()

    def ask(self, deed: str, args: tuple[Any, ...], seconds: float) -> dict[str, Any]:
        """The answer to one request. Raises Spent when it does not come within so many seconds."""
        if self.is_new:
            self.is_new = False
            self.ask("colour", ("", "python"), STARTING)  # its imports take a part of a second, and are not the text's
        limit = clock.ticks() + seconds
        request = memoryview(orjson.dumps([seconds, deed, args]) + b"\n")
        assert self.process.stdin is not None and self.process.stdout is not None
        into, out = self.process.stdin.fileno(), self.process.stdout.fileno()
        os.set_blocking(into, False)
        answer = bytearray()
        while not answer.endswith(b"\n"):
            left = limit - clock.ticks()
            readable, writable, _ = select.select([out], [into] if request else [], [], max(0.0, left))
            if not readable and not writable:
                raise Spent(f"{deed} took more than {seconds} s")
            try:
                if writable:
                    request = request[os.write(into, request[: 1 << 16]) :]
            except BrokenPipeError:
                raise Spent(f"the process of {deed} ended") from None
            if readable:
                some = os.read(out, 1 << 20)
                if not some:
                    raise Spent(f"the process of {deed} ended")
                answer += some
        self.used_at = clock.ticks()
        found: dict[str, Any] = orjson.loads(answer)
        return found

    def end(self) -> None:
        """Kill it and take its leave."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.process.wait()


class Children:
    """At most two warm processes, made when they are needed."""

    def __init__(self, most: int = AT_ONCE) -> None:
        self.free = threading.BoundedSemaphore(most)
        self.lock = threading.Lock()
        self.idle: list[Child] = []

    def ask(self, deed: str, *args: Any, seconds: float = PATIENCE) -> Any:
        """What the deed gives; None when all processes are busy. Raises Spent."""
        if not self.free.acquire(timeout=WAITING):
            return None
        try:
            with self.lock:
                child = self.idle.pop() if self.idle else None
            if child is not None and child.process.poll() is not None:
                child.end()
                child = None
            child = child or Child()
            try:
                answer = child.ask(deed, args, seconds)
            except BaseException:
                child.end()
                raise
            with self.lock:
                self.idle.append(child)
        finally:
            self.free.release()
        if "failed" in answer:
            raise Spent(answer["failed"])
        return answer["is"]

    def rest(self, idle: float = IDLE) -> None:
        """End the processes that nobody has asked for so many seconds."""
        with self.lock:
            over = [child for child in self.idle if clock.ticks() - child.used_at >= idle]
            self.idle = [child for child in self.idle if child not in over]
        for child in over:
            child.end()


children = Children()


def rest() -> None:
    """End the processes that nobody has used for ten minutes."""
    children.rest()


def close() -> None:
    """End them all, with the server."""
    children.rest(-1)


def colours(text: str, syntax: str) -> str | None:
    """Safe HTML of a text, line for line, within 2 s; '' for what stays plain, None when it may be tried later."""
    if syntax in syntaxes.OWN or len(text) > LARGEST or len(text.encode()) > LARGEST:
        return ""
    return asked("colour", text, syntax)


def prose(text: str) -> str | None:
    """Safe HTML of Markdown, within 2 s; '' for what is beyond that, None when it may be tried later."""
    return asked("prose", text) if len(text) <= LARGEST else ""


def asked(deed: str, *args: Any) -> str | None:
    """The HTML that a deed gives, or '' when it does not come to its end."""
    try:
        found = children.ask(deed, *args)
    except Spent as spent:
        log.info("items.plain", deed=deed, why=str(spent)[:200])
        return ""
    return None if found is None else str(found)


def opcodes(before: list[str], after: list[str]) -> list[tuple[str, int, int, int, int]]:
    """How the lines of one text become those of another; all of them replaced when that takes more than 2 s."""
    try:
        found = children.ask("compare", before, after)
    except Spent:
        found = None
    if found is None:
        return [("replace", 0, len(before), 0, len(after))]
    return [(str(tag), i1, i2, j1, j2) for tag, i1, i2, j1, j2 in found]
