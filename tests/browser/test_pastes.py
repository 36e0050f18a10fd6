"""Pastes in a browser: lines and ranges, wrapping, copying, the form, sealing, and pages without a script."""

import json
import re

import pytest

from app import db, pastes
from app.pastes import Piece
from app.rights import Caller
from tests.browser.conftest import aside
from tests.browser.test_pages import looked_at
from tests.test_pastes_pages import made

LINES = "".join(f"line_{n} = {n}\n" for n in range(1, 41)) + "long = '" + "x " * 200 + "'\n"
# The line with this id is marked, a moment after the address has changed.
LIT = "id => document.getElementById(id).matches('.line:is(.picked, :target)')"


@pytest.fixture
def paste(bob):
    return aside(made, bob, LINES, title="Forty lines")


def picked(page) -> list[str]:
    return page.evaluate("() => [...document.querySelectorAll('.line:is(.picked, :target)')].map(line => line.id)")


def test_a_line_and_a_range_have_links(window, bob, paste):
    page = window().open(f"/p/{paste}#L3-L5")
    assert picked(page) == ["L3", "L4", "L5"]
    page.get_by_role("link", name="Line 7", exact=True).click()
    page.wait_for_function(LIT, arg="L7")
    assert page.url.endswith("#L7") and picked(page) == ["L7"]
    page.get_by_role("link", name="Line 9", exact=True).click(modifiers=["Shift"])
    page.wait_for_function(LIT, arg="L9")
    assert page.url.endswith("#L7-L9") and picked(page) == ["L7", "L8", "L9"]
    page.go_back()
    assert picked(page) == ["L7"]
    assert looked_at(page, "paste") == []


def test_a_line_is_marked_without_a_script_too(window, bob, paste):
    page = window(java_script_enabled=False).open(f"/p/{paste}#L7")
    assert page.locator("#L7:target").count() == 1
    assert page.locator("#L7").evaluate("line => getComputedStyle(line).backgroundColor") != "rgba(0, 0, 0, 0)"
    page.locator("label.wraps").first.click()
    pre = page.locator("pre.numbered")
    assert pre.evaluate("pre => pre.scrollWidth <= pre.clientWidth")


def test_lines_wrap_for_all_files_and_stay_wrapped(window, bob, paste):
    page = window().open(f"/p/{paste}")
    pre = page.locator("pre.numbered")
    assert pre.evaluate("pre => pre.scrollWidth > pre.clientWidth")
    page.get_by_label("Wrap").check()
    page.reload()
    assert pre.evaluate("pre => pre.scrollWidth <= pre.clientWidth")
    assert looked_at(page, "wrapped") == []


def test_what_is_selected_and_copied_has_no_numbers(window, bob, paste):
    it = window()
    it.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = it.open(f"/p/{paste}")
    page.get_by_role("button", name="Copy drill.py").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("() => navigator.clipboard.readText()") == LINES.rstrip("\n")
    page.evaluate(
        "() => getSelection().setBaseAndExtent(document.getElementById('L2'), 0, document.getElementById('L4'), 0)"
    )
    page.keyboard.press("Control+c")
    assert page.evaluate("() => navigator.clipboard.readText()").strip() == "line_2 = 2\nline_3 = 3"


def test_a_paste_is_written_with_the_keyboard(window, bob):
    page = window(bob).open("/pastes/new")
    page.get_by_label("File name").fill("a.py")
    page.get_by_label("Text", exact=True).fill("a = 1")
    page.get_by_role("button", name="Add a file").press("Enter")
    assert page.evaluate("() => document.activeElement.name") == "name"
    page.keyboard.type("b.py")
    page.get_by_label("Text", exact=True).last.fill("b = 2")
    assert looked_at(page, "new") == []
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/p/\w{29}$"))
    assert page.locator("figcaption b").all_inner_texts() == ["a.py", "b.py"]


def test_a_file_that_is_dropped_is_a_text_to_edit(window, bob):
    page = window(bob).open("/pastes/new")
    drop = """field => { const data = new DataTransfer();
        data.items.add(new File(['# Notes'], 'notes.md'));
        data.items.add(new File([new Uint8Array([0, 255])], 'b.bin'));
        field.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })); }"""
    page.locator("[data-text]").first.evaluate(drop)
    page.get_by_text("“b.bin” is not a short text").wait_for()
    assert page.get_by_label("File name").input_value() == "notes.md"
    page.get_by_role("button", name="Make the paste").click()
    page.get_by_text("b.bin").wait_for()


