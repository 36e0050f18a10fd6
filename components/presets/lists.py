"""The library of presets: one's own, those of each space, those that were shared with one, and the trash."""

from collections.abc import Sequence
from typing import Any

from app.rights import Caller
from components.addresses import url
from components.holdings.library import Groups, LibraryPage, LibraryTabs, LibraryTrashPage
from components.page import PageHead
from components.parts import Ago, Button, Empty, Row

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
        content = Groups([reached for reached, _ in found], lambda row: PresetRow(me, row, settings[row.item.id]))
    elif tag:
        content = [Empty("Nothing has this tag", f"No preset is tagged {tag}.")]
    else:
        nothing = "Keep how you like a chat to begin, for yourself or for your team, and begin it by a link."
        content = [Empty("No presets yet", nothing, Button("New preset", icon="plus", href=url("/presets/new")))]
    head = PageHead("Presets", LEAD, new)
    tabs = LibraryTabs("presets", trashed)
    return LibraryPage(me, "Presets", head, said, tabs, *content, shelf=shelf, workspace=workspace)


def PresetTrashPage(me: Caller, rows: Sequence[Any], **around: Any) -> Any:
    """What was deleted in the last 30 days."""
    return LibraryTrashPage(me, "presets", LEAD, rows, **around)


def PresetRow(me: Caller, row: Any, settings: Any) -> Any:
    """One preset: its name, what it is for, its model, and the way to begin with it."""
    begin = Button(
        "Begin", short=True, href=url("/chats/new", preset=row.item.id), aria_label=f"Begin {row.item.title}"
    )
    where = row.space if row.space and not row.owner else row.owner
    facts = (where, settings.model_name, Ago(row.item.changed_at, me))
    return Row(row.item.title, url("/presets", row.item.id), settings.about, facts=facts, actions=(begin,))
