"""Room: how many bytes a person may store, and when the disk itself is too full."""

import shutil

from app import config, db
from app.db import Transaction
from app.errors import NoRoom

TAKE = """insert into room (owner_id, used) values (?, ?)
    on conflict (owner_id) do update set used = used + excluded.used returning used"""


def used(owner_id: str | None) -> int:
    """The bytes of all that somebody stores, trash and earlier revisions included."""
    row = db.fetch("select used from room where owner_id = ?", owner_id or "")
    return int(row[0]) if row else 0


def check(owner_id: str | None, size: int, quota: int, spare: int) -> None:
    """Raises NoRoom when so many bytes more are beyond the quota, or leave the disk less than `spare` bytes."""
    if shutil.disk_usage(config.current.data).free < size + spare:
        raise NoRoom("The disk of this server is nearly full: nothing was stored. Tell its admin.", "disk")
    must_fit(owner_id, used(owner_id) + size, quota)


def must_fit(owner_id: str | None, size: int, quota: int) -> None:
    """Raises NoRoom when all that somebody stores would be more than the quota."""
    if size > quota and owner_id:
        raise NoRoom(
            f"Your {quota / (1 << 20):,.0f} MiB are used up. Erase something from the trash, or ask an admin for more.",
            "quota",
        )
    if size > quota:
        raise NoRoom("What may be posted without an account is used up for now. Try again later, or sign in.", "quota")


def take(tx: Transaction, owner_id: str | None, size: int, quota: int) -> None:
    """Count so many bytes more. Raises NoRoom when that is beyond the quota: then nothing of the transaction stays."""
    row = tx.database.driver.execute(TAKE, (owner_id or "", size)).fetchone()
    must_fit(owner_id, int(row[0]), quota)


def give_back(tx: Transaction, owner_id: str | None, size: int) -> None:
    """Count so many bytes less."""
    tx.database.driver.execute("update room set used = used - ? where owner_id = ?", (size, owner_id or ""))
