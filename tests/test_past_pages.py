"""The pages about the past: what a look takes, which moments are open, what their pages offer, and copies."""

import re
import time
from html import unescape

import pytest
from fastcore.xml import to_xml

from app import clock, files, pastes, rights
from app.backups import snapshots
from app.backups.overview import Work
from app.backups.past import Opened, openings, shapes
from app.items import Piece
from components.backups.looking import OpenedPart
from components.backups.working import WorkLines
from components.past.reading import pruned
from tests.test_backups_pages import overview, text
from tests.test_chats_pages import finished, start

PAGE = "/admin/backups"


def caller(person) -> rights.Caller:
    return rights.Caller(id=person.id, name="Alice", role="admin")


def until(seen, seconds: float = 40.0):
    deadline = time.monotonic() + seconds
    while not (found := seen()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)
    return found


@pytest.fixture
def looked(house):
    """Opens the workspace as it is now by its pages, for this admin: the root of its addresses, and the page."""

    def begin(someone) -> tuple[str, str]:
        name = snapshots.take(rights.machine()).path.rpartition("/")[2]
        plan = someone.get(f"{PAGE}/look", params={"snapshot": name})
        assert plan.status_code == 200 and name in plan.text
        page = someone.post(f"{PAGE}/looks", data={"snapshot": name})
        assert page.status_code == 200, text(page.text)
        page = until(lambda: (found := someone.get(PAGE).text) and "/then/" in found and found)
        return re.search(r'href="(/then/[^"/]+)/"', page)[1], page

    yield begin
    openings.end_all()


ID = re.compile(r"[0-9a-hjkmnp-tv-z]{29}")


def linked(someone, root: str) -> dict[str, str]:
    """The pages of a moment that are reached by links, one or two of each kind, and what they say."""
    waiting, found, kinds = [f"{root}/"], {}, []
    while waiting:
        address = waiting.pop(0)
        kind = ID.sub("…", address.partition("?")[0])
        if address in found or kinds.count(kind) > 1 or "/docs/handbook/" in address:
            continue
        kinds.append(kind)
        answer = someone.get(address)
        assert answer.status_code == 200, (address, answer.status_code, text(answer.text)[:300])
        if "text/html" in answer.headers["content-type"]:
            found[address] = answer.text
            links = [unescape(link).partition("#")[0] for link in re.findall(r'<a [^>]*href="([^"]*)"', answer.text)]
            waiting += [link for link in links if link.startswith(f"{root}/")]
    return found


# ── a moment of this house ────────────────────────────────────────────────────────────────────────────────────────────
def test_what_is_gone_now_is_copied_from_the_past_as_a_new_thing_of_ones_own(alice, bob, model, looked):
    me, other = caller(alice), caller(bob)
    paste = pastes.create(me, [Piece("tea.txt", "Tea is best at 70 degrees.\n")], title="Tea").paste.id
    large = files.create(me, files.arrived(me, b"a line\n" * 20_000, "large.txt"), "large.txt").id
    secret = pastes.create(other, [Piece("own.txt", "nobody else reads this")]).paste.id
    chat = start(alice, model("words-20"), "How is tea made?")
    finished(alice, chat)
    root, _ = looked(alice)
    for address in (f"/p/{paste}/trash", f"/files/{large}/trash", f"/p/{paste}/removal", f"/files/{large}/removal"):
        alice.post(address)
    assert alice.get(f"/p/{paste}").status_code in (404, 410)

    def copied(kind: str, id: str):
        return alice.post(f"{root}/copies", data={"kind": kind, "id": id})

    page = alice.get(f"{root}/p/{paste}").text
    posts = re.findall(r'<form[^>]*method="post"[^>]*>', page)
    assert len(posts) == 1 and f'action="{root}/copies"' in posts[0]
    first, second = copied("paste", paste), copied("paste", paste)
    assert "Tea is best at 70 degrees." in first.text and "The past" not in text(first.text)
    assert first.url.path != second.url.path and paste not in first.url.path
    mine = pastes.find(first.url.path.rpartition("/")[2], me)
    assert mine.role == "owner" and mine.item.visibility == "private"
    page = copied("file", large)
    assert alice.get(f"{page.url.path}/raw").content == b"a line\n" * 20_000
    page = copied("chat", chat)
    assert page.url.path.startswith("/chats/") and chat not in page.url.path
    assert "word19" in page.text and "How is tea made?" in page.text
    for kind, id in (("paste", secret), ("chat", large), ("key", paste), ("paste", "../x"), ("", "")):
        assert copied(kind, id).status_code == 404, (kind, id)
    assert bob.post(f"{root}/copies", data={"kind": "paste", "id": paste}).status_code == 403


