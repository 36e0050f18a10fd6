"""Disks: a full one refuses writes and nothing else, and a damaged page is never served."""

import os
import resource
import subprocess
import time

import psutil
import pytest

from tests.faults import house
from tests.faults.house import Machine, Writer, load

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
    status, page = machine.read()
    assert status == 200 and "w-disk-" in page
    assert machine.read("/healthz")[0] == 200


@pytest.mark.slow
@pytest.mark.parametrize("replica", ["off", "file"])
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
