"""Jobs: what a transaction asks for runs after its commit, as the one who asked, and a crash loses none."""

import asyncio
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import workers
from app import accounts, clock, db, jobs, later, rights
from app.rights import Caller

HOUSE = Path(__file__).resolve().parent.parent
ran: list[tuple[str, str, str]] = []
happened = threading.Event()


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    """Functions that tell what they were given, for as long as a test runs."""
    ran.clear()
    happened.clear()

    @workers.job("tests.note")
    def note(me: Caller, words: str) -> None:
        ran.append((me.id, threading.current_thread().name, words))
        happened.set()

    @workers.job("tests.fail", attempts=1)
    def fail(me: Caller) -> None:
        raise ValueError("nothing to be done")

    @workers.job("tests.ask")
    async def ask(me: Caller, words: str) -> None:
        await asyncio.sleep(0)
        ran.append((me.id, threading.current_thread().name, words))

    yield
    for name in ("tests.note", "tests.fail", "tests.ask"):
        del workers.JOBS[name]


def until(reached: Callable[[], object], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def ask(name: str, *args: object, me: Caller | None = None, run_at: int = 0) -> str:
    with db.write() as tx:
        return tx.later(name, *args, me=me, run_at=run_at)


def state(id: str) -> str:
    return db.fetch("select state from job where id = ?", id)[0]


def test_a_job_runs_after_the_commit_in_a_thread_as_the_one_who_asked(house, bob) -> None:
    me = Caller(id=bob.id, name="Bob", role="member")
    with db.write() as tx:
        id = tx.later("tests.note", "hello", me=me)
        assert not happened.wait(0.3), "it ran before the commit"
    until(lambda: state(id) == "done")
    [(who, thread, words)] = ran
    assert (who, words) == (bob.id, "hello")
    assert thread.startswith("Worker")


def test_what_is_rolled_back_never_runs(house) -> None:
    with pytest.raises(RuntimeError), db.write() as tx:
        tx.later("tests.note", "never")
        raise RuntimeError()
    assert not happened.wait(0.5)


def test_a_committed_job_starts_at_once_and_not_at_the_next_look(house) -> None:
    time.sleep(0.1)
    waits = []
    for number in range(5):
        happened.clear()
        started = time.monotonic()
        ask("tests.note", str(number))
        assert happened.wait(5)
        waits.append(time.monotonic() - started)
    assert sorted(waits)[2] < 0.5, "the worker slept through the commit"


def test_an_async_job_runs_on_the_loop_of_the_server(house) -> None:
    id = ask("tests.ask", "hello")
    until(lambda: state(id) == "done")
    assert not ran[0][1].startswith("Worker")


def test_a_job_for_later_waits_for_its_time(house) -> None:
    due = clock.now() + clock.SECOND
    id = ask("tests.note", "later", run_at=due)
    assert happened.wait(10)
    until(lambda: state(id) == "done")
    [begun] = db.fetch("select started_at from job where id = ?", id)
    assert due <= begun < due + 4 * clock.SECOND, "it came at the next look, not at its time"


def test_a_failed_job_keeps_its_error_and_stops_no_other(house) -> None:
    failed, fine = ask("tests.fail"), ask("tests.note", "after")
    until(lambda: state(fine) == "done" and state(failed) == "dead")
    assert db.fetch("select error from job where id = ?", failed)[0] == "ValueError: nothing to be done"
    assert jobs.counts(rights.machine()).dead >= 1


def test_only_registered_names_run(house) -> None:
    id = ask("os.system", "true")
    until(lambda: state(id) == "dead")
    assert "No job is called os.system" in db.fetch("select error from job where id = ?", id)[0]


def test_the_queue_writes_nothing_while_there_is_nothing_to_run(house) -> None:
    busy = "select 1 from job where state = 'running' or (state = 'queued' and run_at = 0)"
    until(lambda: not db.fetch(busy))

    def changes() -> int:
        return db.here().driver.execute("select total_changes()").fetchone()[0]

    def quiet_second() -> bool:
        before = changes()
        time.sleep(1)
        return changes() == before

    assert quiet_second() or quiet_second(), "not even between two rounds of the minute"


def test_every_job_that_the_product_enqueues_is_registered(house) -> None:
    texts = [path.read_text() for path in (HOUSE / "app").rglob("*.py")]
    named = {name for text in texts for name in re.findall(r"(?:\.later|later\.job)\(\s*\"([\w.]+)\"", text)}
    assert named
    assert named <= set(workers.JOBS)


def test_what_was_done_a_week_ago_is_forgotten_and_what_failed_stays(house) -> None:
    done, failed = ask("tests.note", "old"), ask("tests.fail")
    until(lambda: state(done) == "done" and state(failed) == "dead")
    with db.write() as tx:
        old = clock.now() - 8 * clock.DAY
        tx.run("update job set finished_at = :old where id in (:done, :failed)", old=old, done=done, failed=failed)
    jobs.sweep()
    assert db.fetch("select 1 from job where id = ?", done) is None
    assert state(failed) == "dead"


def test_the_counters_kept_in_memory_are_written_by_the_rounds() -> None:
    workers.load()
    assert {accounts.flush_seen, accounts.sweep, jobs.sweep} <= {tick.function for tick in later.rounds.values()}


def test_huey_comes_without_redis() -> None:
    code = "import sys; from workers.queue import load; load(); print('redis' in sys.modules, 'huey' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "True"], done.stderr
