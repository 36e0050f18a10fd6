"""What a hostile file would try: a reader with one more deed, so that its locks are shown what they must refuse."""

import ctypes
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO


def attempt(file: BinaryIO, what: str, argument: str = "") -> Iterator[dict[str, Any]]:
    """Do this, and say what came of it."""
    try:
        yield {"did": repr(ATTEMPTS[what](argument))}
    except (OSError, MemoryError, ValueError) as error:
        yield {"refused": f"{type(error).__name__}: {error}"}


def spin(argument: str) -> None:
    """Never end."""
    while True:
        pass


def flood(argument: str) -> None:
    """Answer without an end."""
    out = max(int(each) for each in range(3, 20) if is_open(each))
    while True:
        os.write(out, b"{}\n" * 4096)


def is_open(file: int) -> bool:
    """Whether it is."""
    try:
        os.fstat(file)
    except OSError:
        return False
    return True


def mapped(argument: str) -> int:
    """Memory without Python."""
    return ctypes.CDLL(None, use_errno=True).malloc(ctypes.c_size_t(int(argument))) or 0


ATTEMPTS: dict[str, Callable[[str], Any]] = {
    "read": lambda path: Path(path).read_bytes()[:10],
    "list": os.listdir,
    "write": lambda path: Path(path).write_bytes(b"x"),
    "delete": os.unlink,
    "run": lambda path: subprocess.run([path], check=False).returncode,
    "fork": lambda _: os.fork(),
    "thread": lambda _: __import__("_thread").start_new_thread(print, ()),
    "connect": lambda port: socket.create_connection(("127.0.0.1", int(port)), 2),
    "environment": lambda _: dict(os.environ),
    "files": lambda _: [file for file in range(64) if is_open(file)],
    "signal": lambda pid: os.kill(int(pid), 0),
    "raise": lambda _: resource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40)),
    "spin": spin,
    "sleep": lambda _: time.sleep(3600),
    "hold": lambda size: len(bytearray(int(size))),
    "malloc": mapped,
    "fault": lambda _: ctypes.string_at(0),
    "flood": flood,
}

if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    from app.readers import waiting

    waiting.DEEDS["attempt"] = "tests.attempts"
    waiting.main(sys.argv[1], int(sys.argv[2]))
