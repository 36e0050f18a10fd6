"""Jobs: how they end: retried, dead, expired, cancelled, with a result, in a process of their own, or by the clock."""

import asyncio
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog

import workers
from app import clock, config, control, db, jobs, later, migrations, rights
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.later import Tick
from app.rights import Caller
from app.usage import Usage
from tests import jobs_apart
from tests.test_jobs import HOUSE, ask, state, until
from workers import Limits
from workers.queue.rounds import Rounds
from workers.queue.running import delay

ADMIN = rights.machine()


@contextmanager
def kind(name: str, function: Callable[..., Any], **options: Any) -> Iterator[str]:
    """A job of this name, for as long as a test needs it."""
    workers.job(name, **options)(function)
    try:
        yield name
    finally:
        del workers.JOBS[name]


def row(id: str) -> Any:
    return jobs.find(id, ADMIN)


def over(id: str) -> Any:
    until(lambda: row(id).is_over, 20)
    return row(id)


# ── again and again ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_fails_is_tried_again_until_it_works(house) -> None:
    begun = []

    def third_time(me: Caller) -> str:
        begun.append(time.monotonic())
        if len(begun) < 3:
            raise OSError("not yet")
        return "there"

    with kind("tests.third", third_time, backoff=0.05):
        job = over(ask("tests.third"))
    assert (job.state, job.attempts, job.result, job.error) == ("done", 3, '"there"', None)


def test_after_its_attempts_it_is_dead_with_its_error_and_can_be_retried(house) -> None:
    mended = threading.Event()

    def poison(me: Caller) -> None:
        if not mended.is_set():
            raise ValueError("poison")

    with kind("tests.poison", poison, attempts=3, backoff=0.01):
        job = over(ask("tests.poison"))
        assert (job.state, job.attempts, job.max_attempts, job.error) == ("dead", 3, 3, "ValueError: poison")
        assert job.id in [each.id for each in jobs.recent(ADMIN, "dead")]
        mended.set()
        jobs.retry(ADMIN, job.id)
        until(lambda: state(job.id) == "done")
        assert (row(job.id).attempts, row(job.id).error) == (1, None)


def test_while_it_waits_for_its_next_attempt_it_counts_as_failed_and_can_be_run_now(house) -> None:
    begun = []

    def once_more(me: Caller) -> None:
        begun.append(1)
        if len(begun) < 2:
            raise OSError("not yet")

    with kind("tests.more", once_more, backoff=10_000):
        id = ask("tests.more")
        until(lambda: row(id).status == "failed")
        assert row(id).run_at > clock.now() - clock.SECOND
        assert id in [each.id for each in jobs.recent(ADMIN, "failed")]
        assert id not in [each.id for each in jobs.recent(ADMIN, "queued")]
        jobs.run_now(ADMIN, id)
        assert over(id).state == "done"


def test_the_waits_grow_to_an_hour_at_most_and_are_spread() -> None:
    random.seed(1)
    patient = workers.Kind("tests.patient", print, backoff=10)
    waits = {attempt: [delay(patient, attempt) for _ in range(500)] for attempt in (1, 3, 40)}
    for attempt, longest in ((1, 10), (3, 40), (40, 3600)):
        assert max(waits[attempt]) <= longest * clock.SECOND
        assert max(waits[attempt]) > 0.9 * longest * clock.SECOND
        assert min(waits[attempt]) < 0.1 * longest * clock.SECOND


def test_what_is_refused_is_not_tried_again(house) -> None:
    def look(me: Caller) -> None:
        raise NotFound("It is gone.")

    with kind("tests.look", look):
        job = over(ask("tests.look"))
    assert (job.state, job.attempts) == ("dead", 1)


def test_a_job_of_somebody_who_was_deactivated_is_dead_at_once(house, alice, bob) -> None:
    from app import accounts

    with kind("tests.theirs", lambda me: None):
        accounts.deactivate(ADMIN, bob.id)
        job = over(ask("tests.theirs", me=Caller(id=bob.id, role="member")))
    assert job.state == "dead" and "no longer active" in job.error


