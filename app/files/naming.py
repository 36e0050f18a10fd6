"""Naming: which names are taken where files lie. Two of one name there would be one when they are unpacked."""

from collections.abc import Collection
from pathlib import PurePosixPath

from app import clock, db
from app.files.folders import Place
from app.holdings.lists import ALIVE
from app.items import LONGEST_NAME, Item
from app.items.plain import columns, made
from app.rights import Caller

IN_FOLDER = "folder_id = ? and folder_id != ''"
IN_SPACE = "folder_id = '' and space_id = ? and visibility != 'private'"
OWN = "folder_id = '' and space_id = '' and owner_id = ?"
# What others keep to themselves in a space takes no name that one could see.
SEEN = "(owner_id = ? or visibility != 'private')"
MOST = 9999


def among(me: Caller, there: Place) -> tuple[str, list[str | int]]:
    """The condition of what lies there and is seen."""
    which, value = (IN_FOLDER, there.folder_id) if there.folder_id else (IN_SPACE, there.space_id)
    if not (there.folder_id or there.space_id):
        which, value = OWN, me.id
    return f"kind = 'file' and {which} and trashed_at is null and {ALIVE} and {SEEN}", [value, clock.now(), me.id]


def named(me: Caller, there: Place, name: str) -> Item | None:
    """The file of this name there, in whatever case."""
    where, values = among(me, there)
    sql = f"select {', '.join(columns(Item))} from item where {where} and lower(title) = lower(?)"
    rows = db.fetch_all(f"{sql} order by title != ?, created_at limit 1", *values, name, name)
    return made(Item, rows[0]) if rows else None


def is_free(me: Caller, there: Place, name: str) -> bool:
    """Whether no file there has this name."""
    return name.casefold() not in taken(me, there, name)


def free(me: Caller, there: Place, name: str, but: str = "", beside: Collection[str] = ()) -> str:
    """This name, or with a number the next that is free there; the file `but` takes none, and those of `beside`
    (folded) are about to be taken."""
    names = taken(me, there, name, but).union(beside)
    path, tried = PurePosixPath(name), name
    for n in range(2, MOST):
        if tried.casefold() not in names:
            return tried
        behind = f" ({n}){path.suffix}"
        stem = path.stem.encode()[: LONGEST_NAME - len(behind.encode())].decode(errors="ignore")
        tried = f"{stem}{behind}"
    return f"{clock.new_id()}{path.suffix}"


def taken(me: Caller, there: Place, name: str, but: str = "") -> set[str]:
    """The names there that begin as this one, folded."""
    where, values = among(me, there)
    stem = PurePosixPath(name).stem[:20].lower()
    escaped = stem.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    # SQLite folds the case of ASCII only: for other names, all are compared.
    like = f"{escaped}%" if stem.isascii() else "%"
    sql = f"select title from item where {where} and id != ? and title like ? escape '\\'"
    return {row[0].casefold() for row in db.fetch_all(sql, *values, but, like)}