def test_every_page_of_the_past_leads_to_others_of_it_and_to_nothing_that_changes(alice, looked):
    me = caller(alice)
    pastes.create(me, [Piece("a.py", "x = 1\n")])
    files.create(me, files.arrived(me, b"words", "notes.txt"), "notes.txt")
    root, page = looked(alice)
    found = linked(alice, root)
    assert len(found) > 25
    for address, page in found.items():
        posts = [each for each in re.findall(r'<form[^>]*method="post"[^>]*>', page) if "data-past" not in each]
        assert posts == [] and not re.findall(r"hx-(post|put|delete|patch)=", page), address
        assert "Back to the present" in page and "data-zone" not in page, address
        out = {link for link in re.findall(r'(?:href|action|src)="(/[^"]*)"', page) if not link.startswith(f"{root}/")}
        assert out == {"/admin/backups"}, address
    listed = alice.get(f"{root}/palette", headers={"hx-request": "true"}).text
    assert "All chats" in listed and "New chat" not in listed and "data-presses" not in listed
    assert alice.post(f"{root}/pastes", data={"body": "x"}).status_code == 405
    assert alice.post(f"{PAGE}/looks/{root.rpartition('/')[2]}/removal").url.path == PAGE
    assert alice.get(f"{root}/").status_code == 404
    assert alice.post(f"{root}/copies", data={"kind": "paste", "id": "0" * 29}).status_code == 404


def test_what_a_look_takes_is_said_before_anything_is_made(alice, bob, monkeypatch):
    name = snapshots.take(rights.machine()).path.rpartition("/")[2]
    page = text(alice.get(f"{PAGE}/look", params={"snapshot": name}).text)
    assert re.search(r"Disk [\d.,]+ \w+ while it is open; [\d.,]+ \w+ are free\.", page), page
    assert "For an hour; then it is removed." in page
    refused = alice.get(f"{PAGE}/look", params={"snapshot": "../inglenook.db"})
    assert refused.status_code == 422 and "no longer kept" in refused.text
    refused = alice.get(f"{PAGE}/look", params={"at": "2001-01-01T00:00:00"})
    assert "Replication is off" in refused.text
    assert bob.post(f"{PAGE}/looks", data={"snapshot": name}).status_code == 403
    monkeypatch.setattr(shapes, "MOST", 0)
    refused = alice.post(f"{PAGE}/looks", data={"snapshot": name})
    assert refused.status_code == 409 and "close one of them first" in refused.text and "Open it" in refused.text
    assert "/then/" not in alice.get(PAGE).text


# ── what is drawn ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_moments_are_listed_with_the_ways_in_and_out_and_progress_as_work():
    now = clock.now()
    there = Opened("2026-11-18T16-48-00Z", now - clock.DAY, now + 52 * clock.MINUTE, ready=True)
    failed = Opened("2026-11-18T16-48-01Z", now - clock.DAY, now, error="The disk has no room.")
    coming = Opened("2026-11-18T16-48-02Z", now - clock.DAY, now, percent=40, said="Reading")
    drawn = to_xml((*OpenedPart(rights.machine(), overview(opened=(there, failed, coming))),))
    assert "52 min more" in text(drawn) and f'href="/then/{there.time}/"' in drawn
    assert "The disk has no room." in drawn and f'href="/then/{failed.time}/"' not in drawn
    assert f'action="{PAGE}/looks/{failed.time}/removal"' in drawn and coming.time not in drawn
    lines = to_xml((*WorkLines(rights.machine(), [Work("past.open", 40, "Reading", moment=coming.at)]),))
    assert "The past is opened as of" in text(lines) and "40 %, reading" in lines


@pytest.mark.parametrize(
    ("page", "stays"),
    [
        ('<form method="post" action="/x"><button>Star</button></form>', ""),
        ('<ul><li><form method="post"><button>Go</button></form></li><li>Told</li></ul>', "<ul><li>Told</li></ul>"),
        ('<form method="get"><input name="q"><button>Find</button></form>', None),
        ('<form method="post" data-past><button>Copy</button></form>', None),
        (
            '<form class="form" method="post" id="f"><input value="Ada" name="name"><input type="hidden" value="x">'
            '<div class="actions"><button>Keep</button></div></form><button form="f">Too</button>',
            '<fieldset disabled class="form"><input value="Ada" name="name"></fieldset>',
        ),
        ('<form class="form" method="post"><input name="name" required><button>Make</button></form>', ""),
        ('<button popovertarget="m">More</button><div id="m"><button hx-delete="/x">Delete</button></div>', ""),
        ('<a href="/pastes/new">New paste</a><a href="/pastes">Pastes</a>', '<a href="/pastes">Pastes</a>'),
        ('<section><h2>Delete it</h2><p>It goes.</p><form method="post"><button>Do</button></form></section>', ""),
        ('<p class="here"><button hx-get="/chats/1/title">Tea</button></p>', '<p class="here">Tea</p>'),
        ("<p>1 &lt; 2 &amp; <code>&#39;</code><br>&nbsp;</p><svg><use href='#x'/></svg><!-- a -->", None),
        ('<div id="turns" data-saves="/chats/1/messages"><p>Tea</p></div>', '<div id="turns"><p>Tea</p></div>'),
        ('<div data-uploader="/files/uploads"><input type="file" hidden></div><p>Tea</p>', "<p>Tea</p>"),
        ("<select><option>a<option>b</select><div></div><p>", "<select><option>a</option><option>b</option></select>"
         "<div></div><p></p>"),
    ],
)  # fmt: skip
def test_what_changes_something_goes_with_what_it_leaves_empty(page, stays):
    assert pruned(page) == (page if stays is None else stays)
    assert pruned(pruned(page)) == pruned(page)
