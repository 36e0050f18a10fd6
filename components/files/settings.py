"""The settings of a file: who reads it, until when, and whom it is shared with."""

from collections.abc import Mapping, Sequence
from typing import Any

from fasthtml.components import Div

from app.rights import Caller
from components.files.lists import crumbed
from components.files.words import place
from components.holdings.sharing import RightsForm, SharedNotice, ShareForm, ShareTable
from components.page import Page, PageHead, Part
from components.parts import Callout

Texts = Mapping[str, str]
NOTHING: Texts = {}
WORD = "file"


def SettingsPage(
    me: Caller,
    item: Any,
    filled: Any,
    shares: Sequence[Any],
    *,
    people: Mapping[str, str] = NOTHING,
    errors: Texts = NOTHING,
    link: str = "",
    saved: bool = False,
    path: Sequence[Any] = (),
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """Who reads it. `people` are the names of those it is shared with, `link` a share's address that was made now."""
    doors = ShareTable(me, item, shares, people, place, WORD), ShareForm(item, errors, place, WORD)
    content = (
        PageHead("Readers and expiry", f"Of “{item.title}”."),
        Callout("good", "Kept.", "It holds from now on.", role="status") if saved else "",
        SharedNotice(link) if link else "",
        RightsForm(item, filled, errors, place, WORD),
        Part("Shared with", *doors, id="sharing"),
    )
    return Page(
        me,
        Div(cls="wide")(*content),
        title=f"Readers of {item.title}",
        place="files",
        shelf=shelf,
        crumbs=crumbed(me, path, (item.title, place(item)), ("Readers and expiry", None)),
        workspace=workspace,
    )
