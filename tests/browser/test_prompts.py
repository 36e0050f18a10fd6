"""Prompts in the composer: the list behind the slash, by the keyboard alone, and the form that asks."""

from app import accounts, presets, prompts, rights
from app.presets import Settings
from tests.browser.conftest import aside, axe


def active(page) -> str:
    """The option that is taken by Enter, as a screen reader is told."""
    id = page.get_attribute("#composer", "aria-activedescendant")
    return page.inner_text(f"#{id} .name") if id else ""


def test_a_prompt_is_found_filled_in_and_inserted_by_the_keyboard(window, alice, models):
    user = accounts.find(alice.id, rights.machine())
    me = rights.Caller(id=user.id, name=user.name, role=user.role)
    aside(prompts.create, me, "review", "Review {{what=code}} as a {{tone|kind|strict}} reader:\n{{text}}")
    aside(prompts.create, me, "replace", "Answer plainly.")
    page = window(alice).open("/")
    page.type("#composer", "Please /re")
    page.wait_for_selector("#prompt-choices [role=option]")
    assert active(page) == "/replace" and axe(page) == []
    page.keyboard.press("ArrowDown")
    assert active(page) == "/review"
    page.keyboard.press("Escape")
    assert page.is_hidden("#prompt-choices") and page.input_value("#composer") == "Please /re"
    page.keyboard.press("Backspace")  # the same sign stays closed, a new one opens
    page.keyboard.type("x /rev")
    page.wait_for_selector("#prompt-choices [role=option]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#prompt-use[open] textarea")
    page.evaluate("Promise.all(document.getAnimations().map(each => each.finished))")
    assert axe(page) == []
    page.keyboard.press("Escape")
    assert page.input_value("#composer") == "Please /rx /rev"
    assert page.evaluate("document.activeElement.id") == "composer"
    page.keyboard.type("i")
    page.wait_for_selector("#prompt-choices [role=option]")
    page.keyboard.press("Tab")
    page.wait_for_selector("#prompt-use[open] textarea")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("one {{what}}")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    page.keyboard.press("Enter")
    page.wait_for_selector("#prompt-use:not([open])", state="attached")
    assert page.input_value("#composer") == "Please /rx Review code as a kind reader:\none {{what}}\ntwo"
    page.keyboard.type(" /repl")
    page.wait_for_selector("#prompt-choices [role=option]")
    with page.expect_response(lambda answer: "/drafts/" in answer.url):
        page.click("#prompt-choices [role=option]")
    assert page.input_value("#composer").endswith("two Answer plainly.")
    made = aside(presets.create, me, "Strict", Settings(instructions="Be strict."))
    page.goto(f"/chats/new?preset={made.id}")
    assert page.input_value("#composer").endswith("two Answer plainly.") and axe(page) == []
