"""The home of files: this disk, or a bucket; which one it was before, until nothing is left there."""

from collections.abc import Callable
from typing import Any

import orjson

from app import clock, db
from app.db import Transaction

# What `catch_up` saw last: the database's generation, where copies went, and the address of the home ('' is here).
MARK = "blobs_at"
# The home of before, as long as something may be there only.
BEFORE = "blobs_before"


def address(store: Any) -> str:
    """How a setting names the home of files, '' where that is this disk."""
    return store.address if store is not None and store.is_home else ""


def before(opener: Callable[[str], Any]) -> Any:
    """The store that was the home before, None where nothing is left in it."""
    known = setting(BEFORE)
    return opener(known) if known else None


def forget_before() -> None:
    """Nothing that is needed lies in the home of before only."""
    if setting(BEFORE):
        with db.write() as tx:
            put(tx, BEFORE, "")


def generation() -> int:
    """The number of the database's generation: another one after each restore."""
    return int(setting("generation") or 0)


def setting(key: str) -> Any:
    """What is written down under this key, None without it."""
    row = db.fetch("select value from setting where key = ?", key)
    return orjson.loads(row[0]) if row else None


def put(tx: Transaction, key: str, value: Any) -> None:
    """Write this down."""
    told = orjson.dumps(value).decode()
    tx.run("insert or replace into setting (key, value) values (:key, :value)", key=key, value=told)


def note_moved(hash: str) -> None:
    """It lies in the home of files, and not here."""
    if db.fetch("select 1 from blob where hash = ? and (moved_at is null or missing_at is not null)", hash):
        sql = """update blob set moved_at = coalesce(moved_at, :now), copied_at = coalesce(copied_at, :now),
            missing_at = null where hash = :hash"""
        with db.write() as tx:
            tx.run(sql, now=clock.now(), hash=hash)