def test_a_job_that_nobody_asked_for_may_nothing(house) -> None:
    seen = []
    with kind("tests.who", lambda me: seen.append(me)):
        over(ask("tests.who", me=Caller()))
        over(ask("tests.who"))
    assert [me.is_admin for me in seen] == [False, True]
    assert not seen[0] and seen[1].door == "job"


def test_a_job_that_exits_ends_no_worker(house) -> None:
    with kind("tests.exit", lambda me: sys.exit(3), attempts=1), kind("tests.fine", lambda me: None):
        ids = [ask("tests.exit") for _ in range(3)]
        assert {over(id).error for id in ids} == {"Ended: It called sys.exit(3)."}
        assert over(ask("tests.fine")).state == "done"


# ── what is kept ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_result_is_kept_if_it_is_small_json(house) -> None:
    with (
        kind("tests.small", lambda me: {"pages": 3}),
        kind("tests.large", lambda me: "x" * 20_000),
        kind("tests.odd", lambda me: object()),
    ):
        results = [over(ask(f"tests.{name}")).result for name in ("small", "large", "odd")]
    assert results == ['{"pages":3}', None, None]


def test_the_same_key_is_the_same_job_also_when_it_is_done(house) -> None:
    begun = []
    with kind("tests.once", begun.append):
        with db.write() as tx:
            ids = {tx.later("tests.once", key="invoice-7"), tx.later("tests.once", key="invoice-7")}
        over(*ids)
        with db.write() as tx:
            assert tx.later("tests.once", key="invoice-7") in ids
            other = tx.later("tests.once", key="invoice-8")
        over(other)
    assert len(ids) == 1 and len(begun) == 2


def test_the_urgent_one_runs_first_and_then_the_oldest(house) -> None:
    order: list[str] = []
    gate = threading.Event()
    count = house_threads()
    with kind("tests.gate", lambda me: gate.wait(10)), kind("tests.order", lambda me, word: order.append(word)):
        for _ in range(count):
            ask("tests.gate")
        until(lambda: jobs.counts(ADMIN).running == count)
        # All but one worker stay busy, or two of them would race.
        with kind("tests.hold", lambda me: until(lambda: len(order) == 4)):
            with db.write() as tx:
                for _ in range(count - 1):
                    tx.later("tests.hold", priority=-10)
                for word, priority in (("third", 0), ("fourth", 0), ("first", -5), ("second", -1)):
                    tx.later("tests.order", word, priority=priority)
            gate.set()
            until(lambda: len(order) == 4)
    assert order == ["first", "second", "third", "fourth"]


def house_threads() -> int:
    from app import config

    return config.current.workers


