"""Where a chat's messages lie: in the database (Kept), or only in this process's memory (Temporary).

Both answer the same few questions, so that asking, branching and answering are written once.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from sqlalchemy import text as sql
from sqlmodel import Session, col, select

from app import clock, db
from app.chats.tree import IS_UNFINISHED, UNFINISHED, Attachment, Chat, Message, Part, Piece
from app.errors import Gone, NotFound
from app.rights import Caller

LIFETIME = 30 * clock.MINUTE
MOST_TEMPORARY = 20  # of one person
OVER = (
    "This chat is gone. A temporary chat ends 30 minutes after its last use, and whenever the server is started again; "
    "a deleted one after 30 days."
)
ANCESTORS = sql(
    """with recursive path(id, parent_id, depth) as (
        select id, parent_id, 0 from message where id = :leaf and chat_id = :chat
        union all
        select message.id, message.parent_id, depth + 1 from message join path on message.id = path.parent_id
        where depth + 1 < :limit)
    select message.* from path join message on message.id = path.id order by depth"""
)
# Counted by SQLite: thousands of rows as objects would hold up everybody else in this process.
DEPTH = sql(
    """with recursive path(id) as (
        select :leaf
        union all
        select message.parent_id from message join path on message.id = path.id where message.parent_id is not null)
    select count(*) from path"""
)


class Book(Protocol):
    """A chat's messages."""

    chat: Chat

    def message(self, id: str) -> Message | None:
        """One message of this chat."""

    def path(self, leaf: str | None, limit: int) -> list[Message]:
        """The message `leaf` and its ancestors, newest first, at most `limit`."""

    def depth(self, message: Message) -> int:
        """How many messages are on the path to this one, itself included."""

    def parts(self, ids: Iterable[str]) -> dict[str, list[Part]]:
        """The parts of these messages in their order."""

    def versions(self, parents: Iterable[str | None]) -> dict[str | None, list[str]]:
        """The ids of the messages under each parent, in the order of their making."""

    def sent(self, key: str) -> Message | None:
        """The message that was sent with this key."""

    def unfinished(self) -> list[Message]:
        """The answers of this chat that are being written."""

    def everything(self) -> list[Message]:
        """All messages of all branches."""

    def add(self, row: Chat | Message | Part | Piece) -> None:
        """Insert a row, or keep what was changed in it."""


class Kept:
    """A chat in the database, seen through one transaction."""

    def __init__(self, session: Session, chat: Chat) -> None:
        self.session, self.chat = session, chat

    def message(self, id: str) -> Message | None:
        found = self.session.get(Message, id)
        return found if found is not None and found.chat_id == self.chat.id else None

    def path(self, leaf: str | None, limit: int) -> list[Message]:
        values = {"leaf": leaf, "chat": self.chat.id, "limit": limit}
        return list(self.session.scalars(select(Message).from_statement(ANCESTORS), values))

    def depth(self, message: Message) -> int:
        return int(self.session.execute(DEPTH, {"leaf": message.id}).scalar_one())

    def parts(self, ids: Iterable[str]) -> dict[str, list[Part]]:
        found: dict[str, list[Part]] = {id: [] for id in ids}
        query = select(Part).where(col(Part.message_id).in_(list(found))).order_by(col(Part.message_id), col(Part.n))
        for part in self.session.exec(query):
            found[part.message_id].append(part)
        return found

    def versions(self, parents: Iterable[str | None]) -> dict[str | None, list[str]]:
        found: dict[str | None, list[str]] = {parent: [] for parent in parents}
        under = col(Message.parent_id).in_([parent for parent in found if parent])
        wanted = under | col(Message.parent_id).is_(None) if None in found else under
        query = select(Message.parent_id, Message.id).where(Message.chat_id == self.chat.id, wanted)
        for parent, id in self.session.exec(query.order_by(col(Message.sequence))):
            found[parent].append(id)
        return found

    def sent(self, key: str) -> Message | None:
        return self.session.exec(select(Message).where(Message.send_key == key)).first()

    def unfinished(self) -> list[Message]:
        query = select(Message).where(Message.chat_id == self.chat.id, IS_UNFINISHED)
        return list(self.session.exec(query))

    def everything(self) -> list[Message]:
        query = select(Message).where(Message.chat_id == self.chat.id).order_by(col(Message.sequence))
        return list(self.session.exec(query))

    def add(self, row: Chat | Message | Part | Piece) -> None:
        self.session.add(row)
        self.session.flush()


