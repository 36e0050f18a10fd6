"""What the model is sent: the system prompt, and as many of the latest turns as its window holds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from app import db, projects, providers
from app.chats import calls, material
from app.chats.books import Book
from app.chats.tree import CALL, FAILED, TEXT, Chat, Message, Part, text_of
from app.rights import Caller
from app.verbs import Verb

# A model whose window nobody knows is sent this much; its provider says when that is too long.
UNKNOWN_WINDOW = 128_000
DEMO_WINDOW = 600
LEAST_REPLY = 256
STEP = 50
HALF = 0.5  # of the window, at most, for what lies beside the chat and its project
CONTINUE = "Continue your last answer exactly where it stopped. Do not repeat what you already wrote."


@dataclass
class Context:
    """Messages in the form of the chat completions API, the parameters that somebody set, what was left out (how many
    turns, and in words what of the attachments), and the verbs that are offered."""

    messages: list[dict[str, Any]]
    parameters: dict[str, Any] = field(default_factory=dict)
    left_out: int = 0
    notes: list[str] = field(default_factory=list)
    verbs: list[Verb] = field(default_factory=list)


def build(
    me: Caller,
    book: Book,
    question: Message,
    model: providers.Model,
    kept: Sequence[Part] = (),
    begun: Sequence[Part] = (),
    over: bool = False,
) -> Context:
    """The context for an answer to `question`, of which the parts `begun` are there already; it began with what was
    `kept` of another one. Turns are left out from the oldest on; the system prompt never. `over` says that no more
    tools may be called."""
    on = [] if providers.is_demo(model) else calls.allowed(book.chat)
    told: dict[str, Any] = {"tools": [calls.described(verb) for verb in on]} if on else {}
    told |= {"tool_choice": "none"} if on and over else {}
    system = "\n\n".join(filter(None, (instructions(me, book.chat), calls.RULES if on else "")))
    going = continued(kept, bool(on)) + going_on(begun, kept)
    budget = window(book.chat, model) - weight(model, [system, told, *going])
    always = material.build(me, model, material.beside(book), int((budget - asked_for(book, model, question)) * HALF))
    budget, notes = budget - always.tokens, list(always.notes)
    turns: list[list[dict[str, Any]]] = []
    leaf: str | None = question.id
    left_out = 0
    while leaf is not None and not left_out:
        path = book.path(leaf, STEP)
        parts = book.parts([message.id for message in path])
        for message in path:
            turn = spoken(message, parts[message.id], bool(on))
            cost = weight(model, turn) + 4
            # The question itself is always sent: when it alone is too long, the provider says so.
            if cost > budget and turns:
                left_out = book.depth(message)
                break
            budget -= cost
            if attached := material.attached(parts[message.id]):
                given = material.build(me, model, attached, int(budget * material.SHARE))
                turn, budget, notes = given.before(turn), budget - given.tokens, notes + given.notes
            if turn:
                turns.append(turn)
        leaf = path[-1].parent_id if path else None
    said = [each for turn in reversed(turns) for each in turn]
    said = always.before([]) + said if always.text or always.pictures else said
    messages = merged([*([{"role": "system", "content": system}] if system else []), *said])
    return Context(messages + going, parameters(book.chat, model) | told, left_out, notes, on)


def asked_for(book: Book, model: providers.Model, question: Message) -> int:
    """Tokens of the question alone, which is always sent."""
    return weight(model, spoken(question, book.parts([question.id])[question.id]))


def continued(kept: Sequence[Part], with_calls: bool) -> list[dict[str, Any]]:
    """What an answer goes on from. Where that ends with what a call told, the model goes on by itself."""
    if with_calls:
        messages = calls.sequence(list(kept))
    else:
        messages = [{"role": "assistant", "content": text}] if (text := text_of(kept)) else []
    ends_in_text = bool(messages) and messages[-1]["role"] == "assistant"
    return messages + ([{"role": "user", "content": CONTINUE}] if ends_in_text else [])


def going_on(begun: Sequence[Part], kept: Sequence[Part]) -> list[dict[str, Any]]:
    """What was said and called in this very answer beyond what it began with, once something was called."""
    rest = list(begun[len(kept) :])
    if not any(part.kind == CALL for part in rest):
        return []
    if kept and kept[-1].kind == TEXT:  # new text went on in the same part
        text = begun[len(kept) - 1].text.removeprefix(kept[-1].text)
        rest = [Part(message_id="", n=0, kind=TEXT, text=text), *rest]
    return calls.sequence(rest)


def weight(model: providers.Model, told: Sequence[Any]) -> int:
    """Tokens of texts, and of messages with all that is in them."""
    return sum(providers.estimate(model, each if isinstance(each, str) else size_of(each)) for each in told if each)


def size_of(told: dict[str, Any]) -> str:
    """A message as far as it counts: its text, else everything in it."""
    plain = set(told) == {"role", "content"}
    return str(told["content"]) if plain else orjson.dumps(told).decode()


def window(chat: Chat, model: providers.Model) -> int:
    """Tokens that the context may have: the model's window without room for the answer."""
    if providers.is_demo(model):
        return DEMO_WINDOW
    size = model.context or UNKNOWN_WINDOW
    return max(size - max(chat.max_tokens or min(4096, size // 4), LEAST_REPLY), LEAST_REPLY)


def instructions(me: Caller, chat: Chat) -> str:
    """The person's own instructions, those of the chat's project, and its system prompt."""
    own = db.fetch("select instructions from account where id = ?", me.id)
    told = (own[0] if own else "", projects.instructions(chat), chat.system)
    return "\n\n".join(part.strip() for part in told if part.strip())


def spoken(message: Message, parts: list[Part], with_calls: bool = False) -> list[dict[str, Any]]:
    """A turn as messages: its text, and its calls where tools are offered; an answer that failed without a word is
    not sent."""
    if with_calls and any(part.kind == CALL for part in parts):
        return calls.sequence(parts)
    text = text_of(parts)
    return [{"role": message.role, "content": text}] if text and (message.state != FAILED or text.strip()) else []


def merged(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Neighbours of the same role as one, because some providers insist on taking turns."""
    result: list[dict[str, Any]] = []
    for message in messages:
        plain = set(message) == {"role", "content"} and message["content"]
        if result and plain and set(result[-1]) == set(message) and result[-1]["role"] == message["role"]:
            result[-1] = message | {"content": together(result[-1]["content"], message["content"])}
        else:
            result.append(message)
    return result


def together(first: Any, second: Any) -> Any:
    """Two contents as one: texts as a text, and with pictures as blocks."""
    if isinstance(first, str) and isinstance(second, str):
        return f"{first}\n\n{second}"
    return [*blocks(first), *blocks(second)]


def blocks(content: Any) -> list[dict[str, Any]]:
    """A content as blocks."""
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content)


def parameters(chat: Chat, model: providers.Model) -> dict[str, Any]:
    """Only what somebody set."""
    effort = chat.effort if model.reasons and chat.effort else None
    values = {"temperature": chat.temperature, "top_p": chat.top_p, "max_tokens": chat.max_tokens, "effort": effort}
    return {name: value for name, value in values.items() if value is not None}
