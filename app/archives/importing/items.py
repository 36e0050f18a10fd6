"""Taking in items: files, pastes, prompts and presets with all their revisions, each in one transaction."""

from typing import Any

from app import clock, db, holdings
from app.accounts.passwords import NOBODYS
from app.archives.importing import parts, presets
from app.archives.importing.mapping import COPY, Into, as_owner, is_here
from app.archives.importing.rows import add_shares, must, row
from app.archives.importing.spaces import place
from app.blobs import Kept, refer
from app.db import Transaction
from app.errors import Forbidden, Invalid
from app.files import naming, receiving
from app.files.folders import Place
from app.files.reading import wanted
from app.holdings import limits
from app.items import (
    MOST_PARTS,
    PRIVATE,
    PUBLIC,
    SPACE,
    UNLISTED,
    VISIBILITIES,
    Item,
    ItemPart,
    Revision,
    Tag,
    pieces,
    room,
    storing,
)
from app.items.plain import insert
from app.prompts import writing as prompts

LARGEST_NUMBER = 1 << 31
OPEN = "{} that others found by a link: here they are their owners' alone."
# One revision: its row, and its parts with where their bytes lie.
Taken = tuple[Revision, list[tuple[ItemPart, Kept | None]]]


def take(into: Into, kind: str, record: Any) -> None:
    """Make one item as the archive has it. Raises Invalid with what is wrong with it, NoRoom, NotWritten."""
    if is_over(record) and into.mode != COPY:
        raise Invalid(archive="its time was over.")
    id = into.id(kind, record.id)
    if is_here(kind, id):
        into.report.here[kind] += 1
        return
    owner = into.owns(record.owner_id)
    if not owner and not (into.keeps and record.owner_id is None):
        raise Invalid(archive="it belongs to nobody here.")
    item = framed(into, kind, record, id, owner)
    revisions = revised(into, kind, record, item)
    tags = limits.worded(record.tags)
    with db.write() as tx:
        if not into.keeps:
            name(tx, into, item, revisions)
        keep(tx, into, item, revisions)
        for word in tags:
            add_tag(tx, kind, id, word)
        add_shares(tx, into, kind, id, record.shares, {})
        if not into.keeps:
            tx.audit(into.me, "items.import", item, note=kind)
    into.report.made[kind] += 1
    if into.mode == COPY:
        into.report.new.append((kind, id))


def is_over(record: Any) -> bool:
    """Whether nobody could read it there any more."""
    spent = record.max_views is not None and record.views >= record.max_views
    return spent or (record.expires_at is not None and record.expires_at <= clock.now())


def framed(into: Into, kind: str, record: Any, id: str, owner: str) -> Item:
    """The row of an item: where it lies and who may read it here. Raises Invalid."""
    must(record.visibility in VISIBILITIES, "nobody knows who may read it")
    must(record.max_views is None or 0 < record.max_views <= limits.MOST_VIEWS, "its views are no number")
    must(pieces.titled(record.title) == record.title, "its title is none")
    must(kind != "file" or pieces.named(record.title) == record.title != "", "its name is none")
    item = row(
        Item,
        record,
        id=id,
        kind=kind,
        owner_id=owner or None,
        parent_id=into.reference(kind, record.parent_id) if record.parent_id else None,
        password=NOBODYS if record.locked else "",
        edit_digest="",
        delete_digest="",
        address="",
        views=max(record.views, 0),
        created_at=into.past(record.created_at),
        changed_at=into.past(record.changed_at),
        trashed_at=into.past(record.trashed_at),
        trashed_by=into.person(record.trashed_by),
    )
    if into.mode == COPY:
        # It is one's own, and lies where nobody else reads it: what guarded the other one, and its end, stay there.
        item.burns, item.password, item.expires_at, item.max_views = False, "", None, None
        item.trashed_at, item.trashed_by, item.changed_at = None, "", clock.now()
    item.space_id, item.folder_id = place(into, kind, record, owner)
    if item.visibility == SPACE and not item.space_id:
        item.visibility = PRIVATE
    if not into.keeps and item.visibility in (UNLISTED, PUBLIC):
        item.visibility = SPACE if item.space_id else PRIVATE
        into.report.count(kind, OPEN)
    if not into.keeps and item.folder_id and item.space_id and item.visibility == PRIVATE:
        item.visibility = SPACE
    return item


