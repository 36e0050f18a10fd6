"""The end of folders: with all that is in them into the trash, out of it again, or for good after 30 days."""

from typing import Any

from app import clock, db, spaces
from app.db import Transaction
from app.errors import Conflict, Forbidden, NotFound
from app.files.folders import making, places
from app.files.folders.places import ITEMS, SELECT, WRITE, Place
from app.files.rows import Folder
from app.items import Item, storing
from app.items.ending import TRASH
from app.items.plain import made
from app.rights import Caller

# What lies in the trash by itself, not because a folder around it does.
ROOTS = """trashed_at is not null and not exists
    (select 1 from folder f where f.id = folder.parent_id and f.trashed_at = folder.trashed_at)"""
THEIRS = "(owner_id = ? or trashed_by = ?)"
# No file of a folder outlives it, whatever was put into it meanwhile.
OLD = """select id from folder where trashed_at is not null and trashed_at <= ? and not exists
    (select 1 from item where item.folder_id = folder.id and item.folder_id != '') limit 500"""


def trash(me: Caller, id: str) -> None:
    """Put a folder with all that is in it into the trash for 30 days; `untrash` gives it back as it was. Raises
    Forbidden for who has not made it and does not manage its space, Conflict when others' files are in it, NotFound."""
    me.must_have(WRITE)
    with db.write() as tx:
        folder = making.writable(me, id)
        if folder.owner_id != me.id and not manages(folder, me):
            raise Forbidden("Only who made this folder, and managers of its space, may put it into the trash.")
        now, tree = clock.now(), [each for each, _ in places.below(id)]
        if any(db.fetch(f"{making.FOREIGN}", each, me.id) for each in tree):
            raise Conflict("It holds files of other people. Only they may put these into the trash.")
        for each in tree:
            for item in alive(tx, each):
                sql = "update item set trashed_at = :now, trashed_by = :me where id = :id"
                tx.run(sql, now=now, me=me.id, id=item.id)
                storing.changed(tx, item, "trashed")
            sql = "update folder set trashed_at = :now, trashed_by = :me where id = :id and trashed_at is null"
            tx.run(sql, now=now, me=me.id, id=each)
        tx.audit(me, "folders.trash", folder)


def manages(folder: Folder, me: Caller) -> bool:
    """Whether this is a manager of the folder's space: who made it may be gone."""
    return bool(folder.space_id) and spaces.find(folder.space_id, me).role == spaces.MANAGER


def alive(tx: Transaction, folder_id: str) -> list[Item]:
    """The files in a folder that do not lie in the trash already."""
    sql = f"{ITEMS} and folder_id != '' and folder_id = :id and trashed_at is null"
    return [made(Item, tuple(row)) for row in tx.run(sql, id=folder_id)]


def untrash(me: Caller, id: str) -> Folder:
    """Take a folder out of the trash with all that went there with it. It lies at the top where the folder around it
    is gone, and gets a number behind its name where another has that. Raises NotFound."""
    me.must_have(WRITE)
    with db.write() as tx:
        folder = in_trash(me, id)
        there = Place(folder.parent_id if around(folder) else "", folder.space_id)
        name, n = folder.name, 1
        while making.named(me, there, name) is not None:
            n += 1
            name = f"{folder.name} ({n})"
        for each, _ in places.below(id):
            sql = "update folder set trashed_at = null, trashed_by = '' where id = :id and trashed_at = :at"
            tx.run(sql, id=each, at=folder.trashed_at)
            sql = f"{ITEMS} and folder_id != '' and folder_id = :id and trashed_at = :at"
            for item in [made(Item, tuple(row)) for row in tx.run(sql, id=each, at=folder.trashed_at)]:
                tx.run("update item set trashed_at = null, trashed_by = '' where id = :id", id=item.id)
                storing.changed(tx, item, "restored")
        sql = "update folder set parent_id = :parent, name = :name, changed_at = :now where id = :id"
        tx.run(sql, parent=there.folder_id, name=name, now=clock.now(), id=id)
        tx.audit(me, "folders.untrash", folder)
    folder.parent_id, folder.name, folder.trashed_at, folder.trashed_by = there.folder_id, name, None, ""
    return folder


def around(folder: Folder) -> bool:
    """Whether the folder that it lay in is still there."""
    return is_there(folder.parent_id, folder.space_id)


def is_there(id: str, space_id: str) -> bool:
    """Whether there is such a folder of this space that does not lie in the trash; '' always is."""
    sql = "select 1 from folder where id = ? and space_id = ? and trashed_at is null"
    return not id or db.fetch(sql, id, space_id) is not None


def in_trash(me: Caller, id: str) -> Folder:
    """One's own folder in the trash. Raises NotFound."""
    row = db.fetch(f"{SELECT} where id = ? and {THEIRS} and {ROOTS}", id, me.id, me.id)
    if row is None:
        raise NotFound()
    return made(Folder, row)


def trashed(me: Caller) -> list[Folder]:
    """One's own folders that lie in the trash, the last first; not those inside of them."""
    me.must_have(places.READ)
    rows = db.fetch_all(f"{SELECT} where {THEIRS} and {ROOTS} order by trashed_at desc", me.id, me.id)
    return [made(Folder, row) for row in rows]


def erase(me: Caller, id: str) -> None:
    """Delete a folder that lies in the trash with all that is in it, for good. Raises NotFound."""
    me.must_have(WRITE)
    with db.write() as tx:
        folder = in_trash(me, id)
        for each, _ in reversed(places.below(id)):
            sql = f"{ITEMS} and folder_id != '' and folder_id = :id and trashed_at is not null and owner_id = :me"
            for item in [made(Item, tuple(row)) for row in tx.run(sql, id=each, me=me.id)]:
                storing.erase(tx, item)
            remove(tx, each)
        tx.audit(me, "folders.erase", folder)


def remove(tx: Any, id: str) -> None:
    """Delete the row of a folder; what still lies in it lies at the top then."""
    tx.run("update item set folder_id = '' where folder_id = :id and folder_id != ''", id=id)
    tx.run("update folder set parent_id = '' where parent_id = :id", id=id)
    tx.run("delete from folder where id = :id", id=id)


def sweep() -> int:
    """Delete the folders that have lain in the trash for 30 days, after the files in them; how many."""
    ids = [row[0] for row in db.fetch_all(OLD, clock.now() - TRASH)]
    if ids:
        with db.write() as tx:
            for id in ids:
                remove(tx, id)
    return len(ids)
