"""The library of prompts: one's own, those of each space, those that were shared with one, and the trash."""

from collections.abc import Sequence
from typing import Any

from fasthtml.components import H2, Div, Form, Input, Label, P, Section

from app.prompts import variables
from app.rights import Caller
from components.addresses import url
from components.holdings import TrashRows
from components.holdings.words import counted
from components.page import Page, PageHead
from components.parts import Ago, Button, Empty, Row, Rows, Tabs

LEAD = "Texts that you use again and again. In the composer, / and the name bring one in."
MOST_IN_SIGHT = 12


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


def PromptsPage(
    me: Caller,
    found: Sequence[Any],
    *,
    words: str = "",
    tag: str = "",
    trashed: int = 0,
    said: Any = "",
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """All that one may use."""
    new = Button("New prompt", "primary", icon="plus", href=url("/prompts/new"))
    if found:
        content = [Filter(words)] if words or len(found) > MOST_IN_SIGHT else []
        content += [Group(me, heading, rows) for heading, rows in grouped(found)]
    elif words or tag:
        content = [Filter(words) if words else "", Empty("Nothing is found", "No prompt has these words in its name.")]
    else:
        nothing = "Write a text once, leave a few words open as {{variables}}, and bring it in by its name."
        content = [Empty("No prompts yet", nothing, Button("New prompt", icon="plus", href=url("/prompts/new")))]
    column = Div(cls="column")(PageHead("Prompts", LEAD, new), said, LibraryTabs("prompts", trashed), *content)
    return _page(me, "Prompts", column, shelf, workspace)


def PromptTrashPage(me: Caller, rows: Sequence[Any], *, shelf: Any = None, workspace: str = "Inglenook") -> Any:
    """What was deleted in the last 30 days."""
    nothing = Empty("The trash is empty", "What you delete lies here for 30 days before it is gone.")
    column = Div(cls="column")(
        PageHead("Prompts", LEAD),
        LibraryTabs("prompts-trash", len(rows)),
        TrashRows(me, "/prompts", rows, "/") if rows else nothing,
    )
    return _page(me, "Deleted prompts", column, shelf, workspace)


def grouped(found: Sequence[Any]) -> list[tuple[str, list[Any]]]:
    """One's own first, then each space, then what single people shared."""
    groups: dict[str, list[Any]] = {}
    for each in sorted(found, key=lambda row: (row.owner != "", row.space == "", row.space.lower())):
        heading = "Yours" if not each.owner else each.space or "Shared with you"
        groups.setdefault(heading, []).append(each)
    return list(groups.items())


def Group(me: Caller, heading: str, rows: Sequence[Any]) -> Any:
    """The prompts of one place."""
    return Section(H2(cls="day")(heading), Rows(*(PromptRow(me, row) for row in rows)))


def PromptRow(me: Caller, row: Any) -> Any:
    """One prompt: its name, how it begins, what it asks, and who changed it when."""
    asks = len(variables.of(row.text))
    where = row.space if row.space and not row.owner else row.owner
    facts = (where, counted(asks, "variable") if asks else "", Ago(row.item.changed_at, me))
    gist = variables.short(row.text)[:300]
    return Row(f"/{row.item.title}", url("/prompts", row.item.id), gist, facts=facts)


def Filter(words: str) -> Any:
    """Words that the name has to hold."""
    return Form(cls="filter", method="get", action=url("/prompts"))(
        Label(cls="unseen", fr="prompt-filter")("Words in the name"),
        Input(
            cls="input", id="prompt-filter", name="q", type="search", value=words, placeholder="Find by name",
            autocomplete="off", data_filter=True,
        ),
    )  # fmt: skip


def Tagged(tag: str) -> Any:
    """That the list is narrowed to a tag."""
    return P(cls="small faint")(f"Tagged {tag}.")


def _page(me: Caller, title: str, column: Any, shelf: Any, workspace: str) -> Any:
    return Page(me, column, title=title, place="chats", shelf=shelf, here="Prompts", bare=True, workspace=workspace)
