"""A real Chromium, and what every page is held to: no error in its console, nothing that its policy forbids."""

import importlib
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import PASSWORD, Person

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parent.parent / "vendor" / "axe.min.js"
# What the browser itself says about a line that a test cuts on purpose.
CUT = r"ERR_(CONNECTION|SOCKET|INTERNET|INCOMPLETE|NETWORK|EMPTY)|Failed to fetch|network error"
# ... and about a form that is refused, which is no mistake of the page.
REFUSED = r"Failed to load resource: the server responded with a status of (409|413|422) "
EXPECTED = re.compile(f"{CUT}|{REFUSED}", re.I)
# Models of the local server that the pickers of all tests offer.
MODELS = (
    *("words-20", "words-200", "reference", "think", "echo", "fail-cut"),
    *("pace-50-2000", "pace-100-300", "pace-200-700", "pace-300-2000"),
)


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in Path(item.fspath).parents:
            item.add_marker(pytest.mark.browser)


threads = ThreadPoolExecutor(1, "aside")


def aside(function, *args, **named):
    """Call one of our own verbs: playwright's event loop runs in this thread, and a loop never waits to write."""
    return threads.submit(function, *args, **named).result(30)


@pytest.fixture(scope="session")
def model(model):
    """As everywhere."""
    return lambda name: aside(model, name)


@pytest.fixture(scope="session")
def models(model):
    """All of them are there, and the slow import of the first call is done."""
    aside(importlib.import_module, "openai")
    for name in MODELS:
        model(name)


@pytest.fixture
def person(person):
    """As everywhere."""
    return lambda *who: aside(person, *who)


@pytest.fixture(scope="package")
def chromium(house, model):
    """One browser for these tests; other tests must not meet its event loop."""
    if not CHROMIUM:
        pytest.skip("there is no Chromium; `make test` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Window:
    """A browser of somebody: its pages write down what goes wrong, and the streams that they open."""

    def __init__(self, browser: Browser, url: str, **options) -> None:
        self.url = url
        self.context: BrowserContext = browser.new_context(base_url=url, **options)
        self.context.set_default_timeout(20_000)
        self.complaints: list[str] = []
        self.streams: list[str] = []
        self.context.on("page", self.watch)

    def watch(self, page: Page) -> None:
        page.on("console", lambda said: self.complain(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.complain(f"script: {error}"))
        page.on("request", lambda sent: self.streams.append(sent.url) if "/stream" in sent.url else None)

    def complain(self, words: str) -> None:
        self.complaints.append(words[:300])

    def be(self, someone: Person) -> "Window":
        """Carry the session of this person."""
        self.context.add_cookies([{"name": "inglenook", "value": someone.cookies["inglenook"], "url": self.url}])
        return self

    def open(self, address: str = "/") -> Page:
        page = self.context.new_page()
        page.goto(address)
        return page


@pytest.fixture
def window(house, chromium):
    """Makes browsers; at the end none of them may have complained about anything but a line that was cut."""
    made: list[Window] = []

    def make(someone: Person | None = None, url: str = "", **options) -> Window:
        it = Window(chromium, url or house.url, **options)
        made.append(it)
        return it.be(someone) if someone else it

    yield make
    complaints = [words for it in made for words in it.complaints if not EXPECTED.search(words)]
    for it in made:
        it.context.close()
    assert complaints == []


@pytest.fixture
def page(window, alice, models):
    """Home, as an admin sees it."""
    return window(alice).open("/")


def ask(page: Page, text: str, model: str = "") -> None:
    """Write into the composer and send it."""
    if model:
        page.select_option("#composer-model", label=model)
    page.fill("#composer", text)
    page.press("#composer", "Enter")


def answered(page: Page, seconds: float = 20) -> None:
    """Wait until the last turn is a finished answer."""
    page.wait_for_selector(".turn.answer:last-of-type:not([aria-busy]) > .turn-foot", timeout=seconds * 1000)


def writes(page: Page, words: str, seconds: float = 20) -> None:
    """Wait until the page shows these words in an answer that is being written."""
    page.wait_for_selector(f".turn.answer[aria-busy] >> text={words}", timeout=seconds * 1000)


def prose(page: Page) -> str:
    """The text of the last answer as it is read, with its white space evened out."""
    script = "() => [...document.querySelectorAll('.turn.answer .prose')].at(-1)?.innerText ?? ''"
    return " ".join(page.evaluate(script).split())


def axe(page: Page) -> list[str]:
    """What axe finds: rule, element and why."""
    # Through the debugger, which the page's policy does not bind.
    page.evaluate(AXE.read_text())
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:300]}" for rule in found for node in rule["nodes"]
    ]


__all__ = ["PASSWORD", "Window", "answered", "aside", "ask", "axe", "prose", "writes"]
