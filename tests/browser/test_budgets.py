"""The page of budgets in a browser: set with the keyboard, removed after a question, clean in every look."""

import pytest

from app import rights
from app.usage import budgets
from tests.browser.conftest import aside
from tests.browser.test_pages import looked_at
from tests.test_usage_pages import called

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
    page.wait_for_load_state()
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


def test_a_budget_is_changed_in_the_form_that_it_fills(window, alice):
    aside(budgets.put, ADMIN, "user", alice.id, "day", "money", 12_500_000_000)
    page = window(alice).open("/admin/budgets")
    page.get_by_role("link", name="Change the budget of Alice a day").press("Enter")
    page.wait_for_url("**#budget")
    form = page.locator("form", has=page.get_by_role("button", name="Set the budget"))
    assert form.get_by_label("For").input_value() == f"user:{alice.id}"
    assert [form.get_by_label(name).input_value() for name in ("Amount", "In", "Period")] == ["12.5", "money", "day"]
    form.get_by_label("Amount").fill("20")
    form.get_by_label("Amount").press("Enter")
    page.get_by_text("Kept.").wait_for()
    assert page.get_by_text("$20.00 a day").count() == 1 and page.get_by_text("$12.50").count() == 0


def test_a_page_that_came_back_begins_at_what_is_wrong(window, alice):
    page = window(alice, viewport={"width": 360, "height": 640}).open("/admin/budgets")
    page.get_by_label("Tokens a minute").fill("some")
    page.get_by_label("Tokens a minute").press("Enter")
    page.get_by_text("Write a whole number like").wait_for()
    wrong = page.locator("[aria-invalid]")
    assert wrong.get_attribute("name") == "tokens" and wrong.evaluate("it => it === document.activeElement")
    assert 0 < wrong.bounding_box()["y"] < 500, "it is in sight, with its error below it"
    assert looked_at(page, "refused") == []


def test_what_is_spent_is_told_by_more_than_a_colour(window, alice, bob):
    for who, cost in ((alice, 85), (bob, 100)):
        aside(called, who, cost=cost)
        aside(budgets.put, ADMIN, "user", who.id, "total", "money", 100)
    page = window(alice).open("/admin/budgets")
    for words, kind in (("85 %", "warn"), ("100 %", "bad")):
        assert page.locator(f".state.{kind}", has_text=words).locator("svg").is_visible(), words
        assert page.locator(f"progress.{kind}[aria-label*='{words}']").is_visible(), words
    assert looked_at(page, "short") == []


def test_two_notices_are_told_apart_and_lead_on(window, bob):
    aside(called, bob, cost=100)
    for period in ("day", "total"):
        aside(budgets.put, ADMIN, "user", bob.id, period, "money", 100)
    page = window(bob).open("/keys")
    assert page.get_by_text("is used up").count() == 2 and looked_at(page, "two notices") == []
    page.set_viewport_size({"width": 1280, "height": 760})
    page.get_by_role("link", name="See what was used").first.press("Enter")
    page.get_by_role("heading", name="Usage", exact=True, level=1).wait_for()
    assert page.get_by_role("region", name="Notice 2").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".banner").first.is_hidden()
