"""Finding a holding: for those who may, with its password, counted where its views are."""

from typing import Any

from app import items
from app.db import Transaction
from app.errors import Covered, Forbidden, NotFound
from app.holdings import limits
from app.holdings.nouns import Noun, Shape
from app.holdings.passing import opener, unlock
from app.items import OWNER, READER, Found, Item, counting
from app.items.plain import columns, made
from app.rights import Caller, shares

RAW = f"select {', '.join(columns(Item))} from item where id = ? and kind = ?"


def find(
    noun: Noun[Shape],
    id: str,
    me: Caller,
    *,
    password: str = "",
    token: str = "",
    number: int = 0,
    looks: bool = True,
) -> Shape:
    """The thing (at a revision, 0: the current one), if `me` or the holder of the token may read it.

    `token` is that of a share, of an anonymous author, or a pass (`password_pass`). A view that is limited is counted
    here, unless nothing of it is shown (`looks`). Raises NotFound for strangers and after its end, Gone for what is in
    one's own trash, Locked without the password, Covered for what reading deletes, OverLimit after too many wrong
    passwords.
    """
    found = allowed(noun, id, me, token)
    unlock(found, me, password, token)
    if found.item.burns:
        raise Covered()
    thing = shown(noun, found, me, number)
    if looks:
        spend(found)
        thing.spent = thing.counted
    return thing


def held(noun: Noun[Any], id: str, me: Caller, token: str = "") -> Item:
    """The thing without what is in it, for its owner's settings, whatever reading would do. Raises NotFound, Gone,
    Forbidden for who may only read it."""
    return owned(allowed(noun, id, me, token))


def owned(found: Found) -> Item:
    """The item, for its owner. Raises Forbidden."""
    if found.role != OWNER:
        raise Forbidden("Only its owner may do this.")
    return found.item


def allowed(noun: Noun[Any], id: str, me: Caller, token: str = "") -> Found:
    """The item and what one may do with it. Raises NotFound, Gone, and Forbidden for a key without the scope."""
    if me.key:
        me.must_have(noun.read)
    return items.find(noun.kind, id, me, opener(token))


def shown(noun: Noun[Shape], found: Found, me: Caller, number: int = 0) -> Shape:
    """The thing with its parts. Raises NotFound when there is no such revision."""
    return noun.shown(found, number, writable=is_open(found), reader=me.id)


def is_open(found: Found) -> bool:
    """Whether it may be revised at all: what lies in an archived space may not, but by its owner."""
    return found.role == OWNER or limits.takes(found.item.space_id)


def spend(found: Found) -> None:
    """Count a reading that is limited, of the thing or of the share. Raises NotFound when none is left."""
    if found.share is not None and not shares.use(found.share):
        raise NotFound()
    if found.item.max_views is not None and found.role == READER and not counting.spend(found.item):
        raise NotFound()


def seen(id: str, me: Caller) -> None:
    """Somebody but its owner looked at it: counted in memory, and written each minute. Views that are limited were
    counted by `find`."""
    counting.count(id, me.id)


def in_transaction(noun: Noun[Any], tx: Transaction, id: str, me: Caller, token: str = "") -> Found:
    """The thing as it is now, while nobody else can change it, and what one may do. Raises NotFound, Gone."""
    return items.seen_by(raw(noun, tx, id), me, opener(token))


def raw(noun: Noun[Any], tx: Transaction, id: str) -> Item:
    """The row as it is now, for nobody's eyes. Raises NotFound."""
    row = tx.database.driver.execute(RAW, (id, noun.kind)).fetchone()
    if row is None:
        raise NotFound()
    return made(Item, row)
