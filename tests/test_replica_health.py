"""What is known of the replica while it works, and what somebody is asked to look at."""

import asyncio
import os
import shutil
import signal
from pathlib import Path

import psutil
import pytest

from app import clock, db, rights, settings
from app.backups import answers, generations, health, starting
from app.backups import replica as at_work
from app.backups.records import Backup
from app.backups.state import ALARM
from app.errors import Forbidden
from tests.replicas import chosen, replicated
from tests.test_command_line import run

ADMIN = rights.machine()
WRITE = "insert or replace into setting (key, value) values ('workspace', '\"x\"')"


@pytest.fixture(autouse=True)
def soon(monkeypatch) -> None:
    """Looks come quickly, and a gap begins soon."""
    monkeypatch.setattr(at_work, "LOOK", 0.1)
    monkeypatch.setattr(at_work, "GAP", 0.5)


async def until(seen, seconds: float = 10.0):
    deadline = clock.ticks() + seconds
    while not (found := await asyncio.to_thread(seen)):
        assert clock.ticks() < deadline, "it did not come"
        await asyncio.sleep(0.05)
    return found


async def test_all_that_was_written_is_confirmed_and_then_nothing_is_asked(tmp_path: Path, monkeypatch) -> None:
    async with replicated(tmp_path) as replica:
        await db.append(WRITE)
        await until(lambda: replica.state().behind == 0)
        now = health.state(ADMIN)
        assert (now.kind, now.generation, now.error, now.paused) == ("file", 1, "", False)
        assert abs(now.confirmed_at - clock.now()) < 10 * clock.SECOND and now.txid > 0 and now.same_disk
        asked = []
        with monkeypatch.context() as watched:
            watched.setattr(at_work, "ask", lambda *words: asked.append(words))
            await asyncio.sleep(0.5)
        assert asked == [], "a quiet house asks nothing"


async def test_a_target_that_refuses_is_told_and_remembered_as_a_gap_until_it_takes_all_again(tmp_path: Path) -> None:
    place = tmp_path / "place"
    async with replicated(tmp_path / "data", replica=str(place)) as replica:
        await db.append(WRITE)
        await until(lambda: replica.state().behind == 0)
        place.rename(tmp_path / "away")
        place.write_text("no directory")
        await db.append(WRITE)
        await until(lambda: db.fetch("select 1 from backup where kind = 'gap'"))
        now = replica.state()
        assert "not a directory" in now.error and now.behind > 0
        assert [need.kind for need in health.needs(ADMIN)][0] == "bad"
        assert "not a directory" in health.line(ADMIN)[0]
        place.unlink()
        (tmp_path / "away").rename(place)
        await until(lambda: replica.state().behind == 0)
        await until(lambda: db.fetch("select 1 from backup where kind = 'gap' and ended_at > started_at and ok = 1"))
        assert health.line(ADMIN) == ("", f"ok: {place}, normal. {health.same_disk(replica.state())}")


async def test_a_gap_that_a_dead_server_left_open_is_closed_when_all_is_copied(tmp_path: Path) -> None:
    async with replicated(tmp_path) as replica:
        with_gap = Backup(id=clock.new_id(), kind="gap", started_at=1, ok=False)
        await db.in_thread(write, with_gap)
        replica.gaps_closed = False
        await until(lambda: db.fetch("select 1 from backup where kind = 'gap' and ended_at is not null"))


def write(row: Backup) -> None:
    with db.write() as tx:
        tx.add(row)


async def test_a_wal_that_grows_raises_the_alarm_once_and_calms_down(tmp_path: Path) -> None:
    async with replicated(tmp_path) as replica:
        replica.wal = lambda: (ALARM + 1, 1)
        await asyncio.to_thread(replica.look)
        assert replica.alarmed and replica.state().wal_alarm
        assert "write-ahead log" in " ".join(need.title for need in health.needs(ADMIN))
        replica.wal = lambda: (0, 2)
        await asyncio.to_thread(replica.look)
        assert not replica.alarmed and not replica.state().wal_alarm


async def test_a_killed_litestream_comes_back_with_a_pause_that_grows(tmp_path: Path) -> None:
    async with replicated(tmp_path) as replica:
        for _ in range(3):
            await until(lambda: replica.runs)
            pid = replica.process.pid
            replica.process.kill()
            await until(lambda pid=pid: replica.runs and replica.process.pid != pid)
        await db.append(WRITE)
        await until(lambda: replica.state().behind == 0)


