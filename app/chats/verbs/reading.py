"""Chats: listed, found by their titles, and read."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from app import chats, verbs
from app.chats import material, placing, views
from app.chats.running import running
from app.chats.tree import Chat
from app.rights import Caller
from app.verbs import Output, Page, cursors, moment, verb

Shelf = Literal["open", "archived", "deleted"]
State = Literal["pending", "running", "done", "stopped", "interrupted", "failed"]


class ChatsInput(Page):
    """Which chats."""

    shelf: Shelf = Field("open", description="The chats in use, those put away, or those deleted in the last 30 days.")
    project_id: str = Field("", max_length=64, description="Only those in this project; empty for all of them.")
    tag: str = Field("", max_length=80, description="Only those that bear this tag.")


class SearchInput(ChatsInput):
    """Which chats, by words of their titles."""

    words: str = Field(min_length=1, max_length=200, description="Words that the title has to contain, in any order.")


class ChatSeen(Output):
    """A chat without its messages."""

    id: str
    title: str
    created_at: datetime
    changed_at: datetime
    pinned: bool
    project_id: str = ""
    tags: list[str] = []
    answering: bool = Field(description="Whether an answer is being written now.")


class ChatsSeen(verbs.Listed):
    """The last changed first."""

    data: list[ChatSeen]


@verb(
    "chats.list",
    scope="chats:read",
    title="List chats",
    description="Your chats, the last changed first. Read one with chats.read.",
    input=ChatsInput,
    output=ChatsSeen,
    method="GET",
    path="/chats",
    read_only=True,
    examples=[{"limit": 20}],
)
def listed(me: Caller, asked: ChatsInput) -> ChatsSeen:
    """A page of chats. Raises Invalid for a wrong cursor."""
    return found(me, asked, "")


@verb(
    "chats.search",
    scope="chats:read",
    title="Search chats by title",
    description="Your chats whose title contains all of these words, the last changed first. It looks at titles only, "
    "not at what was said.",
    input=SearchInput,
    output=ChatsSeen,
    method="GET",
    path="/chats/search",
    read_only=True,
    examples=[{"words": "tea kettle"}],
)
def search(me: Caller, asked: SearchInput) -> ChatsSeen:
    """A page of chats. Raises Invalid for a wrong cursor."""
    return found(me, asked, asked.words)


def found(me: Caller, asked: ChatsInput, words: str) -> ChatsSeen:
    """Chats by their last change."""
    below = cursors.read(asked.cursor, int, str)
    project = asked.project_id or None
    rows = chats.recent(me, asked.limit + 1, words, asked.shelf, below=below, tag=asked.tag, project=project)
    shown, behind = cursors.page(rows, asked.limit, lambda chat: (chat.changed_at, chat.id))
    words_on = placing.tags_of(shown)
    return ChatsSeen(data=[seen(chat, words_on.get(chat.id, [])) for chat in shown], next=behind)


def seen(chat: Chat, tags: list[str]) -> ChatSeen:
    """A chat as it is told."""
    return ChatSeen(
        id=chat.id,
        title=chat.title,
        created_at=moment(chat.created_at),
        changed_at=moment(chat.changed_at),
        pinned=chat.pinned_at is not None,
        project_id=chat.project_id,
        tags=tags,
        answering=chats.is_running(chat.id),
    )


class ReadInput(Page):
    """Which chat, and which of its messages: the newest, or those before the cursor."""

    id: str = Field(max_length=64, description="The chat's id.")


class AttachmentSeen(Output):
    """What was sent with a question, by the name that it had then."""

    kind: Literal["file", "paste", "chat"]
    id: str
    name: str
    revision: int = Field(0, description="The version that was sent; 0 for a chat.")


class MessageSeen(Output):
    """A message of the branch that is shown; `place` counts it among the `versions` of the same place."""

    id: str
    role: Literal["user", "assistant"]
    text: str
    attachments: list[AttachmentSeen] = Field(default_factory=list)
    left_out: list[str] = Field(default_factory=list, description="What was not sent of the attachments, and why.")
    state: State
    error: str = ""
    model: str = ""
    place: int
    versions: int
    created_at: datetime
    tokens_in: int | None = None
    tokens_out: int | None = None


class ChatRead(verbs.Listed):
    """A chat and its messages from the oldest to the newest of this page; `next` leads to older ones."""

    chat: ChatSeen
    data: list[MessageSeen]


@verb(
    "chats.read",
    scope="chats:read",
    title="Read a chat",
    description="A chat with the newest messages of the branch that is shown, in the order in which they were said. "
    "An answer that is still being written comes with the text so far and the state running. `next` leads to older "
    "messages.",
    input=ReadInput,
    output=ChatRead,
    method="GET",
    path="/chats/{id}",
    read_only=True,
    examples=[{"id": "{chat}", "limit": 10}],
)
def read(me: Caller, asked: ReadInput) -> ChatRead:
    """A page of a chat. Raises NotFound, Gone."""
    chat = chats.find(asked.id, me)
    before = cursors.read(asked.cursor, str)
    page = chats.view(me, chat, before[0] if before else None, asked.limit)
    turns = [told(chat, turn) for turn in page.turns]
    about = seen(chat, placing.tags_of([chat]).get(chat.id, []))
    return ChatRead(chat=about, data=turns, next=cursors.written(turns[0].id) if page.more and turns else "")


def told(chat: Chat, turn: views.Turn) -> MessageSeen:
    """A message as it is told."""
    message = turn.message
    return MessageSeen(
        id=message.id,
        role=message.role,
        text=text_so_far(message.id) or turn.text,
        attachments=[
            AttachmentSeen(kind=part.target_kind, id=part.target_id, name=part.name, revision=part.revision)
            for part in material.attached(turn.parts)
        ],
        left_out=turn.notes,
        state=message.state,
        error=message.error,
        model=message.model,
        place=turn.place,
        versions=turn.versions,
        created_at=moment(message.created_at),
        tokens_in=message.tokens_in,
        tokens_out=message.tokens_out,
    )


def text_so_far(message_id: str) -> str:
    """What has come of an answer that is being written here; '' for any other message."""
    reply = running.find(message_id)
    return reply.text if reply is not None else ""
