"""Moments, points and snapshots: what can be gone back to, and how it is said."""

import re
from datetime import UTC, datetime

import pysqlite3.dbapi2 as sqlite
import pytest

from app import clock, db
from app.backups import copies, moments, points, room, snapshots
from app.backups.litestream import File
from app.backups.overview import Span
from app.errors import Forbidden, Invalid, Misconfigured, NotFound
from app.rights import Caller, machine

ZONE = "Europe/Berlin"
S, M, H = clock.SECOND, clock.MINUTE, clock.HOUR


def at(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * S


# ── moments ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2026-01-18T16:48", at(2026, 1, 18, 15, 48)),
        ("2026-07-18 16:48:05", at(2026, 7, 18, 14, 48, 5)),
        ("2026-01-18T16:48:00Z", at(2026, 1, 18, 16, 48)),
        ("2026-01-18 16:48 +05:30", at(2026, 1, 18, 11, 18)),
        ("2026-01-18t16:48:00.25z", at(2026, 1, 18, 16, 48) + S // 4),
        ("2026-01-18", at(2026, 1, 17, 23)),
    ],
)
def test_a_moment_is_read_on_the_clock_of_its_reader(said: str, moment: int) -> None:
    assert moments.parse_moment(said, ZONE) == moment


@pytest.mark.parametrize(("said", "ago"), [("15m", 15 * M), ("2 hours ago", 2 * H), ("90s", 90 * S), ("1d", 24 * H)])
def test_a_moment_can_be_so_long_ago(said: str, ago: int) -> None:
    assert moments.parse_moment(said) == pytest.approx(clock.now() - ago, abs=5 * S)


def test_a_time_of_the_day_is_the_last_one_that_was() -> None:
    for said in ("00:00", "23:59:59", "12:30"):
        ago = clock.now() - moments.parse_moment(said, ZONE)
        assert 0 <= ago <= 25 * H
    assert moments.parse_moment("yesterday 12:00", "UTC") == moments.parse_moment("today 00:00", "UTC") - 12 * H


@pytest.mark.parametrize(
    "said", ["", "soon", "25:00", "yesterday", "2026-13-01", "20260118T1648", "-5m", "2026-01-18T16:48+99:00", "1e3"]
)
def test_what_is_no_moment_is_refused_with_the_forms_that_are_understood(said: str) -> None:
    with pytest.raises(Invalid) as refusal:
        moments.parse_moment(said)
    assert "2026-11-18T16:48:00" in refusal.value.fields["at"]


def test_a_moment_that_has_not_been_is_refused() -> None:
    with pytest.raises(Invalid, match="has not been yet"):
        moments.parse_moment("2999-01-01")
    with pytest.raises(Invalid, match="before anything"):
        moments.parse_moment("1900-01-01")


def test_a_moment_is_shown_so_that_it_can_be_given_back() -> None:
    moment = at(2026, 7, 18, 14, 48, 5)
    assert moments.shown(moment, ZONE) == "2026-07-18 16:48:05+02:00"
    assert moments.parse_moment(moments.shown(moment, ZONE), "America/Lima") == moment


# ── points ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_points_are_further_apart_the_older_they_are() -> None:
    end = 10 * 24 * H
    held = [
        File(9, 1, 1, 1, 1 * H),
        File(3, 1, 50, 1, 24 * H),
        File(2, 60, 70, 1, 6 * 24 * H),
        File(1, 80, 90, 1, 8 * 24 * H),
        File(0, 95, 95, 1, 9 * 24 * H),
        File(0, 96, 96, 1, 9 * 24 * H + S),
    ]
    spans = points.within(held, end)
    assert [(span.spacing, span.start, span.end) for span in spans] == [
        (24 * H, 1 * H + S, 24 * H),
        (H, 24 * H, 6 * 24 * H),
        (5 * M, 6 * 24 * H, 8 * 24 * H),
        (30 * S, 8 * 24 * H, 9 * 24 * H),
        (S, 9 * 24 * H, end),
    ]


def test_a_young_replica_has_every_second_since_its_first_copy() -> None:
    held = [File(0, 1, 1, 1, 5 * S), File(0, 2, 2, 1, 9 * S), File(9, 1, 1, 1, 5 * S), File(1, 1, 2, 1, 9 * S)]
    assert points.within(held, M) == [Span(6 * S, M, S)]
    assert points.within(held, 3 * S) == []


