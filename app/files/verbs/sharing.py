"""Doors to a file: opened, listed and closed by its owner."""

from pydantic import Field

from app import files, verbs
from app.files.verbs.telling import Id, address
from app.holdings.telling import Door, Sharing, Unshared, door
from app.rights import Caller, Share
from app.verbs import Input, verb


class FileShareInput(Sharing):
    """Which file, with whom, and how far."""

    id: Id


class FileShareSeen(Door):
    """A door to a file. `url` is told only when it is made: the link holds what opens it."""

    file_id: str


class FileSharesSeen(verbs.Listed):
    """Every door that is open, the newest first."""

    data: list[FileShareSeen]


@verb(
    "files.share",
    scope="files:write",
    title="Share a file",
    description="Let others read your file, or bring new versions of it: one person here by email, everybody who is "
    "signed in, or whoever has the link. The link is told once.",
    input=FileShareInput,
    output=FileShareSeen,
    path="/files/{id}/shares",
    answer=201,
    examples=[{"id": "{file}", "audience": "link", "expires_in": 86400}],
)
def share(me: Caller, asked: FileShareInput) -> FileShareSeen:
    """A new door. Raises Invalid, Forbidden for others than its owner."""
    about = asked.model_dump(exclude={"id", "audience", "role"})
    made, token = files.share(me, asked.id, asked.audience, asked.role, **about)
    return told(made, token)


class FileSharesInput(Input):
    """Which file."""

    id: Id


@verb(
    "files.shares",
    scope="files:read",
    title="List who a file is shared with",
    description="The doors that are open to your file, the newest first, without their links.",
    input=FileSharesInput,
    output=FileSharesSeen,
    method="GET",
    path="/files/{id}/shares",
    read_only=True,
    offered_to_models=False,
    examples=[{"id": "{file}"}],
)
def shares(me: Caller, asked: FileSharesInput) -> FileSharesSeen:
    """The doors. Raises Forbidden for others than its owner."""
    return FileSharesSeen(data=[told(each) for each in files.shares(me, asked.id)])


class FileUnshareInput(Input):
    """Which door of which file."""

    id: Id
    share_id: str = Field(max_length=64, description="The door's id.")


@verb(
    "files.unshare",
    scope="files:write",
    title="Stop sharing a file",
    description="Close one door to your file, from this moment on.",
    input=FileUnshareInput,
    output=Unshared,
    method="DELETE",
    path="/files/{id}/shares/{share_id}",
    destructive=True,
    idempotent=True,
    offered_to_models=False,
    examples=[{"id": "{file}", "share_id": "{share}"}],
)
def unshare(me: Caller, asked: FileUnshareInput) -> Unshared:
    """Close it. Raises NotFound, Forbidden for others than its owner."""
    files.unshare(me, asked.id, asked.share_id)
    return Unshared(id=asked.id, share_id=asked.share_id)


def told(share: Share, token: str = "") -> FileShareSeen:
    """A door as it is told."""
    return FileShareSeen(file_id=share.target_id, **door(share, address(share.target_id), token))
