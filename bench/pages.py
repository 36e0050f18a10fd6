"""What a browser with a cold cache fetches for a page, counted by Chromium itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench import texts
from bench.house import House, Person
from bench.table import Figure

CHROMIUM = "/usr/bin/chromium"
QUIET = "--disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
MESSAGES = 50


@contextmanager
def browser() -> Iterator[Any]:
    """A Chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", *QUIET.split()]
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        try:
            yield chromium
        finally:
            chromium.close()


def signed_in(chromium: Any, person: Person, **options: Any) -> Any:
    """A fresh profile of the browser with this person's session."""
    context = chromium.new_context(**options)
    name, _, value = person.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": person.house.url}])
    return context


def fetched(context: Any, address: str) -> tuple[int, float]:
    """Requests and compressed kilobytes on the wire, headers included, until the page is quiet."""
    page = context.new_page()
    requests: set[str] = set()
    sizes: dict[str, float] = {}
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.requestWillBeSent", lambda event: requests.add(event["requestId"]))
    wire.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    assert page.goto(address).status == 200
    page.wait_for_load_state("networkidle")
    page.close()
    return len(requests), sum(sizes.values()) / 1000


def measure(house: House, person: Person) -> list[Figure]:
    """The sign-in page, and a chat of fifty messages of 1 KB."""
    chat = person.bring(texts.chat(MESSAGES, "Fifty messages"))
    with browser() as chromium:
        signin = fetched(chromium.new_context(), f"{house.url}/signin")
        page = fetched(signed_in(chromium, person), f"{house.url}/chats/{chat}")
    return [
        Figure("Sign-in page, cold cache", signin[0], "requests", 6, reaches=True),
        Figure("Sign-in page, compressed", signin[1], "kB", 60, reaches=True),
        Figure(f"Chat page with {MESSAGES} messages of 1 KB, cold cache", page[0], "requests", 12, reaches=True),
        Figure(f"Chat page with {MESSAGES} messages of 1 KB, compressed", page[1], "kB", 120, reaches=True),
    ]
