"""What a hostile file would try: for tests of the locks, each of which is shown what it must refuse."""

import ctypes
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO


def attempt(file: BinaryIO, what: str, argument: str = "") -> Iterator[dict[str, Any]]:
    """Do this, and say what came of it."""
    try:
        yield {"did": repr(ATTEMPTS[what](argument))}
    except (OSError, MemoryError, RuntimeError) as error:
        yield {"refused": f"{type(error).__name__}: {error}"}


def spin(argument: str) -> None:
    """Never end."""
    while True:
        pass


def sleep(argument: str) -> None:
    """Wait, which costs no time of a core."""
    import time

    time.sleep(3600)


def hold(argument: str) -> int:
    """Take so many bytes."""
    return len(bytearray(int(argument)))


def fault(argument: str) -> None:
    """Read where nothing is."""
    ctypes.string_at(0)


def flood(argument: str) -> None:
    """Answer without an end."""
    while True:
        os.write(max(int(each) for each in os.listdir("/proc/self/fd")), b"{}\n" * 4096)


ATTEMPTS: dict[str, Callable[[str], Any]] = {
    "read": lambda path: open(path, "rb").read(10),
    "list": os.listdir,
    "write": lambda path: open(path, "wb").close(),
    "run": lambda path: subprocess.run([path], check=False).returncode,
    "fork": lambda _: os.fork(),
    "connect": lambda port: socket.create_connection(("127.0.0.1", int(port)), 2),
    "environment": lambda _: dict(os.environ),
    "arguments": lambda _: sys.argv,
    "signal": lambda pid: os.kill(int(pid), 0),
    "raise": lambda _: __import__("resource").setrlimit(7, (1 << 20, 1 << 20)),
    "spin": spin,
    "sleep": sleep,
    "hold": hold,
    "fault": fault,
}
