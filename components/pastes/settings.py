"""The settings of a paste: who reads it, until when, and whom it is shared with."""

from collections.abc import Mapping, Sequence
from typing import Any

from fasthtml.components import Div

from app.rights import Caller
from components.holdings.sharing import RightsForm, SharedNotice, ShareForm, ShareTable
from components.page import Page, PageHead, Part
from components.parts import Callout
from components.pastes.forms import Filled
from components.pastes.lists import crumbed
from components.pastes.words import place, title_of

Texts = Mapping[str, str]
NOTHING: Texts = {}
WORD = "paste"


def SettingsPage(
    me: Caller,
    item: Any,
    filled: Filled,
    shares: Sequence[Any],
    *,
    people: Mapping[str, str] = NOTHING,
    errors: Texts = NOTHING,
    link: str = "",
    saved: bool = False,
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """Who reads it. `people` are the names of those it is shared with, `link` a share's address that was made now."""
    doors = ShareTable(me, item, shares, people, place, WORD), ShareForm(item, errors, place, WORD)
    content = (
        PageHead("Readers and expiry", f"Of “{title_of(item)}”."),
        Callout("good", "Kept.", "It holds from now on.", role="status") if saved else "",
        SharedNotice(link) if link else "",
        RightsForm(item, filled, errors, place, WORD),
        Part("Shared with", *doors, id="sharing"),
    )
    return Page(
        me,
        Div(cls="wide")(*content),
        title=f"Readers of {title_of(item)}",
        place="pastes",
        shelf=shelf,
        crumbs=crumbed(me, (title_of(item), place(item)), ("Readers and expiry", None)),
        workspace=workspace,
    )
