"""Pastes as verbs tell them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import Field

from app import config, pastes
from app.holdings.telling import Visibility as Visibility
from app.items import Item, ItemPart, Piece
from app.verbs import Input, Output, moment

Id = Annotated[str, Field(max_length=64, description="The paste's id, which its address ends with.")]
Password = Annotated[str, Field(max_length=200, description="Of a paste that is locked; its owner needs none.")]
IN_HEADERS = {"password": "Paste-Password"}
# What one answer may hold of texts; the rest is read at its raw address.
MOST_TEXT = pastes.LARGEST_JSON - (256 << 10)


class PartIn(Input):
    """A named part as it comes in."""

    text: str = Field(max_length=pastes.LARGEST_JSON, description="What is in it.")
    name: str = Field("", max_length=200, description="Its name, like main.py; empty for one that fits.")
    syntax: str = Field("", max_length=40, description="Its language, like python; empty to find out.")


class PasteSeen(Output):
    """A paste without what is in it."""

    id: str
    url: str
    title: str
    visibility: Visibility
    space_id: str = ""
    revision: int = Field(description="The number of its current revision; a write names the one it was made from.")
    size: int = Field(description="Bytes of all its revisions.")
    views: int
    encrypted: bool = Field(description="Whether it was encrypted in a browser: nobody here can read it.")
    burns: bool = Field(description="Whether reading deletes it.")
    locked: bool = Field(description="Whether others need a password.")
    max_views: int | None = None
    parent_id: str | None = None
    tags: list[str] = []
    created_at: datetime
    changed_at: datetime
    expires_at: datetime | None = None
    trashed_at: datetime | None = None


class PartSeen(Output):
    """A named part. `text` is null for what is no text, and for what was too much for one answer: read it at `raw`."""

    name: str
    syntax: str
    type: str
    size: int
    lines: int
    text: str | None
    raw: str


class PasteRead(Output):
    """A paste and its parts, at one of its revisions."""

    id: str
    url: str
    title: str
    revision: int
    current: int = Field(description="The number of its current revision.")
    role: Literal["owner", "writer", "reader"]
    visibility: Visibility
    encrypted: bool
    expires_at: datetime | None = None
    changed_at: datetime
    parts: list[PartSeen]


def told(item: Item, tags: Sequence[str] | None = None) -> PasteSeen:
    """A paste as its owner and lists see it."""
    return PasteSeen(
        id=item.id,
        url=address(item.id),
        title=item.title,
        visibility=item.visibility,
        space_id=item.space_id,
        revision=item.current,
        size=item.size,
        views=item.views,
        encrypted=item.sealed,
        burns=item.burns,
        locked=bool(item.password),
        max_views=item.max_views,
        parent_id=item.parent_id,
        tags=list(pastes.tags_of(item.id) if tags is None else tags),
        created_at=moment(item.created_at),
        changed_at=moment(item.changed_at),
        expires_at=moment(item.expires_at),
        trashed_at=moment(item.trashed_at),
    )


def read(paste: pastes.Paste) -> PasteRead:
    """A paste with its texts."""
    room, parts = MOST_TEXT, []
    for part in paste.parts:
        fits = part.is_text and part.size <= room
        room -= part.size if fits else 0
        parts.append(part_told(paste, part, part.content if fits else None))
    item = paste.item
    return PasteRead(
        id=item.id,
        url=address(item.id),
        title=paste.revision.title,
        revision=paste.revision.number,
        current=item.current,
        role=paste.role,
        visibility=item.visibility,
        encrypted=item.sealed,
        expires_at=moment(item.expires_at),
        changed_at=moment(paste.revision.created_at),
        parts=parts,
    )


def part_told(paste: pastes.Paste, part: ItemPart, text: str | None) -> PartSeen:
    """A part as it is told."""
    behind = "" if paste.is_current else f"?revision={paste.revision.number}"
    return PartSeen(
        name=part.name,
        syntax=part.syntax,
        type=part.type,
        size=part.size,
        lines=part.lines,
        text=text,
        raw=f"{address(paste.id)}/raw/{quote(part.name, safe='')}{behind}",
    )


def address(id: str) -> str:
    """Where people read it; without the host where INGLENOOK_URL does not name it."""
    return f"{config.current.url.rstrip('/')}/p/{id}"


def pieces(parts: Sequence[PartIn]) -> list[Piece]:
    """Parts as the domain takes them."""
    return [Piece(name=part.name, text=part.text, syntax=part.syntax) for part in parts]
