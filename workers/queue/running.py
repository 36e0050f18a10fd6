"""One job that runs: its progress, its end when somebody asks for it, and when it is tried again."""

import asyncio
import concurrent.futures
import inspect
import random
import threading
from collections.abc import Callable
from typing import Any

import orjson

from app import accounts, clock, db, later, settings
from app.errors import Forbidden, Gone, Invalid, NotFound, TooLarge
from app.logs import log
from workers import JOBS, Kind
from workers.queue.apart import Apart

# Seconds between two reports of progress that are written.
PACE = 0.5
LONGEST_DELAY = 3600.0
LONGEST_ERROR = 2000
LARGEST_RESULT = 16_384
# What is refused now is refused again.
FINAL = (Forbidden, Gone, Invalid, NotFound, TooLarge)


class Unknown(Exception):
    """No job has this name: nothing can run it."""


class Ended(Exception):
    """The job tried to end its whole process."""


class Run:
    """A job that runs in this process; `write` keeps (id, percent, said) on its row."""

    def __init__(self, id: str, name: str, attempt: int, write: Callable[[str, int, str], None]) -> None:
        self.id, self.attempt, self.write = id, attempt, write
        self.kind = JOBS.get(name) or Kind(name, unknown, attempts=attempt)
        self.percent, self.said = 0, ""
        self.result: str | None = None
        self.started = clock.ticks()
        self.written = self.started - PACE
        self.is_cancelled = self.is_stopped = False
        self.future: concurrent.futures.Future[Any] | None = None
        self.apart: Apart | None = None
        self.timer: threading.Timer | None = None

    def make(self, payload: str, caller: str, loop: asyncio.AbstractEventLoop) -> None:
        """Call the function as the one who asked. Raises what it raises, and Cancelled when it was told to end."""
        token = later.running.set(self)
        try:
            me, args = accounts.job_caller(orjson.loads(caller)), orjson.loads(payload)
            if self.kind.limits is None:
                result = self.awaited(self.kind.function(me, *args), loop)
            else:
                self.apart = Apart(self.kind, self.tell)
                self.go_on()
                result = self.apart.call(args)
                if self.kind.then is not None:
                    result = self.awaited(self.kind.then(me, result, *args), loop)
            self.result = self.kept(result)
        except SystemExit as error:
            raise Ended(f"It called sys.exit({error.code!r}).") from error
        finally:
            later.running.reset(token)
            if (timer := self.timer) is not None:
                timer.cancel()
                timer.join()  # one that writes already is not left behind: the database may be closed next

    def awaited(self, result: Any, loop: asyncio.AbstractEventLoop) -> Any:
        """The value, from the loop of the process where the function is async."""
        if not inspect.iscoroutine(result):
            return result
        self.future = asyncio.run_coroutine_threadsafe(result, loop)
        if self.is_cancelled or self.is_stopped:
            self.future.cancel()
        return self.future.result()

    def kept(self, result: Any) -> str | None:
        """The result as it is kept: JSON that is not large, else nothing."""
        if result is None:
            return None
        try:
            text = orjson.dumps(result).decode()
        except TypeError as error:
            log.warning("jobs.result_dropped", job=self.id, name=self.kind.name, why=str(error))
            return None
        if len(text) > LARGEST_RESULT:
            log.warning("jobs.result_dropped", job=self.id, name=self.kind.name, why=f"{len(text)} characters")
            return None
        return text

    def go_on(self) -> None:
        """Raises Cancelled (Stopped with the process) when it has to end."""
        if self.is_cancelled or self.is_stopped:
            raise later.Cancelled() if self.is_cancelled else later.Stopped()

    def tell(self, percent: int, said: str) -> None:
        """Keep how far it is; written at most each PACE seconds, and the last one too. Raises Cancelled."""
        self.go_on()
        self.percent, self.said = percent, said
        wait = PACE - (clock.ticks() - self.written)
        if wait <= 0 and asyncio._get_running_loop() is None and db.here().owner != threading.get_ident():
            self.report()
        elif self.timer is None:  # the loop never waits for the write lock, nor a transaction for itself
            self.timer = threading.Timer(max(wait, 0), self.report_late)
            self.timer.daemon = True
            self.timer.start()

    def report_late(self) -> None:
        """Write how far it is by now; what is told meanwhile is written by the next one, or at the end."""
        try:
            self.report()
        finally:
            self.timer = None

    def report(self) -> None:
        """Write how far it is now."""
        self.written = clock.ticks()
        try:
            self.write(self.id, self.percent, self.said)
        except db.Unwritable as error:  # the next report, or the end, says it again
            log.warning("jobs.unwritable", job=self.id, error=str(error))

    def cancel(self) -> None:
        """End it because somebody said so."""
        self.is_cancelled = True
        self.cut()

    def stop(self) -> None:
        """End it because this process ends: it runs again later."""
        self.is_stopped = True
        self.cut()

    def cut(self) -> None:
        """End what can be ended from outside."""
        if self.future is not None:
            self.future.cancel()
        if self.apart is not None:
            self.apart.kill()


def unknown(me: Any, *args: Any) -> None:
    """Stands for a function that nobody registered. Raises Unknown."""
    run = later.running.get()
    name = run.kind.name if isinstance(run, Run) else ""
    raise Unknown(f"No job is called {name}.")


def delay(kind: Kind, attempt: int) -> int:
    """Microseconds until the next attempt: exponential, with full jitter.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    longest = min(LONGEST_DELAY, kind.backoff * 2.0 ** (attempt - 1))
    return round(random.uniform(0, longest) * clock.SECOND)


def told(error: BaseException) -> str:
    """An error as its job's row keeps it."""
    return f"{type(error).__name__}: {error}"[:LONGEST_ERROR]


def fresh() -> None:
    """Forget what another process may have changed."""
    settings.forget()
