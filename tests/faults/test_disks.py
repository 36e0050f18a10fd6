"""Disks: a full one refuses writes and nothing else, and a damaged page is never served."""

import os
import resource
import subprocess
import time

import psutil
import pysqlite3.dbapi2 as sqlite
import pytest

from tests.faults import house
from tests.faults.house import Machine, Writer, load
from tests.test_command_line import run

SMALL = 24 << 20


@pytest.fixture
def small(tmp_path):
    """A disk of its own, of 24 MiB."""
    place = tmp_path / "small"
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "none", str(place)]
    if os.getuid() != 0 or subprocess.run(words, capture_output=True).returncode != 0:
        pytest.skip("a small disk can be made by root only")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place):
    """A file that takes all the room that is left."""
    with (place / "filling").open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            while True:
                try:
                    file.write(bytes(size))
                except OSError:
                    break
    return place / "filling"


def eventually_written(machine, writer, seconds=10.0):
    """Writes are taken again, without anybody's help."""
    before, deadline = len(writer.acknowledged), time.monotonic() + seconds
    while len(writer.acknowledged) == before:
        assert time.monotonic() < deadline, machine.tail()
        with load(writer):
            time.sleep(0.3)


def refused_and_read(machine, writer):
    """Write until it is refused: with 507 and nothing else; pages are read all the while."""
    before, deadline = len(writer.refused), time.monotonic() + 30
    while len(writer.refused) < before + 20:
        assert time.monotonic() < deadline, machine.tail()
        with load(writer):
            time.sleep(0.3)
    assert set(writer.refused.values()) == {507}, machine.tail()
    assert "nothing of this was" in writer.said and "again" in writer.said
    status, page = machine.read()
    assert status == 200 and "w-disk-" in page
    assert machine.read("/healthz")[0] == 200


@pytest.mark.slow
@pytest.mark.parametrize("replica", [pytest.param("off", marks=pytest.mark.long), "file"])
def test_a_full_disk_refuses_writes_and_serves_on_and_recovers_alone(small, replica):
    with Machine(small / "data", INGLENOOK_REPLICA=replica).prepare() as machine:
        machine.log = small.with_name("small.log")
        machine.start().sign_in()
        writer = Writer(machine, "disk", weight=3000)
        with load(writer):
            time.sleep(0.5)
        filling = fill(small)
        refused_and_read(machine, writer)
        filling.unlink()
        eventually_written(machine, writer)
        assert machine.stop() == 0
        house.nothing_acknowledged_is_missing(writer, machine.data / "inglenook.db")


@pytest.mark.slow
@pytest.mark.long
def test_files_that_may_not_grow_are_a_full_disk_too(tmp_path):
    with Machine(tmp_path / "data", INGLENOOK_REPLICA="off").prepare() as machine:
        machine.start().sign_in()
        writer = Writer(machine, "disk", weight=3000)
        with load(writer):
            time.sleep(0.3)
        process = psutil.Process(machine.process.pid)
        process.rlimit(resource.RLIMIT_FSIZE, (1 << 20, resource.RLIM_INFINITY))
        refused_and_read(machine, writer)
        process.rlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        eventually_written(machine, writer)
        machine.kill()
        house.nothing_acknowledged_is_missing(writer, machine.data / "inglenook.db")


def damage(path):
    """Overwrite a page in the middle of the file."""
    size = path.stat().st_size
    assert size > 20 * 4096
    with path.open("r+b") as file:
        file.seek(size // 4096 // 2 * 4096)
        file.write(b"\xff" * 4096)


@pytest.mark.long
@pytest.mark.slow
def test_a_damaged_page_is_refused_with_the_command_that_brings_it_back(folder, tmp_path):
    database = tmp_path / "data" / "inglenook.db"
    with Machine(tmp_path / "data", **folder.environ).prepare() as machine:
        machine.start().sign_in()
        machine.replica()
        writer = Writer(machine, "whole")
        with load(writer):
            time.sleep(2)
        assert machine.stop() == 0
        flushed(database)
        damage(database)
        said = machine.refuse()
        command = f"main.py backups restore --data {tmp_path / 'data'}"
        assert f"`{command}`" in said and "damaged" in said
        assert machine.refuse() == said, "and again, as long as nobody restores"
        done = run("backups", "restore", "--yes", data=tmp_path / "data", **machine.environ)
        assert done.returncode == 0, done.stdout + done.stderr
        machine.start()
        assert machine.read()[0] == 200, "her session came back"
        assert machine.stop() == 0
        house.nothing_acknowledged_is_missing(writer, database)


def flushed(database):
    """All of it is in the file itself, and nothing in the WAL."""
    keeper = sqlite.connect(f"file:{database}?mode=ro", uri=True)
    keeper.execute("select count(*) from sqlite_master").fetchone()
    writer = sqlite.connect(f"file:{database}?mode=rw", uri=True)
    writer.execute("pragma wal_checkpoint(truncate)")
    writer.close()
    keeper.close()


@pytest.mark.slow
@pytest.mark.parametrize("replica", ["off", "file"])
@pytest.mark.long
def test_bytes_cut_off_at_the_end_are_found_too(replica, tmp_path):
    database = tmp_path / "data" / "inglenook.db"
    with Machine(tmp_path / "data", INGLENOOK_REPLICA=replica).prepare() as machine:
        machine.start().stop()
        flushed(database)
        os.truncate(database, database.stat().st_size - 8192)
        assert "damaged" in machine.refuse() and "backups restore" in machine.refuse()
