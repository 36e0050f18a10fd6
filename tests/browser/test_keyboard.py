"""Everything by keyboard."""

from tests.browser.conftest import answered, ask, prose, writes


def test_ctrl_k_finds_a_chat_by_its_title_and_opens_it(page):
    ask(page, "The lighthouse keeper", "words-20")
    page.wait_for_url("**/chats/*")
    answered(page)
    chat = page.url
    page.click("#here button")
    page.fill("#here [name=title]", "The lighthouse keeper")
    page.press("#here [name=title]", "Enter")
    page.wait_for_selector("p#here")
    page.goto("/chats")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette >> text=The lighthouse keeper")
    page.keyboard.type("lighth")
    assert page.locator("#palette li:not([hidden])").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url(chat.split("#")[0] + "*")


def test_ctrl_k_begins_a_new_chat_with_a_model(page):
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette >> text=think")
    page.keyboard.type("think")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?model=*")
    assert page.locator("#composer-model option:checked").inner_text() == "think"


def test_ctrl_k_turns_the_light_off_and_it_stays(page):
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette >> text=Dark")
    page.keyboard.type("dark")
    with page.expect_response("**/settings/theme"):
        page.keyboard.press("Enter")
    assert page.get_attribute("html", "data-theme") == "dark"
    page.reload()
    assert page.get_attribute("html", "data-theme") == "dark"


def test_the_palette_closes_with_esc_and_gives_the_focus_back(page):
    page.focus("#composer")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector("#palette", state="hidden")
    assert page.evaluate("() => document.activeElement.id") == "composer"


def test_slash_focuses_the_composer_and_is_not_typed(page):
    page.locator("#composer").blur()
    page.keyboard.press("/")
    assert page.evaluate("() => document.activeElement.id") == "composer"
    assert page.input_value("#composer") == ""
    page.keyboard.press("/")
    assert page.input_value("#composer") == "/"


def test_the_question_mark_shows_the_keys(page):
    page.locator("#composer").blur()
    page.keyboard.press("?")
    assert "Stop the answer" in page.locator("#shortcuts").inner_text()
    page.keyboard.press("Escape")
    page.wait_for_selector("#shortcuts", state="hidden")


def test_shift_enter_breaks_and_enter_sends(page):
    page.select_option("#composer-model", label="echo")
    page.focus("#composer")
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    page.keyboard.press("Enter")
    page.wait_for_url("**/chats/*")
    answered(page)
    assert prose(page).split() == ["one", "two"]


def test_the_arrow_up_edits_the_last_question_and_esc_leaves_it(page):
    ask(page, "To be improved", "words-20")
    page.wait_for_url("**/chats/*")
    answered(page)
    page.focus("#composer")
    page.keyboard.press("ArrowUp")
    page.wait_for_selector(".mending textarea:focus")
    assert page.input_value(".mending textarea") == "To be improved"
    page.keyboard.press("Escape")
    page.wait_for_selector(".turn.question .prose >> text=To be improved")
    page.focus("#composer")
    page.keyboard.type("mine")
    page.keyboard.press("ArrowUp")
    page.wait_for_timeout(200)
    assert page.locator(".mending").count() == 0


def test_esc_closes_what_is_open_before_it_stops_the_answer(page):
    ask(page, "Write", "pace-50-2000")
    writes(page, "Part 1")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector("#palette", state="hidden")
    assert page.locator(".turn[aria-busy]").count() == 1
    page.keyboard.press("Escape")
    page.wait_for_selector("text=Stopped.")


def test_every_control_of_a_chat_is_reached_by_tab_and_shows_it(page):
    ask(page, "Tab through", "words-20")
    page.wait_for_url("**/chats/*")
    answered(page)
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0) }")
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("""() => { const it = document.activeElement;
            return it.id || it.getAttribute('aria-label') || it.textContent.trim().slice(0, 20) }""")
        )
    wanted = {
        "Skip to the text",
        "pin",
        "More",
        "Edit this question",
        "Copy the answer",
        "Answer again",
        "composer",
        "send",
    }
    assert wanted <= reached, wanted - reached


def test_the_walker_keeps_the_focus(page):
    ask(page, "Walk", "words-20")
    page.wait_for_url("**/chats/*")
    answered(page)
    page.click("[aria-label='Answer again']")
    page.wait_for_selector(".walker >> text=2/2")
    page.focus("[aria-label='Earlier version']")
    page.keyboard.press("Enter")
    page.wait_for_selector(".walker >> text=1/2")
    assert "version" in page.evaluate("() => document.activeElement.getAttribute('aria-label') ?? ''")


def test_the_focus_in_bar_and_dock_leaves_the_text_where_it_is(page):
    ask(page, "Scroll", "reference")
    page.wait_for_url("**/chats/*")
    answered(page)
    place = "() => document.scrollingElement.scrollTop"
    before = page.evaluate(place)
    assert before > 100
    for selector in ("#here button", "#pin", "#composer", "#send"):
        page.evaluate("(it) => document.querySelector(it).focus()", selector)
        assert page.evaluate(place) == before, selector
    page.click("#here button")
    page.wait_for_selector("#here input:focus")
    assert abs(page.evaluate(place) - before) < 3
