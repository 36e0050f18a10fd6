"""The consumer inside the process: Huey's workers in threads, over the `job` table."""

import asyncio
import concurrent.futures
import importlib
import logging
import sys
import threading
from typing import TYPE_CHECKING, Any

import workers
from app import clock, config, later, usage
from app.logs import log
from workers.queue.rounds import Rounds
from workers.queue.running import FINAL, Run, Unknown, delay, fresh, told

if TYPE_CHECKING:
    from workers.queue.storage import JobStorage

# A stop waits this long for jobs; what is cut then is run again at the next start.
GRACE = 2.0
STOPS = (concurrent.futures.CancelledError, later.Cancelled)


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
    """What runs in this process: workers that take jobs, and, where the database is owned, a clock for the rounds."""

    def __init__(self, loop: asyncio.AbstractEventLoop, threads: int = 0, away: bool = False) -> None:
        self.loop, self.away = loop, away
        self.threads = threads or config.current.workers
        self.runs: dict[str, Run] = {}
        self.guests: set[str] = set()
        self.stopped = threading.Event()
        self.started = threading.Event()
        self.storage: JobStorage
        self.consumer: Any = None
        self.rounds = Rounds(self.stopped)

    def start(self) -> None:
        """Queue again what a crash left, then take jobs. Blocks for the imports: call it in a thread."""
        huey = load()
        from huey import signals

        from workers.queue.storage import AWAY, JobStorage, adopt

        workers.load()
        adopted = 0 if self.away else adopt(lambda boot: True)
        instance = huey.Huey("inglenook", results=False, storage_class=JobStorage)
        task = instance.task(name="job")(self.run).task_class
        instance.deserialize_task = lambda row: task(args=tuple(row), id=row[0])
        instance.signal(signals.SIGNAL_COMPLETE)(self.completed)
        instance.signal(signals.SIGNAL_ERROR)(self.failed)
        # We log a failure ourselves, with the job's name.
        logging.getLogger("huey").addFilter(lambda record: not str(record.msg).startswith("Unhandled exception in"))
        self.storage = instance.storage
        instance.on_shutdown("flush")(self.storage.flush)
        if self.away:
            self.storage.choose(AWAY)
        later.listeners.append(self.storage.bell.ring)
        later.cancels.append(self.cancel)
        self.consumer = instance.create_consumer(
            workers=self.threads, periodic=False, shutdown_timeout=GRACE, scheduler_interval=60
        )
        self.consumer._set_signal_handlers = lambda: None  # signals are the server's
        self.consumer.start()
        if not self.away:
            self.rounds.start(self.tend)
        self.started.set()
        log.info("jobs.started", workers=self.threads, recovered=adopted)

    def run(self, id: str, name: str, payload: str, caller: str, attempt: int) -> None:
        """One job: the registered function with the Caller that asked for it. Raises what it raises."""
        if self.away:
            fresh()
        run = self.runs[id] = Run(id, name, attempt, self.storage.report)
        if self.stopped.is_set():
            run.stop()
        run.make(payload, caller, self.loop)

    def completed(self, signal: str, task: Any) -> None:
        """Keep what a job gave."""
        run = self.runs.pop(task.id)
        log.info("jobs.done", job=run.id, name=run.kind.name, ms=round((clock.ticks() - run.started) * 1000, 1))
        self.end(run, "done", result=run.result, progress=100)

    def failed(self, signal: str, task: Any, error: BaseException) -> None:
        """Try again later what failed, as often as it may; what was told to end did not fail."""
        run = self.runs.pop(task.id)
        about = {"job": run.id, "name": run.kind.name, "attempt": run.attempt}
        if run.is_cancelled:
            log.info("jobs.cancelled", **about)
            self.end(run, "cancelled")
        elif run.is_stopped and isinstance(error, STOPS):
            self.end(run, "queued", refund=1)
        elif isinstance(error, (*FINAL, Unknown)) or run.attempt >= run.kind.attempts:
            log.error("jobs.dead", **about, error=told(error), exc_info=error)
            self.end(run, "dead", error=told(error))
        else:
            wait = delay(run.kind, run.attempt)
            log.warning("jobs.failed", **about, error=told(error), again_in=round(wait / clock.SECOND, 1))
            self.end(run, "queued", error=told(error), run_at=clock.now() + wait)

    def end(self, run: Run, state: str, **values: Any) -> None:
        """Hand over what became of a job."""
        from workers.queue.storage import Outcome

        values = {"progress": run.percent} | values
        self.storage.end(Outcome(run.id, state, run.kind.attempts, said=run.said, **values))

    def cancel(self, id: str) -> None:
        """End a job that runs here because somebody said so."""
        run = self.runs.get(id)
        if run is not None:
            run.cancel()

    def tend(self) -> None:
        """Now and then: workers that died are replaced, and leases of boots that are gone return."""
        from workers.queue.storage import adopt

        self.consumer.check_worker_health()
        adopt(lambda boot: boot not in self.guests)

    def wrong(self) -> str:
        """What is wrong with the workers of this process; '' where they take jobs, or have left them to others."""
        if not self.started.is_set():
            return "The workers have not started yet."
        if self.stopped.is_set():
            return "The workers have stopped."
        dead = not any(thread.is_alive() for _, thread in self.consumer.worker_threads)
        return "The workers have died." if dead and not self.guests else ""

    def welcome(self, boot: str) -> None:
        """Leave the jobs to another process, but for those that run only here."""
        from workers.queue.storage import HOME

        self.guests.add(boot)
        self.storage.choose(HOME)

    def part(self, boot: str) -> None:
        """Take back what a process had that is gone, and all jobs when it was the last."""
        from workers.queue.storage import ALL, adopt

        self.guests.discard(boot)
        adopt(lambda each: each == boot)
        usage.cut(boot)
        if not self.guests:
            self.storage.choose(ALL)

    def stop(self) -> None:
        """Take no more jobs, wait GRACE seconds for the running ones, and put back what has not ended by then."""
        if self.consumer is None:
            return
        self.stopped.set()
        later.listeners.remove(self.storage.bell.ring)
        later.cancels.remove(self.cancel)
        self.consumer.stop_flag.set()
        self.storage.close_up()
        for run in list(self.runs.values()):
            run.stop()
        self.consumer.stop(graceful=True)
        for run in list(self.runs.values()):
            self.end(run, "queued", refund=1)
        self.storage.flush()
        self.rounds.join(GRACE)
