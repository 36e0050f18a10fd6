"""Backups in a real browser: a real restore, after which the page comes back by itself; the keyboard; no script."""

import re
import time

import pytest

from tests.browser.test_pages import looked_at
from tests.test_backups_pages import PAGE, PASSWORD, moment, reachable, served, start_of, until


@pytest.fixture(scope="module")
def it(tmp_path_factory):
    """A server of its own process with its replica, which has a moment to go back to."""
    with served(tmp_path_factory.mktemp("browsed") / "data") as running:
        until(lambda: reachable(running.ada))
        yield running


@pytest.fixture
def opened(window, it):
    """Opens pages of that server, signed in."""

    def open(address=PAGE, **options):
        # A cookie does not know of ports: the other server's would be sent here too.
        context = window(url=it.url, **options)
        context.context.add_cookies([{"name": "inglenook", "value": it.ada.cookies["inglenook"], "url": it.url}])
        return context.open(address)

    return open


def test_the_page_and_its_plan_are_clean_in_every_look(opened, it):
    page = opened()
    assert looked_at(page, PAGE) == []
    page.click("text=As a table")
    assert looked_at(page, "the table") == []
    page.fill("#field-at", "2001-01-01T00:00:00")
    page.click("text=Restore …")
    page.wait_for_selector("#field-at[aria-invalid=true]")
    assert looked_at(page, "a refusal") == []
    assert page.input_value("#field-at").startswith("2001-01-01T00:00")
    page.goto(f"{PAGE}/restore?at={moment()}")
    assert looked_at(page, "the plan") == []


def test_a_copy_and_a_verification_show_their_progress_and_end(opened):
    page = opened()
    page.click("text=Verify now")
    page.wait_for_selector(".points >> text=Verified by a full restore", timeout=60_000)
    page.wait_for_selector("#work[hidden]", state="attached")
    points = page.locator(".points > li").count()
    page.click("text=Copy now")
    page.wait_for_function(f"() => document.querySelectorAll('.points > li').length > {points}", timeout=60_000)
    assert page.is_enabled("text=Copy now")


@pytest.mark.slow
def test_after_a_restore_by_keyboard_the_page_comes_back_by_itself(opened, it):
    it.ada.post("/spaces", data={"name": "Pantry"})
    time.sleep(2.5)
    then = moment()
    it.ada.post("/spaces", data={"name": "Kitchen"})
    first = start_of(it.ada)
    page = opened(f"{PAGE}/restore?at={then}")
    page.focus("#field-password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#work[data-returns]")
    page.wait_for_selector(".points >> text=Undo …", timeout=60_000)
    assert start_of(it.ada) != first
    assert page.url.endswith(PAGE)
    spaces = it.ada.get("/spaces").text
    assert "Pantry" in spaces and "Kitchen" not in spaces


def test_all_of_it_can_be_read_and_asked_for_without_a_script(opened):
    page = opened(java_script_enabled=False)
    assert page.locator(".week svg").count() >= 7
    page.fill("#field-at", re.sub(r"\.\d+$", "", moment()))
    page.click("text=Restore …")
    assert "Restore everything to" in page.inner_text("h1")
    page.fill("#field-password", "not the right one")
    page.click("button:has-text('Restore')")
    assert "This is not your password." in page.inner_text("main")


def test_a_click_on_the_line_of_a_day_chooses_a_moment_of_it(opened):
    page = opened()
    line = page.locator(".week svg").nth(1)
    box = line.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2)
    day, time_ = page.input_value("#field-at").split("T")
    assert day == line.get_attribute("data-day")
    assert time_.startswith(("17:5", "18:0")), time_
    mark = line.locator(".chosen")
    assert abs(float(mark.get_attribute("x")) - 180) < 2
    page.fill("#field-at", f"{day}T06:00:00")
    assert abs(float(mark.get_attribute("x")) - 60) < 2


def test_a_page_that_is_seen_again_shows_what_is_newer_and_keeps_what_was_chosen(opened, it):
    page = opened()
    page.fill("#field-at", "2026-01-02T03:04:05")
    before = page.locator(".points > li").count()
    it.ada.post(f"{PAGE}/snapshots")
    until(lambda: it.ada.get(PAGE).text.count("asked for") >= 1)
    page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    page.wait_for_selector(".points >> text=asked for")
    assert page.locator(".points > li").count() >= before
    assert page.input_value("#field-at") == "2026-01-02T03:04:05"
