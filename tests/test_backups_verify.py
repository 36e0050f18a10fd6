"""Verification: a restore that is tried, compared to the row, and told."""

import threading
import time
from pathlib import Path

import httpx2
import pysqlite3.dbapi2 as sqlite
import pytest

from app import clock, later
from app.backups import copies, verifying
from tests.restores import OFF, add, moment, ok, people, run, said, served
from tests.test_command_line import LONG

# Servers with their replicas: they wait more than they work.
pytestmark = pytest.mark.slow

ROUNDS = ("nightly", "weekly")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    add(tmp_path / "data", "ada")
    return tmp_path / "data"


def events(data: Path, kind: str = "verify") -> list[tuple]:
    with copies.opened(data / "inglenook.db") as there:
        return there.execute("select ok, note from backup where kind = ? order by started_at", (kind,)).fetchall()


def test_a_replica_is_equal_to_the_row_while_people_write(data) -> None:
    same = {"sec-fetch-site": "same-origin"}
    with served(data) as server, httpx2.Client(base_url=server.url, headers=same, timeout=20) as browser:
        browser.post("/signin", data={"email": "ada@example.org", "password": LONG.strip()})
        stopped, sent = threading.Event(), []

        def write() -> None:
            while not stopped.is_set():
                sent.append(browser.post("/account/theme", data={"theme": "dark"}).status_code)
                browser.post("/signin", data={"email": "ada@example.org", "password": LONG.strip()})

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for _ in range(5):
                assert ok(run("backups", "verify", data=data)).startswith("Equal: ")
        finally:
            stopped.set()
            writer.join()
        assert len(sent) > 10
        assert [row[0] for row in events(data)] == [1] * 5
        assert not (data / "restore").exists()
        assert "Equal" in ok(run("backups", "list", data=data))
    assert "ok: 2" in next(line for line in run("check", data=data).stdout.splitlines() if line.startswith("restores"))


@pytest.mark.long
def test_without_a_server_what_is_missing_is_copied_first(data) -> None:
    with served(data):
        moment(data)
    add(data, "bob")
    assert "Equal" in ok(run("backups", "verify", data=data))


def test_a_replica_that_lacks_something_is_told_by_command_list_and_check(data) -> None:
    with served(data):
        moment(data)
        add(data, "bob")
        moment(data)
        for file in (data / "replica").rglob("*.ltx"):
            file.write_bytes(file.read_bytes()[:-40] + b"\x00" * 40)
        done = run("backups", "verify", data=data)
        said(done, "Litestream failed")
        assert events(data)[-1][0] == 0
        assert "Not equal" in ok(run("backups", "list", data=data))
        check = run("check", data=data)
        assert check.returncode == 1 and "failed" in check.stdout
        assert people(data) == ["ada", "bob"], "what was found changes nothing"
    assert not (data / "restore").exists()


@pytest.mark.long
def test_a_table_that_differs_is_named_with_both_sides(tmp_path) -> None:
    sides = []
    for name, rows in (("here", 3), ("there", 2)):
        with sqlite.connect(tmp_path / name) as made:
            made.execute("create table chat (id integer primary key)")
            made.execute("create table same (id integer primary key)")
            made.execute("create table _litestream_seq (id integer primary key)")
            made.executemany("insert into chat values (?)", [(n,) for n in range(rows)])
            made.execute(f"insert into _litestream_seq values ({rows})")
        made.close()
        with copies.opened(tmp_path / name) as there:
            sides.append(copies.rows(there))
    assert verifying.differences(*sides) == ["chat"]
    told = verifying.differing("chat", sides[0]["chat"], sides[1]["chat"])
    assert told == "chat: 3 rows up to 2 here, 2 rows up to 1 in the replica"
    assert verifying.differing("chat", sides[0]["chat"], None).endswith("no table in the replica")


def test_without_a_replica_there_is_nothing_to_verify(data) -> None:
    said(run("backups", "verify", data=data, **OFF), "INGLENOOK_REPLICA=off")


def test_the_night_and_the_week_have_their_rounds() -> None:
    import workers

    workers.load()
    rounds = {name: tick for name, tick in later.rounds.items() if name.startswith("backups.")}
    assert rounds["backups.nightly"].every == 24 * 60 * 60
    assert rounds["backups.weekly"].every == 7 * 24 * 60 * 60
    assert all(workers.JOBS[name].home for name in (*rounds, "backups.now", "backups.verify", "backups.drill"))


def test_a_night_and_a_week_that_were_missed_are_made_up_for(data) -> None:
    ago = clock.now() - 9 * clock.DAY
    with copies.opened(data / "inglenook.db", "rw") as there:
        there.executemany("insert into round values (?, ?, 0, null)", [(f"backups.{n}", ago) for n in ROUNDS])
    with served(data):
        deadline = time.monotonic() + 40
        while not (list((data / "snapshots").glob("*-nightly.db")) and (1,) in [row[:1] for row in events(data)]):
            assert time.monotonic() < deadline
            time.sleep(0.2)


@pytest.mark.long
def test_a_verification_that_is_cancelled_or_killed_was_cut_off_and_is_no_failure(data) -> None:
    with served(data) as server:
        moment(data)
        with copies.opened(data / "inglenook.db", "rw") as there:
            there.execute("insert into backup values ('killed', 'verify', 1, null, null, null, 0, '', '')")
        ok(run("backups", "verify", data=data))
        assert server.end()[0] == 0
    assert events(data) == [(None, "It was cut off."), (1, events(data)[1][1])]
