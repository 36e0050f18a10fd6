"""The rows of what a person stores: an item has revisions, a revision has named parts, a part is text or a blob."""

from io import BytesIO
from typing import BinaryIO

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from app import blobs, clock
from app.items import types

PRIVATE, SPACE, UNLISTED, PUBLIC = "private", "space", "unlisted", "public"
VISIBILITIES = (PRIVATE, SPACE, UNLISTED, PUBLIC)


class Item(SQLModel, table=True):
    """What its noun (`kind`: paste, file, prompt, preset, later document, memory) calls by its own name.

    `owner_id` is None for what somebody without an account posted; then `edit_digest` and `delete_digest` are the
    SHA-256 of the tokens that they were given. `space_id` is '' outside of spaces, `folder_id` outside of folders,
    which only files have. `current` is the number of the
    revision that is shown, `size` the bytes of all of them. `password` is an argon2 hash, `burns` says that reading
    deletes it, `sealed` that its bytes were encrypted in the browser. Times in microseconds UTC.
    """

    __table_args__ = (
        Index("ix_item_mine", "owner_id", "kind", "changed_at"),
        Index("ix_item_space", "space_id", "kind", "changed_at"),
        Index("ix_item_expires", "expires_at", sqlite_where=text("expires_at is not null")),
        Index("ix_item_trashed", "trashed_at", sqlite_where=text("trashed_at is not null")),
        Index("ix_item_views", "views", "max_views", sqlite_where=text("max_views is not null")),
        Index("ix_item_address", "address", "created_at", sqlite_where=text("address != ''")),
        Index("ix_item_folder", "folder_id", "changed_at", sqlite_where=text("folder_id != ''")),
    )

    id: str = Field(primary_key=True)
    kind: str
    owner_id: str | None = Field(default=None, foreign_key="account.id")
    space_id: str = ""
    folder_id: str = ""
    parent_id: str | None = Field(default=None, index=True)
    title: str = ""
    visibility: str = PRIVATE
    current: int = 1
    size: int = 0
    password: str = ""
    burns: bool = False
    sealed: bool = False
    expires_at: int | None = None
    max_views: int | None = None
    views: int = 0
    edit_digest: str = ""
    delete_digest: str = ""
    address: str = ""
    created_at: int
    changed_at: int
    trashed_at: int | None = None
    trashed_by: str = ""

    @property
    def is_over(self) -> bool:
        """Whether its time or its views have run out: then it appears nowhere."""
        spent = self.max_views is not None and self.views >= self.max_views
        return spent or (self.expires_at is not None and self.expires_at <= clock.now())


class Revision(SQLModel, table=True):
    """A state of an item, never changed afterwards: who made it, through which door, from which revision."""

    item_id: str = Field(primary_key=True, foreign_key="item.id")
    number: int = Field(primary_key=True)
    title: str = ""
    author_id: str = ""
    key_id: str = ""
    door: str = ""
    base: int = 0
    restores: int = 0
    note: str = ""
    size: int = 0
    created_at: int


class ItemPart(SQLModel, table=True):
    """A named part of a revision. `text` holds up to 64 KiB of it, a blob of this `hash` (SHA-256) what is larger or
    not text; `syntax` is what highlights it, `type` its media type as told by its content."""

    item_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    name: str = ""
    syntax: str = ""
    type: str = "text/plain"
    size: int = 0
    lines: int = 0
    hash: str = Field(default="", index=True)
    text: str | None = None

    @property
    def is_text(self) -> bool:
        """Whether people can read it."""
        return self.type.startswith("text/")

    @property
    def data(self) -> bytes:
        """All its bytes. Raises Gone when they were lost."""
        if self.text is not None:
            return self.text.encode()
        with blobs.open(self.hash) as file:
            return file.read()

    @property
    def file(self) -> BinaryIO:
        """All its bytes, to be read piece by piece and closed. Raises Gone when they were lost."""
        return BytesIO(self.text.encode()) if self.text is not None else blobs.open(self.hash)

    @property
    def content(self) -> str:
        """Its text, '' where it is none. Raises Gone when it was lost."""
        if self.text is not None:
            return self.text
        return types.text_of(self.data) if self.is_text else ""


class Rendering(SQLModel, table=True):
    """The highlighted form of some text, made once: of these bytes, in this syntax, by this version of the maker."""

    hash: str = Field(primary_key=True)
    syntax: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    html: str
    used_at: int


class Tag(SQLModel, table=True):
    """A word that the owner put on something."""

    kind: str = Field(primary_key=True)
    target_id: str = Field(primary_key=True)
    name: str = Field(primary_key=True, index=True)


class Star(SQLModel, table=True):
    """That a person wants to find something again."""

    user_id: str = Field(primary_key=True, foreign_key="account.id")
    kind: str = Field(primary_key=True)
    target_id: str = Field(primary_key=True)
    created_at: int


class Change(SQLModel, table=True):
    """The log that projections read: what became different, in the order of the commits. `what` is created, revised,
    rights, trashed, restored or deleted."""

    seq: int | None = Field(default=None, primary_key=True)
    kind: str
    target_id: str
    revision: int = 0
    what: str
    at: int


class Room(SQLModel, table=True):
    """How many bytes all items of a person are (`owner_id` '': of those without an account), trash included."""

    owner_id: str = Field(primary_key=True)
    used: int = 0
