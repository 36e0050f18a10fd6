"""The recovery key in a browser: it is copied, kept as a file, and every state of its page is clean."""

import pytest

from app import providers, rights
from app.secrets import keys
from tests.browser.conftest import aside
from tests.browser.test_pages import looked_at
from tests.test_secrets_pages import PLACE, doubt, lock, settle


@pytest.fixture(autouse=True)
def unsaved(house):
    """Nobody has confirmed the key yet; afterwards the house goes on with its own, saved."""
    before = keys.ring
    aside(doubt)
    yield
    aside(settle, before)


def test_the_key_is_copied_and_kept_as_a_file_and_confirmed(window, alice):
    it = window(alice, permissions=["clipboard-read", "clipboard-write"])
    page = it.open("/welcome/key")
    wrong = looked_at(page, "first")
    page.click("text=Copy")
    page.wait_for_selector("text=Copied")
    assert page.evaluate("navigator.clipboard.readText()") == keys.ring.present
    with page.expect_download() as kept:
        page.click("text=Keep as a file")
    assert kept.value.path().read_text() == f"{keys.ring.present}\n"
    page.click("text=I have saved it")
    page.wait_for_url("**/welcome")
    page.goto(PLACE)
    page.wait_for_selector("text=The recovery key is saved.")
    assert wrong + looked_at(page, "saved") == []


def test_the_key_is_shown_on_its_page_and_the_reminder_ends(window, alice):
    page = window(alice).open("/admin/jobs")
    wrong = looked_at(page, "reminder")
    page.click(".banner >> text=Save it now")
    wrong += looked_at(page, "unsaved")
    page.click("text=Show the recovery key")
    page.wait_for_selector(f"text={keys.ring.present}")
    wrong += looked_at(page, "shown")
    page.click("text=I have saved it")
    page.wait_for_selector("text=The recovery key is saved.")
    page.goto("/admin/jobs")
    assert page.locator(".banner").count() == 0 and wrong == []


def test_locked_keys_are_opened_on_the_page(window, alice):
    provider, right = aside(lock)
    page = window(alice).open("/")
    page.click(".banner >> text=Give the recovery key")
    wrong = looked_at(page, "locked")
    page.fill("#field-key", "nothing like it")
    page.click("text=Open them")
    page.wait_for_selector("text=does not open")
    wrong += looked_at(page, "refused")
    page.fill("#field-key", right)
    page.click("text=Open them")
    page.wait_for_selector("text=The stored keys open again.")
    assert wrong == []
    assert keys.ring.present == right
    aside(providers.remove, rights.machine(), provider)
