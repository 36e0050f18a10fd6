"""A store that fails in each way: the app does not notice, the WAL stays small, and the replica catches up equal."""

import time

import pytest

from tests.faults import house, seconds
from tests.faults.house import Machine, Writer, load

WAYS = {
    "slow": lambda proxy: proxy.slow(0.3),
    "refusing": lambda proxy: proxy.refuse(),
    "with errors": lambda proxy: proxy.fail(503),
    "cut in the middle": lambda proxy: proxy.cut(2000),
    "silent": lambda proxy: proxy.silent(),
}
# What is seen in the other ways too: the long version tries all.
OFTEN = ("slow", "with errors", "silent", "cut in the middle")
# What the WAL may hold: Litestream takes it into the database at 1,000 pages of 4 KiB, and again when it is asked.
SMALL = 64 << 20


def content(database):
    """Every table but Litestream's own, as text."""
    found = house.rows(
        database, "select name from sqlite_master where type = 'table' and name not like '\\_%' escape '\\'"
    )
    return {name: sorted(map(str, house.rows(database, f'select * from "{name}"'))) for (name,) in found}


def caught_up(machine, writer, out, limit=60.0):
    """Wait until a restore has all that was acknowledged."""
    deadline = time.monotonic() + limit
    while True:
        out.unlink(missing_ok=True)
        machine.restored(out)
        if set(writer.acknowledged) <= set(house.numbers(out, writer.name)):
            return
        assert time.monotonic() < deadline, f"it did not catch up: {machine.tail()}"


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("way", [pytest.param(way, marks=pytest.mark.long if way in OFTEN else ()) for way in WAYS])
def test_the_app_does_not_notice_and_the_replica_catches_up_equal(way, store, tmp_path):
    with Machine(tmp_path / "data", **store.environ).prepare() as machine:
        machine.start().sign_in()
        machine.replica()
        writer, wal = Writer(machine, "store", weight=2000), 0
        with load(writer, pause=0.02):
            time.sleep(2)
            WAYS[way](store.proxy)
            before, deadline = len(writer.acknowledged), time.monotonic() + seconds(6, 180)
            while time.monotonic() < deadline:
                time.sleep(0.5)
                wal = max(wal, (machine.data / "inglenook.db-wal").stat().st_size)
                assert machine.read("/healthz")[0] == 200
            during = len(writer.acknowledged) - before
            store.proxy.pass_on()
            time.sleep(2)
        assert during > 20 and not writer.refused, "writing goes on as if nothing were"
        assert writer.slowest < 5.0, "nobody waits for the store"
        assert wal < SMALL
        out = tmp_path / "restored.db"
        caught_up(machine, writer, out)
        assert machine.stop() == 0
        out.unlink()
        machine.restored(out)
        assert content(out) == content(machine.data / "inglenook.db")
    assert "Traceback" not in machine.tail(1_000_000)


@pytest.mark.slow
@pytest.mark.parametrize("way", ["refusing", "silent"])
@pytest.mark.long
def test_a_durable_write_waits_for_the_store_a_little_and_then_stands(way, store, tmp_path):
    with Machine(tmp_path / "data", **store.environ).prepare() as machine:
        machine.start().sign_in()
        machine.replica()
        time.sleep(3)
        WAYS[way](store.proxy)
        begun = time.monotonic()
        done = machine.ask("accounts", "add", "bob@example.org")
        took = time.monotonic() - begun
        assert done.returncode == 0, done.stderr
        assert took < 15.0
        assert "bob@example.org" in machine.ask("accounts", "list").stdout
        assert "backups.unconfirmed" in machine.tail(100_000)
        store.proxy.pass_on()
        house.in_time(lambda: "ok" in machine.says("replica"))


@pytest.mark.slow
@pytest.mark.long
def test_a_start_with_a_silent_store_serves_and_catches_up_later(store, tmp_path):
    with Machine(tmp_path / "data", **store.environ).prepare() as machine:
        machine.start().sign_in()
        machine.replica()
        writer = Writer(machine, "silent")
        with load(writer, pause=0.02):
            time.sleep(2)
        machine.kill()
        store.proxy.silent()
        machine.start()
        assert machine.started < 20
        with load(writer, pause=0.02):
            time.sleep(1)
        store.proxy.pass_on()
        caught_up(machine, writer, tmp_path / "restored.db", 90)


@pytest.mark.slow
@pytest.mark.long
def test_a_start_without_a_database_in_front_of_a_silent_store_is_refused_and_touches_nothing(store, tmp_path):
    with Machine(tmp_path / "data", **store.environ).prepare() as machine:
        machine.start().sign_in()
        machine.replica()
        writer = Writer(machine, "gone")
        with load(writer, pause=0.02):
            time.sleep(3)
        machine.stop()
        (tmp_path / "data" / "inglenook.db").rename(tmp_path / "away.db")
        for left in ("inglenook.db-wal", "inglenook.db-shm"):
            (tmp_path / "data" / left).unlink(missing_ok=True)
        store.proxy.refuse()
        assert "no database" in machine.refuse()
        assert not (tmp_path / "data" / "inglenook.db").exists()
        store.proxy.pass_on()
        machine.start()
        assert machine.read()[0] == 200
        machine.kill()
        house.nothing_acknowledged_is_missing(writer, tmp_path / "data" / "inglenook.db")
