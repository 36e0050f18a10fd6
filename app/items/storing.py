"""Storing: an item, its revisions and their parts, in the transaction of the verb that makes them."""

from app import blobs, clock
from app.db import Transaction
from app.items import room
from app.items.pieces import Ready
from app.items.plain import insert
from app.items.rows import Change, Item, ItemPart, Rendering, Revision
from app.rights import Caller

KIND = "item"  # what blobs are used by
# Children first, so that no row ever points at nothing.
ERASE = (
    """delete from rendering where hash in (select hash from itempart where item_id = :id) and not exists
        (select 1 from itempart other where other.hash = rendering.hash and other.item_id != :id)""",
    "delete from itempart where item_id = :id",
    "delete from revision where item_id = :id",
    "delete from tag where kind = :kind and target_id = :id",
    "delete from star where kind = :kind and target_id = :id",
    "delete from share where kind = :kind and target_id = :id",
    "delete from item where id = :id",
)


def start(tx: Transaction, me: Caller, item: Item, parts: list[Ready], quota: int, note: str = "") -> Revision:
    """Store a new item with its first revision. Raises NoRoom."""
    insert(tx, item)
    return append(tx, me, item, parts, quota, number=1, base=0, note=note, what="created")


def append(
    tx: Transaction,
    me: Caller,
    item: Item,
    parts: list[Ready],
    quota: int,
    *,
    number: int,
    base: int,
    note: str = "",
    restores: int = 0,
    what: str = "revised",
) -> Revision:
    """Store a revision, which is then the current one; the item's own columns are as `item` has them. Raises NoRoom."""
    size = sum(each.part.size for each in parts)
    room.take(tx, item.owner_id, size, quota)
    now = clock.now()
    revision = Revision(
        item_id=item.id,
        number=number,
        title=item.title,
        author_id=me.id,
        key_id=me.key,
        door=me.door,
        base=base,
        restores=restores,
        note=note,
        size=size,
        created_at=now,
    )
    insert(tx, revision)
    for each in parts:
        each.part.item_id, each.part.number = item.id, number
        if each.part.text is None:
            blobs.refer(tx, each.kept or blobs.Kept(each.part.hash, each.part.size), KIND, item.id)
        insert(tx, each.part)
    item.current, item.changed_at, item.size = number, now, (item.size if number > 1 else 0) + size
    sql = "update item set current = ?, changed_at = ?, size = ?, title = ? where id = ?"
    tx.database.driver.execute(sql, (number, now, item.size, item.title, item.id))
    changed(tx, item, what)
    return revision


def changed(tx: Transaction, item: Item, what: str) -> None:
    """Tell those who follow the log: created, revised, rights, trashed, restored or deleted."""
    insert(tx, Change(kind=item.kind, target_id=item.id, revision=item.current, what=what, at=clock.now()))


def keep_renderings(tx: Transaction, renderings: list[Rendering]) -> None:
    """Store what texts look like; what another has stored meanwhile is the same."""
    sql = "insert or ignore into rendering (hash, syntax, version, html, used_at) values (?, ?, ?, ?, ?)"
    for each in renderings:
        tx.database.driver.execute(sql, (each.hash, each.syntax, each.version, each.html, each.used_at))


def erase(tx: Transaction, item: Item) -> None:
    """Delete an item with all that belongs to it; its bytes over 64 KiB stay while an earlier moment needs them."""
    blobs.release(tx, KIND, item.id)
    for sql in ERASE:
        tx.database.driver.execute(sql, {"id": item.id, "kind": item.kind} if ":kind" in sql else {"id": item.id})
    room.give_back(tx, item.owner_id, item.size)
    changed(tx, item, "deleted")


def copied(parts: list[ItemPart]) -> list[Ready]:
    """The same parts for another revision or item."""
    return [
        Ready(ItemPart(**part.model_dump(exclude={"item_id", "number"}), item_id="", number=0), b"") for part in parts
    ]
