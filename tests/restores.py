"""What the tests of restores have in common: servers with a quick replica, people, moments, and what lies where."""

import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

from app.backups import answers, copies
from tests.test_command_line import LONG, Served
from tests.test_command_line import run as command

REPLICA = {"INGLENOOK_REPLICA": "file", "INGLENOOK_REPLICA_SPEED": "fast"}
OFF = {"INGLENOOK_REPLICA": "off"}


def run(*words: str, data: Path, typed: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    return command(*words, data=data, typed=typed, **(REPLICA | environ))


def served(data: Path, **environ: str) -> Served:
    server = Served(data, **(REPLICA | environ))
    assert "http://" in server.line, server.url
    return server


def ok(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def add(data: Path, name: str, **environ: str) -> None:
    ok(run("accounts", "add", f"{name}@example.org", "--password-stdin", data=data, typed=LONG, **environ))


def people(data: Path, **environ: str) -> list[str]:
    return [line.split("@")[0] for line in ok(run("accounts", "list", data=data, **environ)).splitlines()]


def seen(path: Path) -> list[str]:
    """Who is in a database file that nobody has open."""
    with copies.opened(path) as there:
        return [row[0].split("@")[0] for row in there.execute("select email from account order by email")]


def moment(data: Path) -> str:
    """This moment, when all that was written before it is at the replica, whose clock shows whole seconds."""
    answers.ask(data, "/sync", {"path": str(data.resolve() / "inglenook.db"), "wait": True}, 30)
    time.sleep(1.1)
    now = datetime.now(UTC).isoformat()
    time.sleep(0.1)
    return now


def inventory(data: Path) -> dict[str, int]:
    """All that a restore could touch, with sizes; what SQLite makes to read is nothing."""
    kept = [path for path in data.rglob("*") if path.is_file() and path.name not in ("lock", "inglenook.db-shm")]
    kept = [path for path in kept if path.stat().st_size]
    return {str(path.relative_to(data)): path.stat().st_size for path in kept}


def said(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """It failed, and the last line on standard error says so."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert not [word for word in words if word not in done.stderr.splitlines()[-1]], done.stderr


def lived(data: Path) -> str:
    """Make a data directory with its replica: the moment between ada and bob."""
    with served(data) as server:
        add(data, "ada")
        found = moment(data)
        add(data, "bob")
        moment(data)
        assert server.end()[0] == 0
    return found
