"""Shelving: what the pages say beside a holding and beside lists: what ends soon, who wrote it, where it comes from."""

from typing import Any

from app import clock, db, items
from app.errors import NotFound, Refusal
from app.holdings import finding, lists
from app.holdings.nouns import Holding, Noun
from app.items import Item
from app.items.finding import LISTED, listed
from app.items.plain import columns, made
from app.rights import Caller

STARS = 12
SOON = clock.DAY
COUNTS = f"""select count(*) filter (where trashed_at is null),
    count(*) filter (where trashed_at is null and expires_at <= ?), count(*) filter (where trashed_at is not null)
    from item where owner_id = ? and kind = ? and {lists.ALIVE}"""
OWN = f"select {', '.join(columns(Item))} from item where kind = ? and owner_id = ? and id = ?"


def starred(noun: Noun[Any], me: Caller) -> list[Item]:
    """The starred things that stand in the rail."""
    return [row.item for row in lists.mine(noun, me, starred=True, limit=STARS).rows]


def expiring(noun: Noun[Any], me: Caller, before: str = "") -> lists.Page:
    """The person's things that end within a day."""
    where = f"owner_id = ? and trashed_at is null and {lists.ALIVE} and expires_at <= ?"
    return lists.page(noun, me, [where], [me.id, clock.now(), clock.now() + SOON], before)


def counts(noun: Noun[Any], me: Caller) -> dict[str, int]:
    """How many of the person's things stand in each list of their own; a list in which none stands is left out."""
    now = clock.now()
    row = db.fetch(COUNTS, now + SOON, me.id, noun.kind, now) or ()
    return {name: count for name, count in zip(("mine", "expiring", "trash"), row, strict=True) if count}


def public(noun: Noun[Any], me: Caller, before: str = "") -> lists.Page:
    """The things of everybody that are public, for the people here."""
    me.must_have(noun.read)
    return lists.page(noun, me, [LISTED, "visibility = 'public' and not burns"], [*listed(me)], before)


def trashed(noun: Noun[Any], me: Caller, id: str) -> Item:
    """One's own thing that lies in the trash. Raises NotFound."""
    row = db.fetch(OWN, noun.kind, me.id, id)
    item = made(Item, row) if row else None
    if item is None or item.trashed_at is None or item.is_over:
        raise NotFound()
    return item


def author(thing: Holding) -> str:
    """The name of who made the revision, '' for somebody without an account."""
    return names([thing.revision.author_id]).get(thing.revision.author_id, "")


def names(ids: list[str | None]) -> dict[str, str]:
    """The names of these people."""
    known = [id for id in ids if id]
    rows = db.fetch_all(f"select id, name from account where id in ({', '.join('?' * len(known))})", *known)
    return dict(rows)


def origin(noun: Noun[Any], thing: Holding, me: Caller) -> tuple[str, str] | None:
    """The title and id of what it was copied from, where `me` may know them; the id is '' where not."""
    if not thing.item.parent_id:
        return None
    try:
        found = finding.allowed(noun, parent(thing.item, me), me)
    except Refusal:
        return f"a {noun.called} that is not shared with you", ""
    return ("" if found.password or found.item.burns else found.item.title) or f"another {noun.called}", found.item.id


def parent(item: Item, me: Caller) -> str:
    """The id of what it was copied from, for who made the copy and for those who find that in their lists: '' for
    others, because an id is all that opens what is unlisted."""
    id = item.parent_id or ""
    is_mine = bool(me.id) and item.owner_id == me.id
    return id if is_mine or id in items.visible([id], me) else ""
