"""The library of prompts: one's own, those of each space, those that were shared with one, and the trash."""

from collections.abc import Sequence
from typing import Any

from fasthtml.components import Form, Input, Label, P

from app.prompts import variables
from app.rights import Caller
from components.addresses import url
from components.holdings.library import Groups, LibraryPage, LibraryTabs, LibraryTrashPage
from components.holdings.words import counted
from components.page import PageHead
from components.parts import Ago, Button, Empty, Row

LEAD = "Texts that you use again and again. In the composer, / and the name bring one in."
MOST_IN_SIGHT = 12


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
        content += Groups(found, lambda row: PromptRow(me, row))
    elif words or tag:
        content = [Filter(words) if words else "", Empty("Nothing is found", "No prompt has these words in its name.")]
    else:
        nothing = "Write a text once, leave a few words open as {{variables}}, and bring it in by its name."
        content = [Empty("No prompts yet", nothing, Button("New prompt", icon="plus", href=url("/prompts/new")))]
    head = PageHead("Prompts", LEAD, new)
    tabs = LibraryTabs("prompts", trashed)
    return LibraryPage(me, "Prompts", head, said, tabs, *content, shelf=shelf, workspace=workspace)


def PromptTrashPage(me: Caller, rows: Sequence[Any], **around: Any) -> Any:
    """What was deleted in the last 30 days."""
    return LibraryTrashPage(me, "prompts", LEAD, rows, sign="/", **around)


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
