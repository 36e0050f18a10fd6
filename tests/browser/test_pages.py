"""Every page: no error in the console, nothing that its policy forbids, no violation that axe finds, nothing cut off.

The pages are found by following links from home, one for each kind of address.
"""

import re
from html import unescape

import pytest

from tests.browser.conftest import answered, aside, ask, axe, writes
from tests.test_chats_pages import HTMX, fill, finished, named, start

ID = re.compile(r"[0-9a-hjkmnp-tv-z]{29}")
LOOKS = [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
DOWNLOADS = re.compile(r"\.(md|json)$|/settings/export/.")
MOST_OF_A_KIND = 2


def kind(address: str) -> str:
    """Addresses that differ only in an id, a query or the name of a handbook page are of one kind."""
    path = address.split("?")[0].split("#")[0]
    return re.sub(r"^(/docs/handbook)/.+", r"\1/…", ID.sub("…", path)) + ("?" if "shelf=" in address else "")


def linked(someone, first: str = "/") -> list[str]:
    """The addresses of pages that somebody reaches by links, a few of each kind."""
    waiting, found, kinds = [first], [], {}
    while waiting:
        address = waiting.pop(0)
        if kinds.setdefault(kind(address), 0) >= MOST_OF_A_KIND or address in found:
            continue
        kinds[kind(address)] += 1
        answer = someone.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        if "text/html" not in answer.headers["content-type"]:
            continue
        found.append(address)
        links = [unescape(link).split("#")[0] for link in re.findall(r'<a [^>]*href="(/[^"]*)"', answer.text)]
        waiting += [link for link in links if link and not DOWNLOADS.search(link) and link not in found]
    return found


def looked_at(page, address: str = "") -> list[str]:
    """What is wrong with this page in any look."""
    wrong = []
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 760})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        wrong += [f"{address} {width} {scheme}: {found}" for found in axe(page)]
        over = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        wrong += [f"{address} {width}: {over} px wider than the window"] if over > 0 else []
    return wrong


def furnished(someone, model) -> str:
    """Chats of every kind; the id of one that holds everything."""
    for shelf in ("archive", "pin"):
        someone.put(f"/chats/{named(someone, model, f'In the {shelf}')}/{shelf}", headers=HTMX)
    someone.delete(f"/chats/{named(someone, model, 'Put away')}", headers=HTMX)
    finished(someone, start(someone, model("fail-401"), "Refused"))
    finished(someone, start(someone, model("fail-cut"), "Cut"))
    finished(someone, start(someone, model("think"), "Thought"))
    return named(someone, model, "Everything at once, in a title that is as long as titles get to be", "reference")


@pytest.mark.timeout(400)
def test_every_page_that_an_admin_reaches_is_clean(window, alice, model):
    furnished(alice, model)
    addresses = linked(alice)
    assert {"/", "/chats", "/settings"} <= set(addresses) and len(addresses) > 12
    page = window(alice).open("/")
    wrong = []
    for address in addresses:
        page.goto(address)
        wrong += looked_at(page, address)
    assert wrong == []


@pytest.mark.timeout(300)
def test_every_page_that_a_member_reaches_is_clean(window, bob, model):
    addresses = linked(bob)
    assert not any(address.startswith("/admin") for address in addresses)
    page = window(bob).open("/")
    assert [wrong for address in addresses for wrong in (page.goto(address), looked_at(page, address))[1]] == []


@pytest.mark.parametrize("address", ["/signin", "/docs/handbook", "/nothing/here"])
def test_a_page_for_anyone_is_clean(window, address):
    it = window()
    page = it.open(address)
    assert looked_at(page, address) == []
    it.complaints = [words for words in it.complaints if "404 (Not Found)" not in words or "nothing" not in address]


@pytest.mark.parametrize(
    "opener, opened",
    [
        ("[popovertarget=chat-menu]", "#chat-menu"),
        ("[commandfor=chat-settings]", "#chat-settings"),
        ("#here button", "form#here"),
        ("[data-edit] >> nth=-1", ".mending"),
        ("[aria-label='Answer again with another model']", ".another"),
        ("[popovertarget=account]", "#account"),
    ],
)
def test_what_opens_on_a_chat_is_clean(window, alice, model, opener, opened):
    page = window(alice).open(f"/chats/{furnished(alice, model)}")
    page.click(opener)
    page.wait_for_selector(opened)
    assert looked_at(page, opened) == []


@pytest.mark.parametrize("key, opened", [("Control+k", "#palette"), ("?", "#shortcuts")])
def test_what_a_key_opens_is_clean(page, key, opened):
    page.locator("#composer").blur()
    page.keyboard.press(key)
    page.wait_for_selector(opened)
    assert looked_at(page, opened) == []


def test_the_rail_is_a_drawer_on_a_narrow_screen(window, alice):
    page = window(alice, viewport={"width": 360, "height": 740}).open("/")
    assert page.locator("#rail").is_hidden()
    page.click(".menu-button")
    page.wait_for_selector("#rail")
    assert axe(page) == []
    page.keyboard.press("Escape")
    page.wait_for_selector("#rail", state="hidden")


def test_a_chat_that_is_being_written_is_clean(page):
    ask(page, "Write", "pace-50-2000")
    writes(page, "Part 1")
    wrong = looked_at(page)
    page.set_viewport_size({"width": 1280, "height": 760})
    page.keyboard.press("Escape")
    page.wait_for_selector("text=Stopped.")
    assert wrong + looked_at(page) == []


def test_a_temporary_chat_is_clean(page):
    page.check("#temporary")
    ask(page, "Between us", "words-20")
    page.wait_for_url("**/chats/*")
    answered(page)
    assert looked_at(page) == []


def test_a_page_that_breaks_its_policy_is_noticed(window, alice):
    it = window(alice)
    page = it.open("/")
    page.evaluate("() => document.querySelector('main').setAttribute('style', 'color: red')")
    page.evaluate("() => document.querySelector('main').append(document.createElement('img'))")
    page.wait_for_timeout(50)
    assert any("Content Security Policy" in words for words in it.complaints)
    assert any("image-alt" in found for found in axe(page))
    it.complaints.clear()


def test_a_chat_page_is_small(window, alice, model):
    """12 requests and 120 kB, compressed, with 50 messages of 1 KB."""
    chat = named(alice, model, "Fifty")
    aside(fill, chat, 48, 1000)
    sizes = []
    page = window(alice).context.new_page()
    page.on("requestfinished", lambda sent: sizes.append(sent.sizes()["responseBodySize"]))
    page.goto(f"/chats/{chat}")
    page.wait_for_load_state("networkidle")
    assert page.locator(".turn").count() == 50
    assert len(sizes) <= 12 and sum(sizes) < 120_000, (len(sizes), sum(sizes))
