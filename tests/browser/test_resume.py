"""An answer is never lost: each way to lose sight of it, against the text that the model sent."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from tests.browser.conftest import answered, ask, prose, writes
from tests.conftest import PASSWORD
from tests.upstream import text_of

MODEL = "pace-200-700"
ROOT = Path(__file__).parent.parent.parent


def whole(page, someone) -> None:
    """The answer is byte-equal to what the model sent, and this page shows it as a fresh one does."""
    answered(page)
    shown = prose(page)
    chat = page.url.split("#")[0]
    source = page.get_attribute("[aria-label='Copy the answer']", "data-copy")
    assert someone.get(source).text == text_of(MODEL)
    fresh = page.context.new_page()
    fresh.goto(chat)
    assert prose(fresh) == shown and fresh.locator(".turn").count() == 2
    fresh.close()


def begun(window, someone) -> tuple:
    """A window with an answer that is being written."""
    it = window(someone)
    page = it.open("/")
    ask(page, "Write", MODEL)
    page.wait_for_url("**/chats/*")
    writes(page, "Part 1")
    return it, page


@pytest.fixture
def writing(window, alice, models):
    return begun(window, alice)


def test_a_reload_loses_nothing(writing, alice):
    _, page = writing
    before = prose(page)
    page.reload()
    writes(page, "Part 2")
    assert len(prose(page)) >= len(before)
    page.reload()
    whole(page, alice)


def test_a_closed_page_is_written_on_and_found_again(writing, alice):
    it, page = writing
    address = page.url
    page.close()
    page = it.open(address)
    writes(page, "Part 2")
    page.close()
    time.sleep(3)  # nobody is looking while it ends
    page = it.open(address)
    whole(page, alice)
    assert "aria-busy" not in page.content()


def test_a_second_tab_follows_and_then_asks_in_its_turn(writing, alice):
    it, page = writing
    other = it.open(page.url)
    writes(other, "Part 2")
    whole(page, alice)
    whole(other, alice)
    ask(other, "And more", "words-20")
    other.wait_for_selector(".turn >> nth=3")
    answered(other)
    page.bring_to_front()
    page.wait_for_selector(".turn.question >> text=And more")
    assert prose(page) == prose(other)


def test_a_second_device_sees_the_same(writing, window, alice):
    _, page = writing
    phone = window(alice, viewport={"width": 360, "height": 740}).open(page.url)
    writes(phone, "Part 2")
    whole(phone, alice)
    whole(page, alice)


HIDE = """(hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event('visibilitychange'));
}"""


def test_a_hidden_tab_holds_no_stream_and_goes_on_when_it_is_seen(writing, alice):
    it, page = writing
    page.evaluate(HIDE, True)
    time.sleep(0.6)
    quiet = prose(page)
    time.sleep(0.4)
    assert prose(page) == quiet
    page.evaluate(HIDE, False)
    whole(page, alice)


def test_a_page_holds_one_stream_while_something_runs_and_none_after(writing, alice):
    it, page = writing
    answered(page)
    time.sleep(1.5)  # longer than any reconnection would wait
    assert len(it.streams) == 1


class Line:
    """A TCP line to the server that can be cut: connections break, and new ones are refused until it is mended."""

    def __init__(self, port: int) -> None:
        self.far = port
        self.whole = True
        self.open: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                if not self.whole:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self.far))
                self.open += [near, far]
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self.pump, args=ends, daemon=True).start()

    def pump(self, start: socket.socket, end: socket.socket) -> None:
        with suppress(OSError):
            while data := start.recv(65536):
                end.sendall(data)
            end.shutdown(socket.SHUT_WR)

    def cut(self) -> None:
        self.whole = False
        self.hang_up()

    def hang_up(self) -> None:
        while self.open:
            end = self.open.pop()
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def mend(self) -> None:
        self.whole = True

    def close(self) -> None:
        self.listener.close()
        self.cut()


@pytest.fixture
def line(house):
    it = Line(int(house.url.rsplit(":", 1)[1]))
    yield it
    it.close()


def test_a_dropped_connection_is_shown_and_mended_without_a_reload(window, alice, models, line):
    it = window(alice, url=f"http://127.0.0.1:{line.port}")
    page = it.open("/")
    ask(page, "Write", MODEL)
    writes(page, "Part 1")
    line.hang_up()
    writes(page, "Part 3")
    line.cut()
    page.wait_for_selector("[data-lost]:not([hidden])")
    time.sleep(0.5)
    line.mend()
    page.wait_for_selector("[data-lost]", state="hidden")
    whole(page, alice)
    assert len(it.streams) >= 3


class Serving:
    """The product as it is started by its command, with one admin and the local models."""

    def __init__(self, data: Path, upstream: str) -> None:
        self.data = data
        self.environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("INGLENOOK", "OPENAI"))
        }
        self.environment["INGLENOOK_DEMO_MODEL"] = "off"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.command("accounts", "add", "ada@example.org", "--role", "admin", "--password-stdin", said=PASSWORD)
        self.command(
            "providers", "add", "local", "--url", upstream, "--key-stdin", "--default", "pace-50-2000", said="right"
        )

    def command(self, *words: str, said: str) -> None:
        line = [sys.executable, "main.py", *words, "--data", str(self.data)]
        done = subprocess.run(
            line, cwd=ROOT, env=self.environment, input=said, text=True, capture_output=True, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self, *words: str) -> None:
        line = [sys.executable, "main.py", "serve", *words, "--data", str(self.data), "--port", str(self.port)]
        self.log = (self.data / "log").open("ab")
        self.process = subprocess.Popen(line, cwd=ROOT, env=self.environment, stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + 30
        while True:
            assert time.monotonic() < deadline and self.process.poll() is None, (self.data / "log").read_text()
            with suppress(OSError), urllib.request.urlopen(f"{self.url}/healthz", timeout=1):
                return
            time.sleep(0.05)

    def end(self, how: int) -> None:
        self.process.send_signal(how)
        self.process.wait(20)
        self.log.close()


@pytest.fixture
def serving(tmp_path, upstream):
    it = Serving(tmp_path, upstream.url)
    it.start()
    yield it
    if it.process.poll() is None:
        it.end(signal.SIGTERM)


def come_in(window, serving):
    """A page of somebody who came in and before whom an answer is being written."""
    page = window(url=serving.url).open("/signin")
    page.fill("[name=email]", "ada@example.org")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    ask(page, "Write", "pace-50-2000")
    page.wait_for_url("**/chats/*")
    writes(page, "Part 2")
    page.evaluate("() => { window.sameDocument = true }")
    return page


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_end_of_the_server_leaves_a_prefix_that_can_be_continued(window, serving, how):
    page = come_in(window, serving)
    seen = prose(page)
    serving.end(how)
    if how == signal.SIGTERM:
        seen = prose(page)
        page.wait_for_selector(".callout >> text=Interrupted.", timeout=5_000)
    else:
        page.wait_for_selector("[data-lost]:not([hidden])")
    serving.start()
    page.wait_for_selector(".callout >> text=Interrupted.", timeout=15_000)
    assert page.evaluate("() => window.sameDocument")
    kept = page.evaluate(
        "() => fetch(document.querySelector('[aria-label=\"Copy the answer\"]').dataset.copy).then(a => a.text())"
    )
    assert text_of("pace-50-2000").startswith(kept)
    # 250 ms of text at 50 tokens a second, and the tick that was on its way.
    lost = len(seen) - len(prose(page))
    assert lost <= (0 if how == signal.SIGTERM else 5 * 50 * 0.3)
    page.click(".callout >> text=Continue")
    writes(page, "Part 2")
    page.keyboard.press("Escape")
    page.wait_for_selector(".walker >> text=2/2")
    assert len(prose(page)) >= len(seen) - lost
