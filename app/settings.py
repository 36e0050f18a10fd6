"""Settings that admins change while the product runs: one row each, kept in memory after the first read."""

from typing import Any

import orjson
from sqlmodel import Field, SQLModel

from app import db
from app.db import Transaction
from app.rights import Caller

DEFAULTS: dict[str, Any] = {
    "workspace": "Inglenook",
    "default_model": "",
    "instance": "",
    "importing": "",
    "generation": 0,
    "address_requests": 0,
    "usage_days": 90,
    "usage_rolled": 0,
    "quota_mb": 1024,
    "spare_mb": 256,
    "file_mb": 5120,
    "file_types_refused": [],
    "anonymous_pastes": False,
    "anonymous_hour": 20,
    "anonymous_kb": 512,
    "anonymous_quota_mb": 256,
}


class Setting(SQLModel, table=True):
    """A named value as JSON."""

    key: str = Field(primary_key=True)
    value: str


known: dict[str, Any] = {}


def value(key: str) -> Any:
    """The setting `key`, or its default."""
    if key not in known:
        row = db.fetch("select value from setting where key = ?", key)
        known[key] = orjson.loads(row[0]) if row else DEFAULTS[key]
    return known[key]


def change(me: Caller, **values: Any) -> None:
    """Set values. Raises Forbidden for members."""
    me.must_be_admin()
    with db.write(durable=True) as tx:
        for key, new in values.items():
            put(tx, key, new)
        tx.audit(me, "settings.change", note=" ".join(values))


def put(tx: Transaction, key: str, new: Any) -> None:
    """Set one value in a transaction that is under way."""
    if key not in DEFAULTS:
        raise KeyError(key)
    tx.add(tx.session.merge(Setting(key=key, value=orjson.dumps(new).decode())))
    tx.after.append(lambda: known.pop(key, None))


def forget() -> None:
    """Forget what is in memory, when another database is opened."""
    known.clear()
