"""Counting: how often things were seen, without cookies; kept in memory and written each minute."""

import threading
from collections import Counter

from app import db
from app.items import storing
from app.items.rows import Item

seen: Counter[str] = Counter()
lock = threading.Lock()


def count(id: str) -> None:
    """Somebody saw it."""
    with lock:
        seen[id] += 1


def flush() -> None:
    """Write what was counted."""
    with lock:
        counted = dict(seen)
        seen.clear()
    if counted:
        with db.write() as tx:
            for id, more in counted.items():
                # What has a limit is counted at once, by `spend`.
                tx.run("update item set views = views + :more where id = :id and max_views is null", id=id, more=more)


def spend(item: Item) -> bool:
    """Take one of the views that it may have; whether one was left."""
    with db.write() as tx:
        sql = "update item set views = views + 1 where id = :id and views < max_views returning views"
        row = tx.run(sql, id=item.id).fetchone()
        if row is None:
            return False
        if row[0] == item.max_views:
            storing.changed(tx, item, "rights")
    item.views = row[0]
    return True


def forget() -> None:
    """Forget what was counted, when another database is opened."""
    with lock:
        seen.clear()