def test_what_has_not_begun_in_time_expires_and_never_begins(house) -> None:
    begun = []
    with kind("tests.late", begun.append):
        with db.write() as tx:
            id = tx.later("tests.late", run_at=clock.now() + clock.SECOND // 5, expires_at=clock.now() + 1)
        job = over(id)
        assert (job.state, job.attempts, begun) == ("expired", 0, [])
        jobs.retry(ADMIN, id)
        until(lambda: state(id) == "done")


def test_what_expires_while_nobody_looks_is_swept(house) -> None:
    with db.write() as tx:
        id = tx.later("tests.never", run_at=clock.now() + clock.DAY, expires_at=clock.now() + 1)
    time.sleep(0.01)
    assert jobs.expire() == 1
    assert state(id) == "expired"


# ── progress and cancel ───────────────────────────────────────────────────────────────────────────────────────────────
def test_progress_is_seen_while_it_runs_and_written_twice_a_second_at_most(house) -> None:
    go = threading.Event()

    def count(me: Caller) -> None:
        for number in range(2000):
            later.progress(number // 20, f"{number} of 2000")
        go.wait(10)
        time.sleep(0.5)
        later.progress(99, "nearly")

    with kind("tests.count", count):
        before = db.here().driver.execute("select total_changes()").fetchone()[0]
        id = ask("tests.count")
        until(lambda: row(id).said == "1999 of 2000")
        assert row(id).state == "running"
        assert db.here().driver.execute("select total_changes()").fetchone()[0] - before < 1000
        go.set()
        job = over(id)
    assert (job.state, job.progress, job.said) == ("done", 100, "nearly")


def test_the_last_of_many_reports_is_seen_although_it_came_too_soon(house) -> None:
    go = threading.Event()

    def hurry(me: Caller) -> None:
        later.progress(10, "begun")
        later.progress(90, "nearly done")
        go.wait(20)

    with kind("tests.hurry", hurry):
        id = ask("tests.hurry")
        until(lambda: row(id).said == "nearly done", 5)
        go.set()
        over(id)


def test_progress_outside_of_a_job_and_inside_a_transaction_harms_nothing(house) -> None:
    later.progress(10, "nobody hears this")

    def write(me: Caller) -> None:
        with db.write():
            later.progress(50, "in the middle of a write")

    with kind("tests.write", write):
        assert over(ask("tests.write")).said == "in the middle of a write"


def test_an_async_job_reports_without_holding_the_loop(house) -> None:
    async def steps(me: Caller) -> str:
        for number in range(3):
            later.progress(number * 30, f"step {number}")
            await asyncio.sleep(0.3)
        return "done"

    with kind("tests.steps", steps):
        id = ask("tests.steps")
        until(lambda: row(id).said.startswith("step"))
        assert over(id).result == '"done"'


def test_a_waiting_job_is_cancelled_and_never_begins(house) -> None:
    begun = []
    with kind("tests.begin", begun.append):
        id = ask("tests.begin", run_at=clock.now() + clock.HOUR)
        assert jobs.cancel(ADMIN, id).state == "cancelled"
        with pytest.raises(Conflict, match="cancelled"):
            jobs.run_now(ADMIN, id)
    assert begun == []


def test_a_running_job_ends_at_its_next_report(house) -> None:
    def endless(me: Caller) -> None:
        while True:
            later.progress(1)
            time.sleep(0.01)

    with kind("tests.endless", endless):
        id = ask("tests.endless")
        until(lambda: state(id) == "running")
        assert jobs.cancel(ADMIN, id).cancelled_at
        until(lambda: state(id) == "cancelled", 2)


def test_a_running_async_job_ends_at_once(house) -> None:
    async def wait(me: Caller) -> None:
        await asyncio.sleep(60)

    with kind("tests.wait", wait):
        id = ask("tests.wait")
        until(lambda: state(id) == "running")
        jobs.cancel(ADMIN, id)
        until(lambda: state(id) == "cancelled", 2)


def test_a_dead_job_can_be_given_up(house) -> None:
    id = ask("tests.nobody-knows-this")
    over(id)
    assert jobs.cancel(ADMIN, id).state == "cancelled"


# ── in a process of its own ───────────────────────────────────────────────────────────────────────────────────────────
def apart(name: str, seconds: float = 20, **options: Any) -> Any:
    memory = options.pop("memory", 2 << 30)
    return kind(
        f"tests.{name}", getattr(jobs_apart, name), limits=Limits(seconds, memory), **({"attempts": 1} | options)
    )


def test_a_function_with_limits_runs_elsewhere_and_then_goes_on_here(house, bob) -> None:
    seen = []

    def then(me: Caller, result: int, a: int, b: int) -> dict[str, int]:
        seen.append((me.id, result, a, b))
        return {"sum": result}

    with apart("add", then=then):
        job = over(ask("tests.add", 2, 3, me=Caller(id=bob.id, role="member")))
    assert (job.state, job.result) == ("done", '{"sum":5}')
    assert seen == [(bob.id, 5, 2, 3)]


def test_it_knows_nothing_of_our_environment(house) -> None:
    with apart("environment"):
        job = over(ask("tests.environment"))
    assert job.result == '["HOME","LANG","PATH","TMPDIR"]'


def test_what_it_prints_is_not_its_answer(house) -> None:
    with apart("chatter"):
        assert over(ask("tests.chatter")).result == '"said"'


@pytest.mark.parametrize(
    ("name", "args", "options", "words"),
    [
        ("slow", (30,), {"seconds": 0.7}, "It took longer than 0.7 seconds."),
        ("spin", (), {"seconds": 1}, "seconds."),
        ("greedy", (), {"memory": 1 << 30}, "MemoryError"),
        ("vanish", (), {}, "Its process ended with 7."),
        ("refuse", (), {}, "ValueError: not a picture"),
        ("flood", (), {}, "It gave more than 4 MiB."),
    ],
)
def test_what_goes_wrong_there_ends_there(house, name, args, options, words) -> None:
    with apart(name, **options):
        began = time.monotonic()
        job = over(ask(f"tests.{name}", *args))
        assert time.monotonic() - began < 15
    assert job.state == "dead" and words in job.error, job.error


def test_its_progress_is_heard_and_a_cancel_kills_it(house) -> None:
    with apart("half", seconds=60):
        id = ask("tests.half", 60)
        until(lambda: row(id).said == "half of it", 20)
        jobs.cancel(ADMIN, id)
        until(lambda: state(id) == "cancelled", 3)


def test_what_it_started_is_killed_with_it(house, tmp_path: Path) -> None:
    with apart("family", seconds=60):
        id = ask("tests.family", str(tmp_path / "child"))
        until(lambda: (tmp_path / "child").exists() and (tmp_path / "child").read_text(), 20)
        child = int((tmp_path / "child").read_text())
        jobs.cancel(ADMIN, id)
        until(lambda: state(id) == "cancelled", 3)
    until(lambda: gone(child), 3)


def gone(process: int) -> bool:
    stat = Path(f"/proc/{process}/stat")
    return not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] == "Z"


def test_only_functions_of_a_module_can_have_limits() -> None:
    with pytest.raises(ValueError, match="module"):
        workers.job("tests.local", limits=Limits(1))(lambda: None)
    assert "tests.local" not in workers.JOBS


# ── who may ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_only_admins_see_and_change_jobs(house, bob) -> None:
    member, id = Caller(id=bob.id, role="member"), ask("tests.secret", run_at=clock.now() + clock.HOUR)
    for verb in (jobs.retry, jobs.cancel, jobs.run_now):
        with pytest.raises(Forbidden):
            verb(member, id)
    for look in (jobs.counts, jobs.recent, jobs.clock, lambda me: jobs.find(id, me)):
        with pytest.raises(Forbidden):
            look(member)
    assert state(id) == "queued"


def test_what_is_asked_wrongly_is_refused_in_a_sentence(house) -> None:
    with pytest.raises(NotFound, match="There is no job nothing"):
        jobs.retry(ADMIN, "nothing")
    with pytest.raises(Invalid, match="is one of queued, running, failed"):
        jobs.recent(ADMIN, "lost")
    with kind("tests.plain", lambda me: None):
        id = ask("tests.plain")
        over(id)
        with pytest.raises(Conflict, match="The job is done"):
            jobs.retry(ADMIN, id)


def test_the_list_goes_on_where_the_last_page_ended(house) -> None:
    with db.write() as tx:
        ids = [tx.later("tests.paged", run_at=clock.now() + clock.HOUR) for _ in range(5)]
    first = jobs.recent(ADMIN, "queued", 3)
    second = jobs.recent(ADMIN, "queued", 2, before=first[-1].seq)
    assert [job.id for job in [*first, *second]] == ids[::-1]


def test_what_an_admin_did_is_in_the_audit(house) -> None:
    id = ask("tests.audited", run_at=clock.now() + clock.HOUR)
    jobs.run_now(ADMIN, id)
    over(id)
    jobs.retry(ADMIN, id)
    deeds = db.fetch_all("select verb, note from audit where object_id = ? order by at", id)
    assert deeds == [("jobs.run", "tests.audited"), ("jobs.retry", "tests.audited")]


# ── the clock ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@contextmanager
def only(*ticks: Tick) -> Iterator[None]:
    """Rounds that are the only ones, in a clock of their own beside the server's."""
    kept = dict(later.rounds)
    later.rounds.clear()
    later.rounds.update({tick.name: tick for tick in ticks})
    stopped = threading.Event()
    rounds = Rounds(stopped)
    rounds.start(lambda: None)
    try:
        yield
    finally:
        stopped.set()
        rounds.join(5)
        later.rounds.clear()
        later.rounds.update(kept)


def test_a_round_that_was_missed_is_made_up_for_once(house, monkeypatch) -> None:
    monkeypatch.setattr("workers.queue.rounds.SETTLE", clock.SECOND // 10)
    made = []
    tick = Tick("tests.daily", 86_400, lambda: made.append(1))
    with db.write() as tx:
        tx.run(jobs.REMEMBER, name="tests.daily", ran_at=clock.now() - 9 * clock.DAY, took=0, error=None)
    with only(tick):
        until(lambda: tick.took)
        time.sleep(0.3)
    assert made == [1]
    again = Tick("tests.daily", 86_400, lambda: made.append(2))
    with only(again):
        time.sleep(0.4)
        told = jobs.clock(ADMIN)
    assert made == [1], "a restart made it again"
    daily = next(each for each in told if each.name == "tests.daily")
    assert daily.ran_at and abs(daily.next_at - daily.ran_at - clock.DAY) < clock.SECOND


def test_a_round_that_fails_says_so_and_comes_again(house) -> None:
    made = []

    def fail() -> None:
        made.append(1)
        raise OSError("the disk is away")

    with only(Tick("tests.fails", 0.05, fail)):
        until(lambda: len(made) > 2)
        assert jobs.clock(ADMIN)[-1].error == "OSError: the disk is away"


def test_a_round_at_a_time_of_the_day_comes_at_that_time() -> None:
    day = 20_000 * clock.DAY
    nightly = Tick("tests.nightly", 86_400, print, at=3 * 60 + 10)
    at = 190 * clock.MINUTE
    assert nightly.following(day + at + 5) == day + clock.DAY + at
    assert nightly.following(day + 15 * clock.HOUR) == day + clock.DAY + at
    assert nightly.following(day + clock.HOUR) == day + at
    weekly = replace(nightly, every=7 * 86_400)
    assert weekly.following(day + at + 5) == day + 7 * clock.DAY + at
    assert weekly.following(weekly.following(day + 15 * clock.HOUR)) - weekly.following(day + 15 * clock.HOUR) == (
        7 * clock.DAY
    )


@pytest.mark.parametrize("days", [1, 7])
def test_a_round_that_was_never_made_is_not_made_up_for(house, days: int) -> None:
    rounds, now = Rounds(threading.Event()), clock.now()
    at_a_time = [Tick(f"tests.new-{hour}", days * 86_400, print, at=hour * 60) for hour in range(24)]
    for tick in at_a_time:
        rounds.plan(tick)
        assert now < tick.next_at <= now + clock.DAY + clock.SECOND
        assert tick.next_at % clock.DAY == tick.at * clock.MINUTE
    simple = Tick("tests.new", 7200, print)
    rounds.plan(simple)
    assert clock.MINUTE < simple.next_at - now <= 11 * clock.MINUTE


def test_a_clock_that_was_set_back_puts_no_round_off(house) -> None:
    rounds = Rounds(threading.Event())
    tick = Tick("tests.ahead", 7200, print, next_at=clock.now() + 300 * clock.DAY)
    assert rounds.left(tick) <= 7200


def test_a_round_that_is_refused_says_why_in_one_line_and_without_a_trace(house) -> None:
    def refuse() -> None:
        raise Conflict("The store is silent.")

    tick = Tick("tests.refused", 7200, refuse)
    kept = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    try:
        with structlog.testing.capture_logs() as said:
            Rounds(threading.Event()).make(tick)
    finally:
        structlog.configure(**kept)
    line = {"event": "jobs.round_refused", "log_level": "warning", "round": tick.name, "why": tick.error}
    assert [each for each in said if each["event"].startswith("jobs.round")] == [line]
    assert tick.error == "The store is silent." and tick.next_at > clock.now()


def test_a_round_can_be_a_job_which_is_enqueued_once(house) -> None:
    gate = threading.Event()
    with kind("tests.long", lambda me: gate.wait(10)):
        enqueue = workers.enqueuing("tests.long")
        enqueue()
        until(lambda: db.fetch("select 1 from job where name = 'tests.long' and state = 'running'"))
        enqueue()
        assert db.fetch("select count(*) from job where name = 'tests.long'") == (1,)
        gate.set()
        until(lambda: db.fetch("select 1 from job where name = 'tests.long' and state = 'done'"))


def test_the_clock_lists_all_periodic_work_also_without_a_server(tmp_path: Path) -> None:
    command = [sys.executable, "main.py", "jobs", "clock", "--data", str(tmp_path)]
    said = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, timeout=60)
    assert said.returncode == 0, said.stderr
    workers.load()
    declared = {name for name in later.rounds if not name.startswith("tests.")} - {"jobs.tend"}
    assert {"accounts.sweep", "chats.sweep", "jobs.sweep"} <= declared
    assert declared <= {line.split()[0] for line in said.stdout.splitlines()}


# ── who joins ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_when_a_connection_closes_its_leases_return_and_its_open_calls_are_cut(house) -> None:
    boot = clock.new_id()
    connection = control.join(house.data, {"boot": boot, "version": config.VERSION, "schema": migrations.SCHEMA})
    assert connection is not None
    with db.write() as tx:
        id = tx.later("tests.theirs", run_at=clock.now() + clock.HOUR)
        tx.run(
            "update job set state = 'running', run_at = 0, attempts = 1, boot = :boot where id = :id", boot=boot, id=id
        )
        tx.add(Usage(id=clock.new_id(), door="job", boot=boot, started_at=clock.now()))
    with kind("tests.theirs", lambda me: None):
        here = ask("tests.theirs")
        time.sleep(0.5)
        assert (state(id), state(here)) == ("running", "queued"), "the server took jobs although a worker is there"
        connection.close()
        until(lambda: state(id) == state(here) == "done")
    assert row(id).attempts == 2
    assert db.fetch("select state from usage where boot = ?", boot) == ("cut",)


# ── the command line ──────────────────────────────────────────────────────────────────────────────────────────────────
def said(house, *words: str) -> tuple[int, str]:
    command = [sys.executable, "main.py", "jobs", *words, "--data", str(house.data)]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
def test_the_command_line_lists_runs_cancels_and_retries_jobs(house) -> None:
    begun = []
    with kind("tests.typed", begun.append, attempts=2):
        id = ask("tests.typed", run_at=clock.now() + clock.HOUR)
        code, text = said(house, "list", "--state", "queued")
        line = next(line for line in text.splitlines() if line.startswith(id))
        assert code == 0 and line.split()[1:4] == ["tests.typed", "queued", "0/2"]
        assert said(house, "cancel", id) == (0, "tests.typed is cancelled.\n")
        assert said(house, "retry", id) == (0, "tests.typed is queued again.\n")
        until(lambda: state(id) == "done")
        assert said(house, "run", id) == (1, "The job is done; this is for one that is queued or failed.\n")
        later_one = ask("tests.typed", run_at=clock.now() + clock.HOUR)
        assert said(house, "run", later_one)[0] == 0
        until(lambda: state(later_one) == "done")
    assert len(begun) == 2


def test_a_job_that_is_not_there_is_said_in_a_sentence(house) -> None:
    code, text = said(house, "retry", "nothing")
    assert code == 1 and text.startswith("There is no job nothing")
    assert said(house, "list", "--state", "lost")[0] == 2
