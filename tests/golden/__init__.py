"""Databases of every released schema, as SQL text, and how to make files of them."""

import sqlite3
from pathlib import Path

import pysqlite3.dbapi2 as sqlite

HERE = Path(__file__).parent
SCHEMAS = sorted(int(path.stem.partition("-")[2]) for path in HERE.glob("schema-*.sql"))


def lay(schema: int, data: Path) -> Path:
    """A data directory as the release with this schema left it; the path of its database."""
    from tests.golden.make import SECRET

    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    (data / "secret.key").touch(mode=0o600)
    (data / "secret.key").write_text(SECRET + "\n")
    path = data / "inglenook.db"
    connection = sqlite.connect(str(path), isolation_level=None)
    connection.execute("pragma journal_mode=WAL")
    connection.executescript((HERE / f"schema-{schema}.sql").read_text())
    connection.close()
    return path


def content(path: Path) -> list[str]:
    """All that a database file holds, its schema number included, as SQL."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return [str(connection.execute("pragma user_version").fetchone()), *connection.iterdump()]
    finally:
        connection.close()
