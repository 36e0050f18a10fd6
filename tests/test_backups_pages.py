"""The page of backups: what it shows, what it refuses, and a real restore through it on a real server."""

import re
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from html import unescape
from types import SimpleNamespace

import httpx2
import pytest
from fastcore.xml import to_xml

from app import clock, config, db
from app.backups import moments, snapshots
from app.backups.overview import Disk, Overview, Span
from app.backups.records import Backup
from app.clock import DAY, HOUR, MINUTE, SECOND
from app.rights import Caller, machine
from components.backups.points import PointsList
from components.backups.week import Week, days
from components.backups.words import seconds, short, spacing
from tests.test_command_line import LONG, Served, run

PASSWORD = LONG.strip()
PAGE = "/admin/backups"
OFF = {"INGLENOOK_REPLICA": "off"}
DISK = Disk(1000, 2000, 1000, 0, 0, 10**9, 10**10)


def overview(spans=(), rows=(), **more) -> Overview:
    return Overview(
        **{"replica": None, "needs": (), "spans": spans, "rows": rows, "running": (), "failed": (), "verified": None}
        | more,
        disk=DISK,
    )


def lines(html: str) -> list[str]:
    """The notes beside the days, from today on."""
    return re.findall(r'class="day-note">([^<]*)<', html)


