"""Starts: two on one directory, and one within a second of a kill, while the old one's children are just dying."""

import time

import psutil
import pytest

from tests.faults import house, rounds
from tests.faults.house import Machine, Writer, load


def alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


@pytest.mark.long
@pytest.mark.slow
def test_a_second_start_is_refused_and_the_first_goes_on_with_its_replica(tmp_path):
    with Machine(tmp_path / "data").prepare().start() as machine:
        first = machine.process
        replica = machine.replica()
        other = Machine(tmp_path / "data")
        assert f"in use by process {first.pid}" in other.refuse()
        assert machine.read("/healthz")[0] == 200 and alive(replica)
        assert len(machine.children()) == 1
        assert machine.stop() == 0
        assert not alive(replica)


@pytest.mark.long
@pytest.mark.slow
def test_a_killed_server_takes_its_replica_along_and_the_next_starts_within_a_second(tmp_path):
    writers = []
    with Machine(tmp_path / "data").prepare().start() as machine:
        machine.sign_in()
        for n in range(rounds(3)):
            writers.append(Writer(machine, f"r{n}"))
            replica = machine.replica()
            with load(writers[-1]):
                time.sleep(0.5)
                machine.kill()
            killed = time.monotonic()
            machine.begin()
            assert time.monotonic() - killed < 1.0
            machine.wait()
            assert not alive(replica), "two of them would destroy the replica"
            machine.replica()
        machine.kill()
        for writer in writers:
            house.nothing_acknowledged_is_missing(writer, tmp_path / "data" / "inglenook.db")
