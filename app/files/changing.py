"""Changing what is around files: their names, who may read them, where they lie, and their way out of the trash."""

from collections.abc import Sequence

from app import db, holdings
from app.db import Transaction
from app.errors import Conflict, Forbidden
from app.files import folders, making, naming
from app.files.finding import FILES
from app.files.folders import Place, ending
from app.holdings import UNSET, changing, limits
from app.items import OWNER, PRIVATE, SPACE, Found, Item, storing
from app.rights import Caller


def rename(me: Caller, id: str, name: str) -> Item:
    """Call the owner's file otherwise. Raises Invalid, Conflict for a name that another file there has, Forbidden."""
    return change(me, id, name=name)


def change(
    me: Caller,
    id: str,
    *,
    name: str = UNSET,
    visibility: str = UNSET,
    space_id: str = UNSET,
    expires_in: int | None = UNSET,
    password: str = UNSET,
    max_views: int | None = UNSET,
    tags: list[str] | tuple[str, ...] = UNSET,
) -> Item:
    """Change the name of the owner's file, who may read it and for how long; '' as the password takes it away. What
    leaves a space leaves its folder there. Raises Invalid, Conflict, Forbidden for others, and what `find` does."""
    me.must_have(FILES.write)
    item = holdings.held(FILES, id, me)
    new = changing.checked(
        FILES,
        me,
        item,
        visibility=visibility,
        space_id=space_id,
        expires_in=expires_in,
        password=password,
        max_views=max_views,
    )
    if name is not UNSET:
        new["title"] = making.worded(name)
        there = Place(item.folder_id, item.space_id)
        if new["title"].casefold() in naming.taken(me, there, new["title"], but=id):
            raise Conflict(f"There is a file {new['title']} there already.", "taken")
    if item.folder_id and not ending.is_there(item.folder_id, new.get("space_id", item.space_id)):
        folder_space = db.fetch("select space_id from folder where id = ?", item.folder_id)
        if folder_space is None or folder_space[0]:
            new["folder_id"] = ""
    return changing.keep(FILES, me, id, new, None if tags is UNSET else limits.worded(list(tags)))


def move(me: Caller, ids: Sequence[str], folder_id: str = "", *, space_id: str = "") -> list[Item]:
    """Put files into a folder, or at the top of a space or of one's own: all of them or none. Where a name is taken
    there, a file gets a number behind its own. Only its owner takes a file into a space or out of one. Raises
    Forbidden, and what `find` does."""
    me.must_have(FILES.write)
    with db.write() as tx:
        there = folders.place(me, folder_id, space_id)
        # What is moved in one transaction does not see itself there yet.
        beside: set[str] = set()
        moved: list[Item] = []
        for id in dict.fromkeys(ids):
            moved.append(settle(tx, me, holdings.in_transaction(FILES, tx, id, me), there, beside))
            beside.add(moved[-1].title.casefold())
    return moved


def settle(tx: Transaction, me: Caller, found: Found, there: Place, beside: set[str]) -> Item:
    """Put one file there. Raises Forbidden."""
    item = found.item
    if not there.space_id and is_in_own_folder(item):
        # It was opened to a space where it lies: that is not undone by another folder of one's own.
        there = Place(there.folder_id, item.space_id)
    if Place(item.folder_id, item.space_id) == there:
        return item
    if found.role != OWNER:
        if there.space_id != item.space_id or not there.space_id:
            raise Forbidden(f"Only its owner may take {item.title} there.")
        holdings.must_be_writable(FILES, found)
    if there.space_id != item.space_id:
        item.visibility = visibility_in(there, item)
    item.title = naming.free(me, there, item.title, item.id, beside)
    item.folder_id, item.space_id = there.folder_id, there.space_id
    sql = """update item set folder_id = :folder, space_id = :space, visibility = :visibility, title = :title
        where id = :id"""
    now = {"folder": item.folder_id, "space": item.space_id, "visibility": item.visibility, "title": item.title}
    tx.run(sql, **now, id=item.id)
    storing.changed(tx, item, "rights")
    tx.audit(me, "files.move", item)
    return item


def is_in_own_folder(item: Item) -> bool:
    """Whether a file lies in a folder of its owner's own, not of a space."""
    return bool(item.folder_id) and ending.is_there(item.folder_id, "")


def visibility_in(there: Place, item: Item) -> str:
    """Who may read a file that comes into a space, or leaves one."""
    if there.space_id:
        return SPACE if item.visibility == PRIVATE else item.visibility
    return PRIVATE if item.visibility == SPACE else item.visibility


def untrash(me: Caller, id: str) -> Item:
    """Take the owner's file out of the trash; it lies at the top where its folder is gone. Raises NotFound."""
    me.must_have(FILES.write)
    with db.write() as tx:
        item = changing.in_trash(FILES, tx, me, id)
        if not ending.is_there(item.folder_id, item.space_id) and not ending.is_there(item.folder_id, ""):
            item.folder_id = ""
        item.title = naming.free(me, Place(item.folder_id, item.space_id), item.title, but=id)
        item.trashed_at, item.trashed_by = None, ""
        sql = "update item set trashed_at = null, trashed_by = '', folder_id = :folder, title = :title where id = :id"
        tx.run(sql, folder=item.folder_id, title=item.title, id=id)
        storing.changed(tx, item, "restored")
        tx.audit(me, "files.untrash", item)
    return item
