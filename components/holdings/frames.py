"""Frames: what stands around each page of one thing: its noun, its addresses, the path to it, and the rail."""

from dataclasses import dataclass
from typing import Any

from app.items import Item
from app.rights import Caller
from components.addresses import url
from components.page import Page

Crumb = tuple[str, str | None]


@dataclass(frozen=True)
class Frame:
    """A thing and what its pages share. `path` is the address of its noun, below which its own is; `word` is what one
    of them is called, `all` the words and the address of the page of all of them; `place` is the entry of the rail."""

    me: Caller
    item: Item
    path: str
    word: str
    all: tuple[str, str]
    place: str
    title: str
    shelf: Any = None
    scripts: tuple[str, ...] = ()
    workspace: str = "Inglenook"

    def at(self, *parts: Any, **query: Any) -> str:
        """Its address, or that of something below it."""
        return url(self.path, self.item.id, *parts, **query)

    def page(self, title: str, *content: Any, above: tuple[Crumb, ...] = (), **told: Any) -> Any:
        """A page below its own; `above` stands between it and this one."""
        path = ((self.all[0], url(self.all[1])), (self.title, self.at()), *above, (title, None))
        return Page(
            self.me,
            *content,
            title=f"{title} · {self.title}",
            place=self.place,
            shelf=self.shelf,
            crumbs=path if self.me else path[1:],
            scripts=self.scripts,
            workspace=self.workspace,
            **told,
        )
