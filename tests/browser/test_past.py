"""The past in a real browser: looked at from the page of backups, read, and one thing of it taken along."""

import os
import re
import time
from pathlib import Path

import pytest

from tests.browser.conftest import aside
from tests.browser.test_pages import ID, LOOKS, furnished, looked_at
from tests.test_backups_pages import PAGE, moment, reachable, served, until
from tests.test_past_pages import linked, looked

# A directory for pictures of all that is looked at, to look at it oneself.
SHOTS = os.environ.get("PAST_SHOTS", "")


def shown(page, name: str) -> None:
    """A picture of the page in two looks, where somebody wants them."""
    for width, scheme in LOOKS if SHOTS else ():
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}-{scheme}.png"), full_page=True)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_moment_is_looked_at_and_one_thing_of_it_is_taken_along(window, tmp_path):
    with served(tmp_path / "data") as it:
        tea = {"name": "tea.txt", "syntax": "", "text": "Tea is best at 70 degrees.", "title": "Tea"}
        there = it.ada.post("/pastes", data=tea, headers={"accept": "text/html"}).url.path
        until(lambda: reachable(it.ada))
        time.sleep(2.5)
        then = moment()
        it.ada.post(f"{there}/trash")
        context = window(url=it.url)
        context.context.add_cookies([{"name": "inglenook", "value": it.ada.cookies["inglenook"], "url": it.url}])
        page = context.open(PAGE)
        page.fill("#field-at", re.sub(r"\.\d+$", "", then))
        shown(page, "form")
        page.click("text=Look first")
        assert "free" in page.inner_text(".plan") and looked_at(page, "what it takes") == []
        shown(page, "plan")
        page.click("text=Open it")
        page.wait_for_selector(".openings >> text=Close", timeout=60_000)
        assert looked_at(page, "open moments") == []
        shown(page, "open")
        page.set_viewport_size({"width": 1280, "height": 800})
        page.click(".openings a.button")
        assert "/then/" in page.url and "The past:" in page.inner_text(".banner.past")
        page.click(".places >> text=Pastes")
        page.click("text=Tea")
        assert looked_at(page, "a paste of the past") == []
        shown(page, "paste")
        page.keyboard.press("Control+k")
        page.fill("#palette-field", "chats")
        page.wait_for_selector("#palette-found >> text=All chats")
        assert page.locator("#palette-found >> text=New").count() == 0
        page.keyboard.press("Enter")
        page.wait_for_url("**/then/*/chats*")
        page.go_back()
        page.keyboard.press("?")
        page.wait_for_selector("#shortcuts[open]")
        page.keyboard.press("Escape")
        page.click("text=Copy into the present")
        page.wait_for_url(f"{it.url}/p/*")
        assert "Tea is best at 70 degrees." in page.inner_text("main") and there not in page.url
        page.go_back()
        page.click("text=Back to the present")
        page.click(".openings >> text=Close")
        assert page.locator(".openings").count() == 0


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(900)
def test_every_page_of_the_past_is_clean_in_every_look(window, alice, model, looked):
    furnished(alice, model)
    alice.post("/pastes", data={"name": "a.md", "syntax": "", "text": "# Tea\n\nHot.", "title": "A small text"})
    alice.post("/files", files={"file": ("notes.txt", b"a text of some words")})
    alice.post("/projects", data={"name": "Kitchen"})
    alice.post("/spaces", data={"name": "Pantry"})
    root, _ = aside(looked, alice)
    page = window(alice).open(f"{root}/")
    wrong = []
    for n, address in enumerate(aside(linked, alice, root)):
        page.goto(address)
        wrong += looked_at(page, address)
        name = ID.sub("x", address.removeprefix(root)).partition("?")[0].strip("/").replace("/", "_")
        shown(page, f"{n:02}-{name or 'home'}")
    assert wrong == []


__all__ = ["looked"]
