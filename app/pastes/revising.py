"""Revising: a new state on top of the one that was seen, never over one that was not."""

from collections.abc import Sequence
from dataclasses import dataclass

from app import db, items
from app.errors import Conflict, Forbidden, Invalid, Stale
from app.items import FileDiff, Found, Piece, Ready, Revision, comparing, plain, showing, storing
from app.items.rows import Item, ItemPart, Rendering
from app.pastes import finding, limits
from app.pastes.finding import Paste
from app.rights import Caller

LONGEST_NOTE = 200
HISTORY = f"""select {", ".join(f"r.{name}" for name in plain.columns(Revision))}, coalesce(a.name, '')
    from revision r left join account a on a.id = r.author_id where r.item_id = ? order by r.number desc"""


@dataclass(frozen=True)
class Past:
    """A revision and the name of who made it, '' without an account."""

    revision: Revision
    author: str


def revise(
    me: Caller,
    id: str,
    parts: Sequence[Piece],
    *,
    base: int,
    title: str | None = None,
    note: str = "",
    password: str = "",
    token: str = "",
) -> Paste:
    """Make these parts the current revision, on top of revision `base`. Without any change, nothing is stored.

    Raises Stale with the difference when it is not the current one, Forbidden for who may only read, Conflict for what
    is encrypted or burns, Invalid, TooLarge, NoRoom, and what `find` does.
    """
    found = writable(me, id, password, token)
    note = items.titled(note)
    words = found.item.title if title is None else items.titled(title)
    size = sum(len(piece.data or b"") + len(piece.text or "") for piece in parts)
    limits.must_fit(found.item.owner_id, size)
    if found.item.owner_id is None:
        limits.must_be_small(size)
    ready = items.ready(list(parts))
    return keep(me, found, ready, showing.coloured(ready), base=base, title=words, note=note, token=token)


def restore_revision(me: Caller, id: str, number: int, base: int, *, password: str = "", token: str = "") -> Paste:
    """Make an earlier state the current one again, as a new revision. Raises what `revise` does."""
    found = writable(me, id, password, token)
    revision, parts = items.contents(found.item, number)
    return keep(me, found, storing.copied(parts), [], base=base, title=revision.title, token=token, restores=number)


def writable(me: Caller, id: str, password: str, token: str) -> Found:
    """The paste, for who may revise it. Raises Forbidden, Conflict, and what `find` does."""
    if me.id:
        me.must_have("pastes:write")
    found = finding.allowed(id, me, token)
    finding.unlock(found, me, password, token)
    must_be_writable(found)
    return found


def must_be_writable(found: Found) -> None:
    """Raises Forbidden, Conflict."""
    if not found.can_write:
        raise Forbidden("You may read this, not change it. Fork it to change a copy.")
    if found.item.sealed:
        raise Conflict("It is encrypted in the browser and has no revisions. Make a new one.")
    if found.item.burns:
        raise Conflict("Reading it deletes it, so it has no revisions. Make a new one.")
    if not finding.is_open(found):
        raise Forbidden("The space in which it lies is archived: nothing in it changes.")


def keep(
    me: Caller,
    found: Found,
    ready: list[Ready],
    renderings: list[Rendering],
    *,
    base: int,
    title: str,
    token: str,
    note: str = "",
    restores: int = 0,
) -> Paste:
    """The one transaction of a new revision. Raises Stale, NoRoom, and what has become forbidden meanwhile."""
    stale: Found | None = None
    with db.write() as tx:
        now = finding.in_transaction(tx, found.item.id, me, token)
        must_be_writable(now)
        item = now.item
        if base != item.current:
            stale = now
        elif not is_same(item, ready, title):
            item.title = title
            number = item.current + 1
            quota = limits.quota(item.owner_id)
            storing.append(tx, me, item, ready, quota, number=number, base=base, note=note, restores=restores)
            storing.keep_renderings(tx, renderings)
            tx.audit(me, "pastes.revise", item, note=str(number))
    if stale is not None:
        raise Stale(stale.item.current, difference(stale.item, ready))
    return finding.shown(now)


def is_same(item: Item, ready: list[Ready], title: str) -> bool:
    """Whether this is what the paste has already."""
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
def history(id: str, me: Caller, *, password: str = "", token: str = "") -> list[Past]:
    """All revisions, the newest first. Raises what `find` does."""
    finding.find(id, me, password=password, token=token)
    return [Past(plain.made(Revision, row[:-1]), row[-1]) for row in db.fetch_all(HISTORY, id)]


def at(id: str, me: Caller, number: int, *, password: str = "", token: str = "") -> Paste:
    """The paste as it was at a revision. Raises what `find` does."""
    if number < 1:
        raise Invalid(number="Revisions are numbered from 1 on.")
    return finding.find(id, me, password=password, token=token, number=number)


def diff(id: str, me: Caller, a: int, b: int, *, password: str = "", token: str = "") -> list[FileDiff]:
    """What became of each part from revision `a` to `b`. Raises what `find` does."""
    before = at(id, me, a, password=password, token=token)
    _, after = items.contents(before.item, b)
    return comparing.compared(before.parts, after)
