"""The shelf in the rail: projects, pinned chats, then the others by day."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from fasthtml.components import Li, P, Ul

from app import chats as app_chats
from components.addresses import url
from components.page import Shelf, ShelfGroup, ShelfLink
from components.parts import day_words

# More are behind a link of their own.
MOST_PROJECTS = 8


def ChatShelf(
    me: Any,
    pinned: Iterable[Any],
    recent: Iterable[Any],
    here: str = "",
    projects: Mapping[str, str] | None = None,
) -> Any:
    """The list of chats with the one that is open marked, and a dot on those that are being written; above them the
    projects, of which the names are given by their ids."""
    return Shelf("Your chats", *ShelfContent(me, pinned, recent, here, projects))


def ShelfContent(
    me: Any,
    pinned: Iterable[Any],
    recent: Iterable[Any],
    here: str = "",
    projects: Mapping[str, str] | None = None,
) -> tuple[Any, ...]:
    """What stands in the shelf, also as a fragment."""
    kept = list(pinned)
    others = [chat for chat in recent if not chat.pinned_at]
    days = groupby(others, lambda chat: day_words(chat.changed_at, me))
    groups = [ShelfGroup(day, *(_link(chat, here) for chat in group)) for day, group in days]
    first = [ProjectGroup(projects, here)] if projects else []
    first += [ShelfGroup("Pinned", *(_link(chat, here) for chat in kept))] if kept else []
    library = (
        Li(ShelfLink("Prompts", url("/prompts"), here == "prompts")),
        Li(ShelfLink("Presets", url("/presets"), here == "presets")),
    )
    if not first and not groups:
        # Who has none here may have some elsewhere.
        bring = "" if me.is_guest else Li(ShelfLink("Import chats", url("/chats/import"), here == "import"))
        return P(cls="small faint quiet")("Your chats will be listed here."), Ul(cls="all")(bring, *library)
    every = Ul(cls="all")(Li(ShelfLink("All chats", url("/chats"), here == "all")), *library)
    return (*(part for group in (*first, *groups) for part in group), every)


def ProjectGroup(projects: Mapping[str, str], here: str) -> Any:
    """The first projects by their names, the one that is open among them, and the way to all."""
    shown = [*projects.items()][:MOST_PROJECTS]
    if here in projects and here not in dict(shown):
        shown[-1] = (here, projects[here])
    more = [ShelfLink("All projects", url("/projects"), here == "projects")] if len(projects) > len(shown) else []
    return ShelfGroup("Projects", *(ShelfLink(name, url("/projects", id), id == here) for id, name in shown), *more)


def _link(chat: Any, here: str) -> Any:
    return ShelfLink(chat.title, url("/chats", chat.id), chat.id == here, app_chats.is_running(chat.id))