class Temporary:
    """A chat that lives only here. Nothing of it is ever written down."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.messages: dict[str, Message] = {}
        self.texts: dict[str, list[Part]] = {}
        self.draft = ""
        self.attached: list[Attachment] = []
        self.used_at = clock.now()
        self.lock = threading.RLock()

    def message(self, id: str) -> Message | None:
        return self.messages.get(id)

    def path(self, leaf: str | None, limit: int) -> list[Message]:
        found: list[Message] = []
        while leaf is not None and leaf in self.messages and len(found) < limit:
            found.append(self.messages[leaf])
            leaf = found[-1].parent_id
        return found

    def depth(self, message: Message) -> int:
        return len(self.path(message.id, len(self.messages)))

    def parts(self, ids: Iterable[str]) -> dict[str, list[Part]]:
        return {id: list(self.texts.get(id, [])) for id in ids}

    def versions(self, parents: Iterable[str | None]) -> dict[str | None, list[str]]:
        wanted = set(parents)
        found: dict[str | None, list[str]] = {parent: [] for parent in wanted}
        for message in sorted(self.messages.values(), key=lambda each: each.sequence):
            if message.parent_id in wanted:
                found[message.parent_id].append(message.id)
        return found

    def sent(self, key: str) -> Message | None:
        return next((each for each in self.messages.values() if each.send_key == key), None)

    def unfinished(self) -> list[Message]:
        return [each for each in self.messages.values() if each.state in UNFINISHED]

    def everything(self) -> list[Message]:
        return list(self.messages.values())

    def add(self, row: Chat | Message | Part | Piece) -> None:
        if isinstance(row, Message):
            self.messages[row.id] = row
        elif isinstance(row, Part):
            self.texts.setdefault(row.message_id, []).append(row)


temporary: dict[str, Temporary] = {}


def keep_nothing(chat: Chat) -> Temporary:
    """Begin a temporary chat; the person's own oldest goes when there are too many, never somebody else's."""
    sweep()
    own = [book for book in list(temporary.values()) if book.chat.user_id == chat.user_id]
    for book in sorted(own, key=lambda each: each.used_at)[: max(0, len(own) - MOST_TEMPORARY + 1)]:
        temporary.pop(book.chat.id, None)
    temporary[chat.id] = Temporary(chat)
    return temporary[chat.id]


def sweep() -> None:
    """Forget the temporary chats that were not used for 30 minutes."""
    limit = clock.now() - LIFETIME
    for id in [id for id, book in list(temporary.items()) if book.used_at < limit and not book.unfinished()]:
        temporary.pop(id, None)


def passing(id: str, me: Caller) -> Temporary | None:
    """The temporary chat with this id, if it is mine."""
    book = temporary.get(id)
    if book is None or book.chat.user_id != me.id:
        return None
    if book.used_at < clock.now() - LIFETIME and not book.unfinished():
        temporary.pop(id, None)
        return None
    book.used_at = clock.now()
    return book


def passing_sent(key: str, me: Caller) -> tuple[Temporary, Message] | None:
    """The message of one of my temporary chats that was sent with this key, and its chat."""
    for book in [book for book in temporary.values() if book.chat.user_id == me.id]:
        if (found := book.sent(key)) is not None:
            return book, found
    return None


@contextmanager
def reading(id: str, me: Caller) -> Iterator[Book]:
    """The chat's book for reading. Raises NotFound for strangers and Gone for a deleted chat."""
    if book := passing(id, me):
        with book.lock:
            yield book
        return
    with db.read() as session:
        yield Kept(session, mine(there(session.get(Chat, id), id, me), me))


@contextmanager
def writing(id: str, me: Caller) -> Iterator[tuple[Book, db.Transaction | None]]:
    """The chat's book for changing, in one transaction (None for a temporary chat). Raises NotFound, Gone."""
    if book := passing(id, me):
        with book.lock:
            yield book, None
        return
    with db.write() as tx:
        yield Kept(tx.session, mine(there(tx.find(Chat, id), id, me), me)), tx


def there(chat: Chat | None, id: str, me: Caller) -> Chat | None:
    """The chat as it was found. Raises NotFound that says why, when it is gone and was this person's: the ledger
    knows it by its numbers."""
    if chat is None and id and db.fetch("select 1 from usage where user_id = ? and chat_id = ? limit 1", me.id, id):
        raise NotFound(OVER)
    return chat


def mine(chat: Chat | None, me: Caller, deleted: bool = False) -> Chat:
    """The chat, if it is this person's. Raises NotFound for strangers and Gone for a deleted chat."""
    if chat is None or chat.user_id != me.id:
        raise NotFound()
    if chat.deleted_at and not deleted:
        raise Gone("This chat was deleted. It can be restored from the list of deleted chats for 30 days.")
    return chat
