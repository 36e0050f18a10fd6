"""Changing what is around a paste: who may see it, for how long, tags, stars, and its way into the trash and out."""

from typing import Any

from app import clock, db, items
from app.accounts import passwords
from app.errors import Forbidden, NotFound
from app.items import OWNER, PRIVATE, Found, Item, storing
from app.items.plain import columns, made
from app.pastes import finding, limits, making
from app.pastes.finding import KIND
from app.rights import Caller
from app.secrets import digest

# What is not given stays as it is.
UNSET: Any = object()


def change(
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
    """Change who may read the owner's paste and for how long; '' as the password takes it away, and a new `max_views`
    counts from the views that there were. Raises Invalid, Forbidden for others, and what `find` does."""
    me.must_have("pastes:write")
    item = finding.held(id, me)
    new: dict[str, Any] = {}
    if visibility is not UNSET or space_id is not UNSET:
        new["visibility"] = item.visibility if visibility is UNSET else visibility
        new["space_id"] = item.space_id if space_id is UNSET else space_id
        if new != {"visibility": PRIVATE, "space_id": item.space_id}:  # also who was put out of a space may hide it
            limits.check_visibility(me, new["visibility"], new["space_id"])
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
    words = None if tags is UNSET else limits.worded(list(tags))
    return keep(me, id, new, words)


def keep(me: Caller, id: str, new: dict[str, Any], tags: list[str] | None) -> Item:
    """The one transaction of a change. Raises what has become forbidden meanwhile."""
    with db.write() as tx:
        item = owned(finding.in_transaction(tx, id, me))
        for name, value in new.items():
            tx.run(f"update item set {name} = :value where id = :id", value=value, id=id)
            setattr(item, name, value)
        if tags is not None:
            tx.run("delete from tag where kind = :kind and target_id = :id", kind=KIND, id=id)
            making.tag(tx, item, tags)
        if new:
            storing.changed(tx, item, "rights")
        tx.audit(me, "pastes.change", item, note=" ".join([*new, *(["tags"] if tags is not None else [])]))
    return item


def owned(found: Found) -> Item:
    """The item, for its owner. Raises Forbidden."""
    if found.role != OWNER:
        raise Forbidden("Only its owner may do this.")
    return found.item


def star(me: Caller, id: str, on: bool = True, *, password: str = "", token: str = "") -> None:
    """Remember a paste, or no longer. Raises what `find` does; what burns may be remembered unread."""
    me.must_have("pastes:write")
    if on:
        finding.unlock(found := finding.allowed(id, me, token), me, password, token)
        id = found.item.id
    with db.write() as tx:
        sql = """insert or ignore into star (user_id, kind, target_id, created_at) values (:me, :kind, :id, :now)"""
        if not on:
            sql = "delete from star where user_id = :me and kind = :kind and target_id = :id"
        tx.run(sql, **{"me": me.id, "kind": KIND, "id": id} | ({"now": clock.now()} if on else {}))


# ── the trash ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def trash(me: Caller, id: str, *, token: str = "") -> None:
    """Put the owner's paste into the trash for 30 days: nobody else finds it from now on. What was posted without an
    account is deleted at once by its delete token. Raises Forbidden for others, and what `find` does."""
    if me.id:
        me.must_have("pastes:write")
    with db.write() as tx:
        item = raw(tx, id)
        if token and item.delete_digest and digest(token) == item.delete_digest and not item.is_over:
            storing.erase(tx, item)
            tx.audit(me, "pastes.erase", item)
            return
        item = owned(items.seen_by(item, me, token))
        tx.run("update item set trashed_at = :now, trashed_by = :me where id = :id", now=clock.now(), me=me.id, id=id)
        storing.changed(tx, item, "trashed")
        tx.audit(me, "pastes.trash", item)


def untrash(me: Caller, id: str) -> Item:
    """Take the owner's paste out of the trash. Raises NotFound, also when its date has passed meanwhile."""
    me.must_have("pastes:write")
    with db.write() as tx:
        item = in_trash(tx, me, id)
        tx.run("update item set trashed_at = null, trashed_by = '' where id = :id", id=id)
        item.trashed_at, item.trashed_by = None, ""
        storing.changed(tx, item, "restored")
        tx.audit(me, "pastes.untrash", item)
    return item


def erase(me: Caller, id: str) -> None:
    """Delete what lies in the owner's trash, for good. Raises NotFound for what does not."""
    me.must_have("pastes:write")
    with db.write() as tx:
        item = in_trash(tx, me, id)
        storing.erase(tx, item)
        tx.audit(me, "pastes.erase", item)


def raw(tx: Any, id: str) -> Item:
    """The row as it is now, for nobody's eyes. Raises NotFound."""
    sql = f"select {', '.join(columns(Item))} from item where id = ? and kind = ?"
    row = tx.database.driver.execute(sql, (id, KIND)).fetchone()
    if row is None:
        raise NotFound()
    return made(Item, row)


def in_trash(tx: Any, me: Caller, id: str) -> Item:
    """The owner's paste, if it lies in the trash and its date has not passed. Raises NotFound."""
    item = raw(tx, id)
    if not me.id or item.owner_id != me.id or item.trashed_at is None or item.is_over:
        raise NotFound()
    return item
