"""The replica: what is committed is copied, by one process only, and nothing takes its place that is not its sequel.

Each protection has a test here that fails without it.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx2
import psutil
import pysqlite3.dbapi2 as sqlite
import pytest

from app import clock, control, db, lock
from app.backups import copies, generations, litestream, starting, target
from app.backups.generations import Current, Generation
from app.errors import Misconfigured
from tests.replicas import accounts, children, chosen, drop, events, is_litestream, named, people, until
from tests.test_command_line import HOUSE, SPARSE, Served, refused, run

# Servers with their replicas: they wait more than they work.
pytestmark = pytest.mark.slow

KEPT = "insert or replace into setting (key, value) values (?, ?)"


# ── the way there and back ────────────────────────────────────────────────────────────────────────────────────────────
def test_a_start_without_a_database_restores_what_the_replica_names(tmp_path: Path) -> None:
    accounts(tmp_path, "ada@example.org")
    with Served(tmp_path) as server:
        accounts(tmp_path, "bob@example.org")
        assert server.end()[0] == 0
    first = named(tmp_path)
    drop(tmp_path)
    assert people(tmp_path) == ["ada@example.org", "bob@example.org"]
    assert named(tmp_path)["instance"] == first["instance"]
    assert [each["number"] for each in named(tmp_path)["generations"]] == [1, 2], "a restored history is a new one"
    with Served(tmp_path) as server:
        server.end()
    drop(tmp_path)
    assert people(tmp_path) == ["ada@example.org", "bob@example.org"], "and that one can be restored too"


def test_a_stop_waits_for_the_last_copy(tmp_path: Path) -> None:
    with Served(tmp_path) as server:
        children(server)
        accounts(tmp_path, "ada@example.org")
        assert server.end()[1] < 10, "a second where nothing else runs"
    assert [each["complete"] for each in events(server) if each["event"] == "backups.litestream_stopped"] == [True]
    drop(tmp_path)
    assert people(tmp_path) == ["ada@example.org"]


@pytest.mark.long
def test_the_replica_goes_on_in_its_generation_over_starts_and_kills(tmp_path: Path) -> None:
    accounts(tmp_path, "ada@example.org")
    for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGKILL, signal.SIGTERM):
        with Served(tmp_path) as server:
            children(server)
            server.end(number)
    assert [each["number"] for each in named(tmp_path)["generations"]] == [1]


@pytest.mark.long
def test_without_a_replica_nothing_is_copied_and_the_next_run_with_one_begins_anew(tmp_path: Path) -> None:
    accounts(tmp_path, "ada@example.org")
    with Served(tmp_path) as server:
        server.end()
    with Served(tmp_path, INGLENOOK_REPLICA="off") as server:
        assert not [each for each in psutil.Process(server.process.pid).children() if is_litestream(each)]
        accounts(tmp_path, "bob@example.org", INGLENOOK_REPLICA="off")
        server.end()
    with Served(tmp_path) as server:
        children(server)
        server.end()
    assert [each["number"] for each in named(tmp_path)["generations"]] == [1, 2]
    drop(tmp_path)
    assert people(tmp_path) == ["ada@example.org", "bob@example.org"]


@pytest.mark.long
def test_fast_looks_for_changes_ten_times_a_second_and_normal_each_second(tmp_path: Path) -> None:
    with chosen(tmp_path, replica_speed="fast"):
        said = json.loads(litestream.settings(target.chosen(), tmp_path, "house", 3))
        assert said["dbs"][0]["monitor-interval"] == said["dbs"][0]["replica"]["sync-interval"] == "100ms"
        assert said["dbs"][0]["replica"]["path"] == str(tmp_path / "replica/house/3")
    with chosen(tmp_path):
        said = json.loads(litestream.settings(target.chosen(), tmp_path, "house", 3))
        assert said["dbs"][0]["monitor-interval"] == said["dbs"][0]["replica"]["sync-interval"] == "1s"
        assert said["l0-retention"] == "24h" and said["snapshot"]["retention"] == "168h"


# ── one process on one replica ────────────────────────────────────────────────────────────────────────────────────────
def test_litestream_dies_with_its_server(tmp_path: Path) -> None:
    with Served(tmp_path) as server:
        (child,) = children(server)
        server.end(signal.SIGKILL)
        until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, 2)


PARENT = """
import os, subprocess, sys, time
from app import children
parent = str(os.getpid() + int(sys.argv[2]))
tied = subprocess.Popen(children.script(sys.argv[1], parent, "/bin/sleep", "60", bare=True))
print(tied.pid, flush=True)
time.sleep(60)
"""


def test_what_is_tied_to_its_parent_dies_with_it_whatever_it_does_and_does_not_start_without_it() -> None:
    for other in (0, 1):
        words = [sys.executable, "-c", PARENT, litestream.TIED, str(other)]
        with subprocess.Popen(words, cwd=HOUSE, stdout=subprocess.PIPE, text=True) as parent:
            child = psutil.Process(int(parent.stdout.readline()))
            if not other:
                until(lambda child=child: child.name() == "sleep")
                parent.kill()
            until(lambda child=child: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, 5)
            parent.kill()


@pytest.mark.long
def test_litestream_holds_the_lock_of_the_server_as_long_as_it_lives(tmp_path: Path) -> None:
    with Served(tmp_path) as server:
        (child,) = children(server)
        assert str(tmp_path / "lock") in [os.readlink(file) for file in Path(f"/proc/{child.pid}/fd").iterdir()]
        server.end()


def test_no_second_server_starts_beside_what_a_dead_one_left_behind(tmp_path: Path) -> None:
    held = lock.take(tmp_path)
    orphan = subprocess.Popen(["sleep", "30"], pass_fds=lock.inherited())
    lock.release(held)
    try:
        assert lock.take(tmp_path) is None
    finally:
        orphan.kill()
        orphan.wait()
    lock.release(lock.hold(tmp_path))


@pytest.mark.long
def test_a_killed_server_is_followed_by_the_next_at_once(tmp_path: Path) -> None:
    with Served(tmp_path) as server:
        children(server)
        server.end(signal.SIGKILL)
    with Served(tmp_path) as following:
        assert httpx2.get(f"{following.url}/healthz").status_code == 200
        following.end()


def test_a_dead_litestream_is_started_again_and_misses_nothing(tmp_path: Path) -> None:
    with Served(tmp_path) as server:
        (child,) = children(server)
        child.kill()
        accounts(tmp_path, "ada@example.org")
        until(lambda: [each for each in children(server) if each.pid != child.pid])
        server.end()
    assert "backups.litestream_died" in [each["event"] for each in events(server)]
    drop(tmp_path)
    assert people(tmp_path) == ["ada@example.org"]


def test_litestream_sees_nothing_of_our_environment(tmp_path: Path) -> None:
    foreign = {
        "AWS_CA_BUNDLE": "/nowhere",
        "AWS_PROFILE": "other",
        "OPENAI_API_KEY": "sk-1",
        "INGLENOOK_SECRET": "x" * 32,
    }
    with Served(tmp_path, **foreign) as server:
        (child,) = children(server)
        assert set(child.environ()) <= {"PATH", "LC_CTYPE"}
        assert "x" * 32 not in " ".join(child.cmdline())
        server.end()


@pytest.mark.long
def test_a_directory_with_a_difficult_name_has_its_replica_too(tmp_path: Path) -> None:
    data = tmp_path / "a dollar $HOME, 'quotes\" and ümläuts: {} #" / ("long" * 25)
    accounts(data, "ada@example.org")
    with Served(data) as server:
        children(server)
        until(lambda: (data / "litestream.sock").exists())
        assert (data / "litestream.sock").stat().st_mode & 0o777 == 0o600
        server.end()
        assert [each["complete"] for each in events(server) if each["event"] == "backups.litestream_stopped"] == [True]
    drop(data)
    assert people(data) == ["ada@example.org"]


# ── checkpoints ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_opening_and_closing_the_database_never_takes_the_wal_away(tmp_path: Path) -> None:
    with chosen(tmp_path):
        path, wal = tmp_path / "inglenook.db", tmp_path / "inglenook.db-wal"
        db.open(path)
        db.here().driver.execute("create table setting (key text primary key, value text)")
        db.close()
        size, before = wal.stat().st_size, path.read_bytes()
        assert size > 0
        for n in range(3):
            db.open(path)
            db.here().driver.execute(KEPT, (f"kept-{n}", "1"))
            db.close()
        assert wal.stat().st_size > size and path.read_bytes() == before


def test_with_a_replica_sqlite_never_checkpoints_by_itself_and_without_one_it_does(tmp_path: Path) -> None:
    for replica in ("file", "off"):
        data = tmp_path / replica
        with chosen(data, replica=replica):
            db.open(data / "inglenook.db")
            driver = db.here().driver
            driver.execute("create table setting (key text primary key, value text)")
            driver.execute("begin")
            for n in range(1_500):
                driver.execute(KEPT, (f"kept-{n}", "x" * 4_000))
            driver.execute("commit")
            assert ((data / "inglenook.db").stat().st_size > 1_000_000) == (replica == "off")


@pytest.mark.long
def test_a_command_without_a_server_leaves_the_wal_to_litestream(tmp_path: Path) -> None:
    accounts(tmp_path, "ada@example.org")
    with Served(tmp_path) as server:
        children(server)
        server.end()
    before = (tmp_path / "inglenook.db").read_bytes()
    accounts(tmp_path, "bob@example.org", "eve@example.org")
    assert (tmp_path / "inglenook.db").read_bytes() == before
    with Served(tmp_path) as server:
        children(server)
        server.end()
    drop(tmp_path)
    assert len(people(tmp_path)) == 3


@pytest.mark.long
def test_a_checkpoint_behind_our_back_begins_a_new_generation(tmp_path: Path) -> None:
    accounts(tmp_path, "ada@example.org")
    with Served(tmp_path) as server:
        children(server)
        server.end()
    with sqlite.connect(str(tmp_path / "inglenook.db")) as foreign:
        foreign.execute(KEPT, ("workspace", '"Elsewhere"'))
    foreign.close()
    assert not (tmp_path / "inglenook.db-wal").exists()
    with Served(tmp_path) as server:
        children(server)
        server.end()
    assert [each["number"] for each in named(tmp_path)["generations"]] == [1, 2]
    drop(tmp_path)
    assert people(tmp_path) == ["ada@example.org"]
    with copies.opened(tmp_path / "inglenook.db") as there:
        assert copies.setting(there, "workspace") == "Elsewhere"


# ── whose replica it is ───────────────────────────────────────────────────────────────────────────────────────────────
def test_a_database_of_another_instance_refuses_to_start_before_its_replica(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        accounts(tmp_path / name, f"{name}@example.org")
    mine = named(tmp_path / "one")
    refused(run("serve", "--port", "0", data=tmp_path / "other", INGLENOOK_REPLICA=str(tmp_path / "one" / "replica")),
            "another Inglenook", mine["instance"], "INGLENOOK_REPLICA")  # fmt: skip
    assert named(tmp_path / "one") == mine, "found before anything was touched"


@pytest.mark.long
def test_an_empty_database_is_not_put_before_a_replica_with_history(tmp_path: Path) -> None:
    accounts(tmp_path, "ada@example.org")
    with Served(tmp_path) as server:
        children(server)
        server.end()
    for emptied in (b"", None):
        drop(tmp_path)
        path = tmp_path / "inglenook.db"
        if emptied is None:
            made = sqlite.connect(str(path))
            made.execute("pragma journal_mode=wal")
            made.close()
        else:
            path.write_bytes(emptied)
        assert people(tmp_path) == ["ada@example.org"]


@pytest.mark.long
def test_a_replica_that_nobody_names_is_not_taken_for_nothing(tmp_path: Path) -> None:
    accounts(tmp_path, "ada@example.org")
    with Served(tmp_path) as server:
        children(server)
        server.end()
    drop(tmp_path)
    (tmp_path / "replica" / "current.json").rename(tmp_path / "kept.json")
    refused(run("serve", "--port", "0", data=tmp_path), "current.json", "put that file back")
    (tmp_path / "kept.json").rename(tmp_path / "replica" / "current.json")
    assert people(tmp_path) == ["ada@example.org"]
    (tmp_path / "replica" / "current.json").write_text("{")
    refused(run("serve", "--port", "0", data=tmp_path), "current.json", "damaged")


@pytest.mark.long
def test_an_old_copy_that_was_put_back_begins_a_new_generation(tmp_path: Path) -> None:
    data, kept = tmp_path / "data", tmp_path / "kept"
    accounts(data, "ada@example.org")
    with Served(data) as server:
        children(server)
        server.end()
    shutil.copytree(data, kept)
    drop(data)
    assert people(data) == ["ada@example.org"]  # generation 2
    drop(data)
    for path in kept.glob("inglenook.db*"):
        shutil.copy(path, data)
    with Served(data) as server:
        children(server)
        server.end()
    assert [each["number"] for each in named(data)["generations"]] == [1, 2, 3]


@pytest.mark.long
def test_a_copy_of_the_directory_does_not_write_into_the_generation_of_the_other(tmp_path: Path) -> None:
    one, other, where = tmp_path / "one", tmp_path / "other", {"INGLENOOK_REPLICA": str(tmp_path / "replica")}
    accounts(one, "ada@example.org", **where)
    with Served(one, **where) as server:
        children(server)
        server.end()
    shutil.copytree(one, other)
    with Served(one, **where) as first, Served(other, **where) as second:
        children(first)
        children(second)
        for server in (first, second):
            until(lambda: list((tmp_path / "replica").glob("*/2/ltx/0/*")))
            server.end()
    said = json.loads((tmp_path / "replica" / "current.json").read_text())
    assert [each["number"] for each in said["generations"]] == [1, 2] and said["generation"] == 2


@pytest.mark.parametrize(
    ("mine", "current", "follows"),
    [
        (0, None, 1),
        (3, None, 4),
        (3, 3, 3),
        (4, 3, 4),  # killed between the database and the target
        (2, 3, 4),  # an old copy
        (0, 3, 4),  # a run without a replica
    ],
)
def test_the_generation_that_goes_on_follows_from_both_numbers(mine, current, follows) -> None:
    named = current and Current("house", current, (Generation(current, 1),), "here")
    assert starting.follow(mine, named or None, "here") == follows


@pytest.mark.long
def test_a_directory_of_another_name_begins_its_own_generation() -> None:
    assert starting.follow(3, Current("house", 3, (Generation(3, 1),), "there"), "here") == 4


def test_a_moment_belongs_to_the_generation_that_was_going_on() -> None:
    current = Current("house", 4, (Generation(1, 100), Generation(2, 200), Generation(4, 300)))
    assert [generations.covering(current, moment) for moment in (50, 100, 199, 200, 299, 300, 999)] == [
        1, 1, 1, 2, 2, 4, 4]  # fmt: skip


def test_generations_are_kept_for_the_retention_and_a_day_after_they_were_superseded(tmp_path: Path) -> None:
    with chosen(tmp_path):
        place, now = target.chosen(), clock.now()
        ages = {1: 20, 2: 9, 3: 7.5, 4: 1}
        kept = tuple(Generation(number, now - round(days * clock.DAY)) for number, days in ages.items())
        generations.write(place, Current("house", 4, kept))
        for number in ages:
            place.write(f"house/{number}/ltx/9/file", b"1")
        assert generations.sweep(place) == 1, "the first was superseded nine days ago, the second seven and a half"
        assert list(place.folders("house")) == ["2", "3", "4"]
        assert [each.number for each in generations.read(place).generations] == [2, 3, 4]
        place.write("house/1/ltx/9/left", b"1")
        assert generations.sweep(place) == 1, "what an interrupted sweep left goes too"


# ── bad input ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_damaged_database_is_not_served_and_the_command_is_named(tmp_path: Path) -> None:
    accounts(tmp_path, "ada@example.org")
    with Served(tmp_path, INGLENOOK_REPLICA="off") as server:
        server.end()
    with sqlite.connect(str(tmp_path / "inglenook.db")) as foreign:
        size = foreign.execute("pragma page_size").fetchone()[0]
        foreign.execute("pragma wal_checkpoint(truncate)")
    foreign.close()
    with (tmp_path / "inglenook.db").open("r+b") as file:
        file.seek(size * 5)
        file.write(os.urandom(size * 3))
    refused(run("serve", "--port", "0", data=tmp_path), "is damaged", "main.py backups restore")
    (tmp_path / "inglenook.db").write_bytes(b"This was a database once." * 400)
    refused(run("serve", "--port", "0", data=tmp_path), "is damaged", "main.py backups restore")


@pytest.mark.long
def test_a_lost_database_is_not_replaced_by_an_empty_one_beside_its_snapshots(tmp_path: Path) -> None:
    (tmp_path / "snapshots").mkdir()
    (tmp_path / "snapshots" / "2026-11-21T03-00-00Z-nightly.db").write_bytes(b"copy")
    refused(run("serve", "--port", "0", data=tmp_path), "nightly.db", "main.py backups restore --from")
    assert not (tmp_path / "inglenook.db").exists()


def test_a_litestream_of_another_version_is_one_sentence(tmp_path: Path, monkeypatch) -> None:
    other = tmp_path / "litestream"
    other.write_text("#!/bin/sh\necho 0.5.3\n")
    other.chmod(0o755)
    monkeypatch.setattr(litestream, "binary", lambda: other)
    with pytest.raises(Misconfigured, match="0.5.3.*0.5.17.*make setup"):
        litestream.check()


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"INGLENOOK_REPLICA": "https://example.org"}, "INGLENOOK_REPLICA has to be"),
        ({"INGLENOOK_REPLICA": "s3://bucket/house"}, "INGLENOOK_S3_KEY"),
        ({"INGLENOOK_REPLICA_SPEED": "warp"}, "INGLENOOK_REPLICA_SPEED"),
        ({"INGLENOOK_S3_ENDPOINT": "minio"}, "INGLENOOK_S3_ENDPOINT"),
    ],
)
def test_a_bad_option_of_the_replica_is_named(tmp_path: Path, environ: dict[str, str], words: str) -> None:
    refused(run("serve", data=tmp_path, **environ), words)


@pytest.mark.long
@pytest.mark.skipif(os.getuid() != 0, reason="needs a directory that cannot be written, which root makes out of a file")
def test_a_target_that_cannot_be_used_refuses_a_start_without_a_database_and_serves_one_with(tmp_path: Path) -> None:
    data, where = tmp_path / "data", tmp_path / "file" / "replica"
    (tmp_path / "file").write_text("")
    refused(run("serve", "--port", "0", data=data, INGLENOOK_REPLICA=str(where)), "There is no database", str(where))
    assert not (data / "inglenook.db").exists()
    accounts(data, "ada@example.org", INGLENOOK_REPLICA="off")
    with Served(data, INGLENOOK_REPLICA=str(where)) as server:
        assert httpx2.get(f"{server.url}/healthz").status_code == 200
        (tmp_path / "file").unlink()
        until(lambda: list(where.glob("*/1/ltx/0/*")))
        server.end()
    assert "backups.target_silent" in [each["event"] for each in events(server)]


# ── starting again in place ───────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.long
def test_a_server_that_starts_itself_again_keeps_its_door_and_its_process(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Served(data) as server:
        for _ in range(2):
            assert control.ask(data, "server.restart", {}) is not None
            answers = [knocked(f"{server.url}/healthz") for _ in range(5)]
            assert answers == [200] * 5, "whoever knocks meanwhile waits"
            assert re.search(r"http://[\w.:]+", server.process.stdout.readline())[0] == server.url
        assert server.end()[0] == 0
    assert [each["number"] for each in named(data)["generations"]] == [1]


def knocked(address: str) -> int:
    """The status. A line that was taken in a server's last moment is closed without a word: then one asks again."""
    try:
        return httpx2.get(address, timeout=20).status_code
    except (httpx2.ReadError, httpx2.RemoteProtocolError):
        return httpx2.get(address, timeout=20).status_code


