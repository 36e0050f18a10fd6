"""The rows beside a file: the folder that it lies in, what is still coming, and what can be read in it."""

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

QUEUED, RUNNING, DONE, FAILED, NONE = "queued", "running", "done", "failed", "none"


class Folder(SQLModel, table=True):
    """A place for files and other folders: one person's, or of a space and then of its members. `parent_id` is '' at
    the top. Times in microseconds UTC."""

    __table_args__ = (Index("ix_folder_place", "owner_id", "space_id", "parent_id"),)

    id: str = Field(primary_key=True)
    owner_id: str = Field(foreign_key="account.id")
    space_id: str = Field(default="", index=True)
    parent_id: str = Field(default="", index=True)
    name: str
    created_at: int
    changed_at: int
    trashed_at: int | None = None
    trashed_by: str = ""


class Upload(SQLModel, table=True):
    """A file that is coming in pieces, or that may come once by a link (`digest` is the SHA-256 of its token).

    Its bytes lie in data/blobs/coming/<id> until all `length` of them are there; then `made_id` is the file that they
    became. `file_id` is the file of which they are to be the next version, on top of the revision `base`.
    """

    __table_args__ = (Index("ix_upload_digest", "digest", sqlite_where=text("digest != ''")),)

    id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="account.id", index=True)
    key_id: str = ""
    door: str = ""
    digest: str = ""
    name: str = ""
    length: int | None = None
    folder_id: str = ""
    space_id: str = ""
    visibility: str = "private"
    file_id: str = ""
    base: int = 0
    made_id: str = ""
    created_at: int
    expires_at: int = Field(index=True)


class Extract(SQLModel, table=True):
    """What was found in some bytes by this version of the reader: how many pages and characters of text, or `words`
    that say why there are none. `width` and `height` are a picture's, in pixels."""

    hash: str = Field(primary_key=True)
    version: int
    state: str
    pages: int = 0
    characters: int = 0
    words: str = ""
    width: int = 0
    height: int = 0
    at: int


class ExtractPage(SQLModel, table=True):
    """The text of a page, sheet or slide; `label` names it as a person would: page 3, sheet Tea."""

    hash: str = Field(primary_key=True)
    n: int = Field(primary_key=True)
    label: str = ""
    text: str
