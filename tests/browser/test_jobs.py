"""The pages of jobs in a browser: progress comes by itself, the keyboard suffices, and nothing is cut off."""

import threading
import time

import pytest

import workers
from app import db, later
from tests.browser.conftest import aside
from tests.browser.test_pages import looked_at
from tests.test_jobs_pages import STATES, forget, job

ADDRESSES = ("/admin/jobs", "/admin/jobs?state=done", "/admin/jobs?state=expired", "/admin/jobs/clock")


@pytest.fixture(autouse=True)
def clean(house):
    """Each test leaves no job behind."""
    yield
    aside(forget)


@pytest.fixture
def steps():
    """A job that tells how far it is, and goes on when it is let."""
    go_on = threading.Event()

    @workers.job("tests.steps")
    def walk(me) -> str:
        while not go_on.wait(0.1):
            later.progress(40, "sorting the letters")
        return "sorted"

    yield go_on
    go_on.set()
    del workers.JOBS["tests.steps"]


def enqueued(name: str) -> str:
    with db.write() as tx:
        return tx.later(name)


def test_progress_and_the_end_come_without_a_reload(window, alice, steps):
    id = aside(enqueued, "tests.steps")
    lists, it = window(alice).open("/admin/jobs"), window(alice)
    page = it.open(f"/admin/jobs/{id}")
    for each in (lists, page):
        each.evaluate("window.here = true")
    lists.wait_for_selector("#jobs-running >> text=40 %, sorting the letters")
    page.wait_for_selector("text=sorting the letters")
    steps.set()
    lists.wait_for_selector("#jobs-done >> text=sorted")
    page.wait_for_selector("[hx-sse\\:connect]", state="detached")
    page.wait_for_selector("text=sorted")
    assert page.evaluate("window.here") and lists.evaluate("window.here")
    time.sleep(1.5)
    assert len(it.streams) == 1, "what has ended is not asked for again"


def test_a_running_job_is_cancelled_with_the_keyboard(window, alice, steps):
    aside(enqueued, "tests.steps")
    page = window(alice).open("/admin/jobs")
    page.wait_for_selector("#jobs-running >> text=40 %")
    page.focus("[aria-label='Cancel: tests.steps']")
    # The stream renews the rows meanwhile; what is not changed keeps the keyboard.
    page.wait_for_timeout(1200)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Cancel: tests.steps"
    page.keyboard.press("Enter")
    page.wait_for_selector("#confirm[open]")
    page.keyboard.press("Tab")
    page.click("#confirm [data-yes]")
    page.wait_for_selector("[aria-label='Cancel: tests.steps']", state="detached")
    page.click("text=Cancelled")
    page.wait_for_selector("[aria-label='Retry: tests.steps']")


def test_a_page_that_is_seen_again_shows_what_is_newer(window, alice):
    page = window(alice).open("/admin/jobs?state=dead")
    page.wait_for_selector("text=Nothing is dead")
    aside(job, "tests.broken", "dead", error="ValueError: seven")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_selector("text=ValueError: seven")


def test_every_page_of_jobs_is_clean_in_every_look(window, alice):
    ids = [aside(job, f"tests.{state}", state, error="OSError: " + "long words " * 30) for state in STATES]
    page = window(alice).open("/admin/jobs")
    wrong = []
    for address in (*ADDRESSES, *(f"/admin/jobs/{id}" for id in ids)):
        page.goto(address)
        wrong += looked_at(page, address)
    assert wrong == []
