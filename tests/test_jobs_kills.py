"""Jobs survive: kill -9 of the server and of its workers at random, clocks that jump, disks that are full."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest

from app import clock, config, control, db, jobs, migrations
from app.errors import Misconfigured
from tests.faults import rounds
from tests.test_jobs import HOUSE, state, until
from tests.test_jobs_ends import ADMIN, kind, over, row

pytestmark = pytest.mark.slow
PLACE = "JOBS_HOUSE_LOG"  # as in tests/jobs_house.py, whose jobs are for other processes than this one
FINISHED = """create table finished (id text not null);
    create trigger finishing after update of state on job when new.state = 'done' and old.state <> 'done'
    begin insert into finished values (new.id); end;"""


class Place:
    """A data directory, and processes on it that are killed."""

    def __init__(self, data: Path) -> None:
        self.data, self.log = data, data / "log-of-jobs"
        self.processes: list[subprocess.Popen[str]] = []

    def start(self, word: str, *more: str) -> subprocess.Popen[str]:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("INGLENOOK_")}
        environment |= {PLACE: str(self.log), "INGLENOOK_REPLICA": "off", "INGLENOOK_DEMO_MODEL": "off"}
        with (self.data / f"{word}-{len(self.processes)}.err").open("w") as err:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.jobs_house", word, "--data", str(self.data), *more],
                cwd=HOUSE,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=err,
                text=True,
            )
        self.processes.append(process)
        return process

    def serve(self) -> subprocess.Popen[str]:
        server = self.start("serve", "--port", "0")
        until(lambda: self.said(server, "jobs.started"), 30)
        return server

    def work(self) -> subprocess.Popen[str]:
        worker = self.start("work", "--workers", "2")
        until(lambda: self.said(worker, "jobs.started"), 30)
        return worker

    def said(self, process: subprocess.Popen[str], event: str) -> int:
        """How often the process logged this event."""
        assert process.poll() in (None, 0), self.words(process)
        return self.words(process).count(f'"event": "{event}"')

    def words(self, process: subprocess.Popen[str]) -> str:
        [path] = self.data.glob(f"*-{self.processes.index(process)}.err")
        return path.read_text()

    def ask(self, server: subprocess.Popen[str], count: int, name: str, *args: object) -> None:
        assert server.stdin is not None
        server.stdin.write(json.dumps([count, name, *args]) + "\n")
        server.stdin.flush()

    def rows(self, sql: str) -> list[Any]:
        connection = sqlite.connect(f"file:{self.data / 'inglenook.db'}?mode=ro", uri=True)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def count(self, state: str, name: str = "tests.%") -> int:
        return self.rows(f"select count(*) from job where name like '{name}' and state = '{state}'")[0][0]

    def lines(self, word: str) -> list[list[str]]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line.split()[1:] for line in lines if line.startswith(word)]

    def command(self, *words: str) -> str:
        line = [sys.executable, "main.py", *words, "--data", str(self.data)]
        done = subprocess.run(line, cwd=HOUSE, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def mend(self) -> None:
        Path(f"{self.log}.mended").touch()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    it = Place(tmp_path)
    yield it
    for process in it.processes:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            pipe.close()


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()


def test_what_takes_long_leaves_a_thread_to_what_is_short(place: Place) -> None:
    process = place.start("consume")
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    place.ask(process, 3, "tests.long", "n")
    until(lambda: place.lines("begun"), 20)
    place.ask(process, 3, "tests.step", "n", 0.0)
    until(lambda: place.count("done") == 6, 20)
    told = place.log.read_text().split("\n")
    long = [line.split()[0] for line in told if " long " in line]
    assert long == ["begun", "ended"] * 3, "one after the other"
    assert told.index("ended long 0") > max(n for n, line in enumerate(told) if line.startswith("ended 2")), told


@pytest.mark.timeout(280)
def test_a_hundred_jobs_survive_many_kills_and_none_is_finished_twice(place: Place) -> None:
    chance = random.Random(20)
    first = place.start("consume")
    assert first.stdout is not None and first.stdout.readline() == "ready\n"
    writer = sqlite.connect(str(place.data / "inglenook.db"), isolation_level=None, timeout=5)
    writer.executescript(FINISHED)
    place.ask(first, 98, "tests.step", "n", 0.06)
    place.ask(first, 1, "tests.poison")
    place.ask(first, 1, "tests.murder")
    until(lambda: len(place.rows("select 1 from job where name like 'tests.%'")) == 100)
    kills, process = 0, first
    while kills < rounds(8, 20):
        time.sleep(chance.uniform(0, 0.2))
        kill(process)
        kills += 1
        process = place.start("consume")
        if chance.random() < 0.9:  # else it is killed somewhere in its start
            assert process.stdout is not None and process.stdout.readline() in ("ready\n", "")
    while place.count("done") < 98 or place.count("dead") < 2:
        assert len(place.processes) < 40, place.rows("select name, state, attempts, error from job")
        if process.poll() is not None:  # one of the jobs murdered it
            process = place.start("consume")
        time.sleep(0.05)
    ours = "select f.id from finished f join job on job.id = f.id where name like 'tests.%'"
    finished = Counter(id for (id,) in place.rows(ours))
    assert len(finished) == 98 and set(finished.values()) == {1}
    assert {int(number) for number, _ in place.lines("ended")} == set(range(98))
    assert len(place.lines("begun")) > 98, "nothing was killed while it worked"
    dead = place.rows("select name, attempts, error from job where state = 'dead' order by name")
    assert dead == [("tests.murder", 4, "Its process ended 4 times."), ("tests.poison", 4, "ValueError: poison")]
    kill(process)
    place.mend()
    writer.close()
    for (id,) in place.rows("select id from job where state = 'dead'"):
        assert "queued again" in place.command("jobs", "retry", id)
    place.start("consume")
    until(lambda: place.count("done") == 100, 20)


def test_jobs_run_in_the_process_that_joined_and_those_of_the_house_stay(place: Place) -> None:
    server = place.serve()
    place.ask(server, 1, "tests.step", 1, 0)
    until(lambda: place.lines("ended") == [["1", str(server.pid)]])
    worker = place.work()
    until(lambda: place.said(server, "jobs.joined"))
    place.ask(server, 4, "tests.step", "n", 0.05)
    place.ask(server, 1, "tests.home")
    until(lambda: place.count("done") == 6)
    ran = {(what, int(pid)) for what, pid in place.lines("ended")[1:]}
    assert ran == {("home", server.pid), *((str(number), worker.pid) for number in range(4))}
    worker.terminate()
    assert worker.wait(10) == 0
    place.ask(server, 1, "tests.step", 9, 0)
    until(lambda: place.lines("ended")[-1] == ["9", str(server.pid)])


def test_what_a_killed_worker_ran_is_run_again_at_once(place: Place) -> None:
    server = place.serve()
    worker = place.work()
    place.ask(server, 1, "tests.step", 1, 1.5)
    until(lambda: place.lines("begun"))
    kill(worker)
    killed = time.monotonic()
    until(lambda: len(place.lines("begun")) == 2)
    assert time.monotonic() - killed < 1
    until(lambda: place.count("done") == 1)
    assert place.lines("ended") == [["1", str(server.pid)]]


def test_a_worker_whose_server_is_killed_ends_what_it_runs_and_joins_the_next_one(place: Place) -> None:
    server = place.serve()
    worker = place.work()
    place.ask(server, 1, "tests.step", 1, 3)
    until(lambda: place.lines("begun"))
    kill(server)
    until(lambda: place.said(worker, "jobs.waiting"), 20)
    time.sleep(2)
    assert place.lines("ended") == [], "it went on without a lease"
    server = place.serve()
    until(lambda: place.said(server, "jobs.joined"), 20)
    until(lambda: place.count("done") == 1, 20)
    assert len(place.lines("ended")) == 1
    place.ask(server, 1, "tests.step", 2, 0)
    until(lambda: ["2", str(worker.pid)] in place.lines("ended"))


@pytest.mark.long
def test_a_server_that_stops_asks_its_worker_to_end_and_counts_no_attempt(place: Place) -> None:
    server = place.serve()
    place.work()
    place.ask(server, 1, "tests.endless")
    until(lambda: place.lines("begun"))
    began = time.monotonic()
    server.terminate()
    assert server.wait(10) == 0
    assert time.monotonic() - began < 5
    assert place.rows("select state, attempts, boot from job where name = 'tests.endless'") == [("queued", 0, None)]


def test_a_worker_that_stops_gives_its_jobs_back_and_a_cancel_reaches_it(place: Place) -> None:
    server = place.serve()
    worker = place.work()
    place.ask(server, 1, "tests.endless")
    until(lambda: place.lines("begun"))
    worker.terminate()
    assert worker.wait(10) == 0
    until(lambda: len(place.lines("begun")) == 2)
    assert place.lines("begun")[1] == ["endless", str(server.pid)]
    place.work()
    [(id,)] = place.rows("select id from job where name = 'tests.endless'")
    place.command("jobs", "cancel", id)
    until(lambda: place.count("cancelled") == 1)
    place.ask(server, 1, "tests.endless")
    until(lambda: len(place.lines("begun")) == 3)
    [(id,)] = place.rows("select id from job where state = 'running'")
    assert place.lines("begun")[2] == ["endless", str(place.processes[-1].pid)]
    assert "asked to stop" in place.command("jobs", "cancel", id)
    until(lambda: place.count("cancelled") == 2, 3)


@pytest.mark.long
def test_an_idle_worker_writes_nothing(place: Place) -> None:
    server = place.serve()
    place.work()
    until(lambda: place.said(server, "jobs.joined"))
    time.sleep(0.5)
    wal = place.data / "inglenook.db-wal"
    before = (wal.stat().st_size, wal.stat().st_mtime_ns)
    time.sleep(6)  # longer than the pause between two looks
    assert (wal.stat().st_size, wal.stat().st_mtime_ns) == before


@pytest.mark.long
@pytest.mark.parametrize("with_worker", [False, True])
def test_from_idle_to_running_takes_milliseconds(place: Place, with_worker: bool) -> None:
    server = place.serve()
    if with_worker:
        place.work()
        until(lambda: place.said(server, "jobs.joined"))
    for number in range(30):
        place.ask(server, 1, "tests.tick", "now")
        until(lambda number=number: len(place.lines("tick")) > number)
        time.sleep(0.02)
    waits = sorted(int(wait) for [wait] in place.lines("tick"))
    assert waits[15] < 15 * clock.SECOND // 1000, waits


@pytest.mark.long
def test_a_process_of_another_version_may_not_join(house) -> None:
    hello = {"boot": "another", "version": "0.0.1", "schema": migrations.SCHEMA}
    with pytest.raises(Misconfigured, match=f"The server is Inglenook {config.VERSION}"):
        control.join(house.data, hello)
    assert control.join(house.data / "nowhere", hello) is None


# ── clocks and disks ──────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def shift(monkeypatch) -> Callable[[int], None]:
    """Makes the clock on the wall jump by so many microseconds."""
    true = clock.now

    def jump(by: int) -> None:
        monkeypatch.setattr(clock, "now", lambda: true() + by)

    return jump


@pytest.mark.parametrize("by", [pytest.param(clock.HOUR, marks=pytest.mark.long), -clock.HOUR])
def test_a_clock_that_jumps_ends_no_lease_and_delays_no_job(house, shift, by: int) -> None:
    from workers.queue import storage

    begun: list[int] = []

    def slow(me) -> None:
        begun.append(1)
        time.sleep(0.8)

    with kind("tests.slow", slow):
        with db.write() as tx:
            running = tx.later("tests.slow")
        until(lambda: begun)
        shift(by)
        assert storage.adopt(lambda boot: True) == 0
        with db.write() as tx:
            after = tx.later("tests.slow")
        assert over(running).state == over(after).state == "done"
    assert len(begun) == 2
    assert row(running).attempts == row(after).attempts == 1
    assert row(running).seq < row(after).seq


def test_what_one_says_who_lost_its_lease_is_not_written(house) -> None:
    from workers.queue import storage

    go = []
    with kind("tests.lost", lambda me: until(lambda: go)):
        with db.write() as tx:
            id = tx.later("tests.lost")
        until(lambda: state(id) == "running")
        with db.write() as tx:  # as if this process had been taken for dead, and another ran it now
            tx.run("update job set boot = 'another' where id = :id", id=id)
        go.append(1)
        time.sleep(0.5)
        found = row(id)
        adopted = found.attempts == 2  # by the house's own round, which looks for boots that are gone
        assert adopted or (found.state, found.boot, found.finished_at) == ("running", "another", None)
        assert adopted or storage.adopt(lambda boot: boot == "another") == 1
        assert over(id).state == "done"
    assert row(id).attempts == 2


@pytest.mark.long
def test_a_disk_that_refuses_a_while_loses_no_outcome(house) -> None:
    done = []
    with kind("tests.quick", done.append):
        with db.write() as tx:
            id = tx.later("tests.quick")
        driver = db.here().driver
        with db.here().lock:
            driver.execute("pragma query_only=1")  # SQLite's own way to say: nothing can be written
        time.sleep(1.5)
        with db.here().lock:
            driver.execute("pragma query_only=0")
        until(lambda: state(id) == "done")
    assert len(done) == 1
    assert jobs.counts(ADMIN).running == 0


@pytest.mark.long
def test_a_signal_before_a_server_is_there_ends_a_worker(place: Place) -> None:
    worker = place.start("work")
    until(lambda: place.said(worker, "jobs.waiting"), 20)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
