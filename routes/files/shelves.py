"""What stands beside the pages of files: the rail's list, the path to a folder, and where something can be put."""

from typing import Any

from app import files, settings, spaces
from app.errors import NotFound, Refusal
from app.files import folders
from app.holdings import shelving
from app.rights import Caller
from components.files import FilesShelf

MOST_TAGS, MOST_FOLDERS = 30, 30


def shelf(me: Caller, here: str = "") -> Any:
    """The rail's list: folders at the top, spaces, stars and tags; nothing for nobody."""
    if not me or me.is_guest:
        return None
    tops = folders.inside(me)[:MOST_FOLDERS]
    return FilesShelf(tops, shelving.starred(files.FILES, me), files.tags(me)[:MOST_TAGS], spaces_of(me), here)


def spaces_of(me: Caller, writable: bool = False) -> list[tuple[str, str]]:
    """The shared spaces that one is in, or those into which one may put something."""
    found = [each for each in spaces.all(me) if each.space.is_shared]
    return [(each.space.id, each.space.name) for each in found if each.can_write or not writable]


def path_of(me: Caller, item: Any) -> list[Any]:
    """The folders in which a file lies, for who may see them."""
    if not me or not item.folder_id:
        return []
    try:
        return folders.path(me, item.folder_id)
    except Refusal:
        return []


def places(me: Caller) -> list[tuple[str, str]]:
    """Where files can be put, with a value for a form: `folder:ID` and `space:ID` under what people see."""
    found = [(f"folder:{each.id}", "  " * depth + each.name) for each, depth in folders.tree(me)]
    for id, name in spaces_of(me, writable=True):
        found.append((f"space:{id}", name))
        found += [(f"folder:{each.id}", "  " * (depth + 1) + each.name) for each, depth in folders.tree(me, id)]
    return found


def place_of(to: str) -> tuple[str, str]:
    """The folder and the space that such a value means."""
    kind, _, id = to.partition(":")
    return id if kind == "folder" else "", id if kind == "space" else ""


def trashed(me: Caller, id: str) -> Any:
    """One's own file that lies in the trash, None where it does not."""
    try:
        return shelving.trashed(files.FILES, me, id)
    except NotFound:
        return None


def largest() -> int:
    """The bytes of the largest file that is taken."""
    return int(settings.value("file_mb")) << 20
