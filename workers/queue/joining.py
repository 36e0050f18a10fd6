"""`main.py work`: a process that runs jobs for the server that owns the data directory.

It takes no lock: it joins through data/control.sock. When that connection ends its leases are gone, so it ends at once
whatever it runs, by starting itself anew, and waits for the next server.
"""

import asyncio
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from app import blobs, children, clock, config, control, db, later, migrations, providers, secrets, settings
from app.backups import starting, target
from app.logs import log
from workers.queue import Queue

# Seconds between two looks for a server.
PAUSE = 0.5


def work(data: Path, threads: int) -> int:
    """Run jobs until SIGTERM or SIGINT. Raises Misconfigured when the server is of another version."""
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda number, frame: sys.exit(0))  # nothing is held yet
    connection = find(data)
    secrets.open(data, config.current.secret, tuple(config.current.secret_old.split()))
    db.open(data / "inglenook.db")
    settings.forget()
    starting.replicated_beside()
    blobs.copy_to(target.chosen)
    try:
        asyncio.run(joined(connection, threads))
    finally:
        db.close()
    return 0


def find(data: Path) -> socket.socket:
    """Wait for a server and join it. Raises Misconfigured."""
    told = False
    while (connection := control.join(data, hello())) is None:
        if not told:
            log.info("jobs.waiting", data=str(data))
            told = True
        time.sleep(PAUSE)
    return connection


def hello() -> dict[str, object]:
    """Who joins."""
    return {"boot": clock.BOOT, "version": config.VERSION, "schema": migrations.SCHEMA}


async def joined(connection: socket.socket, threads: int) -> None:
    """Run jobs until a signal; a thread listens to the server."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    queue = Queue(loop, threads, away=True)
    await asyncio.to_thread(queue.start)
    later.listeners.append(ringing(connection))
    listener = threading.Thread(target=listen, args=(connection, queue, stop), name="server", daemon=True)
    listener.start()
    await stop.wait()
    await asyncio.to_thread(queue.stop)
    await providers.close()
    connection.shutdown(socket.SHUT_RDWR)  # which the listening thread hears, unlike a close
    listener.join()


def ringing(connection: socket.socket) -> Callable[[], None]:
    """Tells the server of jobs that are enqueued here: some of them may be its own."""
    lock = threading.Lock()

    def ring() -> None:
        with lock:
            connection.sendall(b"wake\n")

    return ring


def listen(connection: socket.socket, queue: Queue, stop: asyncio.Event) -> None:
    """Hear what the server says, in a thread of its own: nothing else may keep the end of the lease from being seen."""
    with connection.makefile("rb") as lines:
        heard(lines, queue)
    if not stop.is_set():
        start_anew()


def heard(lines: IO[bytes], queue: Queue) -> None:
    """Follow the server's lines until it asks for the end or is gone."""
    try:
        for line in lines:
            word, _, rest = line.decode().strip().partition(" ")
            if word == "wake":
                queue.storage.bell.ring()
            elif word == "cancel":
                queue.cancel(rest)
            elif word == "stop":
                return queue.stop()
    except (ConnectionError, ValueError) as error:
        log.info("jobs.connection_lost", error=str(error))


def start_anew() -> None:
    """Become a new process with a new boot: what ran here is no longer ours, and may run elsewhere by now."""
    there = children.file() is not None
    words = [*children.program(), *sys.argv[1:]] if there else [sys.executable, *sys.orig_argv[1:]]
    os.execv(words[0], words)
