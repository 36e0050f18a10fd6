"""The library of presets: one's own, those of each space, those that were shared with one, and the trash."""

from collections.abc import Sequence
from typing import Any

from fasthtml.components import H2, Div, Section

from app.rights import Caller
from components.addresses import url
from components.holdings import TrashRows
from components.page import Page, PageHead
from components.parts import Ago, Button, Empty, Row, Rows
from components.prompts.lists import LibraryTabs, grouped

LEAD = "How a chat begins: model, instructions, parameters, tools and files, under one name."


def PresetsPage(
    me: Caller,
    found: Sequence[tuple[Any, Any]],
    *,
    tag: str = "",
    trashed: int = 0,
    said: Any = "",
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """All that one may use, each with its settings."""
    new = Button("New preset", "primary", icon="plus", href=url("/presets/new"))
    settings = {reached.item.id: each for reached, each in found}
    if found:
        groups = grouped([reached for reached, _ in found])
        content = [Group(me, heading, rows, settings) for heading, rows in groups]
    elif tag:
        content = [Empty("Nothing has this tag", f"No preset is tagged {tag}.")]
    else:
        nothing = "Keep how you like a chat to begin, for yourself or for your team, and begin it by a link."
        content = [Empty("No presets yet", nothing, Button("New preset", icon="plus", href=url("/presets/new")))]
    column = Div(cls="column")(PageHead("Presets", LEAD, new), said, LibraryTabs("presets", trashed), *content)
    return _page(me, "Presets", column, shelf, workspace)


def PresetTrashPage(me: Caller, rows: Sequence[Any], *, shelf: Any = None, workspace: str = "Inglenook") -> Any:
    """What was deleted in the last 30 days."""
    nothing = Empty("The trash is empty", "What you delete lies here for 30 days before it is gone.")
    column = Div(cls="column")(
        PageHead("Presets", LEAD),
        LibraryTabs("presets-trash", len(rows)),
        TrashRows(me, "/presets", rows) if rows else nothing,
    )
    return _page(me, "Deleted presets", column, shelf, workspace)


def Group(me: Caller, heading: str, rows: Sequence[Any], settings: dict[str, Any]) -> Any:
    """The presets of one place."""
    return Section(H2(cls="day")(heading), Rows(*(PresetRow(me, row, settings[row.item.id]) for row in rows)))


def PresetRow(me: Caller, row: Any, settings: Any) -> Any:
    """One preset: its name, what it is for, its model, and the way to begin with it."""
    begin = Button(
        "Begin", short=True, href=url("/chats/new", preset=row.item.id), aria_label=f"Begin {row.item.title}"
    )
    where = row.space if row.space and not row.owner else row.owner
    facts = (where, settings.model_name, Ago(row.item.changed_at, me))
    return Row(row.item.title, url("/presets", row.item.id), settings.about, facts=facts, actions=(begin,))


def _page(me: Caller, title: str, column: Any, shelf: Any, workspace: str) -> Any:
    return Page(me, column, title=title, place="chats", shelf=shelf, here="Presets", bare=True, workspace=workspace)
