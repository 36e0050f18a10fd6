"""Titles: a model names a chat after its first answer; what a person wrote stays."""

from app import db, gateway, markdown
from app.chats import books
from app.chats.tree import Chat, text_of
from app.errors import Forbidden, Gone, NotFound, OverLimit
from app.rights import Caller

LONGEST = 80
SEEN = 2_000
# Room for a model that thinks before it says three words.
MOST_TOKENS = 1_024
PROMPT = (
    "Name this conversation in three to six words, in the language in which it is held. "
    "Answer with the name alone: no quotation marks, no full stop."
)


async def title(me: Caller, chat_id: str, answer_id: str) -> None:
    """Ask the answer's model for a title. Does nothing when a person named the chat or it is gone meanwhile."""
    try:
        question, answer, model_id = await db.in_thread(opening, me, chat_id, answer_id)
    except (NotFound, Gone):
        return
    messages = [{"role": "user", "content": f"{PROMPT}\n\nQuestion: {question}\n\nAnswer: {answer}"}]
    try:
        said = await gateway.complete(
            me, model_id, messages, purpose="title", chat_id=chat_id, params={"max_tokens": MOST_TOKENS}
        )
    except (OverLimit, Forbidden):
        return  # no budget for it: the chat keeps the beginning of its question for a name
    await db.in_thread(name, me, chat_id, cleaned(said))


def opening(me: Caller, chat_id: str, answer_id: str) -> tuple[str, str, str | None]:
    """The beginnings of the question and of the answer, and the answer's model. Raises NotFound."""
    with books.reading(chat_id, me) as book:
        answer = book.message(answer_id)
        if answer is None or book.chat.title_by:
            raise NotFound()
        ids = [answer.parent_id or "", answer.id]
        parts = book.parts(ids)
        question, text = (text_of(parts[id])[:SEEN] for id in ids)
        return question, text, answer.model_id


def cleaned(said: str) -> str:
    """The first line of what the model said as plain text, without the marks that models put around titles."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return markdown.plain(lines[0], LONGEST).strip(" \"'“”„*#`.") if lines else ""


def name(me: Caller, chat_id: str, words: str) -> None:
    """Write the title, unless a person was quicker."""
    with db.write() as tx:
        chat = tx.find(Chat, chat_id)
        if words and chat is not None and chat.user_id == me.id and not chat.title_by:
            chat.title, chat.title_by = words, "model"
            tx.add(chat)
