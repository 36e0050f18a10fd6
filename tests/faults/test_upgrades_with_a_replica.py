"""An upgrade beside a replica: the replica has the last of the old schema, goes on with the new one, and is tried."""

import random
import sys
import time
from pathlib import Path

import pytest

from app import migrations
from tests.faults import house, rounds
from tests.faults.house import Machine, Writer, load
from tests.faults.test_stores import WAYS, caught_up, content

TOMORROW = (sys.executable, str(Path(__file__).with_name("newer.py")))


@pytest.fixture
def used(place, tmp_path):
    """A house with a replica and some chats with answers, stopped in the middle of its work."""
    with Machine(tmp_path / "data", **place.environ).prepare() as machine:
        machine.start().sign_in()
        machine.replica()
        machine.writer = Writer(machine, "before")
        with load(machine.writer, pause=0.01):
            time.sleep(3)
            machine.kill()
        yield machine


def schema(database):
    return house.rows(database, "pragma user_version")[0][0]


def events(machine, kind):
    return house.rows(
        machine.data / "inglenook.db", "select ok, note from backup where kind = ? and ok is not null", kind
    )


@pytest.mark.slow
def test_an_upgrade_goes_on_in_the_same_generation_and_its_result_is_restored_by_itself(used, tmp_path):
    database = used.data / "inglenook.db"
    [generation] = house.rows(database, "select value from setting where key = 'generation'")
    used.start(*TOMORROW)
    assert used.read()[0] == 200
    assert schema(database) == migrations.SCHEMA + 1
    assert events(used, "upgrade") == [(1, f"Schema {migrations.SCHEMA} to {migrations.SCHEMA + 1}.")]
    [drill] = house.in_time(lambda: events(used, "drill"), 90)
    assert drill[0] == 1, drill
    after = Writer(used, "after")
    with load(after, pause=0.01):
        time.sleep(1)
    assert used.stop() == 0
    assert [generation] == house.rows(database, "select value from setting where key = 'generation'")
    house.nothing_acknowledged_is_missing(used.writer, database)
    used.restored(tmp_path / "restored.db")
    assert content(tmp_path / "restored.db") == content(database)
    [copy] = (used.data / "snapshots").glob("*-schema-*.db")
    house.nothing_acknowledged_is_missing(used.writer, copy)
    assert schema(copy) == migrations.SCHEMA


@pytest.mark.slow
@pytest.mark.long
def test_a_failed_upgrade_changes_nothing_here_and_leaves_the_replica_at_the_last_of_the_old_schema(used, tmp_path):
    database = used.data / "inglenook.db"
    before = content(database)
    used.environ = used.environ | {"BROKEN": "1"}
    said = used.refuse(*TOMORROW)
    assert "the moon is in the wrong place" in said and "`git checkout abc1234 && make setup`" in said
    assert content(database) == before and schema(database) == migrations.SCHEMA
    del used.environ["BROKEN"]
    used.restored(tmp_path / "restored.db")
    assert content(tmp_path / "restored.db") == before, "everything was copied before the migration began"
    used.start()
    used.replica()
    assert used.stop() == 0
    used.restored(tmp_path / "again.db")
    assert content(tmp_path / "again.db") == content(database)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.long
def test_kills_while_it_upgrades_leave_a_start_that_upgrades(used, tmp_path):
    database = used.data / "inglenook.db"
    for _ in range(rounds(4, 20)):
        used.begin(*TOMORROW)
        time.sleep(random.uniform(0.5, 3.0))
        used.kill()
        assert schema(database) in (migrations.SCHEMA, migrations.SCHEMA + 1)
        house.nothing_acknowledged_is_missing(used.writer, database)
    used.start(*TOMORROW)
    assert used.read()[0] == 200
    used.replica()
    assert used.stop() == 0
    used.restored(tmp_path / "restored.db")
    assert content(tmp_path / "restored.db") == content(database)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["silent", "refusing"])
@pytest.mark.long
def test_an_upgrade_does_not_wait_for_a_store_that_does_not_answer(way, store, tmp_path):
    with Machine(tmp_path / "data", **store.environ).prepare() as machine:
        machine.start().sign_in()
        machine.replica()
        writer = Writer(machine, "before")
        with load(writer, pause=0.01):
            time.sleep(2)
            machine.kill()
        WAYS[way](store.proxy)
        machine.start(*TOMORROW)
        assert machine.started < 30 and machine.read()[0] == 200
        [copy] = (machine.data / "snapshots").glob("*-schema-*.db")
        house.nothing_acknowledged_is_missing(writer, copy)
        store.proxy.pass_on()
        caught_up(machine, writer, tmp_path / "restored.db", 90)
        house.in_time(lambda: events(machine, "drill"), 120)