async def test_a_litestream_that_hangs_is_ended_and_started_again(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(at_work, "WAIT", 0.5)
    monkeypatch.setattr(at_work, "ALIVE", 0.3)
    async with replicated(tmp_path) as replica:
        await until(lambda: replica.state().behind == 0)
        pid = replica.process.pid
        os.kill(pid, signal.SIGSTOP)
        await db.append(WRITE)
        await until(lambda: replica.runs and replica.process.pid != pid)
        await until(lambda: replica.state().behind == 0)


async def test_a_generation_that_cannot_be_continued_is_followed_by_another(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(at_work, "STUCK", 0.5)
    async with replicated(tmp_path) as replica:
        await until(lambda: replica.state().behind == 0)
        (folder,) = (tmp_path / "replica").glob("*/1/ltx/0")
        for number in range(replica.txid + 1, replica.txid + 9):
            (folder / f"{number:016x}-{number:016x}.ltx").mkdir()
        await db.append(WRITE)
        await until(lambda: replica.state().generation == 2 and replica.state().behind == 0)
        assert settings.value("generation") == 2 == generations.read(replica.target).generation
        replica.refused_at = -1e9
        await asyncio.to_thread(replica.mend)
        assert replica.state().generation == 2, "once in a run, because a third would not be better"


async def test_an_ill_target_is_no_reason_for_another_generation(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(at_work, "STUCK", 0.2)
    place = tmp_path / "place"
    async with replicated(tmp_path / "data", replica=str(place)) as replica:
        await until(lambda: replica.state().behind == 0)
        place.rename(tmp_path / "away")
        place.write_text("no directory")
        await db.append(WRITE)
        await until(lambda: replica.refused_at is not None and clock.ticks() - replica.refused_at > 0.5)
        place.unlink()
        (tmp_path / "away").rename(place)
        await until(lambda: replica.state().behind == 0)
        assert replica.state().generation == 1


async def test_a_durable_write_waits_for_a_remote_replica_only(tmp_path: Path, monkeypatch) -> None:
    async with replicated(tmp_path) as replica:
        assert db.confirm is None
    monkeypatch.setattr(type(replica.target), "is_remote", True)
    async with replicated(tmp_path) as replica:
        await until(lambda: replica.state().behind == 0)
        before = replica.txid
        await db.in_thread(durable)
        assert replica.txid == before + 1, "confirmed before the write has returned"
        replica.error = "The target is silent."
        await db.in_thread(durable)
        assert replica.unconfirmed_at is not None
        assert "only on this machine" in " ".join(need.title for need in health.needs(ADMIN))
        await until(lambda: replica.state().unconfirmed_at is None)
    assert db.confirm is None


async def test_a_process_beside_the_server_asks_the_same_litestream(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(answers, "CONFIRM", 0.5)
    async with replicated(tmp_path) as replica:
        await until(lambda: replica.state().behind == 0)
        beside = answers.Beside(tmp_path)
        await db.append(WRITE)
        assert await asyncio.to_thread(beside.confirm)
        os.kill(replica.process.pid, signal.SIGSTOP)
        await until(lambda: psutil.Process(replica.process.pid).status() == psutil.STATUS_STOPPED)
        assert not await asyncio.to_thread(beside.confirm)
        started = clock.ticks()
        assert not await asyncio.to_thread(beside.confirm)
        assert clock.ticks() - started < 0.2, "a silent one is not waited for again"
        os.kill(replica.process.pid, signal.SIGCONT)


async def test_a_mistake_of_ours_is_told(tmp_path: Path) -> None:
    async with replicated(tmp_path) as replica:
        replica.look = lambda: 1 / 0
        await until(lambda: "mistake" in replica.state().error)
        assert health.needs(ADMIN)[0].kind == "bad"
        replica.tasks[1] = asyncio.create_task(asyncio.sleep(0))


def durable() -> None:
    with db.write(durable=True) as tx:
        tx.run(WRITE)


async def test_what_is_committed_at_the_moment_of_the_confirmation_counts_as_behind(tmp_path: Path) -> None:
    async with replicated(tmp_path) as replica:
        await until(lambda: replica.state().behind == 0)
        replica.tasks[1].cancel()
        await db.append(WRITE)
        assert replica.state().behind >= 0 and replica.confirmed != replica.wal()


def test_a_stranger_is_not_told(house, bob) -> None:
    from app.rights import Caller

    for ask in (health.state, health.needs):
        with pytest.raises(Forbidden):
            ask(Caller(id=bob.id, role="member"))


def test_the_last_verification_is_looked_at_when_it_failed_or_is_long_ago(tmp_path: Path) -> None:
    with chosen(tmp_path):
        starting.prepare(tmp_path)
        db.open(tmp_path / "inglenook.db")
        from app import migrations

        migrations.bring_up(tmp_path / "inglenook.db")
        now = clock.now()
        write(Backup(id="1", kind="verify", started_at=now - 20 * clock.DAY, ended_at=now, ok=True))
        assert "No restore was tried for a while." in [need.title for need in health.needs(ADMIN)]
        write(Backup(id="2", kind="verify", started_at=now, ended_at=now, ok=False, note="Two chats are missing."))
        assert ("bad", "Two chats are missing.") in [(need.kind, need.text) for need in health.needs(ADMIN)]


def test_check_says_where_the_replica_is_and_what_it_is_good_for(tmp_path: Path) -> None:
    said = [line for line in run("check", data=tmp_path).stdout.splitlines() if line.startswith("replica")]
    assert "ok" in said[0] and "does not protect against a lost disk" in said[0]
    said = [
        line for line in run("check", data=tmp_path, INGLENOOK_REPLICA="off").stdout.splitlines() if "replica" in line
    ]
    assert "ok, but off" in said[0]
    shutil.rmtree(tmp_path / "replica")
    (tmp_path / "replica").write_text("")
    done = run("check", data=tmp_path)
    assert done.returncode == 1 and "replica" in done.stdout and "cannot be used" in done.stdout
