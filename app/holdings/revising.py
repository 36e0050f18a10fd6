"""Revising a holding: a new state on top of the one that was seen, never over one that was not."""

from dataclasses import dataclass
from typing import Any

from app import db, items
from app.db import Transaction
from app.errors import Conflict, Forbidden, Invalid, Stale
from app.holdings import finding, limits, passing
from app.holdings.nouns import Noun, Shape
from app.items import FileDiff, Found, Ready, Revision, comparing, plain, storing
from app.items.rows import Item, ItemPart, Rendering
from app.rights import Caller

HISTORY = f"""select {", ".join(f"r.{name}" for name in plain.columns(Revision))}, coalesce(a.name, '')
    from revision r left join account a on a.id = r.author_id where r.item_id = ? order by r.number desc"""


@dataclass(frozen=True)
class Past:
    """A revision and the name of who made it, '' without an account."""

    revision: Revision
    author: str


def restore_revision(
    noun: Noun[Shape], me: Caller, id: str, number: int, base: int, *, password: str = "", token: str = ""
) -> Shape:
    """Make an earlier state the current one again, as a new revision. Raises what `keep` and `find` do."""
    found = writable(noun, me, id, password, token)
    revision, parts = items.contents(found.item, number)
    ready = storing.copied(parts)
    return keep(noun, me, found, ready, [], base=base, title=revision.title, token=token, restores=number)


def writable(noun: Noun[Any], me: Caller, id: str, password: str = "", token: str = "") -> Found:
    """The thing, for who may revise it. Raises Forbidden, Conflict, and what `find` does."""
    if me.id:
        me.must_have(noun.write)
    found = finding.allowed(noun, id, me, token)
    passing.unlock(found, me, password, token)
    must_be_writable(noun, found)
    return found


def must_be_writable(noun: Noun[Any], found: Found) -> None:
    """Raises Forbidden, Conflict."""
    if not found.can_write:
        raise Forbidden(f"You may read this, not change it. {noun.copied}")
    if found.item.sealed:
        raise Conflict("It is encrypted in the browser and has no revisions. Make a new one.")
    if found.item.burns:
        raise Conflict("Reading it deletes it, so it has no revisions. Make a new one.")
    if not finding.is_open(found):
        raise Forbidden("The space in which it lies is archived: nothing in it changes.")


def keep(
    noun: Noun[Shape],
    me: Caller,
    found: Found,
    ready: list[Ready],
    renderings: list[Rendering],
    *,
    base: int,
    title: str | None = None,
    token: str = "",
    note: str = "",
    restores: int = 0,
) -> Shape:
    """The one transaction of a new revision; without any change, nothing is stored. Raises Stale with the difference
    when `base` is not the current one, NoRoom, and what has become forbidden meanwhile."""
    stale: Found | None = None
    with db.write() as tx:
        now = finding.in_transaction(noun, tx, found.item.id, me, token)
        must_be_writable(noun, now)
        if base != now.item.current:
            stale = now
        elif append(noun, tx, me, now.item, ready, title=title, note=note, restores=restores):
            storing.keep_renderings(tx, renderings)
    if stale is not None:
        raise Stale(stale.item.current, difference(stale.item, ready))
    return finding.shown(noun, now, me)


def append(
    noun: Noun[Any],
    tx: Transaction,
    me: Caller,
    item: Item,
    ready: list[Ready],
    *,
    title: str | None = None,
    note: str = "",
    restores: int = 0,
) -> bool:
    """Store a revision on top of the current one, whose right was asked before; whether anything is different. A
    `title` of None stays as it is. Raises NoRoom."""
    title = item.title if title is None else title
    if is_same(item, ready, title):
        return False
    base, item.title = item.current, title
    quota = limits.quota(item.owner_id)
    storing.append(tx, me, item, ready, quota, number=base + 1, base=base, note=note, restores=restores)
    tx.audit(me, f"{noun.plural}.revise", item, note=str(item.current))
    return True


def must_be_current(item: Item, base: int) -> None:
    """Raises Stale when `base` is neither 0 nor the current revision."""
    if base not in (0, item.current):
        raise Stale(item.current)


def is_same(item: Item, ready: list[Ready], title: str) -> bool:
    """Whether this is what the thing has already."""
    _, parts = items.contents(item)
    return title == item.title and [mark(part) for part in parts] == [mark(each.part) for each in ready]


def mark(part: ItemPart) -> tuple[str, str, str]:
    """What tells one part from another."""
    return part.name, part.syntax, part.hash


def difference(item: Item, ready: list[Ready]) -> str:
    """What the refused parts would change in the current ones: a unified difference."""
    _, parts = items.contents(item)
    return "".join(each.unified for each in items.compared(parts, [each.part for each in ready]))


# ── earlier states ────────────────────────────────────────────────────────────────────────────────────────────────────
def history(noun: Noun[Any], id: str, me: Caller, *, password: str = "", token: str = "") -> list[Past]:
    """All revisions, the newest first. It tells nothing that is in them, so it is no reading that would be counted.
    Raises what `find` does."""
    finding.find(noun, id, me, password=password, token=token, looks=False)
    return [Past(plain.made(Revision, row[:-1]), row[-1]) for row in db.fetch_all(HISTORY, id)]


def at(noun: Noun[Shape], id: str, me: Caller, number: int, *, password: str = "", token: str = "") -> Shape:
    """The thing as it was at a revision. Raises what `find` does."""
    if number < 1:
        raise Invalid(number="Revisions are numbered from 1 on.")
    return finding.find(noun, id, me, password=password, token=token, number=number)


def diff(
    noun: Noun[Any], id: str, me: Caller, a: int, b: int, *, password: str = "", token: str = ""
) -> list[FileDiff]:
    """What became of each part from revision `a` to `b`. Raises what `find` does."""
    before = at(noun, id, me, a, password=password, token=token)
    _, after = items.contents(before.item, b)
    return comparing.compared(before.parts, after)
