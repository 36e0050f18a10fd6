"""A database file that is not the open one: what it holds, whether it is whole, and a copy of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pysqlite3.dbapi2 as sqlite

from app import db, migrations
from app.backups import room
from app.errors import Misconfigured

# Litestream's own tables are no part of the workspace.
TABLES = """select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'
    and name not like '\\_litestream\\_%' escape '\\' order by name"""
# What a person wants to know of a copy: what is counted, and in which table.
NOUNS = {"people": "account", "chats": "chat", "messages": "message"}
ONE = {"people": "person", "chats": "chat", "messages": "message"}


@dataclass(frozen=True)
class Copy:
    """What a database file holds. `counts` maps 'chats' and the like to a number, `last` is its last audit entry."""

    path: Path
    size: int
    schema: int
    instance: str
    generation: int
    counts: dict[str, int] = field(default_factory=dict)
    last: int = 0


@contextmanager
def opened(path: Path, mode: str = "ro") -> Iterator[Any]:
    """A connection to a file that must exist."""
    connection = sqlite.connect(db.address(path, mode), uri=True, isolation_level=None, timeout=5)
    try:
        yield connection
    finally:
        connection.close()


def look(path: Path) -> Copy:
    """What a database file holds. Raises Misconfigured when it is not a database of Inglenook or cannot be read."""
    try:
        with opened(path) as there:
            counts = {noun: one(there, f"select count(*) from {table}") for noun, table in NOUNS.items()}
            return Copy(
                path,
                one(there, "pragma page_count") * one(there, "pragma page_size"),
                one(there, "pragma user_version"),
                str(setting(there, "instance") or ""),
                int(setting(there, "generation") or 0),
                counts,
                one(there, "select coalesce(max(at), 0) from audit"),
            )
    except sqlite.DatabaseError as error:
        raise Misconfigured(f"{path} cannot be read as a database of Inglenook ({error}).") from None


def seen(path: Path) -> Copy | None:
    """What the file holds, or None where there is none or it is damaged."""
    if not path.exists():
        return None
    try:
        return look(path)
    except Misconfigured:
        return None


def one(there: Any, sql: str, *values: Any) -> int:
    """A single number."""
    return int(there.execute(sql, values).fetchone()[0])


def setting(there: Any, key: str) -> Any:
    """A setting of the database behind this connection, or None."""
    row = there.execute("select value from setting where key = ?", (key,)).fetchone()
    return orjson.loads(row[0]) if row else None


def whole(path: Path, check: str = "quick_check") -> None:
    """Check every page and every reference, with `integrity_check` also every index. Raises Misconfigured."""
    try:
        with opened(path) as there:
            said = [row[0] for row in there.execute(f"pragma {check}(3)")]
            broken = there.execute("pragma foreign_key_check").fetchall()
    except sqlite.DatabaseError as error:
        said, broken = [str(error)], []
    if said != ["ok"]:
        raise Misconfigured(f"{path.name} is damaged ({said[0]}): choose another moment or a snapshot.")
    if broken:
        raise Misconfigured(f"{path.name} has {len(broken)} broken references, first in table {broken[0][0]}.")


def fitting(copy: Copy) -> None:
    """Refuse a database that a newer version made. Raises Misconfigured."""
    if copy.schema > migrations.SCHEMA:
        raise Misconfigured(
            f"{copy.path.name} has schema {copy.schema} and this Inglenook knows {migrations.SCHEMA}: "
            "restore it with the newer version that made it."
        )


def vacuumed(source: Path, target: Path) -> None:
    """A whole copy of `source` as it is at this moment, synced to disk. Raises Misconfigured."""
    target.unlink(missing_ok=True)
    # SQLite takes an empty file for the copy, and keeps the mode that it has.
    target.touch(mode=0o600)
    try:
        with opened(source) as there:
            there.execute("vacuum into ?", (str(target),))
    except sqlite.DatabaseError as error:
        target.unlink(missing_ok=True)
        raise Misconfigured(f"{source} cannot be copied ({error}).") from None
    room.synced(target)


def rows(there: Any) -> dict[str, tuple[int, int]]:
    """For each table the number of its rows and its highest row number."""
    found = {}
    for (table,) in there.execute(TABLES).fetchall():
        found[table] = tuple(there.execute(f'select count(*), coalesce(max(rowid), 0) from "{table}"').fetchone())
    return found
