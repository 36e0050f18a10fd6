"""Places: which folders there are, for those who may see them, and what lies in them."""

from collections.abc import Iterator
from dataclasses import dataclass

from app import clock, db, spaces
from app.errors import Conflict, Forbidden, Gone, NotFound
from app.files.rows import Folder
from app.holdings.lists import ALIVE
from app.items import Item
from app.items.finding import LISTED, listed
from app.items.plain import columns, made
from app.rights import Caller

READ, WRITE = "files:read", "files:write"
# So many folders may lie in each other.
DEEPEST = 16
SELECT = f"select {', '.join(columns(Folder))} from folder"
ITEMS = f"select {', '.join(columns(Item))} from item where kind = 'file'"
BELOW = """with recursive tree (id, depth) as (select id, 1 from folder where id = ?
    union all select folder.id, depth + 1 from folder join tree on folder.parent_id = tree.id where depth < 64)
    select id, depth from tree"""


@dataclass(frozen=True)
class Place:
    """Where files lie: a folder ('' for none), and the space that it belongs to ('' for one's own)."""

    folder_id: str = ""
    space_id: str = ""


def find(id: str, me: Caller) -> Folder:
    """The folder, for its owner and the members of its space. Raises NotFound for all others, and Gone while it is in
    the trash of its owner."""
    me.must_have(READ)
    row = db.fetch(f"{SELECT} where id = ?", id)
    folder = made(Folder, row) if row else None
    if folder is None or not is_seen(folder, me):
        raise NotFound()
    if folder.trashed_at is not None:
        if me.id in (folder.owner_id, folder.trashed_by):
            raise Gone("This folder is in the trash. It can be taken out again.", "trash")
        raise NotFound()
    return folder


def is_seen(folder: Folder, me: Caller) -> bool:
    """Whether somebody may see this folder."""
    if not folder.space_id:
        return folder.owner_id == me.id
    sql = "select 1 from membership where kind = 'space' and target_id = ? and user_id = ?"
    return db.fetch(sql, folder.space_id, me.id) is not None


def can_write(folder: Folder, me: Caller) -> bool:
    """Whether somebody who sees it may put things into it."""
    return not folder.space_id or spaces.find(folder.space_id, me).can_write


def place(me: Caller, folder_id: str = "", space_id: str = "") -> Place:
    """Where something may be put; a folder of a space is in that space. Raises NotFound, Gone, Forbidden, Conflict when
    the folder lies in another space."""
    me.must_have(WRITE)
    if folder_id:
        folder = find(folder_id, me)
        if space_id and space_id != folder.space_id:
            raise Conflict("This folder lies in another space.")
        space_id = folder.space_id
    if space_id and not spaces.find(space_id, me).can_write:
        raise Forbidden("In this space you may read, not write.")
    return Place(folder_id, space_id)


def inside(me: Caller, folder_id: str = "", space_id: str = "") -> list[Folder]:
    """The folders in a folder, or the outermost ones of a space or one's own, by name. Raises as `find` does."""
    me.must_have(READ)
    if folder_id:
        find(folder_id, me)
        rows = db.fetch_all(f"{SELECT} where parent_id = ? and trashed_at is null", folder_id)
    elif space_id:
        spaces.find(space_id, me)
        rows = db.fetch_all(f"{SELECT} where parent_id = '' and space_id = ? and trashed_at is null", space_id)
    else:
        where = "parent_id = '' and owner_id = ? and space_id = '' and trashed_at is null"
        rows = db.fetch_all(f"{SELECT} where {where}", me.id)
    return sorted((made(Folder, row) for row in rows), key=lambda folder: folder.name.casefold())


def path(me: Caller, id: str) -> list[Folder]:
    """A folder and those that it lies in, the outermost first; none for ''. Raises as `find` does."""
    found: list[Folder] = []
    while id and len(found) < 64:
        found.append(find(id, me))
        id = found[-1].parent_id
    return found[::-1]


def tree(me: Caller, space_id: str = "") -> list[tuple[Folder, int]]:
    """All folders of a space or one's own, each behind the one that it lies in, with how deep it lies (0 at the top).
    Raises NotFound for a space that one is not in."""
    me.must_have(READ)
    if space_id:
        spaces.find(space_id, me)
        rows = db.fetch_all(f"{SELECT} where space_id = ? and trashed_at is null", space_id)
    else:
        rows = db.fetch_all(f"{SELECT} where owner_id = ? and space_id = '' and trashed_at is null", me.id)
    children: dict[str, list[Folder]] = {}
    for folder in sorted((made(Folder, row) for row in rows), key=lambda folder: folder.name.casefold()):
        children.setdefault(folder.parent_id, []).append(folder)

    def branch(parent_id: str, depth: int) -> Iterator[tuple[Folder, int]]:
        for folder in children.get(parent_id, []):
            yield folder, depth
            yield from branch(folder.id, depth + 1)

    return list(branch("", 0))


def below(id: str) -> list[tuple[str, int]]:
    """The ids of a folder and of all in it, trashed ones too, and how deep each lies in it (1 is itself)."""
    return [(row[0], row[1]) for row in db.fetch_all(BELOW, id)]


def walk(me: Caller, id: str) -> Iterator[tuple[str, Item | None]]:
    """All that one may read in a folder, as paths that begin with its name: files with their item, and each folder
    itself (`a/b/`) with None. Raises as `find` does."""
    return within(me, find(id, me), "")


def within(me: Caller, folder: Folder, before: str) -> Iterator[tuple[str, Item | None]]:
    """The same, for a folder that one may see."""
    here = f"{before}{folder.name}/"
    yield here, None
    where = f"folder_id != '' and folder_id = ? and trashed_at is null and {ALIVE} and {LISTED}"
    rows = db.fetch_all(f"{ITEMS} and {where} order by title", folder.id, clock.now(), *listed(me))
    for item in (made(Item, row) for row in rows):
        yield f"{here}{item.title}", item
    for child in inside(me, folder.id):
        yield from within(me, child, here)
