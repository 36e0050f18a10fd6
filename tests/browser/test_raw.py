"""Raw bytes in a real Chromium: what people paste never runs as the site, whatever it says that it is."""

import base64
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Error as PlaywrightError

from app import pastes
from app.items import Piece
from app.rights import Caller
from tests.browser.conftest import aside

# Each of them tries to leave a mark that any page of this origin can see: the title, or a word in the storage.
MARK = "document.title = 'ran'; try { localStorage.setItem('ran', '1') } catch {}"
SCRIPT = f'<script>{MARK}</script><img src=x onerror="{MARK}"><h1>Words</h1>'
SVG = f"<svg xmlns='http://www.w3.org/2000/svg' onload=\"{MARK}\"><script>{MARK}</script></svg>"
XSLT = (
    "<?xml version='1.0'?><?xml-stylesheet type='text/xsl' href='#s'?><html xmlns='http://www.w3.org/1999/xhtml'>"
    f"<script>{MARK}</script></html>"
)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
# A GIF that is also a script (its size is the beginning of a comment), and a PNG with a page behind its end.
GIF_SCRIPT = b"GIF89a/*\x00\x00\x00\x00\x00*/=1;" + MARK.encode() + b"//\xff"
PDF = (
    b"%%PDF-1.4\n%%\xe2\xe3\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n"
)
PDF += (
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\n"
)
PDF = PDF.replace(b"%%", b"%") + b"trailer<</Root 1 0 R>>\n%%EOF\n"
HOSTILE = {
    "page.html": SCRIPT.encode(),
    "image.svg": SVG.encode(),
    "page.xhtml": XSLT.encode(),
    "feed.xml": XSLT.encode(),
    "utf7.html": b"+ADw-script+AD4-document.title='ran'+ADw-/script+AD4-",
    "utf16.html": SCRIPT.encode("utf-16"),
    "nul.html": b"\0" + SCRIPT.encode(),
    "polyglot.gif": GIF_SCRIPT,
    "polyglot.png": PNG + SCRIPT.encode(),
    "polyglot.pdf": PDF + SCRIPT.encode(),
    "html.pdf": SCRIPT.encode() + PDF,
    "lying.jpg": SCRIPT.encode(),
    "page.mhtml": b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + SCRIPT.encode(),
}


def link_of(someone, data: bytes, name: str) -> str:
    """The address of a paste with these bytes."""
    me = Caller(id=someone.id, address="127.0.0.1")
    return f"/p/{aside(pastes.create, me, [Piece(name=name, data=data)], visibility='unlisted').paste.id}"


def unmarked(window) -> bool:
    """Whether nothing has left its mark in the origin of the house."""
    page = window.open("/settings")
    return page.evaluate("localStorage.getItem('ran')") is None and page.title() != "ran"


def visit(page, address: str):
    """Open an address that may turn out to be a download: then there is no answer."""
    try:
        return page.goto(address)
    except PlaywrightError as error:
        if "Download is starting" not in error.message and "ERR_ABORTED" not in error.message:
            raise
        return None


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_do_not_run_when_they_are_opened(window, alice, name):
    view = window(alice)
    page = view.context.new_page()
    answer = visit(page, f"{link_of(alice, HOSTILE[name], name)}/raw")
    page.wait_for_timeout(200)
    assert page.title() != "ran"
    if answer is not None and answer.headers["content-type"].startswith("text/plain"):
        assert page.locator("pre").count() == 1, "it is shown as text"
    assert unmarked(view)
    view.complaints.clear()  # the browser says what it has refused


def test_the_marks_would_be_seen_if_something_ran(window, alice):
    """The same page from another place runs: what keeps it from it is how the house sends it."""
    view = window(alice)
    page = view.open("/settings")
    page.route("**/pretended", lambda route: route.fulfill(body=SCRIPT, content_type="text/html"))
    page.goto("/pretended")
    page.wait_for_function("document.title === 'ran'")
    assert not unmarked(view)
    view.complaints.clear()


