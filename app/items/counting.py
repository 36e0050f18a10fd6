"""Counting: how often things were seen, without cookies; kept in memory and written each minute."""

import threading
from collections import Counter

from app import db
from app.items import storing
from app.items.rows import Item

# By thing and by who looked: owners are left out when it is written.
seen: Counter[tuple[str, str]] = Counter()
AT_ONCE = 500
VIEW = """update item set views = views + :more where id = :id and max_views is null
    and (owner_id is null or owner_id != :me)"""
lock = threading.Lock()


def count(id: str, user_id: str = "") -> None:
    """Somebody saw it; its owner's own looks do not count."""
    with lock:
        seen[(id, user_id)] += 1


def flush() -> None:
    """Write what was counted."""
    with lock:
        counted = list(seen.items())
        seen.clear()
    for start in range(0, len(counted), AT_ONCE):
        with db.write() as tx:
            for (id, user_id), more in counted[start : start + AT_ONCE]:
                # What has a limit is counted at once, by `spend`.
                tx.run(VIEW, id=id, me=user_id, more=more)


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
