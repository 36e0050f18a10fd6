"""Finding: an item, for those who may. Expiry, trash and rights are decided here, each time that something is read."""

from dataclasses import dataclass
from typing import Any

from app import clock, db
from app.errors import Gone, NotFound
from app.items.plain import columns, made
from app.items.rows import PRIVATE, PUBLIC, SPACE, UNLISTED, Item, ItemPart, Revision
from app.rights import Caller, Share, shares
from app.secrets import digest

OWNER, WRITER, READER = "owner", "writer", "reader"
SELECT = f"select {', '.join(columns(Item))} from item"
MEMBER = "select role from membership where kind = 'space' and target_id = ? and user_id = ?"
# What may stand in somebody's lists and searches: not what is over, in the trash, burns or needs a password.
LISTED = """trashed_at is null and (expires_at is null or expires_at > ?) and (max_views is null or views < max_views)
    and (owner_id = ? or (not burns and (password = '' and visibility = 'public'
        or visibility in ('space', 'unlisted', 'public') and space_id != '' and exists (select 1 from membership m
            where m.kind = 'space' and m.target_id = item.space_id and m.user_id = ?)
        or exists (select 1 from share s where s.kind = item.kind and s.target_id = item.id and s.user_id = ?
            and s.revoked_at is null and (s.expires_at is null or s.expires_at > ?)))))"""


@dataclass(frozen=True)
class Found:
    """An item and what the one who asks may do. `password` is the hash of what has to be known first ('': nothing),
    `share` the door that was used."""

    item: Item
    role: str
    password: str = ""
    share: Share | None = None

    @property
    def can_write(self) -> bool:
        """Whether it may be revised."""
        return self.role in (OWNER, WRITER)


def find(kind: str, id: str, me: Caller, token: str = "") -> Found:
    """The item, if `me` or the holder of a share's or edit token may read it. Raises NotFound for all others and after
    its end, and Gone while it is in the trash of the one who asks."""
    row = db.fetch(f"{SELECT} where id = ? and kind = ?", id, kind)
    if row is None:
        raise NotFound()
    return seen_by(made(Item, row), me, token)


def seen_by(item: Item, me: Caller, token: str = "") -> Found:
    """What the one who asks may do with this item. Raises NotFound, Gone."""
    found = allowed(item, me, token)
    if found is None or item.is_over:
        raise NotFound()
    if item.trashed_at is not None:
        if found.role == OWNER or (me.id and item.trashed_by == me.id):
            raise Gone("This is in the trash. It can be taken out again.", "trash")
        raise NotFound()
    return found


def allowed(item: Item, me: Caller, token: str = "") -> Found | None:
    """The widest right that somebody has in an item, whether or not its time is over."""
    if me.id and item.owner_id == me.id:
        return Found(item, OWNER)
    if token and item.edit_digest and digest(token) == item.edit_digest:
        return Found(item, WRITER)
    ways = [found for found in (by_space(item, me), by_person(item, me), by_link(item, me, token)) if found is not None]
    if item.visibility in (UNLISTED, PUBLIC):
        ways.append(Found(item, READER, item.password))
    # A writer before a reader, who needs no password before who does, and what is not counted before what is.
    return min(ways, key=lambda way: (way.role != WRITER, way.password != "", way.share is not None), default=None)


def by_space(item: Item, me: Caller) -> Found | None:
    """The right of a member of its space."""
    if not me.id or not item.space_id or item.visibility == PRIVATE:
        return None
    row = db.fetch(MEMBER, item.space_id, me.id)
    return Found(item, READER if row[0] == "reader" else WRITER) if row else None


def by_person(item: Item, me: Caller) -> Found | None:
    """The right of somebody with whom it was shared."""
    share = shares.of_person(item.kind, item.id, me.id)
    return Found(item, share.role, share=share) if share else None


def by_link(item: Item, me: Caller, token: str) -> Found | None:
    """The right of somebody who holds a share's link."""
    share = shares.by_token(item.kind, item.id, token, me) if token else None
    return Found(item, share.role, share.password, share) if share else None


def contents(item: Item, number: int = 0) -> tuple[Revision, list[ItemPart]]:
    """A revision (0: the current one) and its parts. Raises NotFound."""
    number = number or item.current
    row = db.fetch(
        f"select {', '.join(columns(Revision))} from revision where item_id = ? and number = ?", item.id, number
    )
    if row is None:
        raise NotFound("There is no such revision.")
    sql = f"select {', '.join(columns(ItemPart))} from itempart where item_id = ? and number = ? order by position"
    return made(Revision, row), [made(ItemPart, values) for values in db.fetch_all(sql, item.id, number)]


def listed(me: Caller) -> tuple[Any, ...]:
    """The values for LISTED."""
    return (clock.now(), me.id, me.id, me.id, clock.now())


def visible(ids: list[str], me: Caller) -> set[str]:
    """Those of these items that may stand in this person's lists and searches at this moment; what is encrypted or
    deleted by reading stands in none."""
    found: set[str] = set()
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        sql = (
            f"select id from item where id in ({', '.join('?' * len(some))}) and not sealed and not burns and {LISTED}"
        )
        found |= {row[0] for row in db.fetch_all(sql, *some, *listed(me))}
    return found


def is_shared_by_space(item: Item) -> bool:
    """Whether the members of its space see it."""
    return bool(item.space_id) and item.visibility in (SPACE, UNLISTED, PUBLIC)
