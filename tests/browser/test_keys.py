"""Keys in a browser: made, copied once, rotated, ended; in any look."""

import re

from app import keys
from app.rights import Caller
from tests.browser.conftest import aside
from tests.browser.test_pages import looked_at


def test_a_key_is_made_copied_and_gone(window, bob):
    page = window(bob).open("/keys/new")
    page.locator("summary", has_text="What it opens").click()
    assert looked_at(page, "new") == []
    page.get_by_label("Name").fill("aider on the laptop")
    page.get_by_label("Budget in dollars").fill("lots")
    page.get_by_role("button", name="Make the key").click()
    page.get_by_text("is no amount").wait_for()
    assert looked_at(page, "refused") == []
    page.get_by_label("Budget in dollars").fill("12.50")
    page.get_by_role("button", name="Make the key").click()
    page.get_by_text("It is shown only now").wait_for()
    token = page.get_by_label("The key", exact=True).input_value()
    assert re.fullmatch(r"ink-[\w-]{43}", token) and looked_at(page, "made") == []
    page.get_by_role("button", name="Copy", exact=True).click()
    page.get_by_role("button", name="Copied").wait_for()
    page.locator("summary", has_text="Claude Code").click()
    assert f"ANTHROPIC_AUTH_TOKEN={token}" in page.locator("pre:visible").last.inner_text()
    page.get_by_role("link", name="To the key").click()
    page.get_by_role("heading", name="aider on the laptop").wait_for()
    assert token not in page.content()


def test_a_rotation_shows_the_new_key_and_its_overlap_can_be_ended(window, bob):
    key, _ = aside(keys.create, Caller(id=bob.id, name="Bob"), "nightly", addresses=["10.0.0.0/8"])
    page = window(bob).open(f"/keys/{key.id}")
    page.get_by_role("button", name="Rotate").click()
    page.get_by_text("It is shown only now").wait_for()
    page.get_by_role("link", name="To the key").click()
    page.get_by_text("The earlier key").wait_for()
    assert looked_at(page, "key") == []
    page.get_by_role("button", name="End it now").click()
    page.get_by_role("button", name="End it", exact=True).click()
    page.get_by_text("The earlier key").wait_for(state="detached")
    page.get_by_role("button", name="Revoke the key").click()
    page.get_by_role("button", name="Revoke", exact=True).click()
    page.get_by_text("revoked").wait_for()
    assert looked_at(page, "keys") == []
