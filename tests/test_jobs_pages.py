"""The pages of jobs: what waits, runs, is done and went wrong, one job by itself, and what can be done about it."""

import asyncio
import contextlib
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import orjson
import pysqlite3
import pytest

import workers
from app import clock, db, jobs, later, rights
from components.jobs.clock import every
from components.jobs.parts import seconds_in_words
from tests.conftest import Person
from tests.test_command_line import Served
from tests.test_first_start import ADA, link, visitor
from tests.test_jobs import until

RUNNING = """insert into job (id, seq, name, payload, caller, state, priority, run_at, attempts, max_attempts,
    progress, said, created_at, started_at, boot) values (?, 999, 'tests.endless', '[]', '{}', 'running', 0, 0, 1, 5,
    0, '', 0, ?, 'another')"""
STATES = ("queued", "running", "failed", "dead", "done", "cancelled", "expired")


def job(name: str = "tests.nothing", state: str = "done", **columns: object) -> str:
    """A job in this state, which no worker takes."""
    queued = state in ("queued", "failed")
    later_on = {"run_at": clock.now() + clock.DAY} if queued else {"finished_at": clock.now()}
    if state == "failed":
        later_on |= {"error": "OSError: not today", "attempts": 2}
    if state == "running":
        # A job that a worker elsewhere holds.
        later_on = {"boot": clock.BOOT, "attempts": 1, "started_at": clock.now()}
    with db.write() as tx:
        id = tx.later(name, *columns.pop("args", ()), me=columns.pop("me", None), run_at=clock.now() + clock.DAY)
        columns = {"state": "queued" if queued else state} | later_on | columns
        tx.run(f"update job set {', '.join(f'{name} = :{name}' for name in columns)} where id = :id", id=id, **columns)
    return id


@pytest.fixture(autouse=True)
def clean(house) -> Iterator[None]:
    """Each test begins with no jobs, and leaves none behind that seems to run."""
    yield
    forget()


def forget() -> None:
    """There are no jobs."""
    with db.write() as tx:
        tx.run("delete from job")


def main_of(page) -> str:
    return page.text.partition("<main")[2].partition("</main>")[0]


def row(page, id: str) -> str:
    """The row of one job."""
    return main_of(page).partition(f'id="job-{id}"')[2].partition("</li>")[0]


def test_the_first_page_shows_what_runs_waits_went_wrong_and_was_done(alice: Person) -> None:
    ids = {state: job(f"tests.{state}", state) for state in STATES}
    page = alice.get("/admin/jobs")
    assert page.status_code == 200
    for state in ("queued", "running", "failed", "dead", "done"):
        assert f"tests.{state}" in row(page, ids[state]), state
    for state in ("cancelled", "expired"):
        assert not row(page, ids[state]), state
    assert "OSError: not today" in row(page, ids["failed"])


@pytest.mark.parametrize("state", STATES)
def test_each_state_has_a_side_with_a_count(alice: Person, state: str) -> None:
    ids = {each: job(f"tests.{each}", each) for each in STATES}
    page = alice.get(f"/admin/jobs?state={state}")
    assert row(page, ids[state])
    assert not any(row(page, id) for each, id in ids.items() if each != state)
    tab = re.search(rf'href="/admin/jobs\?state={state}"[^>]*>(.*?)</a>', main_of(page), re.S)
    assert tab and ">1<" in tab[1]


def test_a_state_that_is_none_shows_the_first_page(alice: Person) -> None:
    id = job(state="dead")
    assert row(alice.get("/admin/jobs?state=nonsense"), id)
    assert alice.get("/admin/jobs?before=x").status_code == 422


def test_nothing_is_said_in_words(alice: Person) -> None:
    assert "Nothing waits" in alice.get("/admin/jobs").text
    assert "Nothing is dead" in alice.get("/admin/jobs?state=dead").text


def test_a_long_list_has_pages(alice: Person) -> None:
    ids = [job() for _ in range(52)]
    first = alice.get("/admin/jobs?state=done")
    assert row(first, ids[51]) and row(first, ids[2]) and not row(first, ids[1])
    link = re.search(r'href="([^"]*before=[^"]*)"', main_of(first))[1].replace("&amp;", "&")
    second = alice.get(link)
    assert row(second, ids[1]) and row(second, ids[0]) and not row(second, ids[2])
    assert "Newest" in main_of(second) and "Older" not in main_of(second)


