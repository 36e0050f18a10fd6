"""Another instance's database, or replica, is refused before anything is touched."""

import shutil
import time

import pytest

from tests.faults.house import Machine, Writer, load, rows


def files(directory):
    """Every file below it with its content's length."""
    return {path: path.stat().st_size for path in directory.rglob("*") if path.is_file()}


def made(machine, name):
    """A house that has written something and copied it."""
    machine.prepare().start().sign_in()
    machine.replica()
    writer = Writer(machine, name)
    with load(writer):
        time.sleep(1)
    assert machine.stop() == 0
    return writer


@pytest.mark.slow
@pytest.mark.long
def test_a_database_of_another_instance_is_refused_and_its_replica_is_left_alone(folder, tmp_path):
    with Machine(tmp_path / "mine", **folder.environ) as mine, Machine(tmp_path / "other") as other:
        made(mine, "mine")
        made(other, "other")
        before = files(tmp_path / "replica")
        other.environ = folder.environ
        said = other.refuse()
        assert "another Inglenook" in said and "INGLENOOK_REPLICA" in said
        assert files(tmp_path / "replica") == before
        mine.start()
        assert mine.read()[0] == 200


@pytest.mark.slow
@pytest.mark.long
def test_a_restore_of_another_instances_database_is_refused(folder, tmp_path):
    with Machine(tmp_path / "mine", **folder.environ) as mine, Machine(tmp_path / "other") as other:
        made(mine, "mine")
        made(other, "other")
        copy = shutil.copy(tmp_path / "other" / "inglenook.db", tmp_path / "foreign.db")
        before = rows(tmp_path / "mine" / "inglenook.db", "select id from chat")
        done = mine.ask("backups", "restore", "--from", str(copy), "--yes")
        assert done.returncode == 1 and len((done.stdout + done.stderr).strip()) > 20
        assert "another" in (done.stdout + done.stderr).lower()
        assert rows(tmp_path / "mine" / "inglenook.db", "select id from chat") == before


@pytest.mark.slow
@pytest.mark.long
def test_a_copied_directory_never_writes_into_the_replica_of_the_one_it_was_copied_from(folder, tmp_path):
    with Machine(tmp_path / "mine", **folder.environ) as mine:
        made(mine, "mine")
        shutil.copytree(tmp_path / "mine", tmp_path / "copy", ignore=shutil.ignore_patterns("*.sock"))
        with Machine(tmp_path / "copy", **folder.environ) as copy:
            copy.cookie = mine.cookie
            [instance] = [path for path in (tmp_path / "replica").iterdir() if path.is_dir() and path.name != "blobs"]
            before = files(instance / "1")
            copy.start()
            copy.replica()
            time.sleep(2)
            assert copy.stop() == 0
            assert files(instance / "1") == before
            assert (instance / "2").is_dir(), "a generation of its own"
