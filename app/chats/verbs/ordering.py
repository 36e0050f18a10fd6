"""Chats in their order: named, pinned, tagged, moved, put away and deleted, one or many at once."""

from pydantic import Field

from app import verbs
from app.chats import lists, many, placing
from app.rights import Caller
from app.verbs import Input, Output, verb


class Chosen(Input):
    """Which chats."""

    ids: list[str] = Field(min_length=1, max_length=many.MOST, description="The chats' ids.")


class Done(Output):
    """To which chats it was done, and which were left as they are: those that are not yours or not here any more, and
    when deleting those in which an answer is being written."""

    ids: list[str]
    left: list[str]


def said(done: many.Done) -> Done:
    """The outcome as it is told."""
    return Done(ids=done.ids, left=done.left)


class RenameInput(Input):
    """Which chat, and its name."""

    id: str = Field(max_length=64, description="The chat's id.")
    title: str = Field(min_length=1, max_length=lists.LONGEST_TITLE, description="What it is called from now on.")


class Renamed(Output):
    """A chat and its name."""

    id: str
    title: str


@verb(
    "chats.rename",
    scope="chats:write",
    title="Rename a chat",
    description="Give your chat a title; no model names it any more.",
    input=RenameInput,
    output=Renamed,
    method="PUT",
    path="/chats/{id}/title",
    idempotent=True,
    examples=[{"id": "{chat}", "title": "Teas of the north"}],
)
def rename(me: Caller, asked: RenameInput) -> Renamed:
    """Name it. Raises Invalid, NotFound, Gone."""
    chat = lists.rename(me, asked.id, asked.title)
    return Renamed(id=chat.id, title=chat.title)


class PinInput(Input):
    """Which chat, and whether it is pinned."""

    id: str = Field(max_length=64, description="The chat's id.")
    pinned: bool = Field(True, description="False takes the pin away.")


class Pinned(Output):
    """A chat and whether it is pinned."""

    id: str
    pinned: bool


@verb(
    "chats.pin",
    scope="chats:write",
    title="Pin a chat",
    description="Keep your chat at the top of the lists, or no longer.",
    input=PinInput,
    output=Pinned,
    method="PUT",
    path="/chats/{id}/pin",
    idempotent=True,
    offered_to_models=False,
    examples=[{"id": "{chat}"}],
)
def pin(me: Caller, asked: PinInput) -> Pinned:
    """Pin it. Raises NotFound, Gone."""
    return Pinned(id=asked.id, pinned=lists.pin(me, asked.id, asked.pinned).pinned_at is not None)


class TagsInput(Input):
    """Nothing: they are the words on one's own chats."""


class TagSeen(Output):
    """A tag, and how many chats bear it."""

    name: str
    count: int


class TagsSeen(verbs.Listed):
    """The most used first."""

    data: list[TagSeen]


@verb(
    "chats.tags",
    scope="chats:read",
    title="List the tags of chats",
    description="The words by which your chats are found again, and how many chats bear each, the most used first.",
    input=TagsInput,
    output=TagsSeen,
    method="GET",
    path="/chats/tags",
    read_only=True,
    examples=[{}],
)
def tags(me: Caller, asked: TagsInput) -> TagsSeen:
    """The tags of `me`."""
    return TagsSeen(data=[TagSeen(name=name, count=count) for name, count in placing.tags(me)])


class TagInput(Chosen):
    """Which chats, and which tags."""

    add: list[str] = Field([], max_length=20, description="Tags that they bear from now on, beside those they have.")
    remove: list[str] = Field([], max_length=20, description="Tags that are taken off.")


@verb(
    "chats.tag",
    scope="chats:write",
    title="Tag chats",
    description="Put tags on your chats, or take them off.",
    input=TagInput,
    output=Done,
    path="/chats/tags",
    idempotent=True,
    examples=[{"ids": ["{chat}"], "add": ["tea"]}],
)
def tag(me: Caller, asked: TagInput) -> Done:
    """Tag them. Raises Invalid, NotFound where none of them is here."""
    return said(many.tag(me, asked.ids, asked.add, asked.remove))


class MoveInput(Chosen):
    """Which chats, and where to."""

    project_id: str = Field("", max_length=64, description="One of your projects; empty takes them out of theirs.")


@verb(
    "chats.move",
    scope="chats:write",
    title="Move chats into a project",
    description="Put your chats into one of your projects, whose instructions and files then hold for them, or take "
    "them out.",
    input=MoveInput,
    output=Done,
    path="/chats/moves",
    idempotent=True,
    examples=[{"ids": ["{chat}"], "project_id": ""}],
)
def move(me: Caller, asked: MoveInput) -> Done:
    """Move them. Raises Invalid, NotFound where none of them is here."""
    return said(many.move(me, asked.ids, asked.project_id))


class ArchiveInput(Chosen):
    """Which chats, and whether they are put away."""

    archived: bool = Field(True, description="False takes them out of the archive.")


@verb(
    "chats.archive",
    scope="chats:write",
    title="Archive chats",
    description="Put your chats away without deleting them, or take them back.",
    input=ArchiveInput,
    output=Done,
    path="/chats/archive",
    idempotent=True,
    examples=[{"ids": ["{chat}"]}],
)
def archive(me: Caller, asked: ArchiveInput) -> Done:
    """Archive them. Raises NotFound where none of them is here."""
    return said(many.archive(me, asked.ids, asked.archived))


@verb(
    "chats.delete",
    scope="chats:write",
    title="Delete chats",
    description="Delete your chats; for 30 days chats.restore takes them back. Where an answer is being written, the "
    "chat is left.",
    input=Chosen,
    output=Done,
    path="/chats/deletion",
    destructive=True,
    examples=[{"ids": ["{chat}"]}],
)
def delete(me: Caller, asked: Chosen) -> Done:
    """Delete them. Raises NotFound where none of them is here, Conflict where all of them are being written."""
    return said(many.delete(me, asked.ids))


@verb(
    "chats.restore",
    scope="chats:write",
    title="Restore chats",
    description="Take back chats that were deleted, for 30 days after that.",
    input=Chosen,
    output=Done,
    path="/chats/restoration",
    examples=[{"ids": ["{chat}"]}],
)
def restore(me: Caller, asked: Chosen) -> Done:
    """Take them back. Raises NotFound where none of them is among the deleted."""
    return said(many.restore(me, asked.ids))
