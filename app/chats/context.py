"""What the model is sent: the system prompt, and as many of the latest turns as its window holds."""

from dataclasses import dataclass, field
from typing import Any

from app import db, providers
from app.chats.books import Book
from app.chats.tree import FAILED, Chat, Message, Part
from app.rights import Caller

# A model whose window nobody knows is sent this much; its provider says when that is too long.
UNKNOWN_WINDOW = 128_000
DEMO_WINDOW = 600
LEAST_REPLY = 256
STEP = 50
CONTINUE = "Continue your last answer exactly where it stopped. Do not repeat what you already wrote."


@dataclass
class Context:
    """Messages in the form of the chat completions API, the parameters that somebody set, and what was left out."""

    messages: list[dict[str, Any]]
    parameters: dict[str, Any] = field(default_factory=dict)
    left_out: int = 0


def build(me: Caller, book: Book, question: Message, model: providers.Model, kept: str = "") -> Context:
    """The context for an answer to `question`. Turns are left out from the oldest on; the system prompt never."""
    system = instructions(me, book.chat)
    budget = window(book.chat, model) - providers.estimate(model, system + kept)
    turns: list[dict[str, Any]] = []
    leaf: str | None = question.id
    left_out = 0
    while leaf is not None and not left_out:
        path = book.path(leaf, STEP)
        parts = book.parts([message.id for message in path])
        for message in path:
            text = spoken(message, parts[message.id])
            cost = providers.estimate(model, text) + 4
            # The question itself is always sent: when it alone is too long, the provider says so.
            if cost > budget and turns:
                left_out = book.depth(message)
                break
            budget -= cost
            if text:
                turns.append({"role": message.role, "content": text})
        leaf = path[-1].parent_id if path else None
    messages = merged([*([{"role": "system", "content": system}] if system else []), *reversed(turns)])
    if kept:
        messages += [{"role": "assistant", "content": kept}, {"role": "user", "content": CONTINUE}]
    return Context(messages, parameters(book.chat, model), left_out)


def window(chat: Chat, model: providers.Model) -> int:
    """Tokens that the context may have: the model's window without room for the answer."""
    if providers.is_demo(model):
        return DEMO_WINDOW
    size = model.context or UNKNOWN_WINDOW
    return max(size - max(chat.max_tokens or min(4096, size // 4), LEAST_REPLY), LEAST_REPLY)


def instructions(me: Caller, chat: Chat) -> str:
    """The person's own instructions and the chat's system prompt."""
    own = db.fetch("select instructions from account where id = ?", me.id)
    return "\n\n".join(part for part in ((own[0] if own else "").strip(), chat.system.strip()) if part)


def spoken(message: Message, parts: list[Part]) -> str:
    """The text of a turn; an answer that failed without a word is not sent."""
    text = "".join(part.text for part in parts if part.kind == "text")
    return "" if message.state == FAILED and not text.strip() else text


def merged(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Neighbours of the same role as one, because some providers insist on taking turns."""
    result: list[dict[str, Any]] = []
    for message in messages:
        if result and result[-1]["role"] == message["role"]:
            result[-1] = message | {"content": f"{result[-1]['content']}\n\n{message['content']}"}
        else:
            result.append(message)
    return result


def parameters(chat: Chat, model: providers.Model) -> dict[str, Any]:
    """Only what somebody set."""
    effort = chat.effort if model.reasons and chat.effort else None
    values = {"temperature": chat.temperature, "top_p": chat.top_p, "max_tokens": chat.max_tokens, "effort": effort}
    return {name: value for name, value in values.items() if value is not None}
