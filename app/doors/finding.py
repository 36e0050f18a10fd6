"""Listening sockets: one that is opened here, or those that somebody else opened and keeps open over our end.

What is listened on is a copy: the socket itself stays open until this process ends, so that it can be handed on.
"""

import errno
import os
import re
import socket
import stat
from dataclasses import dataclass

from app.doors.tying import tie
from app.doors.waiting import HOLD, OWN, SYSTEMD
from app.errors import Misconfigured

# The first socket that systemd passes, see sd_listen_fds(3).
FIRST = 3
COUNT = re.compile("[0-9]{1,4}")
# The process id of the `serve --hold` whose child this is.
HOLDER = "_INGLENOOK_HOLDER"
BACKLOG = 2048


@dataclass(frozen=True)
class Door:
    """The sockets of this server by the numbers of their files, and who holds them when it is gone."""

    files: tuple[int, ...]
    kind: str = OWN
    holder: int = 0

    def sockets(self) -> list[socket.socket]:
        """A copy of each, to be listened on and closed."""
        return [socket.socket(fileno=os.dup(file)) for file in self.files]


def find(host: str, port: int, files: list[int] | None = None) -> Door:
    """The door of this server: the files that were handed on, those of systemd, or a new socket. Raises
    Misconfigured."""
    holder = int(os.environ.get(HOLDER, "0"))
    kind = HOLD if files and holder == os.getppid() else OWN
    if not files:
        files = passed()
        kind = SYSTEMD if files else OWN
    if not files:
        files = [listen(host, port).detach()]
    if kind == HOLD:
        tie(holder)  # again: a server that started itself in its own place from another thread is tied no more
    for file in files:
        check(file)
        os.set_inheritable(file, False)  # until it is handed on, no child of ours shall keep it open
    return Door(tuple(files), kind, holder if kind == HOLD else 0)


def passed() -> list[int]:
    """The files of the sockets that systemd passed to this very process."""
    count = os.environ.get("LISTEN_FDS", "")
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or not COUNT.fullmatch(count):
        return []
    return list(range(FIRST, FIRST + int(count)))


def check(file: int) -> None:
    """Raises Misconfigured for a file that nobody can knock at."""
    try:
        found = stat.S_ISSOCK(os.fstat(file).st_mode)
    except OSError:
        found = False
    if found:
        with socket.socket(fileno=os.dup(file)) as each:
            found = each.type == socket.SOCK_STREAM and bool(each.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    if not found:
        raise Misconfigured(
            f"File {file} was handed on as a listening socket and is none: use Accept=no, ListenStream=."
        )


def listen(host: str, port: int) -> socket.socket:
    """A new listening socket. Raises Misconfigured when the address is taken, foreign or not allowed."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    reasons = {
        "EADDRINUSE": f"Port {port} is taken: stop what listens there, or choose another with --port.",
        "EACCES": f"Port {port} is not for this user: choose one above 1023 with --port.",
    }
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        name = errno.errorcode.get(error.errno or 0, "")
        other = f"{host} is no address of this machine: choose another with --host."
        raise Misconfigured(reasons.get(name, other)) from None


def port_of(door: Door, fallback: int) -> int:
    """The port by which people reach it: that of its first socket with one."""
    for each in door.sockets():
        with each:
            if each.family in (socket.AF_INET, socket.AF_INET6):
                return int(each.getsockname()[1])
    return fallback
