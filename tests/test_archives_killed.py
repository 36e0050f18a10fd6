"""Imports that are killed, beside the server and without one: run again, they finish what they began, once."""

import json
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from app.archives import scopes
from tests import carrying, tampering
from tests.killing import kill_at_each_line
from tests.test_archives_in import apart, same  # noqa: F401 (a fixture)
from tests.test_command_line import SPARSE, Served, program, run

pytestmark = pytest.mark.slow


def things(data: Path) -> int:
    """How many things are there by now."""
    try:
        with sqlite3.connect(f"file:{data / 'inglenook.db'}?mode=ro", uri=True) as database:
            return database.execute("select (select count(*) from item) + (select count(*) from chat)").fetchone()[0]
    except sqlite3.OperationalError:
        return 0  # it is just being made


def killed_at(data: Path, archive: Path, count: int) -> int:
    """An import that is killed when so many things are there; how many were there then."""
    words = program("import", str(archive), data=data)
    with subprocess.Popen(words, env=SPARSE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 30
        while things(data) < count and process.poll() is None:
            assert time.monotonic() < deadline, process.stderr.read()
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    return things(data)


@pytest.fixture(scope="module")
def large(apart, tmp_path_factory) -> tuple[Path, Path]:  # noqa: F811
    """A workspace of some hundred things, and its archive."""
    folder = tmp_path_factory.mktemp("large")
    apart(carrying.furnished, folder / "data", folder / "few.zip")
    apart(carrying.fill, folder / "data", "bob@example.org", 400, 30)
    apart(carrying.export, folder / "data", folder / "all.zip")
    return folder / "data", folder / "all.zip"


@pytest.mark.timeout(200)
def test_an_import_that_was_killed_goes_on_and_makes_nothing_twice(apart, large, tmp_path):  # noqa: F811
    there, archive = large
    data = tmp_path / "data"
    left = [killed_at(data, archive, count) for count in (1, 200)]
    assert 1 <= left[0] < left[1] < things(there), left
    done = run("import", str(archive), data=data)
    assert done.returncode == 0 and "There already" in done.stdout and "accounts password" in done.stdout, done.stderr
    apart(carrying.export, data, tmp_path / "again.zip")
    same(archive, tmp_path / "again.zip")

    # The same into a workspace that has somebody: once in one go, once with kills.
    other, whole = tmp_path / "other", tmp_path / "whole"
    for place in (other, whole):
        apart(carrying.settle, place, ("bob@example.org", "member"))
    assert 150 <= killed_at(other, archive, 150) < things(there)
    assert run("import", str(archive), data=other).returncode == 0
    apart(carrying.bring, whole, archive)
    counts = [apart(carrying.count, place) for place in (other, whole)]
    assert {name for name in counts[0] if counts[0][name] != counts[1][name]} <= {"job", "audit", "change", "setting"}
    room = "select used from room order by owner_id"
    assert apart(carrying.asked, other, room) == apart(carrying.asked, whole, room)
    apart(carrying.export, other, tmp_path / "other.zip", scopes.EVERYTHING)
    told = [
        json.loads(tampering.entries(each)["manifest.json"])["counts"] for each in (archive, tmp_path / "other.zip")
    ]
    for kind in ("chats", "files", "folders", "messages", "pastes", "presets", "projects", "prompts", "revisions"):
        assert told[1][kind] == told[0][kind] - (kind in ("pastes", "revisions")), kind  # but for nobody's


# ── at each line ──────────────────────────────────────────────────────────────────────────────────────────────────────
def take_in(data: Path) -> None:
    """What is killed at each line."""
    assert "Made" in carrying.bring(data, data / "few.zip")


def goes_on(data: Path, n: int) -> None:
    """The same again finishes it: all of it is there, once, byte for byte."""
    said = carrying.bring(data, data / "few.zip")
    assert "Left out" not in said or "Nothing was made" in said, (n, said)
    carrying.export(data, data / "again.zip")
    same(data / "few.zip", data / "again.zip")


@pytest.mark.timeout(280)
@pytest.mark.long
def test_an_import_that_is_killed_at_any_line_is_finished_by_the_same_again(apart, tmp_path):  # noqa: F811
    apart(carrying.little, tmp_path / "there", tmp_path / "few.zip")
    data = tmp_path / "data"
    apart(carrying.asked, data, "select 1")
    (tmp_path / "few.zip").rename(data / "few.zip")
    own = "tests.test_archives_killed"
    # Where it begins and ends, and what is taken in by the thousand: between them are things, each whole or not there.
    file = "app/archives/importing/workspace.py"
    assert kill_at_each_line(f"{own}:take_in", f"{own}:goes_on", data, file) > 60


@pytest.mark.long
@pytest.mark.timeout(120)
def test_beside_a_running_server_it_is_the_server_that_takes_it_in(apart, large, tmp_path):  # noqa: F811
    there, archive = large
    data = tmp_path / "data"
    apart(carrying.settle, data, ("bob@example.org", "member"))
    cut = tmp_path / "cut.zip"
    cut.write_bytes(archive.read_bytes()[:-100])
    with Served(data) as server:
        refused = run("import", str(cut), data=data)
        assert refused.returncode == 1 and refused.stderr.count("\n") == 1 and "not whole" in refused.stderr
        assert "There is no file" in run("import", str(tmp_path / "none.zip"), data=data).stderr
        dry = run("import", str(archive), "--dry-run", data=data)
        assert dry.returncode == 0 and "dry run" in dry.stdout and things(data) == 0
        # The terminal goes away in the midst of it: the server stops, and stays.
        left = killed_at(data, archive, 20)
        time.sleep(1.5)
        assert 20 <= left <= things(data) < things(there)
        assert server.process.poll() is None
        done = run("import", str(archive), data=data)
        assert done.returncode == 0 and "There already" in done.stdout, done.stdout + done.stderr
        assert things(data) == things(there) - 1, "what nobody owns is not merged"
        assert server.end()[0] == 0
