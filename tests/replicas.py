"""What tests of the replica share: servers with Litestream beside them, and databases of this process."""

import asyncio
import json
import time
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

import psutil

from app import config, db, lock, settings
from app.backups import starting
from tests.test_command_line import LONG, Served, run


@contextmanager
def chosen(data: Path, **changes):
    """Other settings for a while, in this process."""
    before, opened, known = config.current, db.database, dict(settings.known)
    if opened is not None:  # the house of this process goes on: its jobs would find another database
        at_work = "select 1 from job where state = 'running' or (state = 'queued' and run_at = 0)"
        until(lambda: db.fetch(at_work) is None)
    data.mkdir(exist_ok=True)
    (data / lock.NAME).touch()
    config.use(replace(before, data=data, **{"replica": "file"} | changes))
    db.database = None
    settings.forget()
    try:
        yield config.current
    finally:
        db.close()
        config.use(before)
        db.database = opened
        settings.forget()
        settings.known.update(known)


@asynccontextmanager
async def replicated(data: Path, **changes):
    """An open house with a running replica, in this process; gives the replica."""
    from app.backups import upgrading

    with chosen(data, **changes):
        starting.prepare(data)
        db.open(data / "inglenook.db")
        await asyncio.to_thread(upgrading.bring_up, data / "inglenook.db")
        await asyncio.to_thread(starting.settle)
        async with starting.replicating():
            yield starting.running


def accounts(data: Path, *emails: str, **environ: str) -> None:
    for email in emails:
        done = run("accounts", "add", email, "--role", "admin", "--password-stdin", data=data, typed=LONG, **environ)
        assert done.returncode == 0, done.stderr


def people(data: Path, **environ: str) -> list[str]:
    done = run("accounts", "list", data=data, **environ)
    assert done.returncode == 0, done.stderr
    return [line.split()[0] for line in done.stdout.splitlines()]


def children(server: Served) -> list[psutil.Process]:
    """Litestream, once it runs."""
    return until(lambda: [each for each in psutil.Process(server.process.pid).children() if is_litestream(each)])


def is_litestream(process: psutil.Process) -> bool:
    try:
        return process.name() == "litestream"
    except psutil.NoSuchProcess:
        return False


def until(seen, seconds: float = 30.0):
    """What `seen` gives once it gives something."""
    deadline = time.monotonic() + seconds
    while not (found := seen()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)
    return found


def named(data: Path) -> dict:
    return json.loads((data / "replica" / "current.json").read_text())


def events(server: Served) -> list[dict]:
    return [json.loads(line) for line in server.log.splitlines() if line.startswith("{")]


def drop(data: Path) -> None:
    """Lose the database, as a disk does."""
    for path in data.glob("inglenook.db*"):
        path.unlink()
