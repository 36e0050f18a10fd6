"""The server's side of `main.py work`: a process that joined is woken at each commit, and its leases return with it.

A long-lived connection on data/control.sock. After the answer to its request the server writes a line for each thing
that happens: `wake`, `cancel ID` and, before it ends, `stop`. The other side writes `wake` for what it enqueued.
"""

import asyncio
import functools
from typing import Any

import orjson

from app import config, later, migrations
from app.logs import log
from workers.queue import GRACE, Queue

# What a process that does not read is allowed to have before it; a wake is worth nothing twice.
MOST_UNREAD = 4096


class Host:
    """Those who joined, by their boot."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.guests: dict[str, asyncio.StreamWriter] = {}
        self.is_ringing = False

    async def join(self, options: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a process in until its connection closes; leave the jobs to it meanwhile."""
        if refusal := refused(options):
            writer.write(orjson.dumps({"lines": [refusal], "code": 1}) + b"\n")
            return
        while not self.queue.started.is_set():
            await asyncio.sleep(0.05)
        if self.queue.stopped.is_set():
            return
        boot = str(options["boot"])
        self.guests[boot] = writer
        log.info("jobs.joined", boot=boot)
        if len(self.guests) == 1:
            later.listeners.append(self.wake)
            later.cancels.append(self.cancel)
        await asyncio.to_thread(self.queue.welcome, boot)
        writer.write(orjson.dumps({"lines": [], "code": 0}) + b"\n")
        try:
            while await reader.readline():
                self.queue.storage.bell.ring()
        except ConnectionError as error:
            log.info("jobs.connection_lost", boot=boot, error=str(error))
        finally:
            del self.guests[boot]
            if not self.guests:
                later.listeners.remove(self.wake)
                later.cancels.remove(self.cancel)
            if not self.queue.stopped.is_set():
                await asyncio.to_thread(self.queue.part, boot)
            log.info("jobs.left", boot=boot)

    def wake(self) -> None:
        """A job was committed, in whichever thread. Many in a moment are one line."""
        if not self.is_ringing:
            self.is_ringing = True
            self.queue.loop.call_soon_threadsafe(self.ring)

    def ring(self) -> None:
        """Write the line."""
        self.is_ringing = False
        for writer in self.guests.values():
            if writer.transport.get_write_buffer_size() < MOST_UNREAD:
                writer.write(b"wake\n")

    def cancel(self, id: str) -> None:
        """Somebody cancelled a job that may run there."""
        self.queue.loop.call_soon_threadsafe(functools.partial(self.tell, f"cancel {id}\n".encode()))

    def tell(self, line: bytes) -> None:
        """Write a line to everybody."""
        for writer in self.guests.values():
            writer.write(line)

    async def close(self) -> None:
        """Ask everybody to end what they do, wait a little, and close."""
        self.tell(b"stop\n")
        deadline = self.queue.loop.time() + GRACE + 0.5
        while self.guests and self.queue.loop.time() < deadline:
            await asyncio.sleep(0.02)
        for writer in self.guests.values():
            writer.close()


def refused(options: dict[str, Any]) -> str:
    """Why a process may not join: '' if it may."""
    if (options["version"], options["schema"]) == (config.VERSION, migrations.SCHEMA):
        return ""
    return (
        f"The server is Inglenook {config.VERSION} with schema {migrations.SCHEMA}, and this is {options['version']} "
        f"with schema {options['schema']}: start `main.py work` of the same version."
    )
