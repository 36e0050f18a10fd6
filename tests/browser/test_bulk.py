"""Many chats at once in a browser: with the keyboard, the mouse and the pages that follow."""

from app import projects
from tests.browser.conftest import aside, axe
from tests.test_bulk import caller, chat


def test_chats_are_chosen_by_keys_and_ranges_then_tagged_moved_deleted_and_taken_back(window, bob, models):
    for n in range(6):
        aside(chat, bob, f"Tea {n}")
    teas = aside(projects.create, caller(bob), "Teas").id
    page = window(bob).open("/chats")
    boxes, said = page.locator(".tick input[name=ids]"), page.locator("[data-picked]")
    assert not page.get_by_role("button", name="Archive", exact=True).is_visible()
    boxes.first.focus()
    for key in ("Shift+ArrowDown", "Shift+ArrowDown"):
        page.keyboard.press(key)
    assert said.inner_text() == "3 chosen"
    page.keyboard.press("Control+a")
    assert said.inner_text() == "6 chosen"
    page.keyboard.press("Escape")
    assert said.inner_text().startswith("Choose chats")
    page.keyboard.press("Enter")  # on a box it does nothing by itself
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    assert said.inner_text() == "4 chosen" and axe(page) == []
    page.get_by_role("button", name="Tag", exact=True).click()
    page.get_by_label("Tags", exact=True).fill("hot, green")
    page.keyboard.press("Enter")
    page.get_by_text("4 chats are tagged.").wait_for()
    # The list came anew: nothing is chosen, and the keyboard is at its head.
    assert page.evaluate("document.activeElement.closest('[data-pick-all]') !== null")
    page.keyboard.press("Space")
    assert said.inner_text() == "6 chosen"
    page.get_by_role("button", name="Move", exact=True).click()
    page.get_by_role("button", name="Teas", exact=True).click()
    page.get_by_text("6 chats are in “Teas” now.").wait_for()
    page.select_option("#chats-tag", "hot")
    page.locator("#chats a.name", has_text="Tea 0").wait_for(state="detached")
    page.locator("[data-pick-all] input").check()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_text("4 chats are deleted.").wait_for()
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").click()
    page.goto(f"/projects/{teas}")
    assert boxes.count() == 6 and axe(page) == []
    boxes.nth(2).check()
    with page.expect_download() as sent:
        page.get_by_role("button", name="Export", exact=True).click()
    assert sent.value.suggested_filename == "chats.zip"
