"""Folders: made, listed, renamed, moved, and put into the trash with all that is in them."""

from contextlib import suppress
from datetime import datetime

from pydantic import Field

from app import verbs
from app.errors import Gone, Invalid
from app.files import folders
from app.files.rows import Folder
from app.files.verbs.telling import FolderId, SpaceId
from app.holdings.telling import Trashed
from app.rights import Caller
from app.verbs import Input, Output, moment, verb


class FolderSeen(Output):
    """A folder."""

    id: str
    name: str
    parent_id: str = Field(description="The folder that it lies in; empty at the top.")
    space_id: str
    created_at: datetime
    changed_at: datetime
    trashed_at: datetime | None = None


class FoldersInput(Input):
    """Where."""

    parent_id: FolderId = ""
    space_id: SpaceId = ""
    trashed: bool = Field(False, description="Those in your trash instead.")


class FoldersSeen(verbs.Listed):
    """Folders by name."""

    data: list[FolderSeen]


@verb(
    "folders.list",
    scope="files:read",
    title="List folders",
    description="The folders in a folder, or those at the top of a space or of your own place, by name. What lies in "
    "one is listed by files.list.",
    input=FoldersInput,
    output=FoldersSeen,
    method="GET",
    path="/folders",
    read_only=True,
    examples=[{}, {"parent_id": "{folder}"}],
)
def listed(me: Caller, asked: FoldersInput) -> FoldersSeen:
    """The folders there. Raises NotFound for a place that one may not see."""
    found = folders.trashed(me) if asked.trashed else folders.inside(me, asked.parent_id, asked.space_id)
    return FoldersSeen(data=[told(each) for each in found])


class FolderDraft(Input):
    """A folder as it is to be made."""

    name: str = Field(min_length=1, max_length=200, description="Its name.")
    parent_id: FolderId = ""
    space_id: SpaceId = ""


@verb(
    "folders.create",
    scope="files:write",
    title="Create a folder",
    description="Make a folder in another one, or at the top of a space or of your own place.",
    input=FolderDraft,
    output=FolderSeen,
    path="/folders",
    answer=201,
    examples=[{"name": "Bills"}],
)
def create(me: Caller, asked: FolderDraft) -> FolderSeen:
    """A new folder. Raises Invalid, Conflict for a name that is taken or too deep a place, NotFound, Forbidden."""
    return told(folders.create(me, asked.name, asked.parent_id, asked.space_id))


class FolderChangeInput(Input):
    """What is to be different; what is not sent stays as it is."""

    id: str = Field(max_length=64, description="The folder's id.")
    name: str = Field("", max_length=200, description="Another name.")
    parent_id: FolderId = ""
    space_id: SpaceId = ""


@verb(
    "folders.change",
    scope="files:write",
    title="Rename or move a folder",
    description="Give a folder another name, or another place with all that is in it. With `parent_id` or `space_id` "
    "it moves there; empty ones are your own place's top. What comes into a space is its members' to read.",
    input=FolderChangeInput,
    output=FolderSeen,
    method="PATCH",
    path="/folders/{id}",
    idempotent=True,
    examples=[{"id": "{folder}", "name": "Paid bills"}],
)
def change(me: Caller, asked: FolderChangeInput) -> FolderSeen:
    """The folder as it is then. Raises Invalid, Conflict, Forbidden, NotFound."""
    given = asked.model_fields_set - {"id"}
    if not given:
        raise Invalid("Send at least one member to change.")
    found = folders.find(asked.id, me)
    if given & {"parent_id", "space_id"}:
        found = folders.move(me, asked.id, asked.parent_id, asked.space_id)
    return told(folders.rename(me, asked.id, asked.name) if "name" in given else found)


class FolderTrashInput(Input):
    """Which folder."""

    id: str = Field(max_length=64, description="The folder's id.")


@verb(
    "folders.trash",
    scope="files:write",
    title="Put a folder into the trash",
    description="Put a folder that you made into the trash, with all that is in it. For 30 days you can take it out "
    "again as it was, then it is deleted.",
    input=FolderTrashInput,
    output=Trashed,
    method="DELETE",
    path="/folders/{id}",
    destructive=True,
    idempotent=True,
    examples=[{"id": "{folder}"}],
)
def trash(me: Caller, asked: FolderTrashInput) -> Trashed:
    """Into the trash; once more does nothing. Raises Forbidden, Conflict where others' files are in it, NotFound."""
    with suppress(Gone):
        folders.trash(me, asked.id)
    return Trashed(id=asked.id, trashed=True)


@verb(
    "folders.untrash",
    scope="files:write",
    title="Take a folder out of the trash",
    description="Take your folder out of the trash, with all that went there with it.",
    input=FolderTrashInput,
    output=FolderSeen,
    path="/folders/{id}/restoration",
    offered_to_models=False,
    examples=[{"id": "{folder}"}],
)
def untrash(me: Caller, asked: FolderTrashInput) -> FolderSeen:
    """Out of the trash. Raises NotFound for what does not lie in it."""
    return told(folders.untrash(me, asked.id))


def told(folder: Folder) -> FolderSeen:
    """A folder as it is told."""
    return FolderSeen(
        id=folder.id,
        name=folder.name,
        parent_id=folder.parent_id,
        space_id=folder.space_id,
        created_at=moment(folder.created_at),
        changed_at=moment(folder.changed_at),
        trashed_at=moment(folder.trashed_at),
    )
