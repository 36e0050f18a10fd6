"""Group commit: statements of many tasks become one transaction, so that the disk is asked once."""

import asyncio
import queue
import threading
from typing import Any

Statements = list[tuple[str, tuple[Any, ...]]]
LARGEST = 500


class Entry:
    """Statements that one task waits for."""

    def __init__(self, statements: Statements) -> None:
        self.statements = statements
        self.loop = asyncio.get_running_loop()
        self.committed: asyncio.Future[None] = self.loop.create_future()

    def tell(self, error: Exception | None) -> None:
        """Wake the task, from the writer's thread."""
        self.loop.call_soon_threadsafe(self.settle, error)

    def settle(self, error: Exception | None) -> None:
        """Give the task its outcome, unless it has stopped waiting."""
        if self.committed.done():
            return
        if error is None:
            self.committed.set_result(None)
        else:
            self.committed.set_exception(error)


class GroupCommit:
    """One thread that commits what is waiting, all of it at once."""

    def __init__(self, driver: Any, lock: threading.Lock) -> None:
        self.driver, self.lock = driver, lock
        self.waiting: queue.SimpleQueue[Entry | None] = queue.SimpleQueue()
        self.thread: threading.Thread | None = None

    async def add(self, statements: Statements) -> None:
        """Commit the statements with the next group. A caller that is cancelled still has them committed."""
        if self.thread is None:
            self.thread = threading.Thread(target=self.work, name="group-commit", daemon=True)
            self.thread.start()
        entry = Entry(statements)
        self.waiting.put(entry)
        await entry.committed

    def work(self) -> None:
        """Take what waits, commit it, tell those who wait; until closed."""
        while (first := self.waiting.get()) is not None:
            entries: list[Entry] = [first]
            closing = False
            while len(entries) < LARGEST and not self.waiting.empty():
                another = self.waiting.get()
                if another is None:
                    closing = True
                    break
                entries.append(another)
            self.commit(entries)
            if closing:
                return

    def commit(self, entries: list[Entry]) -> None:
        """All entries in one transaction; when one of them is refused, each for itself."""
        error = self.attempt(entries)
        if error is not None and len(entries) > 1:
            for entry in entries:
                entry.tell(self.attempt([entry]))
            return
        for entry in entries:
            entry.tell(error)

    def attempt(self, entries: list[Entry]) -> Exception | None:
        """One transaction on the writer's connection: None, or the error after which nothing of it is kept."""
        driver = self.driver
        with self.lock:
            try:
                driver.execute("pragma synchronous=NORMAL")
                driver.execute("BEGIN IMMEDIATE")
                for entry in entries:
                    for sql, values in entry.statements:
                        driver.execute(sql, values)
                driver.execute("COMMIT")
            except Exception as error:
                # Also what the driver itself refuses, like a number of more than 64 bits: who gave it is told, and this
                # thread goes on for everybody else.
                if driver.in_transaction:
                    driver.execute("ROLLBACK")
                failure: Exception = error
                return failure
        return None

    def close(self) -> None:
        """Commit what waits and end the thread."""
        if self.thread is not None:
            self.waiting.put(None)
            self.thread.join()
            self.thread = None
