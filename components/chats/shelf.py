"""The shelf in the rail: pinned chats, then the others by day."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from fasthtml.components import Li, P, Ul

from app import chats as app_chats
from components.addresses import url
from components.page import Shelf, ShelfGroup, ShelfLink
from components.parts import day_words


def ChatShelf(me: Any, pinned: Iterable[Any], recent: Iterable[Any], here: str = "") -> Any:
    """The list of chats with the one that is open marked, and a dot on those that are being written."""
    return Shelf("Your chats", *ShelfContent(me, pinned, recent, here))


def ShelfContent(me: Any, pinned: Iterable[Any], recent: Iterable[Any], here: str = "") -> tuple[Any, ...]:
    """What stands in the shelf, also as a fragment."""
    kept = list(pinned)
    others = [chat for chat in recent if not chat.pinned_at]
    days = groupby(others, lambda chat: day_words(chat.changed_at, me))
    groups = [ShelfGroup(day, *(_link(chat, here) for chat in group)) for day, group in days]
    first = [ShelfGroup("Pinned", *(_link(chat, here) for chat in kept))] if kept else []
    if not first and not groups:
        return (P(cls="small faint quiet")("Your chats will be listed here."),)
    every = Ul(cls="all")(Li(ShelfLink("All chats", url("/chats"), here == "all")))
    return (*(part for group in (*first, *groups) for part in group), every)


def _link(chat: Any, here: str) -> Any:
    return ShelfLink(chat.title, url("/chats", chat.id), chat.id == here, app_chats.is_running(chat.id))
