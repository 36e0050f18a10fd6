"""Files in a browser: dropped, pasted, chosen; an upload that is cut goes on, after a reload too; lists by keyboard."""

import hashlib
import os

import pytest

from tests.browser.conftest import aside, axe
from tests.browser.test_pages import looked_at
from tests.test_files_pages import PNG, made

PIECES = 20_000_000  # bytes: three pieces
BRINGS = """([kind, name, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name, {type: 'text/plain'}));
    const event = kind === 'paste' ? new ClipboardEvent(kind, {clipboardData: data, bubbles: true, cancelable: true})
        : new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true});
    document.body.dispatchEvent(event);
}"""


def done(page, name: str) -> None:
    """Wait until the tray and the list have it."""
    page.locator(".coming.over", has_text=name).wait_for()
    page.locator("#listing [data-piece]", has_text=name).wait_for()


@pytest.mark.timeout(120)
def test_what_is_dropped_pasted_or_chosen_comes_and_a_cut_or_a_reload_costs_only_a_piece(window, bob, tmp_path):
    big = tmp_path / "big.bin"
    big.write_bytes(os.urandom(PIECES))
    page = window(bob).open("/files")
    page.evaluate(BRINGS, ["dragenter", "dropped.txt", "a"])
    page.get_by_text("Drop it here").wait_for()
    page.evaluate(BRINGS, ["drop", "dropped.txt", "a"])
    done(page, "dropped.txt")
    page.evaluate(BRINGS, ["paste", "image.png", "b"])
    done(page, "Picture 2")
    pieces = []

    def cut(route):
        pieces.append(route.request.headers.get("upload-offset"))
        route.abort("connectionreset") if len(pieces) > 1 else route.continue_()

    page.route(
        lambda address: "/files/uploads/" in address,
        lambda route: cut(route) if route.request.method == "PATCH" else route.continue_(),
    )
    with page.expect_file_chooser() as chooser:
        page.get_by_role("link", name="Upload").click()
    chooser.value.set_files(big)
    page.get_by_text("The line is cut.").wait_for()
    page.unroute_all(behavior="wait")
    page.reload()
    page.get_by_text("Interrupted at 41 %.").wait_for()
    assert axe(page) == []
    sent = []
    page.on("request", lambda it: sent.append(it.headers["upload-offset"]) if it.method == "PATCH" else None)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose it again").click()
    chooser.value.set_files(big)
    done(page, "big.bin")
    assert pieces[0] == "0" and sent == [str(8 << 20), str(16 << 20)]
    link = page.locator(".coming a").get_attribute("href")
    assert hashlib.sha256(bob.get(f"{link}/raw").content).digest() == hashlib.sha256(big.read_bytes()).digest()


@pytest.mark.timeout(120)
def test_a_list_is_walked_ticked_and_put_away_with_the_keyboard_and_looks_right(window, bob):
    for text in ("one", "two", "three"):
        aside(made, bob, text.encode(), f"{text}.txt")
    picture = aside(made, bob, PNG, "dot.png")
    page = window(bob).open("/files?order=name")
    page.get_by_role("link", name="dot.png").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    assert page.locator(".tick :checked").count() == 2
    page.get_by_text("2 are chosen.").wait_for()
    assert looked_at(page, "chosen") == []
    page.keyboard.press("Delete")
    page.get_by_text("2 are in the trash.").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_load_state()
    assert page.locator("[data-piece]").count() == 4
    for address in ("/files?view=grid", f"/files/{picture}"):
        page.goto(address)
        assert looked_at(page, address) == []
    page.goto("/files")
    page.locator("[popovertarget=more-ways]").click()
    page.get_by_role("button", name="New folder").click()
    assert axe(page) == []
    page.get_by_label("Name", exact=True).fill("Bills")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Bills").wait_for()
    plain = window(bob, java_script_enabled=False).open(page.url)
    plain.get_by_role("link", name="Upload").click()
    plain.get_by_label("Files", exact=True).set_input_files({"name": "plain.txt", "mimeType": "", "buffer": b"plain"})
    plain.get_by_role("button", name="Upload").click()
    plain.get_by_role("link", name="plain.txt").click()
    plain.get_by_role("heading", name="plain.txt").wait_for()