def sealed(page, text: str, password: str = "") -> str:
    """Write a sealed paste; its whole link."""
    page.goto("/pastes/new")
    page.get_by_label("Title").fill("A secret title")
    page.get_by_label("File name").fill("letter.txt")
    page.get_by_label("Text", exact=True).fill(text)
    page.get_by_label("Who can read it").select_option("unlisted")
    if password:
        page.locator(".readers summary").click()
        page.get_by_label("Password", exact=True).fill(password)
    page.get_by_label("Encrypt in this browser").check()
    page.get_by_role("button", name="Make the paste").click()
    page.wait_for_url("**/p/*#*")
    return page.url


def test_a_sealed_paste_is_read_by_who_has_the_key_and_by_nobody_else(window, bob):
    page, sent = window(bob).open("/pastes"), []
    page.on("request", lambda request: sent.append((request.url, request.post_data or "")))
    link = sealed(page, "Dear landlord,\nthe roof leaks.")
    page.get_by_text("the roof leaks.").wait_for()
    key = link.split("#")[1]
    assert not any(
        word in f"{url} {body}" for url, body in sent for word in (key, "landlord", "secret title", "letter")
    )
    id = link.split("/p/")[1][:29]
    assert db.fetch("select title, sealed from item where id = ?", id) == ("", 1)
    envelope = json.loads(db.fetch("select text from itempart where item_id = ?", id)[0])
    assert set(envelope) == {"v", "iv", "data"}
    other = window().open(link)
    other.get_by_role("heading", name="A secret title").wait_for()
    assert other.locator("#link").input_value() == link and looked_at(other, "sealed") == []
    other.goto(link.split("#")[0])
    other.get_by_text("without its key").wait_for()
    other.get_by_label("The key").fill(link)
    other.get_by_role("button", name="Open", exact=True).click()
    other.get_by_text("the roof leaks.").wait_for()
    bad = window().open(link[:-2] + ("AA" if link[-2:] != "AA" else "BB"))
    bad.get_by_text("This key does not open it").wait_for()


def test_a_sealed_paste_with_a_password_needs_both(window, bob):
    page = window(bob).open("/pastes")
    link = sealed(page, "Behind a password", "sesame")
    envelope = db.fetch("select text from itempart where item_id = ?", link.split("/p/")[1][:29])[0]
    assert json.loads(envelope)["rounds"] >= 600_000 and "sesame" not in envelope
    other = window().open(link)
    other.get_by_label("Password").fill("wrong")
    other.get_by_role("button", name="Open", exact=True).click()
    other.get_by_text("This password does not open it.").wait_for()
    other.get_by_label("Password").fill("sesame")
    other.get_by_role("button", name="Open", exact=True).click()
    other.get_by_text("Behind a password").wait_for()


def test_over_plain_http_the_switch_says_why_it_is_off(window, bob):
    page = window(bob).context.new_page()
    page.add_init_script("Object.defineProperty(globalThis, 'isSecureContext', { value: false })")
    page.goto("/pastes/new")
    assert page.get_by_label("Encrypt in this browser").is_disabled()
    assert "This page came by plain http." in page.locator("#seal-why").inner_text()


def test_a_burning_paste_is_opened_by_one_press(window, bob):
    id = aside(made, bob, "One time 123456", "code.txt", burns=True)
    page = window().open(f"/p/{id}")
    assert looked_at(page, "cover") == []
    page.get_by_role("button", name="Read it, and burn it").press("Enter")
    page.get_by_text("One time 123456").wait_for()
    assert looked_at(page, "burnt") == []


def test_the_star_and_the_trash(window, bob, paste):
    page = window(bob).open(f"/p/{paste}")
    star = page.get_by_role("button", name="Star")
    star.click()
    page.wait_for_selector("[aria-pressed=true]")
    page.get_by_role("button", name="Move to the trash").click()
    page.get_by_text("is in the trash.").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_selector(f"#star[action*='{paste}']")


def test_pages_of_pastes_are_clean(window, bob, paste):
    me = Caller(id=bob.id)
    aside(pastes.revise, me, paste, [Piece("drill.py", LINES + "# more"), Piece("t.csv", "a,b\n1,2\n")], base=1)
    aside(pastes.share, me, paste, "link")
    page = window(bob).open("/pastes")
    wrong = looked_at(page, "list")
    for path in ("", "/edit", "/history", "/revisions/1", "/diff/1..2", "/diff/1..2?side=1", "/settings"):
        page.goto(f"/p/{paste}{path}")
        wrong += looked_at(page, path)
    page.goto(f"/p/{paste}")
    page.get_by_role("button", name="QR code and embed").click()
    page.get_by_role("img", name="The link as a QR code").wait_for()
    assert wrong + looked_at(page, "links") == []
