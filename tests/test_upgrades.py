"""Upgrades: a database of each release comes through whole, and at whatever step one fails, nothing has changed."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx2
import pysqlite3.dbapi2 as sqlite
import pytest
import sqlalchemy
from sqlmodel import SQLModel

from app import migrations
from app.backups import room, upgrading
from app.errors import Misconfigured
from tests import golden
from tests.golden.make import PASSWORD
from tests.test_command_line import HOUSE, SPARSE, Served, refused, run

OFF = {"INGLENOOK_REPLICA": "off"}
OLD = [schema for schema in golden.SCHEMAS if schema < migrations.SCHEMA]
# Each statement of a migration is a process that is killed there: from the first schema on they are hundreds.
STEPS = pytest.mark.parametrize("schema", [OLD[-1], pytest.param(OLD[0], marks=pytest.mark.long)])


def rows(path: Path, query: str) -> list[tuple]:
    connection = sqlite.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def columns(path: Path, table: str) -> list[str]:
    return [name for (name,) in rows(path, f"select name from pragma_table_info('{table}')")]


def changed(path: Path, *statements: str) -> None:
    connection = sqlite.connect(str(path), isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def hindered(how: str, place: Path, schema: int = 1) -> list[dict]:
    """What tests/upgrading.py saw: one entry for each thing that stood in the way."""
    words = [sys.executable, "-m", "tests.upgrading", how, str(place), str(schema)]
    done = subprocess.run(words, cwd=HOUSE, env=SPARSE | OFF, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_there_is_a_golden_database_of_each_schema_and_a_way_back_to_its_program():
    assert golden.SCHEMAS[: len(OLD)] == list(range(1, migrations.SCHEMA))
    assert set(migrations.LAST) == set(OLD)


def test_the_golden_database_of_this_schema_is_what_a_new_house_has(tmp_path):
    assert run("accounts", "list", data=tmp_path / "new", **OFF).returncode == 0
    golden.lay(migrations.SCHEMA, tmp_path / "golden")
    query = "select type, name, sql from sqlite_master order by type, name"
    made, kept = (rows(tmp_path / name / "inglenook.db", query) for name in ("new", "golden"))
    assert made == kept, "make it anew, until the schema is released: python tests/golden/make.py CHECKOUT"


@pytest.mark.parametrize("schema", golden.SCHEMAS)
def test_a_database_of_each_release_is_upgraded_and_used(schema, tmp_path):
    path = golden.lay(schema, tmp_path)
    # By the columns that there were: later ones may have come beside them.
    said = [f"select {', '.join(columns(path, table))} from {table} order by 1, 2" for table in ("message", "part")]
    kept = [rows(path, query) for query in said]
    assert all(kept)
    with Served(tmp_path, **OFF) as server:
        same = {"sec-fetch-site": "same-origin"}
        with httpx2.Client(base_url=server.url, headers=same, follow_redirects=True) as ada:
            assert ada.post("/signin", data={"email": "ada@example.org", "password": PASSWORD}).status_code == 200
            home = ada.get("/").text
            assert "Golden 0" in home and "Golden 1" in home and "Golden 2" not in home
            chat = rows(path, "select id from chat where title = 'Golden 1'")[0][0]
            assert "Ünïcode 漢字 👩‍👩‍👧" in ada.get(f"/chats/{chat}").text
            assert "bob@example.org" in ada.get("/admin/people").text
        assert "golden" in run("providers", "list", data=tmp_path).stdout
        assert "does not open" not in run("providers", "test", "golden", data=tmp_path).stderr, (
            "its key is still sealed"
        )
        server.end()
    assert [rows(path, query) for query in said] == kept
    assert rows(path, "pragma user_version") == [(migrations.SCHEMA,)]
    assert sorted(rows(path, "select name, state from job where name like 'tests.%'")) == [
        ("tests.broken", "dead"),
        ("tests.someday", "queued"),
    ]


@pytest.mark.parametrize("schema", OLD)
def test_an_upgraded_database_has_the_schema_of_the_classes_and_says_where_its_copy_is(schema, tmp_path):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    import app.audit  # noqa: F401
    import app.blobs  # noqa: F401
    import main

    main.routers()
    path = golden.lay(schema, tmp_path)
    before = golden.content(path)
    assert run("accounts", "list", data=tmp_path, **OFF).returncode == 0
    engine = sqlalchemy.create_engine(f"sqlite:///{path}", module=sqlite)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []
    engine.dispose()
    [(kind, ok, size, copy)] = rows(path, "select kind, ok, size, path from backup")
    assert (kind, ok, size) == ("upgrade", 1, (tmp_path / copy).stat().st_size)
    assert golden.content(tmp_path / copy) == before, "the copy is the database from before"
    assert (tmp_path / copy).stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
def test_only_a_differing_schema_number_loads_alembic(tmp_path):
    run("accounts", "list", data=tmp_path, **OFF)
    code = "import sys, main\ntry:\n main.main(['accounts', 'list'])\nfinally:\n print(*sys.modules)"
    words = {
        "cwd": HOUSE,
        "env": SPARSE | OFF | {"INGLENOOK_DATA": str(tmp_path)},
        "capture_output": True,
        "text": True,
    }
    assert "alembic" not in subprocess.run([sys.executable, "-c", code], **words).stdout.split()
    shutil.rmtree(tmp_path)
    assert "alembic" in subprocess.run([sys.executable, "-c", code], **words).stdout.split()


# ── what stands in the way ────────────────────────────────────────────────────────────────────────────────────────────
def test_killed_between_any_two_steps_the_old_schema_is_whole_and_the_next_start_upgrades_it(tmp_path):
    *cut, through = hindered("between", tmp_path)
    assert [try_["code"] for try_ in cut] == [-9] * len(cut) and len(cut) == 10
    after = [try_ for try_ in cut if not try_["same"]]
    assert len(after) == 1, "only after the commit is there anything new"
    assert all(try_["next"] == {"code": 0, "said": ""} and try_["schema"] == migrations.SCHEMA for try_ in cut)
    assert through["code"] == 0


@pytest.mark.slow
@pytest.mark.timeout(900)
@STEPS
def test_killed_at_any_statement_the_old_schema_is_whole_and_the_next_start_upgrades_it(schema, tmp_path):
    *cut, through = hindered("kill", tmp_path, schema)
    assert len(cut) > 20 and {try_["code"] for try_ in cut} == {-9}
    early = [try_ for try_ in cut if try_["same"]]
    assert len(early) >= len(cut) - 1, "at most the last statement, behind the commit, finds anything new"
    assert all(try_["untouched"] for try_ in early)
    assert all(try_["next"]["code"] == 0 and try_["schema"] == migrations.SCHEMA for try_ in cut)


@pytest.mark.slow
@pytest.mark.timeout(900)
@STEPS
@pytest.mark.long
def test_whatever_the_disk_or_sqlite_refuses_nothing_has_changed_and_the_way_back_is_said(schema, tmp_path):
    *cut, through = hindered("refuse", tmp_path, schema)
    assert len(cut) > 50
    for try_ in cut:
        assert try_["code"] == 1 and try_["same"] and try_["untouched"], try_
        assert re.search(r"failed \(.+\) and nothing was changed: go back with `git checkout \w+ &&", try_["said"])
        assert try_["next"]["code"] == 0 and try_["schema"] == migrations.SCHEMA


def test_a_row_that_points_nowhere_stops_the_upgrade_with_one_sentence(tmp_path):
    path = golden.lay(1, tmp_path)
    changed(path, "pragma foreign_keys=OFF", "delete from account where email = 'bob@example.org'")
    before = golden.content(path)
    refused(run("serve", "--port", "0", data=tmp_path, **OFF), "points to a row of account", "git checkout 15924c3")
    refused(run("accounts", "list", data=tmp_path, **OFF), "nothing was changed")
    assert golden.content(path) == before


def test_without_room_for_the_copy_nothing_is_touched(tmp_path, monkeypatch):
    path = golden.lay(1, tmp_path)
    before = golden.content(path)
    monkeypatch.setattr(room, "free", lambda _: 10)
    with pytest.raises(Misconfigured, match="make room there, and try again; nothing was changed"):
        upgrading.copied(path, 1)
    assert golden.content(path) == before and not list((tmp_path / "snapshots").iterdir())


def test_where_no_copy_can_be_made_the_upgrade_does_not_begin(tmp_path):
    path = golden.lay(1, tmp_path)
    before = golden.content(path)
    (tmp_path / "snapshots").write_text("no directory")
    refused(run("serve", "--port", "0", data=tmp_path, **OFF), "copy before the upgrade could not be made")
    assert golden.content(path) == before


def test_a_newer_database_is_refused_with_the_command_that_goes_back(tmp_path):
    path = golden.lay(1, tmp_path)
    assert run("accounts", "list", data=tmp_path, **OFF).returncode == 0
    changed(path, f"pragma user_version={migrations.SCHEMA + 1}")
    [copy] = (tmp_path / "snapshots").iterdir()
    back = f"main.py backups restore --from {copy} --data {tmp_path}"
    refused(run("serve", "--port", "0", data=tmp_path, **OFF), f"schema {migrations.SCHEMA + 1}", "newer", back)
    changed(copy, f"pragma user_version={migrations.SCHEMA + 1}")
    done = run("serve", "--port", "0", data=tmp_path, **OFF)
    refused(done, "start the newer version that made it.")


@pytest.mark.slow
@pytest.mark.parametrize("replica", ["off", "file"])
@pytest.mark.long
def test_the_command_that_goes_back_brings_the_old_schema_and_the_next_start_upgrades_again(replica, tmp_path):
    path = golden.lay(1, tmp_path)
    before = golden.content(path)
    with Served(tmp_path, INGLENOOK_REPLICA=replica) as server:
        assert server.end()[0] == 0
    assert rows(path, "pragma user_version") == [(migrations.SCHEMA,)]
    [copy] = (tmp_path / "snapshots").glob("*-schema-1.db")
    done = run("backups", "restore", "--from", str(copy), "--yes", data=tmp_path, INGLENOOK_REPLICA=replica)
    assert done.returncode == 0, done.stdout + done.stderr
    assert rows(path, "pragma user_version") == [(1,)], "the old program can open it"
    assert [line for line in before if line not in golden.content(path)] == []
    with Served(tmp_path, INGLENOOK_REPLICA=replica) as server:
        assert httpx2.get(f"{server.url}/healthz").status_code == 200
        assert server.end()[0] == 0
    assert rows(path, "pragma user_version") == [(migrations.SCHEMA,)]
