"""Folders: where files lie: one's own, or those of a space, which are its members'."""

from app.files.folders.ending import erase, sweep, trash, trashed, untrash
from app.files.folders.making import at, create, move, rename
from app.files.folders.places import DEEPEST, Place, below, can_write, find, inside, path, place, tree, walk
from app.files.rows import Folder

__all__ = [
    "DEEPEST",
    "Folder",
    "Place",
    "at",
    "below",
    "can_write",
    "create",
    "erase",
    "find",
    "inside",
    "move",
    "path",
    "place",
    "rename",
    "sweep",
    "trash",
    "trashed",
    "tree",
    "untrash",
    "walk",
]