def test_a_running_job_shows_how_far_it_is(alice: Person) -> None:
    id = job(state="running", progress=64, said="comparing")
    text = row(alice.get("/admin/jobs"), id)
    assert "64 %, comparing" in text and 'value="64"' in text and 'max="100"' in text
    assert '<noscript><a href="/admin/jobs">' in alice.get("/admin/jobs").text, "without a script one looks again"
    assert "64 %, comparing" in alice.get(f"/admin/jobs/{id}").text


def test_a_text_that_came_of_a_job_is_told_in_its_row(alice: Person) -> None:
    id = job(result='"24 tables are equal"', said="comparing")
    text = row(alice.get("/admin/jobs?state=done"), id)
    assert "24 tables are equal" in text and "comparing" not in text
    assert "rows" not in row(alice.get("/admin/jobs?state=done"), job(result='{"rows": 7}'))


def test_a_dead_job_is_retried_and_runs_to_its_end(alice: Person) -> None:
    ran = threading.Event()
    workers.job("tests.again")(lambda me: ran.set())
    id = job("tests.again", "dead", error="ValueError: nothing", attempts=5)
    page = alice.post(f"/admin/jobs/{id}/retry", data={"back": "dead"})
    assert page.url.path == "/admin/jobs" and page.url.params["state"] == "dead"
    assert ran.wait(10)
    until(lambda: jobs.find(id, rights.machine()).state == "done")
    del workers.JOBS["tests.again"]


def test_a_waiting_job_is_run_now(alice: Person) -> None:
    ran = threading.Event()
    workers.job("tests.now")(lambda me: ran.set())
    id = job("tests.now", "queued")
    assert "Run now" in row(alice.get("/admin/jobs"), id)
    assert alice.post(f"/admin/jobs/{id}/run").url.path == f"/admin/jobs/{id}"
    assert ran.wait(10)
    del workers.JOBS["tests.now"]


def test_a_waiting_job_is_cancelled_and_can_be_retried(alice: Person) -> None:
    id = job(state="queued")
    page = alice.post(f"/admin/jobs/{id}/cancel")
    assert "cancelled" in page.text and f'action="/admin/jobs/{id}/retry"' in page.text
    assert jobs.find(id, rights.machine()).state == "cancelled"


def test_a_running_job_that_was_cancelled_says_that_it_stops(alice: Person) -> None:
    id = job(state="running")
    assert f'action="/admin/jobs/{id}/cancel"' in alice.get("/admin/jobs").text
    page = alice.post(f"/admin/jobs/{id}/cancel", data={"back": "now"})
    assert page.url.path == "/admin/jobs"
    assert "it was cancelled" in row(page, id) and "/cancel" not in row(page, id)


def test_what_a_state_does_not_allow_is_refused_in_words(alice: Person) -> None:
    id = job(state="done")
    answer = alice.post(f"/admin/jobs/{id}/cancel")
    assert answer.status_code == 409 and "The job is done" in answer.text
    assert not row(alice.get("/admin/jobs?state=done"), id).count("<form")


def test_a_job_tells_who_asked_what_and_what_came_of_it(alice: Person, bob: Person) -> None:
    me = rights.Caller(id=bob.id, name="Bob", role="member")
    long = "x" * 900
    id = job("tests.told", args=("a<b", long), me=me, result='{"rows": 7}', attempts=2, key="once-a-day", said="ready")
    page = alice.get(f"/admin/jobs/{id}")
    assert f'href="/admin/people/{bob.id}"' in page.text and ">Bob<" in page.text
    assert "a&lt;b" in page.text and long not in page.text and "(900 characters)" in page.text
    assert "&quot;rows&quot;: 7" in page.text.replace('"rows"', "&quot;rows&quot;")
    assert "2 of 5" in page.text and "once-a-day" in page.text
    house = alice.get(f"/admin/jobs/{job()}").text
    assert "the house" in house and "Asked with" not in house


def test_a_job_that_is_gone_is_not_there(alice: Person) -> None:
    answer = alice.get(f"/admin/jobs/{clock.new_id()}")
    assert answer.status_code == 404 and "There is no job" in answer.text


def test_the_clock_lists_all_periodic_work(alice: Person) -> None:
    text = alice.get("/admin/jobs/clock").text.replace("<wbr>", "")
    for tick in later.rounds.values():
        assert tick.name in text and every(tick.every) in text
    assert later.rounds


