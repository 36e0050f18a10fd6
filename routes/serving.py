"""The door itself: where the server listens, how it says so, and how it ends."""

import asyncio
import contextlib
import getpass
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from app import config, doors

ROOT = Path(__file__).resolve().parent.parent
# A stop waits this long for requests (answers that stream are ended before, each with its last event) ...
GRACE = 2
# ... and ends after this long whatever still runs: everything here may be killed without loss.
LAST = 4.5
WATCHED = {
    "app": ".py",
    "components": ".py",
    "routes": ".py",
    "workers": ".py",
    "static": ".css .js .svg",
    "docs": ".md",
}


def run(app: Any, door: doors.Door) -> None:
    """Serve until SIGTERM or SIGINT: uvicorn, which ends the answers before it waits for their viewers."""
    import uvicorn

    from app import chats
    from app.backups import starting

    # A free port was asked for by 0: from here on everybody is told the real one.
    config.use(replace(config.current, port=doors.port_of(door, config.current.port)))

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                print(*await asyncio.to_thread(welcome), sep="\n", flush=True)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            last = threading.Timer(LAST, starting.leave_at_once)
            last.daemon = True
            last.start()
            await chats.stop_all()
            await super().shutdown(sockets)

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            # uvicorn would raise the signal again behind the stop, before the database is closed.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, self.handle_exit)
            yield

    quiet = {"log_config": None, "access_log": False, "proxy_headers": False, "server_header": False}
    settings = uvicorn.Config(app, lifespan="on", ws="none", timeout_graceful_shutdown=GRACE, **quiet)
    Server(settings).run(sockets=door.sockets())


def address() -> str:
    """Where this workspace is: its public address, or else the one on which it listens."""
    return config.current.url.rstrip("/") or f"http://{near()}:{config.current.port}"


def near() -> str:
    """The name under which this machine reaches its own server."""
    host = config.current.host
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)


def welcome() -> list[str]:
    """The line with the address to open, and the one that leads there over SSH."""
    from app import accounts

    token, port = accounts.setup_token(), config.current.port
    if token:
        lines = [f"Open {address()}/links/{token} to make the first account; the link is good for 30 minutes."]
    else:
        lines = [f"Inglenook is open at {address()}"]
    ssh = os.environ.get("SSH_CONNECTION", "").split()
    if len(ssh) == 4 and not config.current.url:
        door = "" if ssh[3] == "22" else f" -p {ssh[3]}"
        lines.append(f"From your own machine first: ssh -L {port}:{near()}:{port}{door} {getpass.getuser()}@{ssh[2]}")
    return lines


def reload() -> int:
    """Serve in a child process, and start it again when a file changes: for those who develop."""
    command = [sys.executable, *(word for word in sys.argv if word != "--reload")]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        seen = stamps()
        with subprocess.Popen(command) as child:
            try:
                while stamps() == seen:
                    time.sleep(0.5)
            finally:
                child.terminate()


def stamps() -> dict[str, float]:
    """When each file of ours was last changed."""
    found = [path for room in WATCHED for path in (ROOT / room).rglob("*") if path.suffix in WATCHED[room].split()]
    return {str(path): path.stat().st_mtime for path in [*found, ROOT / "main.py"] if path.suffix}
