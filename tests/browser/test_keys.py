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


def test_a_snippet_has_a_model_that_chats_and_fits_its_page(window, bob, model):
    model("words-20")
    page = window(bob, viewport={"width": 1280, "height": 760}).open("/keys")
    curl = page.locator("pre").first
    assert '"model": "' in curl.inner_text() and "wordllama" not in curl.inner_text()
    assert curl.evaluate("it => it.scrollWidth - it.clientWidth") == 0
    assert "ink-YOUR-KEY" in curl.inner_text()


def test_a_refused_key_has_the_keyboard_where_it_is_wrong(window, bob):
    page = window(bob).open("/keys/new")
    page.get_by_label("Name").fill("nothing at all")
    page.locator("summary", has_text="What it opens").click()
    page.get_by_label("Ask models").uncheck()
    page.get_by_label("Name").press("Enter")
    page.get_by_text("Choose at least one.").wait_for()
    assert page.get_by_label("Ask models").evaluate("it => it === document.activeElement")
    assert page.get_by_role("group", name="It opens").get_attribute("aria-describedby") == "scopes-error"


def test_a_key_that_has_ended_says_what_to_do(window, bob):
    me = Caller(id=bob.id, name="Bob")
    key, _ = aside(keys.create, me, "an old laptop")
    aside(keys.revoke, me, key.id)
    page = window(bob).open(f"/keys/{key.id}")
    page.get_by_text("It is revoked.").wait_for()
    assert looked_at(page, "ended") == []
    page.set_viewport_size({"width": 1280, "height": 760})
    page.get_by_role("link", name="New key").press("Enter")
    page.wait_for_url("**/keys/new")


def test_everybodys_keys_fit_whatever_they_are_called(window, alice, person):
    for name, key in (
        ("נועם בן־דוד אל־חריזי", "מפתח לעורך הקוד"),
        (
            "Maximilian von und zu Hohenlohe-Langenburg-Schillingsfürst",
            "a-review-bot-for-each-repository-of-the-platform",
        ),
    ):
        someone = person(name)
        aside(keys.create, Caller(id=someone.id, name=name), key, budget=keys.Spend(999_999 * 10**9))
    page = window(alice).open("/admin/keys")
    assert looked_at(page, "/admin/keys") == []
    row = page.locator("tbody tr", has_text="Maximilian").first
    tops = row.locator("a").evaluate_all("them => them.map(it => it.getClientRects()[0].top)")
    assert len(tops) == 2 and abs(tops[0] - tops[1]) < 3, "a key and its person begin on one line"
