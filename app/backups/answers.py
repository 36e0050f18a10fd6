"""What Litestream says to a question: one request to the socket that it opens in the data directory."""

import os
import socket
import time
from pathlib import Path
from typing import Any

import orjson

from app import clock
from app.backups.litestream import SOCKET, Failed, database
from app.logs import log

# A durable write waits this long for a remote replica's word.
CONFIRM = 3.0
SHUNNED = 30.0


class Silent(Failed):
    """No answer in time: slow, or hung, or a target that takes its time."""


def ask(data: Path, path: str, body: dict[str, Any], limit: float) -> dict[str, Any]:
    """One request to Litestream's socket in the data directory. Raises Failed, and Silent after `limit` seconds."""
    deadline = time.monotonic() + limit
    request = orjson.dumps(body | {"timeout": max(1, round(limit))}) if body else b""
    head = f"{'POST' if body else 'GET'} {path} HTTP/1.0\r\nHost: litestream\r\nContent-Length: {len(request)}\r\n\r\n"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        reach(connection, data, deadline)
        try:
            connection.settimeout(max(0.1, deadline - time.monotonic()))
            connection.sendall(head.encode() + request)
            with connection.makefile("rb") as answers:
                said = answers.read()
        except TimeoutError:
            raise Silent(f"The replica did not answer in {limit:.0f} seconds.") from None
        except OSError as error:
            raise Failed(f"Litestream ended before it answered ({error.strerror}).") from None
    answer = said.partition(b"\r\n\r\n")[2].strip()
    if not answer.startswith(b"{"):
        raise Failed("Litestream ended before it answered.")
    found: dict[str, Any] = orjson.loads(answer)
    if "error" in found:
        raise Failed(f"The replica does not take changes: {found['error'][:300]}.", str(found["error"]))
    return found


class Beside:
    """For a process beside the server: durable writes ask the server's Litestream for its word."""

    def __init__(self, data: Path) -> None:
        self.data, self.again = data, 0.0

    def confirm(self) -> bool:
        """Wait at most 3 seconds until the target has all; for a silent one not again within half a minute."""
        if clock.ticks() < self.again:
            return False
        try:
            answer = ask(self.data, "/sync", {"path": str(database()), "wait": True}, CONFIRM)
        except Failed as refusal:
            self.again = clock.ticks() + SHUNNED
            log.warning("backups.unconfirmed", why=refusal.message)
            return False
        return bool(answer["txid"] == answer["replicated_txid"])


def reach(connection: socket.socket, data: Path, deadline: float) -> None:
    """Connect; a process that is just starting is waited for. Raises Failed."""
    # By the number of the directory, because the kernel takes 107 bytes at most.
    directory = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
    try:
        while True:
            try:
                return connection.connect(f"/proc/self/fd/{directory}/{SOCKET}")
            except (FileNotFoundError, ConnectionRefusedError):
                if time.monotonic() > deadline:
                    raise Failed("Litestream is not running.") from None
                time.sleep(0.05)
    finally:
        os.close(directory)