def text(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


# ── what is drawn ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_each_day_says_how_exactly_it_can_be_brought_back():
    now = clock.now()
    spans = [
        Span(now - 7 * DAY, now - 5 * DAY, HOUR),
        Span(now - 5 * DAY, now - DAY, 5 * MINUTE),
        Span(now - DAY, now, SECOND),
    ]
    drawn = to_xml(Week(machine(), overview(spans)))
    notes = lines(drawn)
    assert notes[0] == "every second" or notes[0].startswith("from")
    assert "each 5 min" in notes and "each hour" in notes and notes[-1].startswith("from ")
    assert len(notes) == 8
    assert 'stroke-dasharray="0.41' in drawn, "points that are five minutes apart are drawn one by one"
    assert "style=" not in drawn


def test_a_day_of_25_hours_is_drawn_by_its_own_length():
    me = Caller(timezone="Europe/Berlin")
    autumn = datetime(2026, 10, 25, tzinfo=UTC).timestamp()
    seen = overview([Span(round((autumn - DAY // SECOND) * SECOND), clock.now(), SECOND)])
    lengths = {f"{day.date:%m-%d}": (day.end - day.start) // HOUR for day in days(me, seen)}
    assert lengths["10-25"] == 25
    assert {hours for name, hours in lengths.items() if name != "10-25"} == {24}


def test_a_time_without_a_replica_is_drawn_said_and_counted():
    now = clock.now()
    gap = Backup(
        id="g", kind="gap", started_at=now - 2 * DAY, ended_at=now - 2 * DAY + 11 * MINUTE, ok=True, note="503"
    )
    seen = overview([Span(now - 3 * DAY, now, SECOND)], [gap])
    drawn = to_xml((Week(machine(), seen), PointsList(machine(), seen)))
    assert "11 min missing" in lines(drawn)
    assert 'class="gap"' in drawn
    assert "did not answer" in text(drawn) and "503" in drawn


def test_a_point_leads_to_its_plan_and_a_restore_to_the_moment_before_it():
    now = clock.now()
    left = now - HOUR + 5 * SECOND
    rows = [
        Backup(id="r", kind="restore", started_at=now - HOUR, ok=True, moment=now - 3 * HOUR),
        Backup(id="s", kind="snapshot", started_at=now - 2 * HOUR, ok=True, path="snapshots/a.db"),
        Backup(id="o", kind="snapshot", started_at=now - 40 * DAY, ok=True, path="snapshots/old.db"),
        Backup(id="f", kind="restore", started_at=now - 4 * HOUR, ok=False),
    ]
    spans = [Span(now - DAY, left, SECOND), Span(left, now, SECOND)]
    drawn = to_xml(PointsList(machine(), overview(spans, rows)))
    asked = [httpx2.URL(unescape(link)).params for link in re.findall(r'<a [^>]*href="([^"]+)"', drawn)]
    assert [params.get("snapshot") for params in asked] == [None, None, "old.db"], "what failed leads nowhere"
    assert [moments.parse_moment(params["at"]) for params in asked[:2]] == [left - 1, now - 2 * HOUR]


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (SECOND, "every second"),
        (30 * SECOND, "each 30 s"),
        (5 * MINUTE, "each 5 min"),
        (HOUR, "each hour"),
        (DAY, "each day"),
    ],
)
def test_spacings_are_words(step, words):
    assert spacing(step) == words


def test_durations_and_days_are_short():
    assert [seconds(count) for count in (0.4, 18, 600, 9000, 200_000)] == ["0.4 s", "18 s", "10 min", "2 h", "2 days"]
    assert short(clock.now(), None).startswith("today ")


# ── a house without a replica ─────────────────────────────────────────────────────────────────────────────────────────
def test_without_a_replica_the_page_says_so_and_offers_no_restore(alice):
    page = alice.get(PAGE)
    assert page.status_code == 200
    assert "There is no replica." in page.text
    assert "Nothing to go back to yet" in page.text
    assert "datetime-local" not in page.text


def test_a_copy_is_made_by_a_job_and_stands_among_the_points(alice):
    before = {each.path for each in snapshots.all(machine())}
    page = alice.post(f"{PAGE}/snapshots")
    assert page.url.path == PAGE
    deadline = time.monotonic() + 20
    while not (made := {each.path for each in snapshots.all(machine())} - before) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(made) == 1
    points = alice.get(PAGE).text.partition('class="points"')[2]
    assert "Snapshot" in points and "asked" in points


def test_a_snapshot_can_be_planned_and_no_other_file(alice):
    made = snapshots.take(machine())
    name = made.path.rpartition("/")[2]
    page = alice.get(f"{PAGE}/restore", params={"snapshot": name})
    assert page.status_code == 200
    assert "Restore everything to" in page.text and name in page.text
    for other in ("../inglenook.db", "/etc/hostname", str(config.current.data / "inglenook.db"), "snapshots/" + name):
        refused = alice.get(f"{PAGE}/restore", params={"snapshot": other})
        assert refused.status_code == 422 and "no longer kept" in refused.text


def test_a_restore_asks_for_the_password_however_fresh_it_is(alice):
    name = snapshots.take(machine()).path.rpartition("/")[2]
    page = alice.post(f"{PAGE}/restores", data={"snapshot": name, "password": "another one"})
    assert page.status_code == 422
    assert "This is not your password." in page.text
    assert f'value="{name}"' in page.text, "the form comes back filled"
    assert db.fetch("select count(*) from backup where kind = 'restore'")[0] == 0


def test_a_stream_of_nothing_ends_at_once_with_the_page_as_it_is(alice):
    answer = alice.get(f"{PAGE}/stream")
    assert "event: done" in answer.text and "#backups" in answer.text


def test_a_snapshot_of_which_the_restored_database_does_not_know_is_listed(alice):
    made = snapshots.take(machine())
    name = made.path.rpartition("/")[2]
    with db.write() as tx:
        tx.run("delete from backup where id = :id", id=made.id)
    page = alice.get(PAGE).text
    assert f"snapshot={name}" in page
    (config.current.data / made.path).unlink()
    assert name not in alice.get(PAGE).text


def test_files_that_are_nowhere_are_listed(alice):
    hash = "ab" * 32
    with db.write() as tx:
        tx.run("insert into blob (hash, size, created_at, missing_at) values (:h, 70000, 1, 2)", h=hash)
        tx.run("insert into blobuse (hash, kind, target_id) values (:h, 'part', 'the-part')", h=hash)
    page = alice.get(PAGE).text
    with db.write() as tx:
        tx.run("delete from blobuse where hash = :h", h=hash)
        tx.run("delete from blob where hash = :h", h=hash)
    assert "Files that are missing" in page and hash[:12] in page and "the-part" in page
    assert "Files that are missing" not in alice.get(PAGE).text


# ── a server with its replica ─────────────────────────────────────────────────────────────────────────────────────────
@contextmanager
def served(data):
    """A server of its own process with Litestream, and an admin who is signed in."""
    run("accounts", "add", "ada@example.org", "--role", "admin", "--password-stdin", data=data, typed=LONG)
    with Served(data) as server, browser(server.url) as ada:
        yield SimpleNamespace(server=server, ada=ada, url=server.url)
        server.end()


@contextmanager
def browser(url):
    headers = {"sec-fetch-site": "same-origin"}
    with httpx2.Client(base_url=url, headers=headers, follow_redirects=True, timeout=30) as someone:
        someone.post("/signin", data={"email": "ada@example.org", "password": PASSWORD})
        yield someone


def until(look, seconds_=40):
    """The first answer that is true."""
    deadline = time.monotonic() + seconds_
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.2)
    return found


def reachable(ada):
    """Whether the page offers a moment."""
    page = ada.get(PAGE).text
    return page if 'type="datetime-local"' in page else ""


def start_of(ada):
    """Which start of the server answers; nothing while none does."""
    try:
        return ada.get(f"{PAGE}/start").text
    except httpx2.TransportError:
        return ""


def moment():
    """The present second as the form posts it, waited out so that it is past."""
    now = datetime.now(UTC)
    time.sleep(1.2)
    return f"{now:%Y-%m-%dT%H:%M:%S}.999"


@pytest.mark.long
@pytest.mark.slow
def test_the_house_goes_back_and_the_restore_is_undone_on_the_page(tmp_path):
    with served(tmp_path / "data") as it:
        ada = it.ada
        until(lambda: reachable(ada))
        ada.post("/spaces", data={"name": "Pantry"})
        time.sleep(3)
        then = moment()
        ada.post("/spaces", data={"name": "Kitchen"})
        time.sleep(3)
        plan = ada.get(f"{PAGE}/restore", params={"at": then})
        assert plan.status_code == 200, text(plan.text)[:500]
        assert "Restore everything to" in plan.text and "goes aside" in text(plan.text)
        at = re.search(r'name="at" [^>]*value="([^"]+)"|value="([^"]+)"[^>]* name="at"', plan.text)
        posted = {"at": next(filter(None, at.groups())), "password": PASSWORD}
        first = start_of(ada)
        page = ada.post(f"{PAGE}/restores", data=posted)
        assert page.status_code == 200 and "brought back" in page.text, text(page.text)[:500]
        assert f'data-start="{first}"' in page.text
        until(lambda: (said := start_of(ada)) and said != first)
        spaces = ada.get("/spaces").text
        assert "Pantry" in spaces and "Kitchen" not in spaces
        page = until(lambda: reachable(ada))
        undo = unescape(re.search(r'href="([^"]+)"[^>]*aria-label="Undo this restore"', page)[1])
        assert "Restore everything to" in ada.get(undo).text
        second = start_of(ada)
        at = httpx2.URL(undo).params["at"]
        ada.post(f"{PAGE}/restores", data={"at": at, "password": PASSWORD})
        until(lambda: (said := start_of(ada)) and said != second)
        assert "Kitchen" in ada.get("/spaces").text


@pytest.mark.long
@pytest.mark.slow
def test_a_moment_that_cannot_be_is_refused_with_the_form_filled(tmp_path):
    with served(tmp_path / "data") as it:
        until(lambda: reachable(it.ada))
        for at, words in (
            ("2099-01-01T00:00:00", "has not been yet"),
            ("2001-01-01T00:00:00", "the earliest is"),
            ("the day before", "is no moment"),
        ):
            page = it.ada.get(f"{PAGE}/restore", params={"at": at})
            assert page.status_code == 422
            assert words in text(page.text)
            assert f'value="{at}"' in page.text and 'aria-invalid="true"' in page.text


@pytest.mark.slow
@pytest.mark.long
def test_the_page_says_where_the_replica_lies_and_that_the_same_disk_is_lost_with_it(tmp_path):
    with served(tmp_path / "data") as it:
        page = until(lambda: reachable(it.ada))
        assert "The replica lies on the disk of the database." in page
        assert "Every second since" in page
        it.ada.post(f"{PAGE}/verifications")
        page = until(lambda: (found := it.ada.get(PAGE).text) and "Verified by a full restore" in found and found)
        assert page.count("equal") >= 2, "among the points, and beside them"


@pytest.mark.slow
@pytest.mark.long
def test_the_recovery_key_is_asked_for_only_when_the_keys_at_hand_do_not_open_that_time(tmp_path):
    data = tmp_path / "data"
    with served(data) as it:
        run("secrets", "show", data=data)
        until(lambda: reachable(it.ada))
        time.sleep(2)
        then = moment()
    right = (data / "secret.key").read_text().split()[0]
    (data / "secret.key").unlink()
    with Served(data) as server, browser(server.url) as ada:
        until(lambda: reachable(ada))
        ada.post(f"{PAGE}/restores", data={"at": then, "password": PASSWORD})
        page = until(lambda: (found := ada.get(PAGE).text) and "Give the key" in found and found)
        assert "Nothing was changed." in page
        asked = ada.get(unescape(re.search(r'href="([^"]+)"[^>]*>Give the key', page)[1])).text
        assert 'name="key"' in asked
        first = start_of(ada)
        ada.post(f"{PAGE}/restores", data={"at": then, "password": PASSWORD, "key": "AAAA-BBBB"})
        until(lambda: "This is not the recovery key" in text(ada.get(PAGE).text))
        ada.post(f"{PAGE}/restores", data={"at": then, "password": PASSWORD, "key": right})
        until(lambda: (said := start_of(ada)) and said != first)
        assert right in (data / "secret.key").read_text()
        server.end()


@pytest.mark.slow
@pytest.mark.long
def test_while_the_target_is_silent_the_page_is_quick_and_a_snapshot_leads_back(tmp_path):
    silent = {
        "INGLENOOK_REPLICA": "s3://bucket/house",
        "INGLENOOK_S3_ENDPOINT": "http://127.0.0.1:9",
        "INGLENOOK_S3_KEY": "k",
        "INGLENOOK_S3_SECRET": "s",
    }
    data = tmp_path / "data"
    run("accounts", "add", "ada@example.org", "--role", "admin", "--password-stdin", data=data, typed=LONG, **OFF)
    with Served(data, **silent) as server, browser(server.url) as ada:
        until(lambda: "The replica does not get what is written." in ada.get(PAGE).text)
        started = time.monotonic()
        assert "INGLENOOK_S3_ENDPOINT" in ada.get(PAGE).text
        assert time.monotonic() - started < 2
        ada.post("/spaces", data={"name": "Pantry"})
        ada.post(f"{PAGE}/snapshots")
        page = until(lambda: (found := ada.get(PAGE).text) and "asked for" in found and found)
        name = re.search(r"snapshot=([\w.%-]+asked[\w.-]*\.db)", page)[1]
        ada.post("/spaces", data={"name": "Kitchen"})
        first = start_of(ada)
        ada.post(f"{PAGE}/restores", data={"snapshot": name, "password": PASSWORD})
        until(lambda: (said := start_of(ada)) and said != first)
        spaces = ada.get("/spaces").text
        assert "Pantry" in spaces and "Kitchen" not in spaces
        server.end()
