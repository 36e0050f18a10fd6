"""Upgrades a golden database again and again, with something in the way each time.

`python -m tests.upgrading HOW PLACE SCHEMA`: HOW is `refuse` (SQLite refuses the nth thing that the migration writes),
`kill` (the process is killed at the nth statement) or `between` (it is killed at the nth step around the migration).
One JSON line is printed for each n, until an upgrade comes through. Each try has its own process and data directory.
"""

import contextlib
import itertools
import json
import os
import signal
import sys
from pathlib import Path

import alembic.command  # noqa: F401  (once, before the processes part)

from app import db, logs, migrations
from app.backups import upgrading
from app.errors import Misconfigured
from tests import golden

# https://sqlite.org/c3ref/c_alter_table.html
CREATE_INDEX, CREATE_TABLE, DELETE, INSERT, PRAGMA, TRANSACTION, UPDATE, ALTER_TABLE = 1, 2, 9, 18, 19, 22, 23, 26
WRITES = {CREATE_INDEX, CREATE_TABLE, DELETE, INSERT, PRAGMA, TRANSACTION, UPDATE, ALTER_TABLE}
# What is called around the migration, in order.
BETWEEN = (
    (upgrading.Upgrade, "prepare"),
    (upgrading, "copied"),
    (migrations, "upgrade"),
    (migrations, "check"),
    (upgrading.Upgrade, "note"),
)


def refuse(n: int) -> None:
    """SQLite refuses the nth write of the writer's connection."""
    seen = itertools.count(1)

    def allowed(action: int, first: str | None, second: str | None, *_: object) -> int:
        opens = first == "foreign_keys" or first == "ROLLBACK" or (action == PRAGMA and second is None)
        return int(action in WRITES and not opens and next(seen) == n)

    db.here().driver.set_authorizer(allowed)


def kill(n: int) -> None:
    """The process is killed when the nth statement of the writer's connection begins."""
    seen = itertools.count(1)
    db.here().driver.set_trace_callback(lambda _: die() if next(seen) == n else None)


def between(n: int) -> None:
    """The process is killed before the nth call of BETWEEN, or after it."""
    if n > 2 * len(BETWEEN):
        return
    owner, name = BETWEEN[(n - 1) // 2]
    whole = getattr(owner, name)

    def cut(*args: object) -> object:
        if n % 2:
            die()
        whole(*args)
        return die()

    setattr(owner, name, cut)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def tried(path: Path, hinder) -> dict[str, object]:
    """One upgrade in a process of its own: how it ended, and what it said."""
    reading, writing = os.pipe()
    if not (child := os.fork()):
        said = ""
        db.open(path)
        hinder()
        try:
            upgrading.bring_up(path)
        except Misconfigured as refusal:
            said = refusal.message
        os.write(writing, said.encode())
        os._exit(bool(said))
    os.close(writing)
    with os.fdopen(reading) as words:
        said = words.read()
    return {"code": os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), "said": said}


def main(how: str, place: Path, schema: int, limit: int = 600) -> None:
    logs.start("error")
    for n in range(1, limit):
        path = golden.lay(schema, place / str(n))
        before, bytes_before = golden.content(path), path.read_bytes()
        found = tried(path, lambda n=n: {"refuse": refuse, "kill": kill, "between": between}[how](n))
        found["same"] = golden.content(path) == before
        found["untouched"] = path.read_bytes() == bytes_before
        found["next"] = tried(path, lambda: None)
        found["schema"] = migrations.number(path)
        print(json.dumps(found), flush=True)
        if found["code"] == 0:
            return


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
