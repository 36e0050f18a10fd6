"""Restores: with real servers and a real replica, in place and beside, undone and forth again."""

import os
import re
import subprocess
import time
from pathlib import Path

import httpx2
import orjson
import pysqlite3.dbapi2 as sqlite
import pytest

from app import blobs, db
from app.backups import copies, restoring, snapshots, swapping
from app.rights import machine
from tests import golden
from tests.golden.make import SECRET
from tests.restores import OFF, REPLICA, add, inventory, lived, moment, ok, people, run, said, seen, served
from tests.test_command_line import LONG, SPARSE, program, refused

# Servers with their replicas: they wait more than they work.
pytestmark = pytest.mark.slow


@pytest.fixture
def history(tmp_path: Path) -> tuple[Path, str]:
    """A data directory with its replica, and the moment between ada and bob."""
    return tmp_path / "data", lived(tmp_path / "data")


# ── in place ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_running_server_goes_back_to_a_moment_in_place_and_forth_again(history) -> None:
    data, between = history
    with served(data) as server:
        done = ok(run("backups", "restore", "--at", between, "--yes", data=data))
        assert "2 people" in done and "1 person" in done and "runs again" in done
        assert server.process.poll() is None
        assert people(data) == ["ada"]
        assert httpx2.get(f"{server.url}/healthz").status_code == 200, "at the same address"
        undo = re.search(r"restore --from (\S+)", done)[1]
        ok(run("backups", "restore", "--from", undo, "--yes", data=data))
        assert people(data) == ["ada", "bob"]
        assert server.end()[0] == 0
    assert not (data / "restore.json").exists() and not (data / "restore").exists()


@pytest.mark.long
def test_a_restore_is_undone_by_the_moment_before_it_because_the_old_generation_stays(history) -> None:
    data, between = history
    with served(data):
        time.sleep(0.5)
        before = moment(data)
        ok(run("backups", "restore", "--at", between, "--yes", data=data))
        add(data, "eve")
        after = moment(data)
        ok(run("backups", "restore", "--at", before, "--yes", data=data))
        assert people(data) == ["ada", "bob"]
        ok(run("backups", "restore", "--at", after, "--yes", data=data))
        assert people(data) == ["ada", "eve"]
        numbers = [each["number"] for each in orjson.loads((data / "replica/current.json").read_bytes())["generations"]]
        assert numbers == [1, 2, 3, 4]


@pytest.mark.long
def test_what_was_written_until_the_restart_lies_aside(history) -> None:
    data, between = history
    with served(data):
        ok(run("backups", "restore", "--at", between, "--yes", data=data))
        aside = swapping.kept(data)[0] / "inglenook.db"
    assert seen(aside) == ["ada", "bob"]


@pytest.mark.long
def test_without_a_server_a_restore_is_made_right_here(history) -> None:
    data, between = history
    done = ok(run("backups", "restore", "--at", between, "--yes", data=data))
    assert f"start it with `main.py serve --data {data}`" in done
    assert people(data) == ["ada"]
    with served(data):
        assert people(data) == ["ada"]


@pytest.mark.long
def test_what_is_written_is_for_its_owner_only_whatever_the_shell_lets_others_read(tmp_path: Path) -> None:
    data, mask = tmp_path / "data", os.umask(0o022)
    try:
        data.mkdir(mode=0o755)
        lived(data)
        ok(run("backups", "restore", "--at", "0m", "--yes", data=data))
        for file in data.glob("inglenook.db*"):
            file.unlink()
        with served(data):  # which brings it back by itself
            ok(run("backups", "now", data=data))
        ok(run("backups", "restore", "--to", str(tmp_path / "there"), "--yes", data=data))
    finally:
        os.umask(mask)
    made = [*data.rglob("*"), tmp_path / "there", *(tmp_path / "there").rglob("*")]
    assert {"aside", "snapshots", "replica", ".litestream", "inglenook.db"} <= {path.name for path in made}
    assert [path for path in made if path.stat().st_mode & 0o077] == []


@pytest.mark.long
def test_a_restore_of_the_newest_says_that_nothing_was_written_since(history) -> None:
    data, _ = history
    done = ok(run("backups", "restore", "--dry-run", data=data))
    assert "goes aside, not away: nothing was written since then." in done


