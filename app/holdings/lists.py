"""Lists of holdings: one's own, those of a space, starred ones, the trash, and what others have shared."""

from dataclasses import dataclass, field
from typing import Any

from app import clock, db, spaces
from app.errors import Invalid
from app.holdings.nouns import Noun
from app.items import Item
from app.items.finding import LISTED, listed
from app.items.plain import columns, made
from app.rights import Caller

MOST = 200
EXCERPT = 200
ALIVE = "(expires_at is null or expires_at > ?) and (max_views is null or views < max_views)"
BY_PERSON = """id in (select s.target_id from share s where s.kind = ? and s.user_id = ?
    and s.revoked_at is null and (s.expires_at is null or s.expires_at > ?))"""
BY_SPACE = """visibility in ('space', 'unlisted', 'public') and space_id in
    (select m.target_id from membership m where m.kind = 'space' and m.user_id = ?)"""
# Who has starred it had its link.
LINKED = f"visibility = 'unlisted' and password = '' and not burns and trashed_at is null and {ALIVE}"
# Tags are their owner's own words: nobody else is shown them, or finds by them.
TAGGED = "owner_id = ? and id in (select target_id from tag where kind = ? and name = ?)"
STARRED = "id in (select target_id from star where kind = ? and user_id = ?)"
FIRST = f"""select item_id, syntax, name, type, substr(text, 1, {EXCERPT}), (select count(*) from itempart other
    where other.item_id = p.item_id and other.number = p.number), lines, size, hash
    from itempart p where position = 0 and (item_id, number) in (values {{}})"""
# What a list is sorted by, and whether the largest stands first. The second of two that are equal is the later one.
ORDERS = {
    "changed": ("changed_at", True),
    "created": ("created_at", True),
    "name": ("title collate nocase", False),
    "size": ("size", True),
}


@dataclass(frozen=True)
class Row:
    """A thing in a list. `excerpt` is the beginning of its first part, '' for what is encrypted, burns or needs a
    password; `name`, `syntax`, `type`, `lines` and `hash` are those of that part, `size` is its bytes."""

    item: Item
    name: str = ""
    syntax: str = ""
    type: str = ""
    parts: int = 1
    lines: int = 0
    size: int = 0
    excerpt: str = ""
    tags: list[str] = field(default_factory=list)
    starred: bool = False
    owner: str = ""
    hash: str = ""

    @property
    def title(self) -> str:
        """Its title, else the name of its first part."""
        return self.item.title or self.name


@dataclass(frozen=True)
class Page:
    """Some of a list, and what `before` has to be for those that follow ('': none do)."""

    rows: list[Row]
    next: str = ""


@dataclass
class Filter:
    """What things of a list fulfil: conditions of SQL, all of them, and their values in this order."""

    where: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, condition: str, *values: Any) -> None:
        """One condition more."""
        self.where.append(condition)
        self.values += values


def chosen(
    noun: Noun[Any],
    me: Caller,
    *,
    tag: str = "",
    starred: bool = False,
    trashed: bool = False,
    space: str = "",
    words: str = "",
    folder: str | None = None,
) -> Filter:
    """What belongs in a list: one's own things, all that one may read in a space, all that one has starred, or one's
    own in the trash; of them those in this folder ('': in none, None: wherever). Raises NotFound for a space that one
    is not in."""
    me.must_have(noun.read)
    if space:
        spaces.find(space, me)
    found = Filter()
    if trashed:
        found.add(f"owner_id = ? and trashed_at is not null and {ALIVE}", me.id, clock.now())
    elif space:
        found.add(LISTED, *listed(me))
    elif starred:
        found.add(f"({LISTED} or {LINKED})", *listed(me), clock.now())
    else:
        found.add(f"owner_id = ? and trashed_at is null and {ALIVE}", me.id, clock.now())
    if space:
        found.add("space_id = ? and visibility != 'private'", space)
    if starred:
        found.add(STARRED, noun.kind, me.id)
    if tag:
        found.add(TAGGED, me.id, noun.kind, tag.lower())
    if folder is not None:
        found.add("folder_id = ?", folder)
    for word in words.split()[:8]:
        found.add("lower(title) like ? escape '\\'", f"%{escaped(word.lower())}%")
    return found


def mine(
    noun: Noun[Any],
    me: Caller,
    *,
    tag: str = "",
    starred: bool = False,
    trashed: bool = False,
    space: str = "",
    words: str = "",
    before: str = "",
    limit: int = 50,
) -> Page:
    """Things by their last change, the latest first: one's own, all that one may read in a space, all that one has
    starred, or one's own in the trash. Raises NotFound for a space that one is not in."""
    found = chosen(noun, me, tag=tag, starred=starred, trashed=trashed, space=space, words=words)
    return page(noun, me, found.where, found.values, before, limit)


def shared(noun: Noun[Any], me: Caller, *, before: str = "", limit: int = 50) -> Page:
    """Things of others that were shared with this person, or lie in their spaces; the latest change first."""
    me.must_have(noun.read)
    where = [LISTED, "owner_id is not ?", f"({BY_PERSON} or {BY_SPACE})"]
    return page(noun, me, where, [*listed(me), me.id, noun.kind, me.id, clock.now(), me.id], before, limit)


