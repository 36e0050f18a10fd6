"""Settings: the page of who reads a thing that is shared by link, until when, and by which doors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fasthtml.components import Div

from app.rights import Caller
from components.holdings.sharing import Place, RightsForm, SharedNotice, ShareForm, ShareTable
from components.page import Page, PageHead, Part
from components.parts import Callout

Texts = Mapping[str, str]
NOTHING: Texts = {}


@dataclass(frozen=True)
class Opened:
    """A thing with doors: `title` in words, `word` is what one of them is called, `rail` the entry of the rail, `place`
    its address, `crumbs` the path to this page."""

    item: Any
    title: str
    word: str
    rail: str
    place: Place
    crumbs: Sequence[Any]


def RightsPage(
    me: Caller,
    opened: Opened,
    filled: Any,
    shares: Sequence[Any],
    *,
    people: Texts = NOTHING,
    errors: Texts = NOTHING,
    link: str = "",
    saved: bool = False,
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """Who reads it. `people` are the names of those it is shared with, `link` a share's address that was made now."""
    item, place, word = opened.item, opened.place, opened.word
    doors = ShareTable(me, item, shares, people, place, word), ShareForm(item, errors, place, word)
    content = (
        PageHead("Readers and expiry", f"Of “{opened.title}”."),
        Callout("good", "Kept.", "It holds from now on.", role="status") if saved else "",
        SharedNotice(link) if link else "",
        RightsForm(item, filled, errors, place, word),
        Part("Shared with", *doors, id="sharing"),
    )
    return Page(
        me,
        Div(cls="wide")(*content),
        title=f"Readers of {opened.title}",
        place=opened.rail,
        shelf=shelf,
        crumbs=opened.crumbs,
        workspace=workspace,
    )