def test_a_damaged_database_is_refused_with_the_command_that_brings_it_back(history) -> None:
    data, _ = history
    checkpointed(data)
    with (data / "inglenook.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096 * 8)
    refusal = run("serve", "--port", "0", data=data)
    refused(refusal, "is damaged", f"main.py backups restore --data {data}")
    done = ok(run("backups", "restore", "--yes", data=data))
    assert "damaged and cannot be read" in done
    assert people(data) == ["ada", "bob"]
    assert b"\xff" * 4096 in (swapping.kept(data)[0] / "inglenook.db").read_bytes()


def test_a_lost_database_comes_back_by_the_command_too(history) -> None:
    data, between = history
    for path in data.glob("inglenook.db*"):
        path.unlink()
    assert "There is no database here" in ok(run("backups", "restore", "--at", between, "--yes", data=data))
    assert people(data) == ["ada"]


@pytest.mark.long
def test_sessions_that_were_ended_since_stay_ended(tmp_path: Path) -> None:
    data = tmp_path / "data"
    same = {"sec-fetch-site": "same-origin"}
    with served(data) as server, httpx2.Client(base_url=server.url, headers=same) as one, \
            httpx2.Client(base_url=server.url, headers=same) as other:  # fmt: skip
        add(data, "ada")
        for browser in (one, other):
            browser.post("/signin", data={"email": "ada@example.org", "password": LONG.strip()})
            assert browser.get("/").status_code == 200
        between = moment(data)
        other.post("/signout")
        ok(run("backups", "restore", "--at", between, "--yes", data=data))
        assert one.get("/").status_code == 200
        assert other.get("/").status_code != 200


def checkpointed(data: Path) -> None:
    """Everything in the one file, as another program would leave it."""
    with sqlite.connect(data / "inglenook.db") as there:
        there.execute("pragma wal_checkpoint(truncate)")
    there.close()


# ── beside ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_another_directory_gets_the_workspace_and_its_key_and_nothing_here_is_touched(
    history, tmp_path, upstream
) -> None:
    data, between = history
    with served(data) as server:
        ok(run("providers", "add", "fake", "--url", upstream.url, "--key-stdin", data=data, typed="right\n"))
        moment(data)
        there, process = tmp_path / "there", server.process.pid
        done = ok(run("backups", "restore", "--to", str(there), "--yes", data=data))
        assert f"serve --data {there}" in done and "nothing here is touched" in done
        assert server.process.poll() is None and server.process.pid == process
        assert people(data) == ["ada", "bob"]
        assert not (data / "aside").exists() and not (data / "restore").exists()
        with served(there):
            assert people(there) == ["ada", "bob"]
            ok(run("providers", "test", "fake", data=there))
            instances = [ok_instance(each) for each in (data, there)]
            assert instances[0] != instances[1], "two that run never share a replica"


def ok_instance(data: Path) -> str:
    return str(orjson.loads((data / "replica/current.json").read_bytes())["instance"])


@pytest.mark.parametrize("name", ["data", "data/sub", "full"])
def test_a_directory_that_holds_something_is_not_written_to(history, tmp_path, name: str) -> None:
    data, _ = history
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thing").write_text("thing")
    before = inventory(tmp_path)
    said(
        run("backups", "restore", "--to", str(tmp_path / name), "--yes", data=data),
        "--to" if "d" in name else "not empty",
    )
    assert inventory(tmp_path) == before


@pytest.mark.long
def test_another_directory_gets_the_files_too(house, tmp_path: Path) -> None:
    large = os.urandom(70_000)
    with db.write() as tx:
        hash = blobs.put(tx, large, "test", "1")
    try:
        source = house.data / snapshots.take(machine()).path
        with copies.opened(source, "rw") as there:
            restoring.put(there, "generation", 7)
        made = restoring.restore(machine(), to=tmp_path / "there", source=source)
        assert swapping.finish(tmp_path / "there").id == made.id
        assert (tmp_path / "there" / "blobs" / hash[:2] / hash).read_bytes() == large
        assert (tmp_path / "there" / "secret.key").stat().st_mode & 0o777 == 0o600
        copy = copies.look(tmp_path / "there" / "inglenook.db")
        assert copy.generation == 0, "it begins a generation of its own"
        assert copy.instance not in ("", copies.look(source).instance)
    finally:
        with db.write() as tx:
            blobs.release(tx, "test", "1")


