"""What systemd is told of this server (sd_notify(3)): ready, starting again, ending, alive. Elsewhere nobody asks."""

import os
import socket
import time

from app.logs import log

STOPPING = "STOPPING=1"
ALIVE = "WATCHDOG=1"


def tell(*lines: str) -> None:
    """Send these lines to who started this process, if it asked to be told."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    where = f"\0{address[1:]}" if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto("\n".join(lines).encode(), where)
    except OSError as error:  # it watches us by its own means too
        log.warning("doors.untold", why=error.strerror)


def status(words: str) -> str:
    """The line with what `systemctl status` shows."""
    return f"STATUS={words}"


def reloading() -> list[str]:
    """The lines that begin a restart in place; systemd wants the moment too, in microseconds of its clock. Signs of
    life are not expected until the next server is ready: it may have a database to upgrade."""
    patience = ["WATCHDOG_USEC=0"] if rhythm() else []
    return ["RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}", status("Starting again"), *patience]


def ready(place: str) -> list[str]:
    """The lines that say that this server serves, and that signs of life may be expected again."""
    patience = [f"WATCHDOG_USEC={os.environ['WATCHDOG_USEC']}"] if rhythm() else []
    return ["READY=1", status(f"Open at {place}"), *patience]


def rhythm() -> int:
    """Seconds between two signs of life that are expected from this process; 0 when none are."""
    length, asked = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not length.isdecimal() or asked not in ("", str(os.getpid())):
        return 0
    return max(1, int(length) // 3_000_000)
