"""Changing what is around a holding: who may see it, for how long, tags, stars, and its way into the trash and out."""

from collections.abc import Sequence
from typing import Any

from app import clock, db, items
from app.accounts import passwords
from app.db import Transaction
from app.errors import Forbidden, NotFound
from app.holdings import finding, limits, passing
from app.holdings.nouns import Noun
from app.items import PRIVATE, Item, Tag, plain, storing
from app.rights import Caller
from app.secrets import digest

# What is not given stays as it is.
UNSET: Any = object()


def change(
    noun: Noun[Any],
    me: Caller,
    id: str,
    *,
    visibility: str = UNSET,
    space_id: str = UNSET,
    expires_in: int | None = UNSET,
    password: str = UNSET,
    max_views: int | None = UNSET,
    tags: list[str] | tuple[str, ...] = UNSET,
    title: str = UNSET,
) -> Item:
    """Change who may read the owner's thing and for how long; '' as the password takes it away, and a new `max_views`
    counts from the views that there were. Raises Invalid, Forbidden for others, and what `find` does."""
    me.must_have(noun.write)
    given: dict[str, Any] = {
        "visibility": visibility,
        "space_id": space_id,
        "expires_in": expires_in,
        "password": password,
        "max_views": max_views,
        "title": title,
    }
    new = checked(noun, me, finding.held(noun, id, me), **given)
    return keep(noun, me, id, new, None if tags is UNSET else limits.worded(list(tags)))


def checked(
    noun: Noun[Any],
    me: Caller,
    item: Item,
    *,
    visibility: str = UNSET,
    space_id: str = UNSET,
    expires_in: int | None = UNSET,
    password: str = UNSET,
    max_views: int | None = UNSET,
    title: str = UNSET,
) -> dict[str, Any]:
    """The columns of an item as such a change makes them. Raises Invalid, Forbidden, NotFound."""
    new: dict[str, Any] = {}
    if visibility is not UNSET or space_id is not UNSET:
        new["visibility"] = item.visibility if visibility is UNSET else visibility
        new["space_id"] = item.space_id if space_id is UNSET else space_id
        if new != {"visibility": PRIVATE, "space_id": item.space_id}:  # also who was put out of a space may hide it
            limits.check_visibility(noun, me, new["visibility"], new["space_id"])
    if expires_in is not UNSET:
        new["expires_at"] = limits.moment(expires_in)
    if password is not UNSET:
        limits.check_password(password)
        new["password"] = passwords.hashed(password) if password else ""
    if max_views is not UNSET:
        limits.check_views(max_views)
        new["max_views"] = None if max_views is None else item.views + max_views
    if title is not UNSET:
        if item.sealed and title:
            raise Forbidden("It is encrypted: its title is inside of it.")
        new["title"] = items.titled(title)
    return new


def keep(noun: Noun[Any], me: Caller, id: str, new: dict[str, Any], tags: list[str] | None) -> Item:
    """The one transaction of a change. Raises what has become forbidden meanwhile."""
    with db.write() as tx:
        item = finding.owned(finding.in_transaction(noun, tx, id, me))
        for name, value in new.items():
            tx.run(f"update item set {name} = :value where id = :id", value=value, id=id)
            setattr(item, name, value)
        if tags is not None:
            tx.run("delete from tag where kind = :kind and target_id = :id", kind=noun.kind, id=id)
            tag(tx, item, tags)
        if new:
            storing.changed(tx, item, "rights")
        note = " ".join([*new, *(["tags"] if tags is not None else [])])
        tx.audit(me, f"{noun.plural}.change", item, note=note)
    return item


def tag(tx: Transaction, item: Item, tags: Sequence[str]) -> None:
    """Put these words on a thing, beside those that it has."""
    for name in tags:
        plain.insert(tx, Tag(kind=item.kind, target_id=item.id, name=name))


def star(noun: Noun[Any], me: Caller, id: str, on: bool = True, *, password: str = "", token: str = "") -> None:
    """Remember a thing, or no longer. Raises what `find` does; what burns may be remembered unread."""
    me.must_have(noun.write)
    if on:
        passing.unlock(found := finding.allowed(noun, id, me, token), me, password, token)
        id = found.item.id
    with db.write() as tx:
        sql = """insert or ignore into star (user_id, kind, target_id, created_at) values (:me, :kind, :id, :now)"""
        if not on:
            sql = "delete from star where user_id = :me and kind = :kind and target_id = :id"
        tx.run(sql, **{"me": me.id, "kind": noun.kind, "id": id} | ({"now": clock.now()} if on else {}))


# ── the trash ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def trash(noun: Noun[Any], me: Caller, id: str, *, token: str = "") -> None:
    """Put the owner's thing into the trash for 30 days: nobody else finds it from now on. What was posted without an
    account is deleted at once by its delete token. Raises Forbidden for others, and what `find` does."""
    if me.id:
        me.must_have(noun.write)
    with db.write() as tx:
        item = finding.raw(noun, tx, id)
        if token and item.delete_digest and digest(token) == item.delete_digest and not item.is_over:
            storing.erase(tx, item)
            tx.audit(me, f"{noun.plural}.erase", item)
            return
        item = finding.owned(items.seen_by(item, me, token))
        tx.run("update item set trashed_at = :now, trashed_by = :me where id = :id", now=clock.now(), me=me.id, id=id)
        storing.changed(tx, item, "trashed")
        tx.audit(me, f"{noun.plural}.trash", item)


def untrash(noun: Noun[Any], me: Caller, id: str) -> Item:
    """Take the owner's thing out of the trash. Raises NotFound, also when its date has passed meanwhile."""
    me.must_have(noun.write)
    with db.write() as tx:
        item = in_trash(noun, tx, me, id)
        tx.run("update item set trashed_at = null, trashed_by = '' where id = :id", id=id)
        item.trashed_at, item.trashed_by = None, ""
        storing.changed(tx, item, "restored")
        tx.audit(me, f"{noun.plural}.untrash", item)
    return item


def erase(noun: Noun[Any], me: Caller, id: str) -> None:
    """Delete what lies in the owner's trash, for good. Raises NotFound for what does not."""
    me.must_have(noun.write)
    with db.write() as tx:
        item = in_trash(noun, tx, me, id)
        storing.erase(tx, item)
        tx.audit(me, f"{noun.plural}.erase", item)


def in_trash(noun: Noun[Any], tx: Transaction, me: Caller, id: str) -> Item:
    """The owner's thing, if it lies in the trash and its date has not passed. Raises NotFound."""
    item = finding.raw(noun, tx, id)
    if not me.id or item.owner_id != me.id or item.trashed_at is None or item.is_over:
        raise NotFound()
    return item
