"""What goes out together: files and folders as the entries of a zip, as far as the one who asks may read them."""

from app.errors import Invalid, NotFound, TooLarge
from app.files import finding, folders, giving
from app.files.zipping import Entry
from app.items import Item, contents
from app.rights import Caller

# Entries of one zip; what is more is taken folder by folder.
MOST = 20_000


def packed(me: Caller, ids: list[str], folder_ids: list[str], token: str = "") -> tuple[str, list[Entry]]:
    """The name of a zip of these files and folders, and what goes into it. Raises what `find` does, Invalid for
    nothing, TooLarge for too many."""
    if not ids and not folder_ids:
        raise Invalid(id="Choose files or folders first.")
    entries = [entry((), finding.find(id, me, token=token)) for id in dict.fromkeys(ids)]
    for id in dict.fromkeys(folder_ids):
        for path, item in folders.walk(me, id):
            *above, _ = path.split("/")
            if item is not None:
                entries += lying(me, tuple(above), item)
            if len(entries) > MOST:
                raise TooLarge(f"These are more than {MOST:,} files. Take them folder by folder.")
    return f"{title(me, entries, folder_ids)}.zip", entries


def entry(above: tuple[str, ...], file: finding.File) -> Entry:
    """A file that was found."""
    return Entry(above, file.name, file.part, file.revision.created_at, giving.is_own(file))


def lying(me: Caller, above: tuple[str, ...], item: Item) -> list[Entry]:
    """A file of a folder; nothing where its readings are counted and none is left."""
    if item.max_views is not None and item.owner_id != me.id:
        try:
            return [entry(above, finding.find(item.id, me))]
        except NotFound:
            return []
    revision, parts = contents(item)
    return [Entry(above, item.title, parts[0], revision.created_at, item.owner_id == me.id)]


def title(me: Caller, entries: list[Entry], folder_ids: list[str]) -> str:
    """How it is called: after the only folder or file."""
    if len(folder_ids) == 1 and not any(not each.folders for each in entries):
        return folders.find(folder_ids[0], me).name
    return entries[0].name if len(entries) == 1 else f"{len(entries)} files"
