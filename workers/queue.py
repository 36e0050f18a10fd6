"""The consumer inside the process: Huey's workers in threads, over the `job` table."""

import asyncio
import concurrent.futures
import importlib
import inspect
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson

import workers
from app import accounts, clock, config, later
from app.logs import log

if TYPE_CHECKING:
    from workers.storage import JobStorage

MODULES = ("workers.accounts", "workers.chats", "workers.jobs")
# A stop waits this long for jobs; what is cut then is run again at the next start.
GRACE = 2.0


def load() -> Any:
    """Huey, imported without redis, which it would import only to have it at hand."""
    absent = "redis" not in sys.modules
    if absent:
        sys.modules["redis"] = None  # type: ignore[assignment]  # Python's own way to say: not installed
    try:
        return importlib.import_module("huey")
    finally:
        if absent:
            del sys.modules["redis"]


class Queue:
    """What runs in this process: workers that take jobs, and a clock that makes the rounds."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.running: dict[str, concurrent.futures.Future[Any]] = {}
        self.stopped = threading.Event()
        self.storage: JobStorage
        self.consumer: Any = None
        self.clock = threading.Thread(target=self.make_rounds, name="rounds", daemon=True)

    def start(self) -> None:
        """Queue again what a crash left, then take jobs. Blocks for the imports: call it in a thread."""
        huey = load()
        from huey import signals

        from workers.storage import JobStorage, recover

        for name in MODULES:
            importlib.import_module(name)
        recovered = recover()
        instance = huey.Huey("inglenook", results=False, storage_class=JobStorage)
        task = instance.task(name="job")(self.run).task_class
        instance.deserialize_task = lambda row: task(args=tuple(row), id=row[0])
        instance.signal(signals.SIGNAL_COMPLETE)(lambda signal, task: self.storage.finish(task.id, "done"))
        instance.signal(signals.SIGNAL_ERROR)(self.failed)
        self.storage = instance.storage
        later.listeners.append(self.storage.bell.ring)
        self.consumer = instance.create_consumer(
            workers=config.current.workers, periodic=False, shutdown_timeout=GRACE, scheduler_interval=60
        )
        self.consumer._set_signal_handlers = lambda: None  # signals are the server's
        self.consumer.start()
        self.clock.start()
        log.info("jobs.started", workers=config.current.workers, recovered=recovered)

    def run(self, id: str, name: str, payload: str, caller: str) -> None:
        """One job: the registered function with the Caller that asked for it. Raises what it raises."""
        function = workers.JOBS.get(name)
        if function is None:
            raise LookupError(f"No job is called {name}.")
        started = clock.ticks()
        result = function(accounts.job_caller(orjson.loads(caller)), *orjson.loads(payload))
        if inspect.iscoroutine(result):
            self.running[id] = asyncio.run_coroutine_threadsafe(result, self.loop)
            try:
                self.running[id].result()
            finally:
                del self.running[id]
        log.info("jobs.done", job=id, name=name, ms=round((clock.ticks() - started) * 1000, 1))

    def failed(self, signal: str, task: Any, error: BaseException) -> None:
        """Write down a failure; one that comes from our own stop is no failure of the job."""
        if isinstance(error, concurrent.futures.CancelledError) and self.stopped.is_set():
            self.storage.give_back(task.id)
            return
        log.error("jobs.failed", job=task.id, error=repr(error))
        self.storage.finish(task.id, "dead", f"{type(error).__name__}: {error}")

    def make_rounds(self) -> None:
        """Call each function of `workers.ROUNDS` at its times, and once more at the end."""
        due = {function: time.monotonic() + seconds for seconds, function in workers.ROUNDS}
        while due and not self.stopped.wait(max(0.0, min(due.values()) - time.monotonic())):
            for seconds, function in workers.ROUNDS:
                if due[function] <= time.monotonic():
                    self.attempt(function)
                    due[function] = time.monotonic() + seconds

    def attempt(self, function: Callable[[], Any]) -> None:
        """One call of a round; a failure is logged and the next one comes at its time."""
        try:
            function()
        except Exception as error:
            log.error("jobs.round_failed", round=f"{function.__module__}.{function.__name__}", exc_info=error)

    def stop(self) -> None:
        """Take no more jobs, wait GRACE seconds for the running ones, and let what is kept in memory be written."""
        if self.consumer is None:
            return
        self.stopped.set()
        later.listeners.remove(self.storage.bell.ring)
        self.consumer.stop_flag.set()
        self.storage.bell.ring()
        for future in list(self.running.values()):
            future.cancel()
        self.consumer.stop(graceful=True)
        self.clock.join(GRACE)
