"""Files as verbs tell them."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from app import config, files
from app.errors import Invalid
from app.files import folders
from app.files.folders import Place
from app.holdings import LARGEST_JSON, Row
from app.holdings.telling import Visibility
from app.items import Item, ItemPart, contents
from app.rights import Caller
from app.verbs import Input, Output, moment

Id = Annotated[str, Field(max_length=64, description="The file's id, which its address ends with.")]
FolderId = Annotated[str, Field(max_length=64, description="The folder's id; empty for none.")]
SpaceId = Annotated[str, Field(max_length=64, description="The space that it lies in; empty for your own place.")]
Password = Annotated[str, Field(max_length=200, description="Of a file that is locked; its owner needs none.")]
Base = Annotated[int, Field(ge=0, le=1 << 30, description="The version that was seen; 0 for whichever is current.")]
IN_HEADERS = {"password": "File-Password"}
TEXT = Field(None, max_length=LARGEST_JSON, description="What is in it, where that is text.")
DATA = Field("", max_length=LARGEST_JSON, description="What is in it otherwise, as base64.")
Readers = Annotated[
    Visibility,
    Field(description="Who may read it: you, the members of its space, whoever has its link (unlisted), everybody."),
]


class Lying(Input):
    """Where a file is to lie: in a folder by its id or its path, or at the top of a space or of one's own place."""

    folder_id: FolderId = ""
    folder: str = Field("", max_length=4000, description="Or its path, like Bills/2026; made where it is not there.")
    space_id: SpaceId = ""

    def place(self, me: Caller) -> Place:
        """That place, made where it is not there. Raises Invalid, NotFound, Forbidden."""
        if self.folder and self.folder_id:
            raise Invalid(folder="Send either `folder` or `folder_id`.")
        return (
            folders.at(me, self.folder, self.space_id, make=True)
            if self.folder
            else Place(self.folder_id, self.space_id)
        )


class FileSeen(Output):
    """A file without what is in it."""

    id: str
    url: str
    name: str
    type: str = Field(description="Its media type, told by its content; empty where reading is not free.")
    size: int = Field(description="Bytes of its current version.")
    sha256: str = Field(description="Of its current version.")
    revision: int = Field(description="The number of its current version; a write names the one it was made from.")
    visibility: Visibility
    space_id: str = ""
    folder_id: str = ""
    stored: int = Field(description="Bytes of all its versions.")
    views: int
    locked: bool = Field(description="Whether others need a password.")
    max_views: int | None = None
    parent_id: str | None = Field(None, description="The file that it is a copy of.")
    tags: list[str] = []
    created_at: datetime
    changed_at: datetime
    expires_at: datetime | None = None
    trashed_at: datetime | None = None


def told(item: Item, part: ItemPart | None = None, tags: Sequence[str] | None = None) -> FileSeen:
    """A file as its owner sees it."""
    if part is None:
        part = contents(item)[1][0]
    return seen(item, part.type, part.size, part.hash, files.tags_of(item.id) if tags is None else tags)


def in_list(me: Caller, row: Row) -> FileSeen:
    """A file as lists tell it; what somebody else has copied is theirs to know."""
    found = seen(row.item, row.type, row.size, row.hash, row.tags)
    found.parent_id = row.item.parent_id if row.item.owner_id == me.id else None
    return found


def seen(item: Item, type: str, size: int, hash: str, tags: Sequence[str]) -> FileSeen:
    """A file with what its list knows of its content."""
    return FileSeen(
        id=item.id,
        url=address(item.id),
        name=item.title,
        type=type,
        size=size,
        sha256=hash,
        revision=item.current,
        visibility=item.visibility,
        space_id=item.space_id,
        folder_id=item.folder_id,
        stored=item.size,
        views=item.views,
        locked=bool(item.password),
        max_views=item.max_views,
        parent_id=item.parent_id,
        tags=list(tags),
        created_at=moment(item.created_at),
        changed_at=moment(item.changed_at),
        expires_at=moment(item.expires_at),
        trashed_at=moment(item.trashed_at),
    )


def address(id: str) -> str:
    """Where people see it; without the host where INGLENOOK_URL does not name it."""
    return f"{config.current.url.rstrip('/')}/files/{id}"


def given(text: str | None, data: str) -> bytes:
    """What a file is to hold. Raises Invalid."""
    if (text is None) == (not data):
        raise Invalid(text="Send either `text` or `data`.")
    if text is not None:
        try:
            return text.encode()
        except UnicodeEncodeError:
            raise Invalid(text="It holds half a character (a lone surrogate). Send it as `data`.") from None
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid(data="This is no base64.") from None


Order = Literal["changed", "created", "name", "size"]
