"""Making files of bytes that have arrived: new ones, new versions of others, and copies."""

from collections.abc import Callable, Sequence
from typing import Literal

from app import clock, db, holdings, items
from app.db import Transaction
from app.errors import Conflict, Forbidden, Stale
from app.files import finding, folders, naming
from app.files.finding import FILES, File
from app.files.folders import Place
from app.files.reading import wanted
from app.files.receiving import Arrived
from app.holdings import limits, revising
from app.items import OWNER, PRIVATE, SPACE, Found, Item, ItemPart, Ready, storing, syntaxes, types
from app.rights import Caller

Clash = Literal["rename", "revise", "refuse"]
# What has to be written with the file, or neither of them.
Also = Callable[[Transaction, Item], None]


def create(
    me: Caller,
    arrived: Arrived,
    name: str = "",
    *,
    folder_id: str = "",
    space_id: str = "",
    visibility: str = PRIVATE,
    expires_in: int | None = None,
    tags: Sequence[str] = (),
    clash: Clash = "rename",
    also: Also | None = None,
) -> File:
    """Store what has arrived as a file; what is put into a space is its members' to read, also if it says private.
    `expires_in` is seconds, None never; `also` is called in its transaction.

    Where a file there has this name, it gets a number (`rename`), the bytes become the other's next version (`revise`,
    where one may), or nothing is stored (`refuse`: Conflict). Raises Invalid, NoRoom, and NotFound, Gone or Forbidden
    for where it should lie.
    """
    me.must_have("files:write")
    name = worded(name, arrived.type)
    words = limits.worded(list(tags))
    expires_at = limits.moment(expires_in)
    with db.write() as tx:
        there = folders.place(me, folder_id, space_id)
        limits.check_visibility(FILES, me, visibility, there.space_id)
        found = clashing(me, there, name, clash)
        if found is not None:
            append(tx, me, found, arrived)
        else:
            item = blank(me, there, naming.free(me, there, name), visibility, expires_at)
            storing.start(tx, me, item, [ready(arrived, item.title)], holdings.quota(me.id))
            read(tx, arrived)
            holdings.tag(tx, item, words)
            tx.audit(me, "files.create", item)
            found = Found(item, OWNER)
        if also is not None:
            also(tx, found.item)
    return finding.shown(found, me)


def clashing(me: Caller, there: Place, name: str, clash: Clash) -> Found | None:
    """The file of this name there that is to be revised. Raises Conflict when nothing is to be stored then."""
    if clash == "rename" or naming.is_free(me, there, name):
        return None
    if clash == "refuse":
        raise Conflict(f"There is a file {name} there already.", "taken")
    other = naming.named(me, there, name)
    found = items.seen_by(other, me) if other is not None else None
    return found if found is not None and found.can_write else None


def blank(me: Caller, there: Place, name: str, visibility: str, expires_at: int | None = None) -> Item:
    """The row of a new file."""
    now = clock.now()
    return Item(
        id=clock.new_id(),
        kind=FILES.kind,
        owner_id=me.id,
        space_id=there.space_id,
        folder_id=there.folder_id,
        title=name,
        visibility=SPACE if there.space_id and visibility == PRIVATE else visibility,
        expires_at=expires_at,
        created_at=now,
        changed_at=now,
    )


def worded(name: str, type: str = "") -> str:
    """A file's name as it is kept; one that has none gets one after its type. Raises Invalid."""
    return items.named(name) or f"file{types.extension(type) if type else ''}"


def ready(arrived: Arrived, name: str) -> Ready:
    """What has arrived as the one part of a version."""
    text = arrived.text
    part = ItemPart(item_id="", number=0, position=0, name=name, type=arrived.type, size=arrived.size)
    part.hash, part.text = arrived.hash, text
    if text is not None:
        part.syntax = syntaxes.guess(name, text)
        part.lines = text.count("\n") + (not text.endswith("\n") and text != "")
    elif arrived.type.startswith("text/"):
        part.syntax = syntaxes.of_name(name)
    return Ready(part, b"", arrived.kept if text is None else None)


def read(tx: Transaction, arrived: Arrived) -> None:
    """Have its text or its pictures found; a text in its row is there already."""
    if arrived.text is None:
        wanted(tx, arrived.hash, arrived.type, arrived.size)


# ── versions ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def revise(
    me: Caller,
    id: str,
    arrived: Arrived,
    *,
    base: int = 0,
    note: str = "",
    password: str = "",
    token: str = "",
    also: Also | None = None,
) -> File:
    """Make what has arrived the next version of a file, on top of version `base` (0: whichever is the current one).
    The same bytes again are no new version. Raises Stale with the difference of texts, Forbidden for who may only
    read, NoRoom, and what `find` does."""
    note = items.titled(note)
    found = holdings.writable(FILES, me, id, password, token)
    holdings.must_fit(found.item.owner_id, arrived.size)
    with db.write() as tx:
        now = holdings.in_transaction(FILES, tx, id, me, token)
        holdings.must_be_writable(FILES, now)
        is_stale = base not in (0, now.item.current)
        if not is_stale:
            append(tx, me, now, arrived, note)
        if also is not None and not is_stale:
            also(tx, now.item)
    if is_stale:
        raise Stale(now.item.current, revising.difference(now.item, [ready(arrived, now.item.title)]))
    return finding.shown(now, me)


def append(tx: Transaction, me: Caller, found: Found, arrived: Arrived, note: str = "") -> None:
    """The next version of a file that one may write in. Raises Forbidden, NoRoom."""
    holdings.must_be_writable(FILES, found)
    _, parts = items.contents(found.item)
    if parts[0].hash != arrived.hash:
        revising.append(FILES, tx, me, found.item, [ready(arrived, found.item.title)], note=note)
        read(tx, arrived)


def restore_revision(me: Caller, id: str, number: int, base: int = 0, *, password: str = "", token: str = "") -> File:
    """Make the bytes of an earlier version the current ones again, as a new version under the present name. Raises
    what `revise` does."""
    holdings.writable(FILES, me, id, password, token)
    with db.write() as tx:
        now = holdings.in_transaction(FILES, tx, id, me, token)
        holdings.must_be_writable(FILES, now)
        revising.must_be_current(now.item, base)
        _, parts = items.contents(now.item, number)
        again = storing.copied(parts)
        again[0].part.name = now.item.title
        _, present = items.contents(now.item)
        if present[0].hash != again[0].part.hash:
            revising.append(FILES, tx, me, now.item, again, restores=number)
    return finding.shown(now, me)


# ── copies ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def copy(
    me: Caller,
    id: str,
    *,
    folder_id: str = "",
    space_id: str = "",
    number: int = 0,
    password: str = "",
    token: str = "",
) -> File:
    """One's own copy of a file that one may read, in this folder. Raises Forbidden where readings are counted, NoRoom,
    and what `find` does."""
    me.must_have("files:write")
    file = finding.find(id, me, password=password, token=token, number=number, looks=False)
    if file.counted and not file.is_mine:
        raise Forbidden("Its readings are counted, so it cannot be copied.")
    holdings.must_fit(me.id, file.size)
    with db.write() as tx:
        there = folders.place(me, folder_id, space_id)
        item = blank(me, there, naming.free(me, there, file.name), PRIVATE)
        item.parent_id = file.id
        again = storing.copied(file.parts)
        again[0].part.name = item.title
        storing.start(tx, me, item, again, holdings.quota(me.id))
        tx.audit(me, "files.create", item, note="copy")
    return finding.shown(Found(item, OWNER), me)
