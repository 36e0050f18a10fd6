"""Comparing: two or three models answer one question side by side, until one of their answers is kept as the way on.

The answers are versions under one question, with the same `comparison`; nothing comes below them before one is kept.
"""

from collections.abc import Sequence

from app import clock, providers
from app.chats import books
from app.chats.books import Book
from app.chats.tree import FAILED, TEXT, UNFINISHED, Chat, Message
from app.errors import Conflict, Invalid, NotFound
from app.rights import Caller

MOST = 3


def beside(me: Caller, model: providers.Model, others: Sequence[str]) -> list[providers.Model]:
    """The other models that are to answer beside `model`. Raises Invalid for one that is named twice and for more than
    three."""
    ids = [id for id in others if id]
    if len(ids) >= MOST:
        raise Invalid(beside=f"At most {MOST} models answer side by side.")
    if len({model.id, *ids}) <= len(ids):
        raise Invalid(beside="Choose different models: one of them is here twice.")
    return [providers.chosen(me, id) for id in ids]


def compared(book: Book, answer: Message) -> list[Message]:
    """The answers that stand side by side with this one, in their order; none where nothing is compared."""
    if not answer.comparison:
        return []
    siblings = (book.message(id) for id in book.versions([answer.parent_id])[answer.parent_id])
    return [each for each in siblings if each is not None and each.comparison == answer.comparison]


def marked(answers: list[Message]) -> list[Message]:
    """Answers of one question as a comparison."""
    mark = clock.new_id()
    for answer in answers:
        answer.comparison = mark
    return answers


def replace(book: Book, old: Message, new: Message) -> None:
    """Let `new` stand in the place of `old` in a comparison; the old one stays as a version."""
    new.comparison, old.comparison = old.comparison, ""
    new.sequence, old.sequence = old.sequence, new.sequence
    for answer in (old, new):
        book.add(answer)


def settled(book: Book, message: Message) -> Message:
    """What a new question goes below, when `message` is what its sender saw last: of answers side by side this one,
    or where it says nothing the first that does. That one is kept with it."""
    answers = compared(book, message)
    if not answers:
        return message
    parts = book.parts([answer.id for answer in answers])
    said = [each for each in answers if each.state != FAILED and any(part.kind == TEXT for part in parts[each.id])]
    choice = message if message in said or not said else said[0]
    end(book, answers)
    return choice


def keep(me: Caller, chat_id: str, message_id: str) -> Chat:
    """Go on with this one of the answers that stand side by side; the others stay as its versions. What is still
    written of them is for the caller to stop. Raises NotFound, and Conflict when nothing is compared (any more)."""
    with books.writing(chat_id, me) as (book, tx):
        kept = book.message(message_id)
        if kept is None or kept.role != "assistant":
            raise NotFound("This message is not in this chat.")
        if not kept.comparison:
            raise Conflict("This answer does not stand beside others any more.")
        end(book, compared(book, kept))
        book.chat.leaf_id, book.chat.model_id = kept.id, kept.model_id
        book.add(book.chat)
        if tx is not None:
            tx.audit(me, "chats.keep", chat_id)
        return book.chat


def end(book: Book, answers: list[Message]) -> None:
    """From now on these are versions like others."""
    for answer in answers:
        answer.comparison = ""
        book.add(answer)


def may_be_asked_again(answer: Message, unfinished: list[Message]) -> bool:
    """Whether an answer may be asked for again: when no other is written, or only those beside it."""
    return answer.state not in UNFINISHED and all(
        answer.comparison and each.comparison == answer.comparison for each in unfinished
    )
