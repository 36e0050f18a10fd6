"""Restores that are killed: at each of their lines, and with the server that makes them."""

import shutil
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from app import config, db, secrets
from app.backups import copies, restoring, swapping
from app.rights import machine
from tests.killing import kill_at_each_line
from tests.restores import OFF, REPLICA, add, lived, ok, people, run, seen, served
from tests.test_command_line import SPARSE, program

# Servers with their replicas: they wait more than they work.
pytestmark = pytest.mark.slow
# What is there first and last; the usual tests kill between the two.
OFTEN = ("restore/*", "aside/*")


@pytest.fixture
def history(tmp_path: Path) -> tuple[Path, str]:
    """A data directory with its replica, and the moment between ada and bob."""
    return tmp_path / "data", lived(tmp_path / "data")


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


@pytest.mark.timeout(280)
@pytest.mark.long
def test_a_restore_that_is_killed_at_any_line_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    data = tmp_path / "data"
    add(data, "ada", **OFF)
    ok(run("backups", "now", data=data, **OFF))
    add(data, "bob", **OFF)
    shutil.rmtree(data / "replica", ignore_errors=True)
    own = "tests.test_backups_killed"
    files = ("app/backups/swapping.py", "app/backups/restoring.py", "app/disk.py")
    assert kill_at_each_line(f"{own}:go_back", f"{own}:starts_by_itself", data, *files) > 60


@pytest.mark.parametrize("sign", ["restore.json", *(pytest.param(each, marks=pytest.mark.long) for each in OFTEN)])
def test_a_server_that_is_killed_in_a_restore_starts_again_with_one_or_the_other(history, sign: str) -> None:
    data, between = history
    with served(data) as server:
        words = program("backups", "restore", "--at", between, "--yes", data=data)
        with subprocess.Popen(words, env=SPARSE | REPLICA, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as asking:
            deadline = time.monotonic() + 60
            while not list(data.glob(sign)):
                assert time.monotonic() < deadline and asking.poll() is None
            server.end(signal.SIGKILL)
            asking.kill()
    with served(data):
        there = people(data)
        assert there in (["ada"], ["ada", "bob"])
        assert sign == "restore/*" or there == ["ada"], "what was announced is finished"
        assert not (data / "restore.json").exists()
        add(data, "eve")
        assert "Equal" in ok(run("backups", "verify", data=data))
