"""Reading a chat: the last turns of the shown branch, and the places of each turn among its versions."""

from dataclasses import dataclass, field
from typing import Any

from app.chats import books, comparing
from app.chats.books import Book
from app.chats.running import running
from app.chats.tree import NOTE, UNFINISHED, Chat, Message, Part, text_of
from app.errors import NotFound
from app.rights import Caller

PAGE = 50


@dataclass
class Turn:
    """A message as it is shown: its parts, and its place (from 1) among `versions` under the same parent."""

    message: Message
    parts: list[Part]
    place: int = 1
    versions: int = 1
    earlier: str | None = None
    later: str | None = None
    targets: list[Any] | None = None  # what was attached, once somebody has looked for it

    @property
    def text(self) -> str:
        """What was said, without the reasoning."""
        return text_of(self.parts)

    @property
    def reasoning(self) -> str:
        """What was thought before it was said."""
        return "".join(part.text for part in self.parts if part.kind == "reasoning")

    @property
    def reasoning_us(self) -> int:
        """How long that took, in microseconds."""
        return sum(part.duration_us or 0 for part in self.parts if part.kind == "reasoning")

    @property
    def notes(self) -> list[str]:
        """What was left out of what is attached, in sentences."""
        return [line for part in self.parts if part.kind == NOTE for line in part.text.splitlines()]

    @property
    def is_unfinished(self) -> bool:
        """Whether the answer is still being written."""
        return self.message.state in UNFINISHED


@dataclass
class View:
    """The turns from oldest to newest, whether older ones exist, the shown leaf, and the answers that are being
    written. Where the last turn is one of several answers side by side, all of them are in `compared`."""

    turns: list[Turn]
    more: bool
    leaf: str | None
    running: list[str]
    compared: list[Turn] = field(default_factory=list)


def find(id: str, me: Caller) -> Chat:
    """The chat, if it is mine. Raises NotFound, and Gone for a deleted one."""
    with books.reading(id, me) as book:
        return book.chat


def is_temporary(chat: Chat) -> bool:
    """Whether the chat lives only in this process's memory."""
    return chat.id in books.temporary


def is_running(chat_id: str) -> bool:
    """Whether an answer of this chat is being written."""
    return bool(running.of(chat_id))


def view(me: Caller, chat: Chat, before: str | None = None, limit: int = PAGE) -> View:
    """The newest turns of the shown branch, or those before the message `before`. Costs the same at any length."""
    with books.reading(chat.id, me) as book:
        leaf = book.chat.leaf_id
        if before is not None:
            message = book.message(before)
            if message is None:
                raise NotFound()
            path = book.path(message.parent_id, limit + 1) if message.parent_id else []
        else:
            path = book.path(leaf, limit + 1)
        shown = list(reversed(path[:limit]))
        turns = turned(book, shown)
        beside = comparing.compared(book, shown[-1]) if shown else []
        compared = turned(book, beside)
    unfinished = [turn.message.id for turn in compared or turns if turn.is_unfinished]
    return View(turns, len(path) > limit, leaf, unfinished, compared)


def turn(me: Caller, chat: Chat, message_id: str) -> Turn:
    """One turn of the chat. Raises NotFound."""
    with books.reading(chat.id, me) as book:
        message = book.message(message_id)
        if message is None:
            raise NotFound()
        return turned(book, [message])[0]


def turned(book: Book, messages: list[Message]) -> list[Turn]:
    """The messages with their parts and places: two queries for all of them."""
    parts = book.parts([message.id for message in messages])
    versions = book.versions([message.parent_id for message in messages])
    turns = []
    for message in messages:
        siblings = versions[message.parent_id]
        at = siblings.index(message.id)
        earlier = siblings[at - 1] if at else None
        after = siblings[at + 1] if at + 1 < len(siblings) else None
        turns.append(Turn(message, parts[message.id], at + 1, len(siblings), earlier, after))
    return turns


def walk(me: Caller, chat_id: str, message_id: str) -> Chat:
    """Show the version `message_id`: the leaf becomes the end of its newest branch. Raises NotFound."""
    # A branch may be thousands of messages long: the writer's lock is not held on the way down.
    with books.reading(chat_id, me) as seen:
        if seen.message(message_id) is None:
            raise NotFound()
        leaf = message_id
        while children := seen.versions([leaf])[leaf]:
            leaf = children[-1]
    with books.writing(chat_id, me) as (book, _):
        book.chat.leaf_id = leaf
        book.add(book.chat)
        return book.chat