def revised(into: Into, kind: str, record: Any, item: Item) -> list[Taken]:
    """The revisions, with their bytes on the disk. Raises Invalid, NotWritten."""
    numbers = [each.number for each in record.revisions]
    must(bool(numbers) and numbers == sorted(set(numbers)), "its revisions have no order")
    must(numbers[0] > 0 and numbers[-1] < LARGEST_NUMBER and record.current in numbers, "its revisions have no order")
    known: dict[str, parts.Bytes] = {}
    found: list[Taken] = []
    for each in record.revisions:
        must(0 < len(each.parts) <= (1 if kind in ("file", "prompt") else MOST_PARTS), "it has too many parts, or none")
        must(len({part.position for part in each.parts}) == len(each.parts), "its parts have no order")
        taken = [parts.taken(into, kind, part, known) for part in each.parts]
        if kind == "file" and not into.keeps:
            must_be_wanted(taken[0][0])
        if kind == "preset":
            taken = presets.taken(into, taken)
        for part, _ in taken:
            part.item_id, part.number = item.id, each.number
        made = row(
            Revision,
            each,
            item_id=item.id,
            key_id="",
            title=pieces.titled(each.title),
            author_id=into.person(each.author_id),
            note=pieces.titled(each.note),
            door=each.door[:20],
            base=max(each.base, 0),
            restores=max(each.restores, 0),
            size=sum(part.size for part, _ in taken),
            created_at=into.past(each.created_at),
        )
        found.append((made, taken))
    if kind == "prompt":
        must(prompts.NAME.fullmatch(item.title) is not None, "its name is none that is written behind a /")
    item.size = sum(made.size for made, _ in found)
    return found


def must_be_wanted(part: ItemPart) -> None:
    """Raises Invalid for files that would not be taken if they were sent."""
    must(part.size <= receiving.most(), f"a file may be at most {receiving.most() >> 20:,} MiB here.")
    try:
        receiving.must_be_allowed(part.type)
    except Forbidden as refusal:
        raise Invalid(archive=refusal.message) from None


def name(tx: Transaction, into: Into, item: Item, revisions: list[Taken]) -> None:
    """Give it a number where its name is taken, and the same to what shows it."""
    wanted_name, me = item.title, as_owner(item.owner_id or "")
    if item.trashed_at is not None:
        return
    if item.kind == "prompt":
        item.title = prompts.free(me, item.title)
    elif item.kind == "file":
        item.title = naming.free(me, Place(item.folder_id, item.space_id), item.title)
    if item.title == wanted_name:
        return
    into.report.count(item.kind, "{} whose name was taken: a number stands behind it.")
    for revision, taken in revisions:
        if revision.number == item.current:
            revision.title = item.title
            if item.kind == "file":
                taken[0][0].name = item.title


def keep(tx: Transaction, into: Into, item: Item, revisions: list[Taken]) -> None:
    """Insert the rows, and count them as those are counted that are made here. Raises NoRoom."""
    insert(tx, item)
    for revision, taken in revisions:
        insert(tx, revision)
        for part, kept in taken:
            if kept is not None:
                refer(tx, kept, storing.KIND, item.id)
            insert(tx, part)
            if item.kind == "file" and kept is not None:
                wanted(tx, part.hash, part.type, part.size)
    room.take(tx, item.owner_id, item.size, 1 << 62 if into.keeps else holdings.quota(item.owner_id))
    storing.changed(tx, item, "created")


def add_tag(tx: Transaction, kind: str, id: str, word: str) -> None:
    """A word on a thing."""
    sql = f"insert or ignore into {Tag.__tablename__} (kind, target_id, name) values (?, ?, ?)"
    tx.database.driver.execute(sql, (kind, id, word))
