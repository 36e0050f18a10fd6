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
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from app import children, config, doors
from app.doors import handing, telling
from app.doors.tying import Terminal

ROOT = Path(__file__).resolve().parent.parent
# A stop ends after this long whatever still runs: everything here may be killed without loss.
LAST = 4.2
WATCHED = {
    "app": ".py",
    "components": ".py",
    "routes": ".py",
    "workers": ".py",
    "static": ".css .js .svg",
    "docs": ".md",
}


def run(app: Any, door: doors.Door) -> None:
    """Serve until SIGTERM or SIGINT, or SIGHUP, after which it starts again: uvicorn, with an end of ours."""
    import uvicorn

    from app.backups import starting
    from routes import draining

    # A free port was asked for by 0: from here on everybody is told the real one.
    config.use(replace(config.current, port=doors.port_of(door, config.current.port)))

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                await draining.take_over(self.line)
                print(*await asyncio.to_thread(welcome), sep="\n", flush=True)
                telling.tell(*telling.ready(address()))

        def line(self) -> draining.Line:
            return draining.Line(self.config, self.server_state, self.lifespan.state)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            handing.end()
            last = threading.Timer(LAST, starting.leave_at_once)
            last.daemon = True
            last.start()
            telling.tell(*(telling.reloading() if handing.wanted else [telling.STOPPING]))
            for each in (*self.servers, *(sockets or ())):
                each.close()  # who knocks from now on waits at the door, where somebody holds it
            await end(draining.drain(self.server_state.connections, self.server_state.tasks, lambda: self.force_exit))
            if not self.force_exit:
                await self.lifespan.shutdown()

        def told_to_end(self, number: int, frame: Any) -> None:
            if self.should_exit:
                handing.wanted = False  # told to end while it is about to start again
            self.handle_exit(number, frame)

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            # uvicorn would raise the signal again behind the stop, before the database is closed.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, self.told_to_end)
            hear_hangups()
            yield

    quiet = {"log_config": None, "access_log": False, "proxy_headers": False, "server_header": False}
    if rhythm := telling.rhythm():
        quiet |= {"callback_notify": alive, "timeout_notify": rhythm}
    settings = uvicorn.Config(draining.Cutting(app), lifespan="on", ws="none", http=draining.Line, **quiet)
    Server(settings).run(sockets=door.sockets())


early: "list[Early]" = []


class Early:
    """Something that the end of the server begins beside the last requests, and that is made once."""

    def __init__(self, function: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.function = function
        self.task: asyncio.Task[None] | None = None
        early.append(self)

    async def __call__(self) -> None:
        """Make it, or wait for the end of it."""
        if self.task is None:
            early.remove(self)
            self.task = asyncio.ensure_future(self.function())
        await asyncio.shield(self.task)


async def end(requests: Coroutine[Any, Any, None]) -> None:
    """The answers that stream, the requests, and what else takes its time: all at once, because each only waits."""
    from app import chats

    await asyncio.gather(chats.stop_all(), requests, *(each() for each in list(early)))


async def alive() -> None:
    """The sign of life of the event loop."""
    telling.tell(telling.ALIVE)


def hear_hangups() -> None:
    """From now on SIGHUP starts this server again, unless it says that the terminal is gone; nohup keeps it away."""
    terminal = Terminal()

    def hung_up(number: int, frame: Any) -> None:
        if terminal.is_gone():
            return os.kill(os.getpid(), signal.SIGTERM)
        if why := handing.why_not():
            line = orjson.dumps({"event": "doors.not_restarted", "level": "error", "why": why})
            os.write(2, line + b"\n")  # the log may be in the midst of a line
            return None
        handing.restart()

    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, hung_up)
        while signal.sigtimedwait([signal.SIGHUP], 0) is not None:
            pass  # it came while this server began, and asked for that
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGHUP])


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
    command = [*children.program(), *(word for word in sys.argv[1:] if word != "--reload")]
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
