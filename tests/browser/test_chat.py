"""A chat in a real browser."""

import re
import time

from app import db
from tests.browser.conftest import answered, aside, ask, prose, writes
from tests.conftest import PASSWORD
from tests.test_chats_pages import fill
from tests.upstream import text_of


def test_from_sign_in_to_a_streamed_answer(window, alice, models):
    page = window().open("/")
    page.fill("[name=email]", alice.email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    ask(page, "Say two hundred words", "words-200")
    page.wait_for_url("**/chats/*")
    answered(page)
    assert prose(page) == text_of("words-200")


def test_a_follow_up_adds_to_the_page_and_stop_takes_sends_place(page):
    ask(page, "First", "words-20")
    answered(page)
    first = page.locator(".turn.answer").first.element_handle()
    ask(page, "Second", "pace-50-2000")
    writes(page, "Part 1")
    assert page.locator(".turn").count() == 4 and first.is_visible()
    assert page.input_value("#composer") == ""
    began = time.monotonic()
    page.click("#send[aria-label='Stop the answer']")
    page.wait_for_selector("text=Stopped.")
    assert time.monotonic() - began < 1
    assert page.get_attribute("#send", "aria-label") == "Send"


def test_esc_stops_and_the_text_stays(page):
    ask(page, "Write long", "pace-50-2000")
    writes(page, "Part 1")
    before = prose(page)
    page.keyboard.press("Escape")
    page.wait_for_selector("text=Stopped.")
    assert prose(page).startswith(before[:40])


def test_blocks_are_not_drawn_anew_while_the_text_grows(page):
    ask(page, "Write", "pace-200-700")
    page.wait_for_selector(".turn[aria-busy] .prose > .code")
    page.evaluate("() => { document.querySelector('.turn[aria-busy] .prose > *').mine = true }")
    page.evaluate(
        "() => { const r = document.createRange(); const p = document.querySelector('.prose > p');"
        " r.selectNodeContents(p); getSelection().removeAllRanges(); getSelection().addRange(r) }"
    )
    marked = page.evaluate("() => getSelection().toString()")
    places = """() => { const at = it => it.getBoundingClientRect().top, turn = document.querySelector('.turn.answer');
        const blocks = [...turn.querySelectorAll('.prose > *:not(.tail)')].slice(0, 8);
        return blocks.map(it => at(it) - at(turn)) }"""
    before = page.evaluate(places)
    answered(page)
    assert marked and page.evaluate("() => getSelection().toString()") == marked
    assert page.evaluate("() => document.querySelector('.turn.answer .prose > *').mine")
    assert page.evaluate(places)[: len(before)] == before  # what is read does not move when it is finished


def test_code_is_highlighted_and_copied(window, alice, models):
    it = window(alice)
    it.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = it.open("/")
    ask(page, "Everything", "reference")
    answered(page)
    assert page.locator(".code .k").count() > 0 and page.locator("math").count() > 0
    page.click(".code [data-copy]")
    page.wait_for_selector(".code >> text=Copied")
    assert page.evaluate("() => navigator.clipboard.readText()") == "def f(x):\n    return x * 2  # ünïcode"
    page.click("[aria-label='Copy the answer']")
    page.wait_for_selector(".toast >> text=Copied")
    assert page.evaluate("() => navigator.clipboard.readText()").startswith("# Ein Titel mit Ümläuten")


def test_reasoning_folds_while_it_is_thought_and_after(page):
    ask(page, "Think", "think")
    answered(page)
    fold = page.locator(".turn.answer .fold")
    assert "Thought:" in fold.inner_text() and not fold.get_attribute("open")
    fold.locator("summary").click()
    assert "I count" in fold.inner_text()


def test_an_answer_without_thoughts_shows_no_fold(page):
    ask(page, "Write", "pace-50-2000")
    writes(page, "Part 1")
    assert page.locator(".turn[aria-busy] .folds").is_hidden()
    page.keyboard.press("Escape")
    page.wait_for_selector("text=Stopped.")


def test_sending_while_an_answer_runs_keeps_the_text(page):
    ask(page, "Write", "pace-50-2000")
    writes(page, "Part 1")
    ask(page, "Too soon")
    page.wait_for_selector(".toast >> text=still being written")
    assert page.input_value("#composer") == "Too soon"
    page.keyboard.press("Escape")
    page.wait_for_selector("text=Stopped.")
    page.press("#composer", "Enter")
    page.wait_for_selector(".turn.question >> text=Too soon")


def test_a_text_that_is_too_long_is_refused_before_it_leaves_and_stays(page):
    sent = []
    page.on("request", lambda each: sent.append(each.url) if each.method == "POST" else None)
    page.evaluate("""() => {
        const field = document.querySelector('#composer');
        field.value = 'ö'.repeat(128 * 1024 + 1);
        field.dispatchEvent(new Event('input', { bubbles: true }));
    }""")
    page.wait_for_selector(".composer .over >> text=256 KiB")
    page.press("#composer", "Enter")
    assert sent == [] and len(page.input_value("#composer")) == 128 * 1024 + 1
    page.fill("#composer", "")
    page.wait_for_selector(".composer .over", state="detached")


def test_a_double_click_sends_once(page):
    page.select_option("#composer-model", label="words-20")
    page.fill("#composer", "Only once")
    page.dblclick("#send")
    page.wait_for_url("**/chats/*")
    answered(page)
    assert page.locator(".turn.question").count() == 1
    page.fill("#composer", "Once more")
    page.evaluate("() => { const f = document.querySelector('#composer-form'); f.requestSubmit(); f.requestSubmit() }")
    page.locator(".turn.question").nth(1).wait_for()
    answered(page)
    page.reload()
    assert page.locator(".turn.question").count() == 2


def test_enter_does_not_send_while_an_input_method_composes(page):
    page.fill("#composer", "かな")
    page.evaluate("""() => document.querySelector('#composer').dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))""")
    page.press("#composer", "Shift+Enter")
    assert page.input_value("#composer") == "かな\n" and page.url.endswith("/")


def test_editing_answering_again_and_walking_between_versions(page):
    ask(page, "A first try", "words-20")
    answered(page)
    page.click("[aria-label='Answer again']")
    page.wait_for_selector(".turn.answer .walker >> text=2/2")
    answered(page)
    page.click("[aria-label='Answer again with another model']")
    page.select_option(".another select", label="words-200")
    page.click(".another >> text=Ask")
    page.wait_for_selector(".turn.answer .walker >> text=3/3")
    answered(page)
    assert prose(page) == text_of("words-200")
    page.click("[aria-label='Earlier version']")
    page.wait_for_selector(".turn.answer .walker >> text=2/3")
    assert prose(page) == text_of("words-20")
    page.click("[data-edit]")
    page.fill(".mending textarea", "A better try")
    page.click(".mending >> text=Send")
    page.wait_for_selector(".turn.question .walker >> text=2/2")
    answered(page)
    assert page.locator(".turn").count() == 2
    shown = page.locator(".conversation").inner_text()
    page.reload()
    assert page.locator(".conversation").inner_text() == shown


def test_a_cut_answer_goes_on_from_the_kept_text(page):
    ask(page, "Break off", "fail-cut")
    page.wait_for_selector(".callout >> text=Interrupted.")
    kept = prose(page)
    page.click(".callout >> text=Continue")
    page.wait_for_selector(".turn.answer .walker >> text=2/2")
    answered(page)
    assert prose(page).startswith(kept) and len(prose(page)) > len(kept)


def test_the_title_comes_late_and_once(window, alice, models):
    it = window(alice)
    page = it.open("/")
    late = []
    page.on("request", lambda sent: late.append(sent.url) if "/title/late" in sent.url else None)
    ask(page, "Please name me", "pace-100-300")
    page.wait_for_url("**/chats/*")
    page.wait_for_selector("#here >> text=Part 1: how it works", timeout=15_000)
    assert "Part 1" in page.locator("#shelf").inner_text() and len(late) == 1 and len(it.streams) == 1


def test_the_title_is_edited_in_place(page):
    ask(page, "A plain beginning", "words-20")
    answered(page)
    page.click("#here button")
    page.fill("#here [name=title]", "A title of my own")
    page.press("#here [name=title]", "Enter")
    page.wait_for_selector("p#here >> text=A title of my own")
    assert "A title of my own" in page.locator("#shelf").inner_text()
    page.click("#here button")
    page.press("#here [name=title]", "Escape")
    page.wait_for_selector("p#here")


def test_a_title_that_comes_meanwhile_does_not_take_the_field_away(page):
    ask(page, "Who is quicker", "words-20")
    answered(page)
    page.click("#here button")
    page.fill("#here [name=title]", "Half a ti")
    renamed = """async () => (await fetch(location.pathname + '/title', {method: 'PUT',
        headers: {'content-type': 'application/x-www-form-urlencoded'}, body: 'title=From+elsewhere'})).status"""
    assert page.evaluate(renamed) == 200
    page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    page.wait_for_selector("#shelf >> text=From elsewhere")
    assert page.input_value("#here [name=title]") == "Half a ti"
    page.press("#here [name=title]", "Escape")
    page.wait_for_selector("p#here >> text=From elsewhere")


def test_pin_archive_delete_and_undo(page):
    ask(page, "To be put away", "words-20")
    answered(page)
    page.click("#pin")
    page.wait_for_selector("#shelf >> text=Pinned")
    page.click("#pin[aria-pressed=true]")
    page.wait_for_selector("#pin[aria-pressed=false]")
    page.click("[popovertarget=chat-menu]")
    page.click("#archive")
    page.wait_for_selector(".toast >> text=Archived.")
    page.click("[popovertarget=chat-menu]")
    page.click("#archive")
    page.click("[popovertarget=chat-menu]")
    page.click("#chat-menu >> text=Delete")
    page.wait_for_selector("#turns >> text=is deleted")
    page.click("#turns >> text=Restore it")
    page.wait_for_selector(".turn.question >> text=To be put away")


def test_the_list_filters_while_one_types_and_undoes_a_deletion(page):
    for text in ("The heron", "The bread"):
        page.goto("/")
        ask(page, text, "words-20")
        page.wait_for_url("**/chats/*")
        answered(page)
        page.click("#here button")
        page.fill("#here [name=title]", text)
        page.press("#here [name=title]", "Enter")
        page.wait_for_selector(f"p#here >> text={text}")
    page.goto("/chats")
    page.fill("#chats-filter", "heron")
    page.wait_for_selector("#chats:not(:has-text('The bread'))")
    page.click("[aria-label='Delete The heron']")
    page.wait_for_selector("#chats:not(:has-text('The heron'))")
    page.click(".toast >> text=Undo")
    page.wait_for_selector("#chats >> text=The heron")
    assert page.locator("#chats >> text=The heron").count() == 1


def test_a_draft_survives_reload_and_sign_out(window, bob, models):
    page = window(bob).open("/")
    with page.expect_response(re.compile("/drafts/new")):
        page.locator("#composer").press_sequentially("half a thought")
    page.reload()
    assert page.input_value("#composer") == "half a thought"
    page.locator("#composer").press_sequentially(", and more")
    page.goto("/chats")
    while "more" not in db.fetch("select text from draft where user_id = ?", bob.id)[0]:
        time.sleep(0.02)
    bob.post("/signout")
    bob.sign_in()
    other = window(bob).open("/")
    assert other.input_value("#composer") == "half a thought, and more"


def test_a_temporary_chat_keeps_no_draft_and_says_what_it_is(page):
    page.check("#temporary")
    drafts = []
    page.on("request", lambda sent: drafts.append(sent.post_data) if "/drafts/" in sent.url else None)
    ask(page, "Between us", "words-20")
    answered(page)
    assert "Between" not in "".join(drafts)
    assert "Temporary chat." in page.locator("#turns").inner_text()
    page.reload()
    assert page.locator(".turn").count() == 2
    page.goto("/")
    assert page.input_value("#composer") == "" and "Between us" not in page.locator("body").inner_text()


def test_settings_are_saved_and_mended(page):
    ask(page, "Settle", "words-20")
    answered(page)
    page.click("[commandfor=chat-settings]")
    page.fill("[name=temperature]", "7")
    page.click("#chat-settings >> text=Save")
    page.wait_for_selector("#chat-settings >> text=between 0 and 2")
    page.fill("[name=temperature]", "0.7")
    page.click("#chat-settings >> text=Save")
    page.wait_for_selector(".toast >> text=Kept.")
    assert page.locator("#chat-settings").is_hidden()
    page.click("[commandfor=chat-settings]")
    assert page.input_value("[name=temperature]") == "0.7"


def test_the_reader_is_left_where_he_scrolled_and_led_back(page):
    ask(page, "Write very long", "pace-300-2000")
    writes(page, "Part 3")
    page.mouse.move(640, 300)
    page.mouse.wheel(0, -600)
    page.wait_for_selector("[data-to-end]:not([hidden])")
    place = page.evaluate("() => document.scrollingElement.scrollTop")
    writes(page, "Part 5")
    assert abs(page.evaluate("() => document.scrollingElement.scrollTop") - place) < 3
    page.click("[data-to-end]")
    page.wait_for_selector("[data-to-end]", state="hidden")
    writes(page, "Part 7")
    # Between new text and the frame that shows it the end is a little away; a page that does not follow falls behind.
    left = "() => { const p = document.scrollingElement; return p.scrollHeight - p.scrollTop - p.clientHeight < 40 }"
    page.wait_for_function(left, timeout=1000)
    page.click("#send")
    page.wait_for_selector("text=Stopped.")


def test_older_messages_come_in_above_and_the_text_stays_in_place(page):
    ask(page, "question number 0", "echo")
    answered(page)
    aside(fill, page.url.rsplit("/", 1)[1], 120)
    page.reload()
    assert page.locator(".turn").count() == 50
    assert page.locator("text=answer number 120").is_visible()
    top = page.locator(".turn").first
    id = top.get_attribute("id")
    page.evaluate("() => { document.scrollingElement.scrollTop = 0 }")
    page.wait_for_function("() => document.querySelectorAll('.turn').length === 100")
    assert abs(page.locator(f"#{id}").bounding_box()["y"]) < 400
    page.evaluate("() => { document.scrollingElement.scrollTop = 0 }")
    page.wait_for_function("() => document.querySelectorAll('.turn').length === 122")
    assert page.locator(".turn.question >> text=question number 0").is_visible()
    assert page.locator("[data-older]").count() == 0


def test_a_chat_works_without_a_script(window, alice, models):
    page = window(alice, java_script_enabled=False).open("/")
    page.select_option("#composer-model", label="words-20")
    page.fill("#composer", "No script here")
    page.click("#send")
    page.wait_for_url("**/chats/*")
    reloaded(page, ".turn-foot")
    assert text_of("words-20") in page.locator(".turn.answer").inner_text()
    page.click("[aria-label='Answer again']")
    reloaded(page, ".walker >> text=2/2")
    page.click("[aria-label='Earlier version']")
    page.wait_for_selector(".walker >> text=1/2")
    page.click("[data-edit]")
    page.fill(".mending textarea", "No script, better")
    page.click(".mending >> text=Send")
    page.wait_for_selector(".turn.question >> text=No script, better")


def reloaded(page, selector: str) -> None:
    """Reload, as somebody without a script does, until this is there."""
    for _ in range(50):
        if page.locator(selector).count():
            return
        time.sleep(0.1)
        page.reload()
    raise AssertionError(f"{selector} did not come")
