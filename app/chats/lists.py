"""A person's chats: the lists, and what can be done to a chat as a whole."""

from typing import Any

from sqlmodel import col, func, select, tuple_

from app import clock, db
from app.chats import books, calls
from app.chats.running import running
from app.chats.tree import Chat
from app.db import Transaction
from app.errors import Conflict, Invalid
from app.items import Tag
from app.rights import Caller

KEPT_DELETED = 30 * clock.DAY
EFFORTS = ("", "minimal", "low", "medium", "high")
LONGEST_TITLE = 200
LONGEST_SYSTEM = 64 * 1024
SETTINGS = ("system", "temperature", "top_p", "max_tokens", "effort", "model_id", "verbs")
QUESTIONS = """select chat.id, substr(part.text, 1, 160) from chat join message on message.id = chat.leaf_id
    join part on part.message_id = coalesce(message.parent_id, message.id) and part.n = 0
    where chat.user_id = ? and chat.id in ({})"""
# Children first, so that no row ever points at nothing.
ERASE = (
    "delete from piece where message_id in (select id from message where chat_id = :chat)",
    "delete from part where message_id in (select id from message where chat_id = :chat)",
    "delete from message where chat_id = :chat",
    "delete from draft where chat_id = :chat",
    "delete from tag where kind = 'chat' and target_id = :chat",
    """delete from attachment where (holder_kind = 'chat' and holder_id = :chat)
        or (holder_kind = 'draft' and holder_id = (select user_id || ':' || id from chat where id = :chat))""",
    "delete from share where kind = 'chat' and target_id = :chat",
    "delete from chat where id = :chat",
)


def recent(
    me: Caller,
    limit: int = 50,
    words: str = "",
    shelf: str = "open",
    before: int | None = None,
    below: tuple[int, str] | None = None,
    tag: str = "",
    project: str | None = None,
) -> list[Chat]:
    """Chats by their last change, newest first. `shelf` is open, archived or deleted; `before` is a changed_at, `below`
    the changed_at and id of the last one that was shown; `project` is the id of one, or '' for those in none."""
    query = select(Chat).where(Chat.user_id == me.id)
    if shelf == "deleted":
        query = query.where(col(Chat.deleted_at).is_not(None))
    else:
        archived = col(Chat.archived_at)
        query = query.where(col(Chat.deleted_at).is_(None))
        query = query.where(archived.is_not(None) if shelf == "archived" else archived.is_(None))
    for word in words.split()[:8]:
        query = query.where(func.lower(Chat.title).contains(word.lower(), autoescape=True))
    if tag:
        bearers = select(Tag.target_id).where(Tag.kind == "chat", Tag.name == tag.lower())
        query = query.where(col(Chat.id).in_(bearers))
    if project is not None:
        query = query.where(Chat.project_id == project)
    if before is not None:
        query = query.where(Chat.changed_at < before)
    if below is not None:
        query = query.where(tuple_(col(Chat.changed_at), col(Chat.id)) < below)
    with db.read() as session:
        return list(session.exec(query.order_by(col(Chat.changed_at).desc(), col(Chat.id).desc()).limit(limit)))


def pinned(me: Caller) -> list[Chat]:
    """The chats that are pinned, by title."""
    query = select(Chat).where(Chat.user_id == me.id, col(Chat.pinned_at).is_not(None), col(Chat.deleted_at).is_(None))
    with db.read() as session:
        return list(session.exec(query.order_by(func.lower(Chat.title))))


def questions(me: Caller, chats: list[Chat]) -> dict[str, str]:
    """The beginning of the last question of each of these chats, by the chat's id: one statement for all."""
    marks = ", ".join("?" * len(chats))
    return dict(db.fetch_all(QUESTIONS.format(marks), me.id, *(chat.id for chat in chats)))


def rename(me: Caller, id: str, title: str) -> Chat:
    """Give the chat a title. Raises Invalid, NotFound."""
    title = " ".join(title.split())
    if not title:
        raise Invalid(title="Give it a name.")
    if len(title) > LONGEST_TITLE:
        raise Invalid(title=f"Use at most {LONGEST_TITLE} characters.")
    return set_values(me, id, "chats.rename", title=title, title_by="person")


