"""The library: prompts and presets beside each other, in groups, and the trash of each."""

from collections.abc import Callable, Sequence
from typing import Any

from fasthtml.components import H2, Div, Section

from app.rights import Caller
from components.addresses import url
from components.holdings.trash import TrashRows
from components.page import Page, PageHead
from components.parts import Empty, Rows, Tabs


def LibraryTabs(which: str, trashed: int) -> Any:
    """Prompts and presets stand beside each other, and the trash of the one that is open."""
    noun = "presets" if which.startswith("presets") else "prompts"
    trash = f"{noun}-trash"
    return Tabs(
        "Library",
        ("Prompts", url("/prompts"), which == "prompts"),
        ("Presets", url("/presets"), which == "presets"),
        ("Trash", url(f"/{noun}", shelf="trash"), which == trash, trashed or None),
    )


def LibraryPage(
    me: Caller, here: str, *content: Any, title: str = "", shelf: Any = None, workspace: str = "Inglenook"
) -> Any:
    """A page of the noun whose entry is `here`, which is its title too where no other is given."""
    column = Div(cls="column")(*content)
    about = {"place": "chats", "shelf": shelf, "here": here, "bare": True, "workspace": workspace}
    return Page(me, column, title=title or here, **about)


def LibraryNewPage(
    me: Caller, noun: str, title: str, lead: str, form: Any, *, shelf: Any = None, workspace: str = "Inglenook"
) -> Any:
    """The page with the form of a new one; `noun` is plural."""
    return Page(
        me,
        Div(cls="wide")(PageHead(title, lead), form),
        title=title,
        place="chats",
        shelf=shelf,
        crumbs=((noun.capitalize(), url(f"/{noun}")), ("New", None)),
        workspace=workspace,
    )


def LibraryTrashPage(me: Caller, noun: str, lead: str, rows: Sequence[Any], *, sign: str = "", **around: Any) -> Any:
    """What was deleted in the last 30 days; `noun` is plural, `sign` stands before each title."""
    nothing = Empty("The trash is empty", "What you delete lies here for 30 days before it is gone.")
    content = (
        PageHead(noun.capitalize(), lead),
        LibraryTabs(f"{noun}-trash", len(rows)),
        TrashRows(me, f"/{noun}", rows, sign) if rows else nothing,
    )
    return LibraryPage(me, noun.capitalize(), *content, title=f"Deleted {noun}", **around)


def Groups(found: Sequence[Any], row: Callable[[Any], Any]) -> list[Any]:
    """All that is found, each as `row` shows it, below the place that it is from."""
    return [Section(H2(cls="day")(heading), Rows(*map(row, rows))) for heading, rows in grouped(found)]


def grouped(found: Sequence[Any]) -> list[tuple[str, list[Any]]]:
    """One's own first, then each space, then what single people shared."""
    groups: dict[str, list[Any]] = {}
    for each in sorted(found, key=lambda row: (row.owner != "", row.space == "", row.space.lower())):
        heading = "Yours" if not each.owner else each.space or "Shared with you"
        groups.setdefault(heading, []).append(each)
    return list(groups.items())
