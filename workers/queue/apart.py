"""A job in a process of its own: for what has a time limit, parses files or runs tools."""

import os
import selectors
import signal
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import orjson

from app import children, clock, later
from workers import Kind, Limits

HOUSE = Path(__file__).resolve().parent.parent.parent
MODULE = "workers.queue.child"
LARGEST_ANSWER = 4 << 20
LONGEST_WORDS = 500


class Exceeded(Exception):
    """It took more time or gave more bytes than it may."""


class Failed(Exception):
    """It failed there, or its process ended without an answer."""


class Apart:
    """One call of a function in a child that is killed at its limits, with this process, or when it is told."""

    def __init__(self, kind: Kind, tell: Callable[[int, str], None]) -> None:
        self.kind, self.tell = kind, tell
        self.limits = kind.limits or Limits(60)
        self.process: subprocess.Popen[bytes] | None = None
        self.is_killed = False

    def call(self, args: list[Any]) -> Any:
        """What the function gives for its arguments. Raises Exceeded, Failed, Cancelled."""
        function = self.kind.function
        request = {
            "function": [function.__module__, function.__qualname__],
            "args": args,
            "limits": [self.limits.seconds, self.limits.memory],
            "parent": os.getpid(),
            "house": str(HOUSE),
        }
        with tempfile.TemporaryDirectory(prefix="inglenook-job-") as folder:
            asked, words = Path(folder, "request"), Path(folder, "stderr")
            asked.write_bytes(orjson.dumps(request))
            with asked.open("rb") as stdin, words.open("wb") as stderr:
                environment = children.surroundings() | {"HOME": folder, "TMPDIR": folder}
                self.process = subprocess.Popen(
                    children.script(MODULE),
                    cwd=folder,
                    env=environment,
                    stdin=stdin,
                    stdout=subprocess.PIPE,
                    stderr=stderr,
                    start_new_session=True,  # so that all it starts is killed with it
                )
            assert self.process.stdout is not None
            if self.is_killed:  # while it was started
                self.kill()
            try:
                return self.answer(words)
            finally:
                self.kill()
                self.process.wait()
                self.process.stdout.close()

    def answer(self, words: Path) -> Any:
        """Listen until it gives its result. Raises Exceeded, Failed, Cancelled."""
        assert self.process is not None and self.process.stdout is not None
        for line in self.lines(self.process.stdout):
            said = orjson.loads(line)
            if "progress" in said:
                self.tell(*said["progress"])
            elif "error" in said:
                raise Failed(said["error"])
            else:
                return said["result"]
        if self.is_killed:
            raise later.Cancelled()
        code = self.process.wait()
        if code == -signal.SIGXCPU:
            raise Exceeded(f"It used a core for more than {self.limits.seconds:g} seconds.")
        last = words.read_text(errors="replace")[-LONGEST_WORDS:].strip()
        raise Failed(f"Its process ended with {code}. {last}".strip())

    def lines(self, stdout: IO[bytes]) -> Any:
        """The lines that it writes, until its end or its limit. Raises Exceeded."""
        ends, held, total = clock.ticks() + self.limits.seconds, b"", 0
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            while selector.select(max(0.0, ends - clock.ticks())):
                piece = os.read(stdout.fileno(), 65536)
                if not piece:
                    return
                total += len(piece)
                if total > LARGEST_ANSWER:
                    raise Exceeded(f"It gave more than {LARGEST_ANSWER >> 20} MiB.")
                *whole, held = (held + piece).split(b"\n")
                yield from whole
        raise Exceeded(f"It took longer than {self.limits.seconds:g} seconds.")

    def kill(self) -> None:
        """End the process and all that it started."""
        self.is_killed = True
        if self.process is not None and self.process.returncode is None:
            os.killpg(self.process.pid, signal.SIGKILL)