def tags(noun: Noun[Any], me: Caller) -> list[tuple[str, int]]:
    """The words on one's things and how many bear each, the most used first."""
    me.must_have(noun.read)
    sql = f"""select tag.name, count(*) from tag join item on item.id = tag.target_id where tag.kind = ?
        and owner_id = ? and trashed_at is null and {ALIVE} group by tag.name order by count(*) desc, tag.name"""
    return [(row[0], row[1]) for row in db.fetch_all(sql, noun.kind, me.id, clock.now())]


def tags_of(noun: Noun[Any], id: str) -> list[str]:
    """The words on one thing, whose right was asked before."""
    rows = db.fetch_all("select name from tag where kind = ? and target_id = ? order by name", noun.kind, id)
    return [row[0] for row in rows]


def is_starred(noun: Noun[Any], me: Caller, id: str) -> bool:
    """Whether this person has starred it."""
    sql = "select 1 from star where user_id = ? and kind = ? and target_id = ?"
    return db.fetch(sql, me.id, noun.kind, id) is not None


def page(
    noun: Noun[Any],
    me: Caller,
    where: list[str],
    values: list[Any],
    before: str = "",
    limit: int = 50,
    order: str = "changed",
) -> Page:
    """One page of what fulfils all of this, in one of ORDERS. Raises Invalid."""
    limit = max(1, min(limit, MOST))
    if order not in ORDERS:
        raise Invalid(order=f"A list is sorted by {', '.join(ORDERS)}.")
    by, falling = ORDERS[order]
    if before:
        where = [*where, f"({by}, id) {'<' if falling else '>'} (?, ?)"]
        values = [*values, *place(before, falling)]
    way = "desc" if falling else "asc"
    # First the ids alone: whole rows of thousands would have to be sorted otherwise.
    order_by = f"order by {by} {way}, id {way}"
    ids = f"select id from item where kind = ? and {' and '.join(where)} {order_by} limit ?"
    sql = f"select {', '.join(columns(Item))} from item where id in ({ids}) {order_by}"
    found = [made(Item, row) for row in db.fetch_all(sql, noun.kind, *values, limit + 1)]
    more, found = len(found) > limit, found[:limit]
    last = found[-1] if found else None
    next = f"{getattr(last, by.split()[0])}-{last.id}" if last and more else ""
    return Page(rows(noun, me, found), next)


def place(before: str, counted: bool) -> tuple[str | int, str]:
    """The value and the id behind which a page begins. Raises Invalid."""
    at, _, last = before.rpartition("-")
    if counted and not (at.isascii() and at.isdigit() and len(at) <= 18):
        raise Invalid(before="This is no place in the list.")
    return int(at) if counted else at, last


def rows(noun: Noun[Any], me: Caller, found: list[Item]) -> list[Row]:
    """What a list shows of these: three statements for all of them."""
    if not found:
        return []
    marks = ", ".join("?" * len(found))
    ids = [item.id for item in found]
    pairs = [value for item in found for value in (item.id, item.current)]
    parts = {row[0]: row[1:] for row in db.fetch_all(FIRST.format(", ".join(["(?, ?)"] * len(found))), *pairs)}
    words: dict[str, list[str]] = {}
    sql = f"""select target_id, tag.name from tag join item on item.id = target_id
        where tag.kind = ? and target_id in ({marks}) and owner_id = ? order by tag.name"""
    for id, name in db.fetch_all(sql, noun.kind, *ids, me.id):
        words.setdefault(id, []).append(name)
    sql = f"select target_id from star where user_id = ? and kind = ? and target_id in ({marks})"
    stars = {row[0] for row in db.fetch_all(sql, me.id, noun.kind, *ids)}
    owners = {item.owner_id for item in found if item.owner_id and item.owner_id != me.id}
    sql = f"select id, name from account where id in ({', '.join('?' * len(owners))})"
    names = dict(db.fetch_all(sql, *owners)) if owners else {}
    return [listed_row(me, item, parts.get(item.id), words.get(item.id, []), item.id in stars, names) for item in found]


def listed_row(
    me: Caller, item: Item, part: tuple[Any, ...] | None, tags: list[str], starred: bool, names: dict[str, str]
) -> Row:
    """A row of a list; of what is encrypted, burns, needs a password or counts its readers it tells only the title. Of
    what has a password its owner is told more, not how it begins."""
    owner, is_mine = names.get(item.owner_id or "", ""), item.owner_id == me.id
    counted = item.max_views is not None and not is_mine
    if part is None or item.sealed or item.burns or (item.password and not is_mine) or counted:
        return Row(item, tags=tags, starred=starred, owner=owner, parts=part[4] if part else 1)
    syntax, name, type, excerpt, count, lines, size, hash = part
    shown = "" if item.password else excerpt or ""
    return Row(item, name, syntax, type, count, lines, size, shown, tags, starred, owner, hash)


def escaped(word: str) -> str:
    """A word in which `like` finds no wildcards."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
