"""Reaching: all things of a noun that one may use, by name, whoever they belong to. For nouns of which one has tens or
hundreds, as prompts and presets; the lists of pastes and files are read page by page."""

from dataclasses import dataclass
from typing import Any

from app import clock, db, spaces
from app.holdings import lists
from app.holdings.nouns import Noun
from app.items import Item
from app.items.finding import LISTED, listed
from app.items.plain import columns, made
from app.rights import Caller

MOST = 500
EXCERPT = 16_384
# First what indexes find: one's own, what lies in one's spaces, and what was shared with one.
NEAR = """id in (select id from item where owner_id = ? and kind = ?
    union select i.id from item i join membership m on m.kind = 'space' and m.target_id = i.space_id
        where m.user_id = ? and i.space_id != '' and i.kind = ?
    union select target_id from share where user_id = ? and kind = ? and revoked_at is null)"""
SELECT = f"""select {", ".join(columns(Item))},
    coalesce((select a.name from account a where a.id = item.owner_id and a.id != ?), ''),
    coalesce((select s.name from space s where s.id = item.space_id and item.visibility != 'private'), ''),
    (select substr(p.text, 1, {EXCERPT}) from itempart p
        where p.item_id = item.id and p.number = item.current and p.position = 0) from item"""
TRASHED = "kind = ? and owner_id = ? and trashed_at is not null and (expires_at is null or expires_at > ?)"


@dataclass(frozen=True)
class Reached:
    """A thing that one may use: whose it is ('' for one's own), its space's name, and how its first part begins."""

    item: Item
    owner: str
    space: str
    text: str


def usable(
    noun: Noun[Any], me: Caller, *, words: str = "", tag: str = "", space: str = "", limit: int = MOST
) -> list[Reached]:
    """One's own things, those in one's spaces, and those that were shared with one; titles that begin with `words`
    before those that hold them, then one's own before others, then by title. Raises NotFound for a space that one is
    not in."""
    me.must_have(noun.read)
    where, values = [NEAR, LISTED], [me.id, noun.kind] * 3
    values += listed(me)
    if space:
        spaces.find(space, me)
        where, values = [*where, "space_id = ? and visibility != 'private'"], [*values, space]
    if tag:
        where, values = [*where, lists.TAGGED], [*values, me.id, noun.kind, tag.lower()]
    words = " ".join(words.lower().split())
    if words:
        where, values = [*where, "instr(lower(title), ?) > 0"], [*values, words]
    sql = f"""{SELECT} where {" and ".join(f"({each})" for each in where)} order by instr(lower(title), ?) > 1,
        owner_id != ?, lower(title), id limit ?"""
    return rows(sql, me.id, *values, words, me.id, max(1, min(limit, MOST)))


def trashed(noun: Noun[Any], me: Caller) -> list[Reached]:
    """One's own things in the trash, the last one first."""
    me.must_have(noun.read)
    sql = f"{SELECT} where {TRASHED} order by trashed_at desc, id desc limit ?"
    return rows(sql, me.id, noun.kind, me.id, clock.now(), MOST)


def rows(sql: str, *values: Any) -> list[Reached]:
    """What a statement finds."""
    return [Reached(made(Item, row[:-3]), row[-3], row[-2], row[-1] or "") for row in db.fetch_all(sql, *values)]


def tags_of(noun: Noun[Any], me: Caller, item: Item) -> list[str]:
    """The words that its owner has put on a thing, for its owner."""
    return lists.tags_of(noun, item.id) if item.owner_id == me.id else []
