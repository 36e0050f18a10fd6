"""Shelving: what the pages say beside a paste and beside lists: what ends soon, who wrote it, where it comes from."""

from app import clock, db, items
from app.errors import NotFound, Refusal
from app.items import Item
from app.items.finding import LISTED, listed
from app.items.plain import columns, made
from app.pastes import finding, lists
from app.pastes.finding import KIND, Paste
from app.rights import Caller

STARS = 12
SOON = clock.DAY
COUNTS = f"""select count(*) filter (where trashed_at is null),
    count(*) filter (where trashed_at is null and expires_at <= ?), count(*) filter (where trashed_at is not null)
    from item where owner_id = ? and kind = ? and {lists.ALIVE}"""
OWN = f"select {', '.join(columns(Item))} from item where kind = ? and owner_id = ? and id = ?"


def starred(me: Caller) -> list[Item]:
    """The starred pastes that stand in the rail."""
    return [row.item for row in lists.mine(me, starred=True, limit=STARS).rows]


def expiring(me: Caller, before: str = "") -> lists.Page:
    """The person's pastes that end within a day."""
    where = f"owner_id = ? and trashed_at is null and {lists.ALIVE} and expires_at <= ?"
    return lists.page(me, [where], [me.id, clock.now(), clock.now() + SOON], before, 50)


def counts(me: Caller) -> dict[str, int]:
    """How many of the person's pastes stand in each list of their own; a list in which none stands is left out."""
    now = clock.now()
    row = db.fetch(COUNTS, now + SOON, me.id, KIND, now) or ()
    return {name: count for name, count in zip(("mine", "expiring", "trash"), row, strict=True) if count}


def public(me: Caller, before: str = "") -> lists.Page:
    """The pastes of everybody that are public, for the people here."""
    me.must_have("pastes:read")
    return lists.page(me, [LISTED, "visibility = 'public' and not burns"], [*listed(me)], before, 50)


def trashed(me: Caller, id: str) -> Item:
    """One's own paste that lies in the trash. Raises NotFound."""
    row = db.fetch(OWN, KIND, me.id, id)
    item = made(Item, row) if row else None
    if item is None or item.trashed_at is None or item.is_over:
        raise NotFound()
    return item


def author(paste: Paste) -> str:
    """The name of who made the revision, '' for somebody without an account."""
    return names([paste.revision.author_id]).get(paste.revision.author_id, "")


def names(ids: list[str | None]) -> dict[str, str]:
    """The names of these people."""
    known = [id for id in ids if id]
    rows = db.fetch_all(f"select id, name from account where id in ({', '.join('?' * len(known))})", *known)
    return dict(rows)


def origin(paste: Paste, me: Caller) -> tuple[str, str] | None:
    """The title and id of what it was forked from, where `me` may know them; the id is '' where not."""
    if not paste.item.parent_id:
        return None
    try:
        found = finding.allowed(parent(paste.item, me), me)
    except Refusal:
        return "a paste that is not shared with you", ""
    return ("" if found.password or found.item.burns else found.item.title) or "another paste", found.item.id


def parent(item: Item, me: Caller) -> str:
    """The id of what it was forked from, for who made the fork and for those who find that in their lists: '' for
    others, because an id is all that opens what is unlisted."""
    id = item.parent_id or ""
    is_mine = bool(me.id) and item.owner_id == me.id
    return id if is_mine or id in items.visible([id], me) else ""
