"""Attaching in a browser, by drop, paste, the box and `#`; and saving pieces of an answer."""

import base64
import os
from pathlib import Path

from app import pastes
from app.items import Piece
from tests import papers
from tests.browser.conftest import answered, aside, ask
from tests.browser.test_pages import looked_at
from tests.test_attachments import caller

SHOTS = os.environ.get("SHOTS", "")
BRING = """([name, type, data, how]) => {
    const bytes = Uint8Array.from(atob(data), sign => sign.charCodeAt(0));
    const carried = new DataTransfer();
    carried.items.add(new File([bytes], name, { type }));
    const field = document.getElementById('composer');
    const told = { bubbles: true, cancelable: true };
    if (how === 'paste') field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: carried, ...told }));
    else for (const kind of ['dragenter', 'dragover', 'drop'])
        field.dispatchEvent(new DragEvent(kind, { dataTransfer: carried, ...told }));
}"""


def bring(page, name: str, type: str, data: bytes, how: str = "drop") -> None:
    page.evaluate(BRING, [name, type, base64.b64encode(data).decode(), how])
    page.locator("#attached .chip", has_text=name).wait_for()


def shot(page, name: str) -> None:
    for width, scheme in ((1280, "light"), (360, "light"), (1280, "dark"), (360, "dark")) if SHOTS else ():
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}-{scheme}.png"))


def test_what_is_dropped_pasted_found_and_chosen_goes_with_the_question_and_stands_under_it(window, bob, model, models):
    me = caller(bob)
    tea = aside(pastes.create, me, [Piece("steeping.txt", "Seventy degrees.\n" * 40)], title="Steeping times").paste.id
    aside(pastes.create, me, [Piece("kettles.txt", "Loud, all of them.\n")], title="Kettles by noise")
    page = window(bob).open("/")
    page.select_option("#composer-model", label="words-20")
    bring(page, "plan.pdf", "application/pdf", papers.pdf(["The first page.", "The second page."]))
    bring(page, "roof.jpg", "image/jpeg", papers.photo(640, 480), "paste")
    field = page.get_by_label("Your message")
    field.press_sequentially("About #steep")
    page.locator("[role=option]", has_text="Steeping times").wait_for()
    shot(page, "choices")
    page.keyboard.press("Enter")
    page.locator("#attached .chip", has_text="Steeping times").wait_for()
    assert field.input_value() == "About "
    page.locator("[data-attach]").click()
    page.locator("#attach-box[open]").wait_for()
    shot(page, "box")
    assert looked_at(page, "attach-box") == []
    page.keyboard.type("noise")
    page.locator("#attach-offers li:only-child", has_text="Kettles by noise").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("#attached .chip", has_text="Kettles by noise").wait_for()
    page.keyboard.press("Escape")
    # A reload keeps all of it; one is taken away.
    page.locator("#attached:not([data-coming])").wait_for()
    page.reload()
    assert page.locator("#attached .chip").count() == 4
    assert "tokens are attached" in page.locator("#attached .weight").inner_text()
    page.get_by_role("button", name="Take away Kettles by noise").press("Enter")
    page.locator("#attached .chip", has_text="Kettles by noise").wait_for(state="detached")
    shot(page, "tray")
    assert looked_at(page, "attached") == []
    ask(page, "What is the plan?")
    answered(page)
    assert page.locator(".turn.question .files li").count() == 3 and page.locator("#attached .chip").count() == 0
    shot(page, "sent")
    assert looked_at(page, "sent") == []
    aside(pastes.trash, me, tea)
    page.reload()
    assert "removed" in page.locator(".turn.question .chip.gone").inner_text()
    page.locator(".turn.question a.chip", has_text="plan.pdf").click()
    page.wait_for_url("**/files/*")


def test_code_and_tables_of_an_answer_are_saved_with_one_click_and_a_table_goes_out_as_csv(window, bob, model, models):
    page = window(bob).open("/")
    ask(page, "Show me", "reference")
    answered(page)
    shot(page, "answer")
    page.locator("figure.code").first.scroll_into_view_if_needed()
    page.get_by_role("button", name="Save as a paste").first.click()
    page.locator(".toast", has_text="Saved as the paste").wait_for()
    page.get_by_role("button", name="Save as a file").first.click()
    file = page.locator(".toast", has_text="Saved as the file").get_by_role("link", name="Open")
    assert file.get_attribute("href").startswith("/files/")
    shot(page, "saved")
    with page.expect_download() as coming:
        page.get_by_role("button", name="CSV: download this table").first.click()
    text = Path(coming.value.path()).read_text("utf-8-sig")
    assert "," in text.splitlines()[0] and len(text.splitlines()) == page.locator("table").first.locator("tr").count()
    assert looked_at(page, "saved") == []
    # What a spreadsheet would take for a formula goes out as text.
    cells = ["=cmd()", "+1", "-2.5 %", "@x", 'a "b", c', "-y"]
    ask(page, "| cell |\n|---|\n" + "".join(f"| {each} |\n" for each in cells), "echo")
    page.locator(".table-acts").nth(1).wait_for()
    with page.expect_download() as coming:
        page.get_by_role("button", name="CSV: download this table").last.click()
    told = Path(coming.value.path()).read_text("utf-8-sig").split()
    assert " ".join(told) == 'cell \'=cmd() +1 -2.5 % \'@x "a ""b"", c" \'-y'
