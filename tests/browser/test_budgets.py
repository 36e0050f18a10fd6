"""The page of budgets in a browser: set with the keyboard, removed after a question, clean in every look."""

import pytest

from app import rights
from app.usage import budgets
from tests.browser.conftest import aside
from tests.browser.test_pages import looked_at

ADMIN = rights.machine()


def removed():
    for each in budgets.all(ADMIN):
        budgets.remove(ADMIN, each.id)
    for _, each in budgets.limits(ADMIN):
        budgets.limit(ADMIN, each.kind, each.target_id, None, None, None)


@pytest.fixture(autouse=True)
def clean(house):
    """Each test leaves no budget behind."""
    yield
    aside(removed)


def test_a_budget_is_set_with_the_keyboard_and_removed_after_a_question(window, alice):
    page = window(alice).open(f"/admin/budgets?whom=user:{alice.id}")
    page.focus("[name=amount]")
    page.keyboard.type("12.50")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=$12.50 a month")
    page.click("text=Remove")
    page.wait_for_selector("text=Then nothing stops at $12.50.")
    page.click("#confirm [data-yes]")
    page.wait_for_selector("text=No budgets yet")


def test_the_page_is_clean_in_every_look_with_and_without_budgets(window, alice):
    page = window(alice).open("/admin/budgets")
    wrong = looked_at(page, "/admin/budgets")

    def fill():
        for kind, id in (("workspace", ""), ("user", alice.id)):
            budgets.put(ADMIN, kind, id, "day", "tokens", 123_456_789)
            budgets.put(ADMIN, kind, id, "total", "money", 1)
            budgets.limit(ADMIN, kind, id, 60, 100_000, 4)

    aside(fill)
    page.goto("/admin/budgets")
    assert wrong + looked_at(page, "/admin/budgets") == []
