"""Restores: with real servers and a real replica, in place and beside, undone, refused, and killed at each line."""

import os
import pty
import re
import shutil
import signal
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import orjson
import pysqlite3.dbapi2 as sqlite
import pytest

from app import blobs, config, db, secrets
from app.backups import copies, restoring, snapshots, swapping
from app.rights import machine
from tests import golden
from tests.golden.make import SECRET
from tests.killing import kill_at_each_line
from tests.test_command_line import LONG, SPARSE, Served, program, refused
from tests.test_command_line import run as command

REPLICA = {"INGLENOOK_REPLICA": "file", "INGLENOOK_REPLICA_SPEED": "fast"}
OFF = {"INGLENOOK_REPLICA": "off"}


def run(*words: str, data: Path, typed: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    return command(*words, data=data, typed=typed, **(REPLICA | environ))


def served(data: Path, **environ: str) -> Served:
    server = Served(data, **(REPLICA | environ))
    assert "http://" in server.line, server.url
    return server


def ok(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def add(data: Path, name: str, **environ: str) -> None:
    ok(run("accounts", "add", f"{name}@example.org", "--password-stdin", data=data, typed=LONG, **environ))


def people(data: Path, **environ: str) -> list[str]:
    return [line.split("@")[0] for line in ok(run("accounts", "list", data=data, **environ)).splitlines()]


def seen(path: Path) -> list[str]:
    """Who is in a database file that nobody has open."""
    with copies.opened(path) as there:
        return [row[0].split("@")[0] for row in there.execute("select email from account order by email")]


def moment() -> str:
    """This moment, when all that was written before it is at the replica."""
    time.sleep(0.7)
    now = datetime.now(UTC).isoformat()
    time.sleep(0.3)
    return now


def inventory(data: Path) -> dict[str, int]:
    """All that a restore could touch, with sizes; what SQLite makes to read is nothing."""
    kept = [path for path in data.rglob("*") if path.is_file() and path.name not in ("lock", "inglenook.db-shm")]
    kept = [path for path in kept if path.stat().st_size]
    return {str(path.relative_to(data)): path.stat().st_size for path in kept}


def said(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """It failed, and the last line on standard error says so."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert not [word for word in words if word not in done.stderr.splitlines()[-1]], done.stderr


@pytest.fixture
def history(tmp_path: Path) -> tuple[Path, str]:
    """A data directory with its replica, and the moment between ada and bob."""
    data = tmp_path / "data"
    with served(data) as server:
        add(data, "ada")
        between = moment()
        add(data, "bob")
        moment()
        assert server.end()[0] == 0
    return data, between


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


def test_a_restore_is_undone_by_the_moment_before_it_because_the_old_generation_stays(history) -> None:
    data, between = history
    with served(data):
        time.sleep(0.5)
        before = moment()
        ok(run("backups", "restore", "--at", between, "--yes", data=data))
        add(data, "eve")
        after = moment()
        ok(run("backups", "restore", "--at", before, "--yes", data=data))
        assert people(data) == ["ada", "bob"]
        ok(run("backups", "restore", "--at", after, "--yes", data=data))
        assert people(data) == ["ada", "eve"]
        numbers = [each["number"] for each in orjson.loads((data / "replica/current.json").read_bytes())["generations"]]
        assert numbers == [1, 2, 3, 4]


def test_what_was_written_until_the_restart_lies_aside(history) -> None:
    data, between = history
    with served(data):
        ok(run("backups", "restore", "--at", between, "--yes", data=data))
        aside = swapping.kept(data)[0] / "inglenook.db"
    assert seen(aside) == ["ada", "bob"]


def test_without_a_server_a_restore_is_made_right_here(history) -> None:
    data, between = history
    done = ok(run("backups", "restore", "--at", between, "--yes", data=data))
    assert "start it with" in done
    assert people(data) == ["ada"]
    with served(data):
        assert people(data) == ["ada"]


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


def test_sessions_that_were_ended_since_stay_ended(tmp_path: Path) -> None:
    data = tmp_path / "data"
    same = {"sec-fetch-site": "same-origin"}
    with served(data) as server, httpx2.Client(base_url=server.url, headers=same) as one, \
            httpx2.Client(base_url=server.url, headers=same) as other:  # fmt: skip
        add(data, "ada")
        for browser in (one, other):
            browser.post("/signin", data={"email": "ada@example.org", "password": LONG.strip()})
            assert browser.get("/").status_code == 200
        between = moment()
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
        moment()
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


def test_another_directory_gets_the_files_too(house, tmp_path: Path) -> None:
    large = os.urandom(70_000)
    with db.write() as tx:
        hash = blobs.put(tx, large, "test", "1")
    try:
        source = house.data / snapshots.take(machine()).path
        made = restoring.restore(machine(), to=tmp_path / "there", source=source)
        assert swapping.finish(tmp_path / "there").id == made.id
        assert (tmp_path / "there" / "blobs" / hash[:2] / hash).read_bytes() == large
        assert (tmp_path / "there" / "secret.key").stat().st_mode & 0o777 == 0o600
        copies.whole(tmp_path / "there" / "inglenook.db")
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


def test_a_snapshot_begins_a_new_generation(history) -> None:
    data, _ = history
    ok(run("backups", "now", data=data))
    name = next((data / "snapshots").glob("*-asked.db")).name
    with served(data):
        add(data, "eve")
        ok(run("backups", "restore", "--from", name, "--yes", data=data))
        moment()
        assert people(data) == ["ada", "bob"]
        assert orjson.loads((data / "replica/current.json").read_bytes())["generation"] > 1
        assert "Equal" in ok(run("backups", "verify", data=data))


# ── refusals ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("sometime", "'sometime' is no moment"),
        ("2999-01-01", "has not been yet"),
        ("2001-01-01", "Nothing is kept of that moment: the earliest is"),
    ],
)
def test_a_wrong_moment_is_refused_before_anything_is_touched(history, at: str, words: str) -> None:
    data, _ = history
    before = inventory(data)
    said(run("backups", "restore", "--at", at, "--yes", data=data), words)
    assert inventory(data) == before


def test_at_and_from_are_not_given_together(history) -> None:
    done = run("backups", "restore", "--at", "15m", "--from", "x", data=history[0])
    assert done.returncode == 2 and "not allowed with" in done.stderr


def test_a_dry_run_says_what_would_be_done_and_touches_nothing(history) -> None:
    data, between = history
    with served(data):
        moment()
        before = inventory(data)
        done = ok(run("backups", "restore", "--at", between, "--dry-run", data=data))
        assert "generation 1" in done and "goes aside, not away" in done and "free" in done
        assert {name: size for name, size in inventory(data).items() if "replica" not in name} == {
            name: size for name, size in before.items() if "replica" not in name
        }
        assert people(data) == ["ada", "bob"]


def test_nothing_is_restored_without_a_yes(history) -> None:
    data, between = history
    before = inventory(data)
    said(run("backups", "restore", "--at", between, data=data), "Nothing was changed", "--yes")
    assert inventory(data) == before


def test_a_person_at_a_terminal_is_asked(history) -> None:
    data, between = history
    for answer, there in ((b"no\n", ["ada", "bob"]), (b"yes\n", ["ada"])):
        terminal, beyond = pty.openpty()
        words = program("backups", "restore", "--at", between, data=data)
        with subprocess.Popen(words, stdin=beyond, stdout=beyond, stderr=beyond, env=SPARSE | REPLICA) as asking:
            os.close(beyond)
            shown = b""
            while b"Type yes to restore:" not in shown:
                shown += os.read(terminal, 1000)
            os.write(terminal, answer)
            while asking.poll() is None:
                try:
                    os.read(terminal, 1000)
                except OSError:
                    break
        os.close(terminal)
        assert people(data) == there


def test_a_replica_of_another_instance_is_refused(history, tmp_path: Path) -> None:
    data, between = history
    other = tmp_path / "other"
    add(other, "mallory", **OFF)
    with sqlite.connect(other / "inglenook.db") as there:
        there.execute("insert or replace into setting values ('instance', '\"another\"')")
    there.close()
    foreign = {"INGLENOOK_REPLICA": str(data / "replica")}
    before = inventory(tmp_path)
    said(run("backups", "restore", "--at", between, "--yes", data=other, **foreign), "another instance", "--to")
    said(run("backups", "restore", "--from", str(other / "inglenook.db"), "--yes", data=data), "another instance")
    assert inventory(tmp_path) == before


def test_a_target_that_is_not_there_is_told_and_nothing_is_touched(history, tmp_path: Path) -> None:
    data, _ = history
    (tmp_path / "file").write_text("no directory")
    before = inventory(tmp_path)
    for target in (str(tmp_path / "file" / "below"), str(tmp_path / "empty")):
        said(run("backups", "restore", "--yes", data=data, INGLENOOK_REPLICA=target), "INGLENOOK_REPLICA")
    assert inventory(tmp_path) == before


def test_a_disk_without_room_is_found_before_anything_is_touched(history, tmp_path: Path) -> None:
    data, between = history
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "none", str(small)]
    if os.getuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("only root can make a small disk")
    try:
        shutil.copytree(data, small / "data", ignore=shutil.ignore_patterns("replica", "lock", "*.sock"))
        before = inventory(small)
        replica = {"INGLENOOK_REPLICA": str(data / "replica")}
        done = run("backups", "restore", "--at", between, "--yes", data=small / "data", **replica)
        said(done, "needs", "MiB", "make room")
        assert inventory(small) == before
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_a_replica_with_a_damaged_file_changes_nothing(history) -> None:
    data, _ = history
    for file in (data / "replica").rglob("*.ltx"):
        file.write_bytes(file.read_bytes()[:-40] + b"\x00" * 40)
    before = inventory(data)
    said(run("backups", "restore", "--yes", data=data), "Litestream failed")
    assert inventory(data) == before
    assert people(data) == ["ada", "bob"]


# ── the key ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def sealed(history, upstream) -> tuple[Path, str]:
    """A history with a provider's key in it, in front of another secret.key; and the recovery key."""
    data, _ = history
    ok(run("providers", "add", "fake", "--url", upstream.url, "--key-stdin", data=data, typed="right\n"))
    with served(data):
        moment()
    recovery = (data / "secret.key").read_text().splitlines()[0]
    (data / "secret.key").unlink()
    return data, recovery


def test_a_restore_asks_for_the_recovery_key_and_refuses_a_wrong_one(sealed) -> None:
    data, recovery = sealed
    before = inventory(data)
    said(run("backups", "restore", "--yes", data=data), "recovery key", "--key-stdin")
    wrong = "0" * 52 + "\n"
    said(run("backups", "restore", "--yes", "--key-stdin", data=data, typed=wrong), "not the recovery key")
    assert inventory(data) == before
    ok(run("backups", "restore", "--yes", "--key-stdin", data=data, typed=recovery + "\n"))
    ok(run("providers", "test", "fake", data=data))


def test_a_running_server_takes_the_recovery_key_too_and_keeps_its_own(sealed) -> None:
    data, recovery = sealed
    with served(data) as server:
        own = (data / "secret.key").read_text().splitlines()[0]
        said(run("backups", "restore", "--yes", data=data), "recovery key")
        assert server.process.poll() is None
        ok(run("backups", "restore", "--yes", "--key-stdin", data=data, typed=recovery + "\n"))
        ok(run("providers", "test", "fake", data=data))
        assert own in (data / "secret.key").read_text()


def test_a_moment_before_a_rotation_opens_with_the_key_that_was_replaced(history, upstream) -> None:
    data, _ = history
    with served(data):
        ok(run("providers", "add", "fake", "--url", upstream.url, "--key-stdin", data=data, typed="right\n"))
        before = moment()
        ok(run("secrets", "rotate", data=data))
        ok(run("backups", "restore", "--at", before, "--yes", data=data))
        ok(run("providers", "test", "fake", data=data))


# ── kills ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def house_of(data: Path) -> None:
    """This process works on `data`, as a command without a server does."""
    config.use(replace(config.Config(), data=data, replica="off"))
    restoring.open_keys()


def go_back(data: Path) -> None:
    """What is killed at each line."""
    house_of(data)
    restoring.restore(machine(), source=next((data / "snapshots").glob("*.db")))
    swapping.finish(data)


def starts_by_itself(data: Path, n: int) -> None:
    """What the next start makes of it: all of the old or all of the new, and the old one aside."""
    house_of(data)
    finished = swapping.finish(data)
    copies.whole(data / "inglenook.db", "integrity_check")
    there, aside = seen(data / "inglenook.db"), [seen(each / "inglenook.db") for each in swapping.kept(data)]
    assert (there, aside) in ((["ada", "bob"], []), (["ada"], [["ada", "bob"]])), (n, there, aside)
    assert finished is None or there == ["ada"]
    assert swapping.finish(data) is None, "once is enough"
    left = {path.name for path in data.iterdir()}
    assert not left & {"restore", "restore.json", "restore.json.new"}, left
    with copies.opened(data / "inglenook.db") as database:
        assert copies.setting(database, "instance") is None or there
        assert there == ["ada", "bob"] or copies.setting(database, "generation") == 0
    db.open(data / "inglenook.db")
    secrets.settle()
    assert secrets.opens()
    db.close()


@pytest.mark.slow
@pytest.mark.timeout(280)
def test_a_restore_that_is_killed_at_any_line_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    data = tmp_path / "data"
    add(data, "ada", **OFF)
    ok(run("backups", "now", data=data, **OFF))
    add(data, "bob", **OFF)
    shutil.rmtree(data / "replica", ignore_errors=True)
    own = "tests.test_backups_restore"
    files = ("app/backups/swapping.py", "app/backups/restoring.py", "app/disk.py")
    assert kill_at_each_line(f"{own}:go_back", f"{own}:starts_by_itself", data, *files) > 60


@pytest.mark.slow
@pytest.mark.parametrize("sign", ["restore/*/inglenook.db*", "restore.json", "aside/*"])
def test_a_server_that_is_killed_in_a_restore_starts_again_with_one_or_the_other(history, sign: str) -> None:
    data, between = history
    with served(data) as server:
        words = program("backups", "restore", "--at", between, "--yes", data=data)
        with subprocess.Popen(words, env=SPARSE | REPLICA, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as asking:
            deadline = time.monotonic() + 20
            while not list(data.glob(sign)):
                assert time.monotonic() < deadline
            server.end(signal.SIGKILL)
            asking.kill()
    with served(data):
        there = people(data)
        assert there in (["ada"], ["ada", "bob"])
        assert sign == "restore/*/inglenook.db*" or there == ["ada"], "what was announced is finished"
        assert not (data / "restore.json").exists()
        add(data, "eve")
        assert "Equal" in ok(run("backups", "verify", data=data))


# ── other schemas, other processes ────────────────────────────────────────────────────────────────────────────────────
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
        moment()
        assert "Equal" in ok(run("backups", "verify", data=data))


def test_a_database_of_a_newer_version_goes_aside_and_one_that_fits_comes_back(history) -> None:
    data, between = history
    with copies.opened(data / "inglenook.db", "rw") as there:
        there.execute("pragma user_version=9999")
    refused(run("serve", "--port", "0", data=data), "schema 9999")
    said(run("backups", "restore", "--from", str(data / "inglenook.db"), "--yes", data=data), "schema 9999", "newer")
    ok(run("backups", "restore", "--at", between, "--yes", data=data))
    assert people(data) == ["ada"]


def test_a_worker_beside_the_server_never_writes_into_what_was_put_aside(history) -> None:
    data, between = history
    with served(data) as server:
        words = program("work", data=data)
        with subprocess.Popen(words, env=SPARSE | REPLICA, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as worker:
            try:
                time.sleep(2)
                ok(run("backups", "restore", "--at", between, "--yes", data=data))
                add(data, "eve")
                moment()
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
