"""Storing an imported chat: all of it in one transaction, or nothing, and none that is here already."""

import hashlib
import json
from itertools import groupby
from typing import Any

from sqlalchemy import insert

from app import clock, db, markdown
from app.chats.importing import shapes
from app.chats.importing.shapes import Conversation
from app.chats.importing.trees import Turn, woven
from app.chats.messages import FIRST_WORDS
from app.chats.patience import Patience
from app.chats.tree import DONE, FAILED, INTERRUPTED, TEXT, Chat, Message, Part, text_of
from app.db import Transaction
from app.errors import Invalid
from app.rights import Caller

LARGEST_TEXT = 4 << 20  # characters of one message
LONGEST_NAME = 200
MOST_TAGS, LONGEST_TAG = 20, 50
HERE = "select id from chat where user_id = :user and source = :source"
TAG = "insert or ignore into tag (kind, target_id, name) values ('chat', :id, :name)"


def origin(talk: Conversation, raw: Any) -> str:
    """The name by which a chat is known when it comes again; one without an id is known by all that it says. Raises
    Invalid."""
    program, _, id = shapes.line(talk.origin, 200).partition(":")
    try:
        return f"{program}:{id or hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()[:40]}"
    except RecursionError:
        raise Invalid(file="it is nested too deep") from None


def is_here(me: Caller, source: str) -> bool:
    """Whether it was imported before, and is still here, or deleted less than 30 days ago."""
    return db.fetch("select 1 from chat where user_id = ? and source = ?", me.id, source) is not None


def checked(talk: Conversation) -> tuple[list[Turn], int | None]:
    """The turns of a chat. Raises Invalid for what cannot be kept."""
    turns, last = woven(talk)
    if any(sum(len(piece.text) for piece in turn.pieces) > LARGEST_TEXT for turn in turns):
        raise Invalid(file=f"one of its messages has more than {LARGEST_TEXT:,} characters")
    return turns, last


def store(me: Caller, talk: Conversation, source: str, patience: Patience | None = None) -> tuple[Chat, int] | None:
    """Keep the chat with all its branches; also how many messages. None when it is here already."""
    turns, last = checked(talk)
    now = clock.now()
    began = talk.created_at or next((turn.created_at for turn in turns if turn.created_at), None) or now
    changed = max(talk.changed_at or 0, *(turn.finished_at or 0 for turn in turns), began)
    title = shapes.line(talk.title, shapes.LONGEST_TITLE) or first_words(turns)
    chat = Chat(id=clock.new_id(), user_id=me.id, title=title, title_by="person", created_at=began, changed_at=changed)
    chat.source = source
    chat.archived_at = changed if talk.archived else None
    chat.pinned_at = changed if talk.pinned and not talk.archived else None
    for name, value in talk.settings.items():
        setattr(chat, name, value)
    # Rendering takes as long as the chat is large: everybody else may write meanwhile.
    messages, parts = rows(chat, turns, began, patience or Patience())
    chat.leaf_id = messages[last]["id"] if last is not None else None
    with db.write() as tx:
        if tx.run(HERE, user=me.id, source=source).fetchone():
            return None
        keep(tx, chat, messages, parts)
        for word in dict.fromkeys(
            shapes.line(tag, LONGEST_TAG).lower().replace(",", " ") for tag in talk.tags[:MOST_TAGS]
        ):
            if word:
                tx.run(TAG, id=chat.id, name=word)
        tx.audit(me, "chats.import", chat)
    return chat, len(messages)


def keep(tx: Transaction, chat: Chat, messages: list[dict[str, Any]], parts: list[dict[str, Any]]) -> None:
    """Insert the rows: by the thousand, so that others do not wait for the lock."""
    tx.add(chat)
    for table, values in ((Message, messages), (Part, parts)):
        if values:
            tx.session.execute(insert(table), values)


def first_words(turns: list[Turn]) -> str:
    """A name for a chat without one."""
    text = next((piece.text for turn in turns for piece in turn.pieces if piece.kind == TEXT), "")
    return markdown.plain(text[:2_000], FIRST_WORDS) or "Imported chat"


def rows(
    chat: Chat, turns: list[Turn], began: int, patience: Patience
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The columns of the messages and of their parts."""
    messages: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    seen: dict[int | None, int] = {}
    for turn in turns:
        id, at = clock.new_id(), turn.created_at or began
        above = messages[turn.parent]["id"] if turn.parent is not None else None
        said = joined(turn)
        made = [Part(message_id=id, n=n, kind=each.kind, text=each.text) for n, each in enumerate(said)]
        parts += [
            {"message_id": id, "n": n, "kind": each.kind, "text": each.text, "duration_us": each.duration_us}
            for n, each in enumerate(said)
        ]
        is_answer = turn.role == "assistant"
        messages.append(
            {
                "id": id,
                "chat_id": chat.id,
                "parent_id": above,
                "sequence": seen.get(turn.parent, 0),
                "role": turn.role,
                "state": turn.state if turn.state in (DONE, FAILED, INTERRUPTED) and is_answer else DONE,
                "error": turn.error,
                "model": shapes.line(turn.model, LONGEST_NAME) if is_answer else "",
                "html": patience.shown(text_of(made), markdown.render if is_answer else markdown.questions),
                "created_at": at,
                "finished_at": max(turn.finished_at or at, at) if is_answer else None,
            }
        )
        seen[turn.parent] = seen.get(turn.parent, 0) + 1
    return messages, parts


def joined(turn: Turn) -> list[shapes.Piece]:
    """Neighbouring texts as paragraphs of one."""
    return [one(list(group)) for _, group in groupby(turn.pieces, lambda piece: piece.kind)]


def one(pieces: list[shapes.Piece]) -> shapes.Piece:
    """These texts as one."""
    if len(pieces) == 1:
        return pieces[0]
    took = [each.duration_us for each in pieces if each.duration_us is not None]
    first, *between, last = (each.text for each in pieces)
    texts = [first.rstrip(), *(text.strip() for text in between), last.lstrip()]
    return shapes.Piece(pieces[0].kind, "\n\n".join(texts), sum(took) if took else None)
