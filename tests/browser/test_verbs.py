"""The page of the JSON interface in a real browser: clean, narrow, and a link to a verb opens it."""

import pytest

from tests.browser.conftest import axe


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_the_page_is_clean_with_all_folds_closed_and_open(window, bob, width, scheme):
    at = window(bob, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = at.open("/docs/api")
    assert axe(page) == []
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_link_to_a_verb_opens_it(window, bob):
    page = window(bob).open("/docs/api#verb-pastes_create")
    fold = page.locator("details#verb-pastes_create")
    fold.locator("text=Authorization").first.wait_for(state="visible")
    assert page.locator("details[open]").count() == 1
    page.get_by_role("link", name="Fork a paste").click()
    page.locator("details#verb-pastes_fork .prose").wait_for(state="visible")


def test_a_language_is_chosen_and_the_examples_carry_the_readers_address(house, window, bob):
    page = window(bob).open("/docs/api")
    page.get_by_role("link", name="Python").click()
    page.wait_for_url("**language=python")
    page.locator("#verb-pastes_create summary").click()
    shown = page.locator("#verb-pastes_create .prose").inner_text()
    assert "requests.post(" in shown and f"{house.url}/api/v1/pastes" in shown
