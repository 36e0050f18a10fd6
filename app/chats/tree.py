"""Chats: the rows. Messages are a tree; the chat remembers the leaf that is shown."""

from collections.abc import Iterable

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

PENDING, RUNNING, DONE, STOPPED, INTERRUPTED, FAILED = "pending", "running", "done", "stopped", "interrupted", "failed"
UNFINISHED = (PENDING, RUNNING)
# Kinds of parts.
TEXT, REASONING, CALL, RESULT, ATTACHMENT = "text", "reasoning", "call", "result", "attachment"
NOTE = "note"  # what was left out of what is attached, for this answer
# States of a call, beside running, done, failed and stopped.
WAITING, REFUSED = "waiting", "refused"
# Written out for queries: SQLite uses a partial index only where it reads the very words of its condition.
IS_UNFINISHED = text("state in ('pending', 'running')")


class Chat(SQLModel, table=True):
    """A conversation of one person. `title_by` is '' (first words), model or person; `verbs` says what models may
    call in it ('' is nothing). It may lie in a project and come from a preset; `source` is where it was imported from,
    like chatgpt:1234."""

    __table_args__ = (
        Index("ix_chat_recent", "user_id", "changed_at"),
        Index("ix_chat_project", "project_id", "changed_at", sqlite_where=text("project_id != ''")),
        Index("ix_chat_source", "user_id", "source", unique=True, sqlite_where=text("source != ''")),
    )

    id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="account.id")
    title: str = ""
    title_by: str = ""
    leaf_id: str | None = None
    model_id: str | None = None
    system: str = ""
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    effort: str = ""
    verbs: str = ""
    project_id: str = ""
    preset_id: str = ""
    source: str = ""
    created_at: int
    changed_at: int
    pinned_at: int | None = None
    archived_at: int | None = None
    deleted_at: int | None = None


class Message(SQLModel, table=True):
    """One turn: `role` is user or assistant. `sequence` orders siblings (versions) under the same parent.

    `html` is the rendered text of a finished message. `send_key` (person:key) makes a repeated send one message.
    `error_kind` and `error` tell in plain words how an answer failed. Answers with the same `comparison` were asked for
    at once, from different models. Times in microseconds.
    """

    __table_args__ = (
        Index("ix_message_siblings", "chat_id", "parent_id", "sequence"),
        Index("ix_message_unfinished", "chat_id", sqlite_where=IS_UNFINISHED),
        Index("ix_message_send_key", "send_key", unique=True, sqlite_where=text("send_key is not null")),
    )

    id: str = Field(primary_key=True)
    chat_id: str = Field(foreign_key="chat.id")
    parent_id: str | None = None
    sequence: int = 0
    role: str
    state: str = DONE
    boot: str = ""
    send_key: str | None = None
    model_id: str | None = None
    model: str = ""
    html: str = ""
    error_kind: str = ""
    error: str = ""
    left_out: int = 0
    usage_id: str = ""
    finish: str = ""
    comparison: str = ""
    created_at: int
    started_at: int | None = None
    first_at: int | None = None
    finished_at: int | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: int | None = None


class Part(SQLModel, table=True):
    """A typed part of a message: text, reasoning, call, result, attachment or note.

    An attachment refers to what was sent (`target_kind` file, paste or chat, its `target_id` and `revision`) by the
    `name` that it had; the note of an answer says what was left out of all that was attached. A call has the
    provider's `call_id`, the `name` that the model asked for, the `verb` behind it, its `arguments` as JSON and a
    `state` (waiting, running, done, failed, refused, stopped); a result has the same `call_id` and its text.
    """

    message_id: str = Field(primary_key=True, foreign_key="message.id")
    n: int = Field(primary_key=True)
    kind: str
    text: str = ""
    duration_us: int | None = None
    call_id: str = ""
    name: str = ""
    verb: str = ""
    arguments: str = ""
    state: str = ""
    started_at: int | None = None
    target_kind: str = ""
    target_id: str = ""
    revision: int = 0


class Attachment(SQLModel, table=True):
    """What lies beside something until it is sent, or for all that is sent in it: a file, paste or chat.

    The holder is a draft (`holder_id` is person:chat, the chat '' for the next new one), a chat or a project.
    """

    holder_kind: str = Field(primary_key=True)
    holder_id: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    target_id: str = Field(primary_key=True, index=True)
    name: str = ""
    position: int = 0
    added_at: int


class Piece(SQLModel, table=True):
    """Text of an answer that is being written: appended, and folded into parts when it ends."""

    message_id: str = Field(primary_key=True, foreign_key="message.id")
    n: int = Field(primary_key=True)
    kind: str
    text: str


class Draft(SQLModel, table=True):
    """What stands in a composer: per person and chat, chat '' being the next new one."""

    user_id: str = Field(primary_key=True, foreign_key="account.id")
    chat_id: str = Field(primary_key=True)
    text: str
    changed_at: int


def text_of(parts: Iterable[Part]) -> str:
    """What was said: without the reasoning; a call of a tool between two texts parts them."""
    text, parted = "", False
    for part in parts:
        if part.kind == TEXT and part.text:
            text += ("\n\n" if parted and text and not text.endswith("\n\n") else "") + part.text
            parted = False
        parted = parted or part.kind == CALL
    return text
