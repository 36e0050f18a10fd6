"""Making folders, and giving them other names and places."""

from app import clock, db, items
from app.db import Transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.files.folders import places
from app.files.folders.places import DEEPEST, WRITE, Place
from app.files.rows import Folder
from app.items import PRIVATE, SPACE, plain
from app.rights import Caller

MOVE_FILES = """update item set space_id = :space, visibility =
    case when :space != '' and visibility = :private then :shared
    when :space = '' and visibility = :shared then :private else visibility end
    where kind = 'file' and folder_id = :id and folder_id != '' returning id, current"""
TOLD = "insert into change (kind, target_id, revision, what, at) values ('file', :id, :revision, 'rights', :now)"
FOREIGN = "select 1 from item where folder_id != '' and folder_id = ? and kind = 'file' and owner_id != ? limit 1"


def create(me: Caller, name: str, parent_id: str = "", space_id: str = "") -> Folder:
    """A new folder in another one, or at the top of a space or of one's own. Raises Invalid, Conflict for a name that
    another folder has there, and NotFound, Gone or Forbidden for where it should lie."""
    me.must_have(WRITE)
    name = worded(name)
    with db.write() as tx:
        there = places.place(me, parent_id, space_id)
        must_be_shallow(parent_id, 1)
        must_be_free(me, there, name)
        return made(tx, me, there, name)


def made(tx: Transaction, me: Caller, there: Place, name: str) -> Folder:
    """The row of a new folder."""
    now = clock.now()
    folder = Folder(
        id=clock.new_id(),
        owner_id=me.id,
        space_id=there.space_id,
        parent_id=there.folder_id,
        name=name,
        created_at=now,
        changed_at=now,
    )
    plain.insert(tx, folder)
    tx.audit(me, "folders.create", folder)
    return folder


def at(me: Caller, path: str, space_id: str = "", *, make: bool = False) -> Place:
    """The folder at a path like `Bills/2026` of a space or one's own, made where it is not there if `make`. Raises
    Invalid, and NotFound for a folder that is not there."""
    me.must_have(WRITE if make else places.READ)
    names = [worded(name) for name in path.split("/") if name.strip()]
    if len(names) > DEEPEST:
        raise Invalid(folder=f"At most {DEEPEST} folders may lie in each other.")
    there = places.place(me, "", space_id) if make else Place("", space_id)
    for name in names:
        found = named(me, there, name)
        if found is None:
            if not make:
                raise NotFound(f"There is no folder {name!r} there.")
            found = found_or_made(me, there, name)
        there = Place(found.id, found.space_id)
    return there


def found_or_made(me: Caller, there: Place, name: str) -> Folder:
    """The folder of this name; two who make it at once get the same."""
    with db.write() as tx:
        return named(me, there, name) or made(tx, me, places.place(me, there.folder_id, there.space_id), name)


def rename(me: Caller, id: str, name: str) -> Folder:
    """Call a folder otherwise. Raises Invalid, Conflict, Forbidden, NotFound."""
    me.must_have(WRITE)
    name = worded(name)
    with db.write() as tx:
        folder = writable(me, id)
        if name.casefold() != folder.name.casefold():
            must_be_free(me, Place(folder.parent_id, folder.space_id), name)
        folder.name, folder.changed_at = name, clock.now()
        tx.run(
            "update folder set name = :name, changed_at = :now where id = :id", name=name, now=folder.changed_at, id=id
        )
        tx.audit(me, "folders.change", folder, note="name")
    return folder


def move(me: Caller, id: str, parent_id: str = "", space_id: str = "") -> Folder:
    """Put a folder with all that is in it into another one, or at the top of a space or of one's own. What comes into
    a space is its members'. Raises Conflict for a place in itself, too deep, or with others' files in it, Forbidden,
    NotFound."""
    me.must_have(WRITE)
    with db.write() as tx:
        folder = writable(me, id)
        there = places.place(me, parent_id, space_id)
        tree = places.below(id)
        if parent_id in [each for each, _ in tree]:
            raise Conflict("A folder cannot lie in itself.")
        must_be_shallow(parent_id, max(depth for _, depth in tree))
        if (there.folder_id, there.space_id) == (folder.parent_id, folder.space_id):
            return folder
        must_be_free(me, there, folder.name)
        if there.space_id != folder.space_id:
            resettle(tx, me, folder, [each for each, _ in tree], there.space_id)
        folder.parent_id, folder.space_id, folder.changed_at = there.folder_id, there.space_id, clock.now()
        sql = "update folder set parent_id = :parent, changed_at = :now where id = :id"
        tx.run(sql, parent=there.folder_id, now=folder.changed_at, id=id)
        tx.audit(me, "folders.change", folder, note="place")
    return folder


def resettle(tx: Transaction, me: Caller, folder: Folder, tree: list[str], space_id: str) -> None:
    """Put all of a folder into another space, or out of one. Raises Forbidden, Conflict."""
    if folder.owner_id != me.id:
        raise Forbidden("Only who made this folder may take it out of its space.")
    if any(db.fetch(FOREIGN, each, me.id) for each in tree):
        raise Conflict("It holds files of other people, which stay in their space. Move your own files instead.")
    now = clock.now()
    for each in tree:
        tx.run("update folder set space_id = :space, owner_id = :me where id = :id", space=space_id, me=me.id, id=each)
        moved = tx.run(MOVE_FILES, space=space_id, private=PRIVATE, shared=SPACE, id=each).fetchall()
        for item_id, current in moved:
            tx.run(TOLD, id=item_id, revision=current, now=now)


def writable(me: Caller, id: str) -> Folder:
    """The folder, for who may change it. Raises NotFound, Gone, Forbidden."""
    folder = places.find(id, me)
    if not places.can_write(folder, me):
        raise Forbidden("In this space you may read, not write.")
    return folder


def worded(name: str) -> str:
    """A folder's name as it is kept. Raises Invalid."""
    name = items.named(name)
    if not name:
        raise Invalid(name="A folder needs a name.")
    return name


def must_be_shallow(parent_id: str, height: int) -> None:
    """Raises Conflict when folders of this height would lie too deep there."""
    depth = 0
    while parent_id and depth <= DEEPEST:
        row = db.fetch("select parent_id from folder where id = ?", parent_id)
        parent_id, depth = (row[0] if row else ""), depth + 1
    if depth + height > DEEPEST:
        raise Conflict(f"At most {DEEPEST} folders may lie in each other.")


def named(me: Caller, there: Place, name: str) -> Folder | None:
    """The folder of this name there, in whatever case."""
    found = places.inside(me, there.folder_id, there.space_id)
    return next((each for each in found if each.name.casefold() == name.casefold()), None)


def must_be_free(me: Caller, there: Place, name: str) -> None:
    """Raises Conflict when a folder there has this name already."""
    if named(me, there, name) is not None:
        raise Conflict(f"There is a folder {name} there already.", "taken")
