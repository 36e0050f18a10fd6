"""The two doors to the database: nothing that was read and written back is lost, and a failure leaves no half."""

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from app import clock, db, later, migrations, rights, settings
from app.errors import Misconfigured
from app.later import Job
from app.settings import Setting

HOUSE = Path(__file__).resolve().parent.parent
ADMIN = rights.machine()


def job(n: int) -> Job:
    return Job(id=f"{n}-{clock.new_id()}", name="tests.nothing", payload="[]", run_at=2**62, created_at=0, state="kept")


def value_of(key: str) -> str:
    return db.fetch("select value from setting where key = ?", key)[0]


def test_parallel_read_modify_write_loses_nothing(house):
    with db.write() as tx:
        tx.add(Setting(key="counter", value="0"))

    def count():
        for _ in range(40):
            with db.write() as tx:
                row = tx.find(Setting, "counter")
                row.value = str(int(row.value) + 1)
                tx.add(row)

    threads = [threading.Thread(target=count) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert value_of("counter") == "200"


def test_an_exception_rolls_everything_back(house):
    with pytest.raises(ZeroDivisionError), db.write() as tx:
        tx.add(Setting(key="half", value="1"))
        tx.audit(ADMIN, "tests.half", note="never")
        tx.later("tests.nothing")
        raise ZeroDivisionError
    assert db.fetch("select 1 from setting where key = 'half'") is None
    assert db.fetch("select 1 from audit where verb = 'tests.half'") is None
    assert db.fetch("select 1 from job where name = 'tests.nothing' and state = 'queued'") is None


def test_the_first_transaction_of_all_is_whole_too(tmp_path):
    code = """
import sys
from pathlib import Path
from app import config, db
config.use(config.read({}, replica="off"))
db.open(Path(sys.argv[1]))
with db.write() as tx:
    db.here().driver.execute("create table plain (n)")
    tx.run("create table orm (n)")
print(db.fetch("select count(*) from sqlite_master")[0])
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "new.db")], capture_output=True, text=True, cwd=HOUSE
    )
    assert done.stdout == "2\n", done.stderr


def test_what_goes_on_after_a_refused_row_is_a_transaction_again(house):
    with pytest.raises(ZeroDivisionError), db.write() as tx:
        tx.add(Setting(key="twice", value="1"))
        with pytest.raises(IntegrityError):
            tx.run("insert into setting (key, value) values ('twice', '2')")
        tx.session.rollback()
        tx.add(Setting(key="after", value="1"))
        raise ZeroDivisionError
    assert db.fetch("select 1 from setting where key in ('twice', 'after')") is None


def test_the_event_loop_may_not_wait_for_the_lock(house):
    async def write():
        with db.write():
            pass

    with pytest.raises(RuntimeError, match="event loop"):
        asyncio.run(write())


def test_a_write_inside_a_write_is_refused_instead_of_waiting_for_itself(house):
    with pytest.raises(RuntimeError, match="inside"), db.write(), db.write():
        pass


def test_readers_cannot_write(house):
    with pytest.raises(sqlite.OperationalError, match="readonly"):
        db.fetch("insert into setting (key, value) values ('x', '1') returning key")


def test_group_commit_keeps_the_others_when_one_statement_is_refused(house):
    insert = "insert into setting (key, value) values (?, ?)"

    async def all_at_once():
        entries = [db.append(insert, f"group-{n}", "1") for n in range(20)]
        return await asyncio.gather(*entries, db.append(insert, "group-3", "again"), return_exceptions=True)

    outcomes = asyncio.run(all_at_once())
    assert [type(outcome) for outcome in outcomes].count(sqlite.IntegrityError) == 1
    assert db.fetch("select count(*) from setting where key like 'group-%'") == (20,)


def test_statements_of_one_task_are_committed_together_or_not_at_all(house):
    insert = "insert into setting (key, value) values (?, ?)"

    async def two():
        await db.append_all([(insert, ("pair", "1")), (insert, ("pair", "2"))])

    with pytest.raises(sqlite.IntegrityError):
        asyncio.run(two())
    assert db.fetch("select 1 from setting where key = 'pair'") is None


def test_a_durable_write_is_synced_and_the_next_one_is_not(house):
    level = "pragma synchronous"
    with db.write(durable=True):
        assert db.here().driver.execute(level).fetchone() == (2,)
    with db.write():
        assert db.here().driver.execute(level).fetchone() == (1,)


def test_jobs_are_announced_after_the_commit_and_not_before(house):
    seen = []
    later.listeners.append(lambda: seen.append(db.fetch("select count(*) from job where name = 'tests.wake'")))
    try:
        with db.write() as tx:
            tx.later("tests.wake", run_at=2**62)
            assert seen == []
    finally:
        later.listeners.pop()
        with db.write() as tx:
            tx.run("delete from job where name = 'tests.wake'")
    assert seen == [(1,)]


def test_the_schema_of_the_migrations_is_the_schema_of_the_classes(house):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    import app.audit  # noqa: F401  (nothing reads the table yet; writers need only its name)
    import app.backups.records  # noqa: F401
    import app.blobs  # noqa: F401
    import app.files.rows  # noqa: F401
    import app.gateway  # noqa: F401
    import app.items.rows  # noqa: F401
    import app.keys  # noqa: F401
    import app.projects  # noqa: F401
    import app.tools.rows  # noqa: F401
    import app.verbs.rows  # noqa: F401

    with db.read() as session:
        assert compare_metadata(MigrationContext.configure(session.connection()), SQLModel.metadata) == []


def test_a_database_of_a_newer_program_is_refused(tmp_path):
    newer = sqlite.connect(str(tmp_path / "newer.db"))
    newer.execute(f"pragma user_version={migrations.SCHEMA + 1}")
    newer.close()
    with pytest.raises(Misconfigured, match="newer version"):
        migrations.bring_up(tmp_path / "newer.db")


def test_ids_sort_by_their_time_and_never_repeat():
    ids = [clock.new_id() for _ in range(2_000)]
    assert len(set(ids)) == 2_000 and {len(id) for id in ids} == {clock.ID_LENGTH}
    assert [id[:9] for id in ids] == sorted(id[:9] for id in ids)


def test_settings_are_read_again_after_a_change(house):
    before = settings.value("workspace")
    settings.change(ADMIN, workspace="The reading room")
    assert settings.value("workspace") == "The reading room"
    settings.change(ADMIN, workspace=before)
