"""Functions that jobs run in processes of their own: well-behaved ones and others."""

import os
import time

from app import later


def add(a: int, b: int) -> int:
    return a + b


def environment() -> list[str]:
    return sorted(os.environ)


def slow(seconds: float) -> None:
    time.sleep(seconds)


def spin() -> None:
    while True:
        pass


def greedy() -> int:
    return len(bytearray(4 << 30))


def vanish() -> None:
    os._exit(7)


def refuse() -> None:
    raise ValueError("not a picture")


def chatter() -> str:
    print("to nobody")
    return "said"


def flood() -> str:
    return "x" * (8 << 20)


def half(seconds: float) -> str:
    later.progress(50, "half of it")
    time.sleep(seconds)
    return "whole"


def family(path: str) -> None:
    """Leave the number of a child of its own, then wait."""
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    with open(path, "w") as file:
        file.write(str(child))
    time.sleep(60)