def test_without_a_whole_database_nothing_can_be_brought_back() -> None:
    assert points.within([File(0, 7, 7, 1, 5 * S)], M) == []


# ── snapshots ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_snapshot_is_a_whole_database_for_its_owner_only(house, alice) -> None:
    row = snapshots.take(machine())
    path = house.data / row.path
    assert path.stat().st_mode & 0o777 == 0o600
    assert (row.ok, row.size, row.kind) == (True, path.stat().st_size, "snapshot")
    copies.whole(path, "integrity_check")
    with copies.opened(path) as there:
        assert there.execute("select count(*) from account where email = ?", (alice.email,)).fetchone()[0] == 1
    assert path.with_name(f"{path.name}-wal").exists() is False
    assert db.fetch("select count(*) from audit where verb = 'backups.snapshot' and object_id = ?", row.id)[0] == 1


def test_two_of_one_second_do_not_replace_each_other(house) -> None:
    made = [snapshots.take(machine()).path for _ in range(3)]
    assert len(set(made)) == 3 and {house.data / path for path in made} <= {
        each.path for each in snapshots.all(machine())
    }


def test_three_of_each_kind_are_kept(house) -> None:
    folder = room.private(house.data / snapshots.FOLDER)
    for day in range(1, 6):
        (folder / f"2025-01-0{day}T03-10-00Z-nightly.db").write_bytes(b"old")
    (folder / "2025-01-01T03-10-00Z-schema-1.db").write_bytes(b"old")
    snapshots.take(machine(), "nightly")
    kept = [each.path.name for each in snapshots.all(machine()) if each.kind == "nightly"]
    assert len(kept) == 3 and not kept[0].startswith("2025")
    assert not [name for name in kept if name.startswith(("2025-01-01", "2025-01-02", "2025-01-03"))]
    assert (folder / "2025-01-01T03-10-00Z-schema-1.db").exists()


def test_a_half_snapshot_of_a_crash_is_none_and_goes(house) -> None:
    folder = room.private(house.data / snapshots.FOLDER)
    half = folder / "2025-01-01T03-10-00Z-nightly.half"
    half.write_bytes(b"half")
    assert half.name not in [each.path.name for each in snapshots.all(machine())]
    snapshots.take(machine())
    assert not half.exists()


def test_a_member_takes_no_snapshot_and_sees_none(house, bob) -> None:
    me = Caller(id=bob.id, role="member")
    for refused in (lambda: snapshots.take(me), lambda: snapshots.all(me), lambda: points.timeline(me)):
        with pytest.raises(Forbidden):
            refused()


def test_a_snapshot_that_is_not_there_is_named(house) -> None:
    with pytest.raises(NotFound, match=re.escape("2001-01-01T00-00-00Z-nightly.db")):
        snapshots.find(machine(), "2001-01-01T00-00-00Z-nightly.db")


# ── copies ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_damaged_page_and_a_broken_reference_are_found(tmp_path) -> None:
    path = tmp_path / "copy.db"
    with sqlite.connect(path) as there:
        there.execute("create table a (id integer primary key, text text)")
        there.execute("create table b (a integer references a (id))")
        there.executemany("insert into a (text) values (?)", [("x" * 500,) for _ in range(200)])
        there.execute("insert into b values (1)")
    there.close()
    copies.whole(path, "integrity_check")
    with sqlite.connect(path) as there:
        there.execute("delete from a where id = 1")
    there.close()
    with pytest.raises(Misconfigured, match="broken reference"):
        copies.whole(path)
    with path.open("r+b") as file:
        file.seek(4096 * 5)
        file.write(b"\xff" * 4096)
    with pytest.raises(Misconfigured, match="damaged"):
        copies.whole(path)


def test_what_is_no_database_is_refused_by_name(tmp_path) -> None:
    (tmp_path / "notes.txt").write_text("no database at all, but long enough to look like one" * 40)
    with pytest.raises(Misconfigured, match=re.escape("notes.txt cannot be read")):
        copies.look(tmp_path / "notes.txt")
    assert copies.seen(tmp_path / "notes.txt") is None
    assert copies.seen(tmp_path / "absent.db") is None
