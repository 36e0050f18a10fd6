"""kill -9 at random under write load: nothing acknowledged is lost here, and the replica is a clean prefix."""

import random
import time

import pytest

from tests.faults import house, rounds
from tests.faults.house import Machine, Writer, load


@pytest.mark.slow
def test_without_a_replica_too_no_acknowledged_write_is_lost(tmp_path):
    writers = []
    with Machine(tmp_path / "data", INGLENOOK_REPLICA="off").prepare() as machine:
        machine.start().sign_in()
        for n in range(rounds()):
            writers.append(Writer(machine, f"r{n}"))
            with load(writers[-1]):
                time.sleep(random.uniform(0.2, 1.5))
                machine.kill()
            for writer in writers:
                house.nothing_acknowledged_is_missing(writer, tmp_path / "data" / "inglenook.db")
            machine.start()
            assert machine.read()[0] == 200, "her session goes on"
        assert sum(len(writer.acknowledged) for writer in writers) > 20 * rounds()
