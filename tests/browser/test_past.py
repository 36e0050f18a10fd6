"""The past in a real browser: every page of it is clean, says which moment it shows, and offers nothing that changes."""

import os
from pathlib import Path

import pytest

from app import clock
from app.backups.past import Here, shapes
from tests.browser.conftest import aside
from tests.browser.test_pages import furnished, kind, linked, looked_at

SHOTS = os.environ.get("PAST_SHOTS", "")
CHANGES = """() => [...document.querySelectorAll('form:not([data-past]), button, [hx-post], [hx-put], [hx-delete]')]
  .filter(it => it.matches('[hx-post], [hx-put], [hx-delete], form[method=post]'))
  .map(it => it.outerHTML.slice(0, 200))"""


@pytest.fixture
def past():
    """What the child that serves a moment knows of it."""

    def begin():
        now = clock.now()
        shapes.shows(Here("2026-11-18T16-48-00Z", now - clock.DAY, now + 52 * clock.MINUTE, now - clock.DAY))

    yield begin
    shapes.here = None


@pytest.mark.timeout(600)
def test_every_page_of_the_past_is_clean_and_offers_nothing_that_changes(window, alice, model, past):
    furnished(alice, model)
    alice.post("/p", content=b"print(1)\n", headers={"content-type": "text/plain"})
    alice.post("/pastes", data={"body": "print(1)\n", "name": "one.py", "title": "A small program"})
    alice.put("/files/notes.txt", content=b"some words")
    alice.post("/files", files={"file": ("picture.txt", b"a text of some words")})
    alice.post("/projects", data={"name": "Kitchen"})
    alice.post("/spaces", data={"name": "Pantry"})
    past()
    addresses = linked(alice)
    page = window(alice).open("/")
    wrong = []
    for n, address in enumerate(addresses):
        page.goto(address)
        wrong += looked_at(page, address)
        wrong += [f"{address}: {each}" for each in page.evaluate(CHANGES)]
        if SHOTS:
            for width, scheme in ((1280, "light"), (360, "dark")):
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=scheme)
                name = kind(address).strip("/").replace("/", "_").replace("…", "x").replace("?", "-q") or "home"
                page.screenshot(path=str(Path(SHOTS) / f"{n:02}-{name}-{width}.png"), full_page=True)
    print(*addresses, sep="\n")
    assert wrong == []