TAGS = {
    "script": ("script", "src", MARK.encode(), "a.js"),
    "module": ("script type=module", "src", MARK.encode(), "a.js"),
    "polyglot": ("script", "src", GIF_SCRIPT, "a.gif"),
    "style": ("link rel=stylesheet", "href", b"html { --ran: 1 }", "a.css"),
}


@pytest.mark.parametrize("kind", TAGS)
def test_raw_bytes_are_no_script_and_no_style_of_a_page_of_the_house(window, alice, kind):
    """A page whose policy allows `script-src 'self'` asks for them, as after an injection of a tag."""
    tag, attribute, data, name = TAGS[kind]
    view = window(alice)
    link = link_of(alice, data, name)
    page = view.open("/settings")
    outcome = page.evaluate(
        """async ([tag, attribute, address]) => {
            const [name, ...more] = tag.split(' ');
            const element = document.createElement(name);
            for (const each of more) element.setAttribute(...each.split('='));
            const ended = new Promise(done => {
                element.onload = () => done('load');
                element.onerror = () => done('error');
            });
            element.setAttribute(attribute, address);
            document.head.append(element);
            return await ended;
        }""",
        [tag, attribute, f"{link}/raw"],
    )
    styled = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ran')")
    assert outcome == "error" and styled == "" and page.title() != "ran" and unmarked(view)
    view.complaints.clear()


def test_raw_bytes_are_no_worker(window, alice):
    view = window(alice)
    link = link_of(alice, b"self.addEventListener('fetch', e => e.respondWith(new Response('ran')))", "sw.js")
    page = view.open("/settings")
    register = "a => navigator.serviceWorker.register(a).then(() => 'registered', e => e.name)"
    worker = """a => new Promise(done => {
        try { new Worker(a).onerror = () => done('error') } catch (e) { done(e.name) }
    })"""
    assert page.evaluate(register, f"{link}/raw") in ("SecurityError", "TypeError")
    assert page.evaluate(worker, f"{link}/raw") in ("error", "SecurityError")
    view.complaints.clear()


def test_a_document_of_raw_bytes_has_no_origin_of_ours(window, alice):
    view = window(alice)
    page = view.open(f"{link_of(alice, b'just words', 'a.txt')}/raw")
    assert page.evaluate("self.origin") == "null"
    assert page.evaluate("() => { try { return document.cookie } catch (e) { return e.name } }") == "SecurityError"
    assert page.inner_text("pre") == "just words"
    view.complaints.clear()


def test_a_picture_is_shown_and_a_pdf_is_not_in_a_sandbox(window, alice):
    view = window(alice)
    page = view.open(f"{link_of(alice, PNG, 'dot.png')}/raw")
    assert page.evaluate("document.images[0].naturalWidth") == 1
    answer = visit(view.context.new_page(), f"{link_of(alice, PDF, 'a.pdf')}/raw")
    assert answer is None or answer.headers["content-type"] == "application/pdf"
    view.complaints.clear()


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that does not talk about it."""

    def log_message(self, *_) -> None:
        pass


@pytest.fixture
def elsewhere(tmp_path):
    """A site of somebody else, which serves the pages of this directory."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield tmp_path, f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_another_site_can_frame_the_embed_and_not_the_paste(window, alice, house, elsewhere):
    view = window(alice)
    link = link_of(alice, b"x = 1 # words\n", "a.py")
    folder, site = elsewhere
    frames = "".join(f'<iframe src="{house.url}{link}{form}"></iframe>' for form in ("/embed", "", "/raw"))
    (folder / "page.html").write_text(frames)
    page = view.open(f"{site}/page.html")
    embed, own, raw = page.frames[1:4]
    embed.wait_for_selector("text=# words")
    page.wait_for_load_state("networkidle")
    assert all(frame.url.startswith("chrome-error:") for frame in (own, raw))
    embed.wait_for_load_state("load")
    line = embed.evaluate("getComputedStyle(document.querySelector('.line')).display")
    assert line == "block", "its style sheet came"
    view.complaints.clear()
