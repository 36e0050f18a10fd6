"""Ending: what is over or long in the trash is deleted. Reading does not wait for that: it refuses by the clock."""

from app import clock, db
from app.items import counting, rendering
from app.items.plain import columns, made
from app.items.rows import Item
from app.items.storing import erase
from app.logs import log
from app.readers import asking

TRASH = 30 * clock.DAY
ADDRESSES = clock.DAY
AT_ONCE = 100
OVER = """select id from item where expires_at is not null and expires_at <= ?
    union select id from item where trashed_at is not null and trashed_at <= ?
    union select id from item where max_views is not null and views >= max_views limit ?"""


def sweep() -> int:
    """Delete what is past its date, its views, or 30 days in the trash; how many. Each in a transaction of its own, so
    that nobody waits."""
    gone = 0
    while ids := [row[0] for row in db.fetch_all(OVER, clock.now(), clock.now() - TRASH, AT_ONCE)]:
        gone += sum(end(id) for id in ids)
    if gone:
        log.info("items.swept", count=gone)
    with db.write() as tx:
        tx.run("delete from rendering where version < :version", version=rendering.VERSION)
        tx.run("update item set address = '' where address != '' and created_at < :old", old=clock.now() - ADDRESSES)
    return gone


def end(id: str) -> bool:
    """Delete one, unless it was taken back in this moment."""
    with db.write() as tx:
        row = tx.run(f"select {', '.join(columns(Item))} from item where id = :id", id=id).fetchone()
        item = made(Item, tuple(row)) if row else None
        is_old = item is not None and item.trashed_at is not None and item.trashed_at <= clock.now() - TRASH
        if item is None or not (item.is_over or is_old):
            return False
        erase(tx, item)
    return True


def close() -> None:
    """Write what was counted, and end the processes that render and read: the server ends."""
    counting.flush()
    rendering.close()
    asking.close()
