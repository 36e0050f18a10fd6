"""The history of a paste: its revisions, one of them, and what differs between two."""

from collections.abc import Sequence
from typing import Any

from app.rights import Caller
from components.holdings import Frame, StaleNotice, versions
from components.holdings.versions import DOORS
from components.pastes.code import Shown
from components.pastes.view import Files
from components.pastes.words import title_of


def HistoryPage(
    me: Caller,
    paste: Any,
    past: Sequence[Any],
    *,
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """Every revision, the newest first, and the form that compares two."""
    return versions.HistoryPage(_frame(me, paste.item, shelf, workspace), past)


def RevisionPage(
    me: Caller,
    paste: Any,
    shown: Sequence[Shown],
    *,
    source: int = 0,
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """An earlier state, and the way back to it."""
    files = Files(paste.item, shown, source, paste.revision.number)
    return versions.RevisionPage(_frame(me, paste.item, shelf, workspace), paste, files)


def DiffPage(
    me: Caller,
    paste: Any,
    a: int,
    b: int,
    files: Sequence[Any],
    *,
    side: bool = False,
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """What differs, as one text or side by side."""
    return versions.DiffPage(_frame(me, paste.item, shelf, workspace), a, b, files, side=side)


def _frame(me: Caller, item: Any, shelf: Any, workspace: str) -> Frame:
    about = {"shelf": shelf, "scripts": ("pastes.js",), "workspace": workspace}
    return Frame(me, item, "/p", "paste", ("Pastes", "/pastes"), "pastes", title_of(item), **about)


__all__ = ["DOORS", "DiffPage", "HistoryPage", "RevisionPage", "StaleNotice"]
