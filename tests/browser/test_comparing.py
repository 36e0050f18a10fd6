"""Comparing in a browser: answers side by side, each on its own way, and one that goes on."""

import signal

import pytest

from tests.browser.conftest import PASSWORD, axe
from tests.browser.test_resume import Serving, serving
from tests.upstream import text_of

__all__ = ["serving"]
SEEN = "#composer-form #beside"
COLUMN = ".comparison .columns > .turn"
BUSY = f"{COLUMN}[aria-busy]"


def compare(page, *models: str) -> None:
    """Ask these models side by side, by keyboard."""
    page.select_option("#composer-model", label=models[0])
    page.focus(f"{SEEN} summary")
    page.keyboard.press("Enter")
    for n, model in enumerate(models[1:]):
        page.select_option(f"#beside-{n}", label=model)
    page.fill("#composer", "Which way?")
    page.click("#send")  # a finger's keyboard has an Enter that breaks lines
    page.wait_for_selector(".comparison")


def texts(page) -> list[str]:
    """What each of them says."""
    script = f"() => [...document.querySelectorAll('{COLUMN} .prose')].map(each => each.innerText)"
    return [" ".join(text.split()) for text in page.evaluate(script)]


def test_three_answers_run_side_by_side_are_stopped_alone_and_one_is_kept(window, alice, models):
    it = window(alice)
    page = it.open("/")
    compare(page, "pace-50-2000", "pace-200-700", "words-200")
    page.wait_for_selector(f"{BUSY} >> nth=1 >> text=Part 2")
    assert len(it.streams) == 1 and page.locator(COLUMN).count() == 3
    other = it.open(page.url)
    other.wait_for_selector(f"{BUSY} >> nth=1")
    page.reload()
    page.wait_for_selector(f"{BUSY} >> nth=1")
    page.click("[aria-label='Stop pace-50-2000']")
    page.wait_for_selector(f"{COLUMN} >> nth=0 >> text=Stopped.")
    page.wait_for_selector(BUSY, state="detached")
    other.wait_for_selector(BUSY, state="detached")
    assert texts(page) == texts(other) and text_of("words-200") in texts(page)[2]
    source = page.locator(COLUMN).nth(1).locator("[aria-label='Copy the answer']").get_attribute("data-copy")
    assert alice.get(source).text == text_of("pace-200-700")
    assert page.locator("#beside[open]").count() == 0 and axe(page) == []

    page.locator(COLUMN).nth(1).locator(".byline [data-keep]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".walker >> text=2/3")
    page.wait_for_function("document.activeElement.id === 'composer'")
    assert page.locator(".comparison").count() == 0
    assert page.eval_on_selector("#composer-model", "each => each.selectedOptions[0].text") == "pace-200-700"
    other.bring_to_front()
    other.wait_for_selector(".walker >> text=2/3")
    phone = window(alice, viewport={"width": 360, "height": 740}, has_touch=True).open("/")
    compare(phone, "words-20", "reference")
    phone.wait_for_selector(BUSY, state="detached")
    assert axe(phone) == []
    assert phone.evaluate("() => document.scrollingElement.scrollWidth <= 360")


@pytest.mark.slow
def test_answers_side_by_side_survive_the_end_of_the_server(window, serving: Serving):
    page = window(url=serving.url).open("/signin")
    page.fill("[name=email]", "ada@example.org")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    compare(page, "pace-50-2000", "words-20")
    page.wait_for_selector(f"{BUSY} >> text=Part 2")
    seen = texts(page)
    serving.end(signal.SIGKILL)
    page.wait_for_selector("[data-lost]:not([hidden])")
    serving.start()
    page.wait_for_selector(f"{COLUMN} >> nth=0 >> text=Interrupted.", timeout=15_000)
    kept = texts(page)
    assert kept[1] == text_of("words-20") and len(seen[0]) - len(kept[0]) <= 5 * 50 * 0.3
    page.click(f"{COLUMN} .callout >> text=Continue")
    page.wait_for_selector(f"{BUSY} >> text=Part 2")
    assert page.locator(COLUMN).count() == 2
    page.locator(COLUMN).nth(1).locator(".byline [data-keep]").click()
    page.wait_for_selector(".walker >> text=/3")
    assert page.locator(".comparison, [aria-busy]").count() == 0