def pin(me: Caller, id: str, on: bool = True) -> Chat:
    """Keep the chat at the top of the lists, or no longer."""
    return set_values(me, id, "chats.pin", pinned_at=clock.now() if on else None)


def archive(me: Caller, id: str, on: bool = True) -> Chat:
    """Put the chat away without deleting it, or take it back."""
    return set_values(me, id, "chats.archive", archived_at=clock.now() if on else None)


def change(me: Caller, id: str, **settings: Any) -> Chat:
    """Set the chat's system prompt and parameters; None or '' is not sent. Raises Invalid naming the field."""
    unknown = [name for name in settings if name not in SETTINGS]
    if unknown:
        raise KeyError(unknown[0])
    check(settings)
    if "verbs" in settings:
        settings["verbs"] = calls.checked(settings["verbs"])
    return set_values(me, id, "chats.change", **settings)


def check(settings: dict[str, Any]) -> None:
    """Raises Invalid for values that no provider takes."""
    refused = {}
    if len(settings.get("system") or "") > LONGEST_SYSTEM:
        refused["system"] = f"Use at most {LONGEST_SYSTEM:,} characters."
    if not 0 <= (settings.get("temperature") or 0) <= 2:
        refused["temperature"] = "This has to be between 0 and 2."
    if not 0 <= (settings.get("top_p") or 0) <= 1:
        refused["top_p"] = "This has to be between 0 and 1."
    if settings.get("max_tokens") is not None and not 1 <= settings["max_tokens"] <= 1_000_000:
        refused["max_tokens"] = "This has to be between 1 and 1,000,000."
    if (settings.get("effort") or "") not in EFFORTS:
        refused["effort"] = "Choose minimal, low, medium or high."
    if refused:
        raise Invalid(**refused)


def set_values(me: Caller, id: str, verb: str, **values: Any) -> Chat:
    """Write values to the chat's row, in the database or in memory."""
    with books.writing(id, me) as (book, tx):
        for name, value in values.items():
            setattr(book.chat, name, value)
        book.add(book.chat)
        if tx is not None:
            tx.audit(me, verb, book.chat)
        return book.chat


def delete(me: Caller, id: str) -> Chat:
    """Delete the chat; for 30 days it can be restored. A temporary one is gone at once. Raises Conflict, NotFound."""
    if running.of(id):
        raise Conflict("An answer is still being written here. Stop it first.")
    if book := books.passing(id, me):
        books.temporary.pop(id, None)
        return book.chat
    return set_values(me, id, "chats.delete", deleted_at=clock.now(), pinned_at=None)


def restore(me: Caller, id: str) -> Chat:
    """Take a deleted chat back. Raises NotFound."""
    with db.write() as tx:
        chat = books.mine(tx.find(Chat, id), me, deleted=True)
        chat.deleted_at = None
        tx.add(chat)
        tx.audit(me, "chats.restore", chat)
    return chat


def erase(me: Caller, id: str) -> None:
    """Delete a deleted chat for good. Raises Conflict for one that is not deleted, NotFound."""
    with db.write() as tx:
        chat = books.mine(tx.find(Chat, id), me, deleted=True)
        if chat.deleted_at is None:
            raise Conflict("Delete the chat first; then it can be deleted for good.")
        erase_rows(tx, id)
        tx.audit(me, "chats.erase", id)


def erase_rows(tx: Transaction, id: str) -> None:
    """Take every row of the chat away."""
    tx.session.expunge_all()
    for sql in ERASE:
        tx.run(sql, chat=id)


def sweep() -> int:
    """Erase what was deleted more than 30 days ago, and forgotten temporary chats; how many. One at a time."""
    books.sweep()
    over = db.fetch_all("select id from chat where deleted_at < ? limit 500", clock.now() - KEPT_DELETED)
    for (id,) in over:
        with db.write() as tx:
            erase_rows(tx, id)
    return len(over)


def deleted_for(chat: Chat) -> int:
    """Days until a deleted chat is erased, a begun one counted."""
    return max(0, -((clock.now() - (chat.deleted_at or 0) - KEPT_DELETED) // clock.DAY))