# ── a snapshot ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_snapshot_brings_back_without_a_replica(tmp_path: Path) -> None:
    data = tmp_path / "data"
    add(data, "ada", **OFF)
    name = re.search(r"snapshots/(\S+)", ok(run("backups", "now", data=data, **OFF)))[1]
    add(data, "bob", **OFF)
    assert name in ok(run("backups", "list", data=data, **OFF))
    said(run("backups", "restore", "--yes", data=data, **OFF), "INGLENOOK_REPLICA=off", "--from SNAPSHOT")
    ok(run("backups", "restore", "--from", name, "--yes", data=data, **OFF))
    assert people(data, **OFF) == ["ada"]


@pytest.mark.long
def test_a_snapshot_begins_a_new_generation(history) -> None:
    data, _ = history
    ok(run("backups", "now", data=data))
    name = next((data / "snapshots").glob("*-asked.db")).name
    with served(data):
        add(data, "eve")
        ok(run("backups", "restore", "--from", name, "--yes", data=data))
        moment(data)
        assert people(data) == ["ada", "bob"]
        assert orjson.loads((data / "replica/current.json").read_bytes())["generation"] > 1
        assert "Equal" in ok(run("backups", "verify", data=data))


# ── other schemas, other processes ────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.long
def test_a_copy_from_before_an_upgrade_comes_back_and_is_upgraded_again(history, tmp_path: Path) -> None:
    data, _ = history
    old = golden.lay(1, tmp_path / "old")
    with copies.opened(old, "rw") as there:
        instance = orjson.loads((data / "replica/current.json").read_bytes())["instance"]
        restoring.put(there, "instance", instance)
    before = seen(old)
    ok(run("backups", "restore", "--from", str(old), "--yes", "--key-stdin", data=data, typed=SECRET + "\n"))
    assert people(data) == before
    with served(data):
        moment(data)
        assert "Equal" in ok(run("backups", "verify", data=data))


@pytest.mark.long
def test_a_database_of_a_newer_version_goes_aside_and_one_that_fits_comes_back(history) -> None:
    data, between = history
    with copies.opened(data / "inglenook.db", "rw") as there:
        there.execute("pragma user_version=9999")
    refused(run("serve", "--port", "0", data=data), "schema 9999")
    said(run("backups", "restore", "--from", str(data / "inglenook.db"), "--yes", data=data), "schema 9999", "newer")
    ok(run("backups", "restore", "--at", between, "--yes", data=data))
    assert people(data) == ["ada"]


@pytest.mark.long
def test_a_worker_beside_the_server_never_writes_into_what_was_put_aside(history) -> None:
    data, between = history
    with served(data) as server:
        words = program("work", data=data)
        with subprocess.Popen(words, env=SPARSE | REPLICA, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as worker:
            try:
                time.sleep(2)
                ok(run("backups", "restore", "--at", between, "--yes", data=data))
                add(data, "eve")
                moment(data)
                worker.terminate()
                worker.communicate(timeout=20)
            finally:
                worker.kill()
        assert people(data) == ["ada", "eve"]
        assert "Equal" in ok(run("backups", "verify", data=data))
        assert server.end()[0] == 0
    copies.whole(data / "inglenook.db", "integrity_check")
    assert seen(data / "inglenook.db") == ["ada", "eve"]


def test_a_restore_that_cannot_be_finished_is_said_and_finished_when_it_can(history) -> None:
    data, between = history
    (data / "aside").write_text("no directory")
    said(run("backups", "restore", "--at", between, "--yes", data=data), "cannot be finished", "nothing is lost")
    refused(run("serve", "--port", "0", data=data), "cannot be finished")
    (data / "aside").unlink()
    assert people(data) == ["ada"]
    assert seen(swapping.kept(data)[0] / "inglenook.db") == ["ada", "bob"]