# ── kills ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
KILLED = """
import os, signal, sys
from app import db
from app.backups import generations, litestream, opening, starting
import main

left = int(sys.argv.pop())

def step(function):
    def counted(*words, **named):
        global left
        for _ in range(2):  # before it, and after it
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            if _ == 0:
                said = function(*words, **named)
        return said
    return counted

for module, names in (
    (starting, "prepare settle instance generation note_return"),
    (generations, "begin write read"),
    (opening, "look clear bring_back newest arrive write_generation"),
    (litestream, "files plan restore"),
    (db, "open"),
):
    for name in names.split():
        setattr(module, name, step(getattr(module, name)))
code = main.main(["accounts", "list", "--data", sys.argv[1]])
print("steps", -left, file=sys.stderr)
sys.exit(code)
"""


@pytest.mark.long
def test_a_start_that_restores_may_be_killed_at_any_step(tmp_path: Path) -> None:
    data = tmp_path / "data"
    accounts(data, "ada@example.org")
    with Served(data) as server:
        children(server)
        server.end()
    kept = tmp_path / "kept"
    drop(data)
    shutil.copytree(data, kept)
    number = 0
    while True:
        number += 1
        shutil.rmtree(data)
        shutil.copytree(kept, data)
        words = [sys.executable, "-c", KILLED, str(data), str(number)]
        done = subprocess.run(words, cwd=HOUSE, env=SPARSE, capture_output=True, text=True, timeout=60)
        assert people(data) == ["ada@example.org"], f"killed at step {number}"
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
    assert number > 20