def test_the_stream_tells_each_step_and_closes_when_nothing_runs(alice: Person) -> None:
    steps = threading.Event(), threading.Event()

    @workers.job("tests.steps")
    async def walk(me) -> str:
        for number, step in enumerate(steps):
            while not step.is_set():
                later.progress(number * 50 + 10, f"step {number}")
                await asyncio.sleep(0.05)
        return "ready"

    with db.write() as tx:
        id = tx.later("tests.steps")
    until(lambda: "step 0" in alice.get(f"/admin/jobs/{id}").text)
    page = alice.get(f"/admin/jobs/{id}")
    address = re.search(r'hx-sse:connect="([^"]+)"', page.text)[1]
    seen = ""
    with alice.stream("GET", address) as answer:
        for line in answer.iter_lines():
            seen += line + "\n"
            if "step 0" in line:
                steps[0].set()
            if "step 1" in line:
                steps[1].set()
    assert "step 0" in seen and "step 1" in seen
    assert seen.rstrip().endswith("event: done\ndata: done")
    assert orjson.loads(jobs.find(id, rights.machine()).result) == "ready"
    assert "hx-sse:connect" not in alice.get(f"/admin/jobs/{id}").text, "it has ended, so nothing is followed"
    del workers.JOBS["tests.steps"]


def test_the_stream_of_one_job_ends_with_its_outcome(alice: Person) -> None:
    id = job(state="done", result='"all equal"')
    with alice.stream("GET", f"/admin/jobs/{id}/stream") as answer:
        text = answer.read().decode()
    assert "all equal" in text and text.rstrip().endswith("event: done\ndata: done")
    assert alice.get(f"/admin/jobs/{clock.new_id()}/stream").status_code == 404


def test_a_page_that_is_seen_again_gets_what_is_newer_and_else_nothing(alice: Person) -> None:
    id = job(state="queued")
    for address in ("/admin/jobs", f"/admin/jobs/{id}"):
        text = alice.get(address).text
        newer = re.search(r'data-newer="([^"]+)"', text)[1].replace("&amp;", "&")
        seen = re.search(r'data-seen="([^"]+)"', text)[1]
        assert alice.get(newer, params={"seen": seen}).status_code == 204
        assert 'hx-target="#jobs"' in alice.get(newer, params={"seen": "another"}).text


def test_somebody_who_is_signed_out_follows_nothing_more(alice: Person) -> None:
    job(state="running")
    with alice.stream("GET", "/admin/jobs/stream") as answer:
        lines = answer.iter_lines()
        next(lines)
        with db.write() as tx:
            tx.run("delete from session where user_id = :id", id=alice.id)
        assert not any("event: done" in line for line in lines), "the line just ends"


def test_a_stop_does_not_wait_for_those_who_follow(tmp_path: Path) -> None:
    with Served(tmp_path / "data") as served, visitor(served) as ada:
        ada.post(link(served), data=ADA)
        with contextlib.closing(pysqlite3.connect(tmp_path / "data" / "inglenook.db")) as database:
            database.execute(RUNNING, (clock.new_id(), clock.now()))
            database.commit()
        with ada.stream("GET", "/admin/jobs/stream") as answer:
            lines = answer.iter_lines()
            assert "tests.endless" in next(lines)
            code, seconds = served.end()
            assert code == 0 and seconds < 3
            with contextlib.suppress(httpx2.RemoteProtocolError):
                assert not any("event: done" in line for line in lines)


def test_jobs_are_for_admins(bob: Person, nobody: Person) -> None:
    id = job(state="dead")
    for address in ("/admin/jobs", "/admin/jobs/clock", f"/admin/jobs/{id}"):
        assert bob.get(address).status_code == 403
        assert nobody.get(address).url.path == "/signin"
    assert bob.post(f"/admin/jobs/{id}/retry").status_code == 403
    assert jobs.find(id, rights.machine()).state == "dead"


def test_times_are_in_words() -> None:
    said = [seconds_in_words(each) for each in (0.008, 1, 1.44, 75, 200, 9000)]
    assert said == ["8 ms", "1 s", "1.4 s", "75 s", "3.3 min", "2.5 h"]
    assert [every(each) for each in (1, 60, 90, 3600, 86_400, 604_800)] == [
        "every second",
        "every minute",
        "every 1.5 minutes",
        "every hour",
        "every day",
        "every week",
    ]
