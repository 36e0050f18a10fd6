"""Chats: conversations with models. A chat is a tree of messages; an answer is never lost.

The rows are in `tree`, where they lie in `books`, asking in `messages`, answers in `answering` and `replies`, calls of
tools in `calls`, reading in `views`, lists and whole chats in `lists`, links for others in `sharing`. What
is attached lies beside a draft, chat or project by `attaching`; `targets` find it, `material` is what a model gets.
"""

from app.chats import comparing, drafts
from app.chats.books import writing
from app.chats.calls import checked as checked_verbs
from app.chats.exports import as_json, as_markdown, take_in
from app.chats.lists import (
    archive,
    change,
    delete,
    deleted_for,
    erase,
    pin,
    pinned,
    questions,
    recent,
    rename,
    restore,
    sweep,
)
from app.chats.messages import Asked, again, ask, create, edit, proceed
from app.chats.orphans import interrupt_orphans
from app.chats.replies import decide, start, stop_all, stop_of
from app.chats.replies import stop as stop_reply
from app.chats.titles import title
from app.chats.tree import Chat, Message, Part
from app.chats.views import Turn, View, find, is_running, is_temporary, turn, view, walk
from app.db import in_thread
from app.live import find as feed
from app.rights import Caller

__all__ = [
    "Asked",
    "Chat",
    "Message",
    "Part",
    "Turn",
    "View",
    "again",
    "archive",
    "as_json",
    "as_markdown",
    "ask",
    "change",
    "checked_verbs",
    "create",
    "decide",
    "delete",
    "deleted_for",
    "drafts",
    "edit",
    "erase",
    "feed",
    "find",
    "interrupt_orphans",
    "is_running",
    "is_temporary",
    "keep",
    "pin",
    "pinned",
    "proceed",
    "questions",
    "recent",
    "rename",
    "restore",
    "start",
    "stop",
    "stop_all",
    "stop_of",
    "sweep",
    "take_in",
    "title",
    "turn",
    "view",
    "walk",
]


async def stop(me: Caller, chat_id: str, message_id: str = "") -> None:
    """Stop the chat's running answers, or only the one with `message_id`, within a second; their texts are kept.
    Raises NotFound."""
    await in_thread(stopping, chat_id, me)
    await stop_reply(chat_id, message_id)


async def keep(me: Caller, chat_id: str, message_id: str) -> Chat:
    """Go on with this one of the answers side by side; those that are still written are stopped. Raises NotFound,
    Conflict."""
    chat = await in_thread(comparing.keep, me, chat_id, message_id)
    await stop_reply(chat_id, but=message_id)
    return chat


def stopping(chat_id: str, me: Caller) -> None:
    """Write down who stops the answers of a chat. Raises NotFound."""
    with writing(chat_id, me) as (_, tx):
        if tx is not None:
            tx.audit(me, "chats.stop", chat_id)
