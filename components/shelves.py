"""Shelves: the list of pages beside one's own account, and beside admin."""

from typing import Any

from components.addresses import url
from components.page import Shelf, ShelfGroup, ShelfLink

ADMIN = (
    ("Overview", "/admin"),
    ("People", "/admin/people"),
    ("Groups", "/admin/groups"),
    ("Keys", "/admin/keys"),
    ("Providers", "/admin/providers"),
    ("Aliases", "/admin/aliases"),
    ("Budgets", "/admin/budgets"),
    ("Pastes", "/admin/pastes"),
    ("Files", "/admin/files"),
    ("Backups", "/admin/backups"),
    ("Jobs", "/admin/jobs"),
)
OWN = (
    ("Account", "/settings"),
    ("Password", "/settings/password"),
    ("Sessions", "/settings/sessions"),
    ("Keys", "/keys"),
    ("Programs", "/settings/programs"),
    ("Spaces", "/spaces"),
    ("Export", "/settings/export"),
)


def AdminShelf(here: str) -> Any:
    """The pages of those who run the house; `here` is the address of the present one."""
    return Shelf("Admin pages", *ShelfGroup("Run the house", *_links(ADMIN, here)))


def OwnShelf(here: str) -> Any:
    """The pages about oneself; `here` is the address of the present one."""
    return Shelf("Your pages", *ShelfGroup("You", *_links(OWN, here)))


def _links(pages: tuple[tuple[str, str], ...], here: str) -> list[Any]:
    return [ShelfLink(words, url(path), here=path == here) for words, path in pages]
