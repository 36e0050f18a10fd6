"""Restores that are refused before anything is touched, asked about first, or in want of a key."""

import os
import pty
import shutil
import subprocess
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from tests.restores import OFF, REPLICA, add, inventory, lived, moment, ok, people, run, said, served
from tests.test_command_line import SPARSE, program

# Servers with their replicas: they wait more than they work.
pytestmark = pytest.mark.slow


@pytest.fixture
def history(tmp_path: Path) -> tuple[Path, str]:
    """A data directory with its replica, and the moment between ada and bob."""
    return tmp_path / "data", lived(tmp_path / "data")


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
        moment(data)
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


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
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
        moment(data)
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


@pytest.mark.long
def test_a_running_server_takes_the_recovery_key_too_and_keeps_its_own(sealed) -> None:
    data, recovery = sealed
    with served(data) as server:
        own = (data / "secret.key").read_text().splitlines()[0]
        said(run("backups", "restore", "--yes", data=data), "recovery key")
        assert server.process.poll() is None
        ok(run("backups", "restore", "--yes", "--key-stdin", data=data, typed=recovery + "\n"))
        ok(run("providers", "test", "fake", data=data))
        assert own in (data / "secret.key").read_text()


@pytest.mark.long
def test_a_moment_before_a_rotation_opens_with_the_key_that_was_replaced(history, upstream) -> None:
    data, _ = history
    with served(data):
        ok(run("providers", "add", "fake", "--url", upstream.url, "--key-stdin", data=data, typed="right\n"))
        before = moment(data)
        ok(run("secrets", "rotate", data=data))
        ok(run("backups", "restore", "--at", before, "--yes", data=data))
        ok(run("providers", "test", "fake", data=data))
