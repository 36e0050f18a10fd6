"""Nouns: what tells one kind of holding from another: its names, its scopes, and the class that people see it as."""

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from app import items
from app.items import OWNER, READER, Found, Item, ItemPart, Revision
from app.rights import Share


@dataclass
class Holding:
    """A thing as one person sees it at one of its revisions. `role` is owner, writer or reader; `counted` says that
    each of its readings is one of so many, `spent` that this one was counted; `reader` is the person's id and `share`
    the door that they came by."""

    item: Item
    revision: Revision
    parts: list[ItemPart]
    role: str = READER
    writable: bool = True
    password: str = field(default="", repr=False)
    counted: bool = False
    reader: str = field(default="", repr=False)
    share: Share | None = None
    spent: bool = False

    @property
    def id(self) -> str:
        """Its id, which its address ends with."""
        return self.item.id

    @property
    def is_mine(self) -> bool:
        """Whether settings, shares and the trash are up to the one who sees it."""
        return self.role == OWNER

    @property
    def can_write(self) -> bool:
        """Whether the one who sees it may revise it."""
        return self.role != READER and self.writable and not self.item.sealed

    @property
    def is_current(self) -> bool:
        """Whether this is the revision that is shown by default."""
        return self.revision.number == self.item.current

    @property
    def title(self) -> str:
        """Its title at this revision, else the name of its first part."""
        return self.revision.title or (self.parts[0].name if self.parts else "")


Shape = TypeVar("Shape", bound=Holding)


@dataclass(frozen=True)
class Noun(Generic[Shape]):
    """A kind of item under its own name: `kind` in rows, `plural` in scopes, audit and addresses, `word` in refusals.

    `shape` is what `find` gives. `copied` is what who may not change one can do instead.
    """

    kind: str
    plural: str
    shape: type[Shape]
    word: str = ""
    copied: str = "Copy it to change your own."

    @property
    def called(self) -> str:
        """How people call one of them."""
        return self.word or self.kind

    @property
    def read(self) -> str:
        """The scope that reads them."""
        return f"{self.plural}:read"

    @property
    def write(self) -> str:
        """The scope that makes and changes them."""
        return f"{self.plural}:write"

    def shown(self, found: Found, number: int = 0, **more: Any) -> Shape:
        """The thing with its parts, at a revision (0: the current one). Raises NotFound."""
        revision, parts = items.contents(found.item, number)
        by_share = found.share is not None and found.share.max_uses is not None
        counted = by_share or (found.item.max_views is not None and found.role == READER)
        return self.shape(
            found.item, revision, parts, found.role, password=found.password, counted=counted, share=found.share, **more
        )
