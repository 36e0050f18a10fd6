"""A chat as Markdown for people, and as JSON that can be taken in again byte for byte."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app import clock, db, markdown
from app.chats import books, lists
from app.chats.books import Book
from app.chats.folding import html_of
from app.chats.patience import Patience
from app.chats.tree import (
    ATTACHMENT,
    CALL,
    DONE,
    FAILED,
    INTERRUPTED,
    REFUSED,
    RESULT,
    STOPPED,
    UNFINISHED,
    Chat,
    Message,
    Part,
    text_of,
)
from app.errors import Conflict, Invalid
from app.rights import Caller

FORMAT = "inglenook.chat/1"
PARAMETERS = ("system", "temperature", "top_p", "max_tokens", "effort")
TIMES = ("created_at", "started_at", "first_at", "finished_at")
CALLED = ("call_id", "name", "verb", "arguments", "state", "started_at")
REFERRED = ("name", "target_kind", "target_id", "revision")
TOLD = ("role", "state", "model", "error_kind", "error", "left_out", "finish", "tokens_in", "tokens_out", "cost")


# What a page can show: an import must not make the list of all chats fail.
Time = Annotated[int, Field(ge=0, lt=32_503_680_000 * clock.SECOND)]
Count = Annotated[int, Field(ge=0, lt=1 << 53)]
Name = Annotated[str, Field(max_length=1_000)]
MOST_MESSAGES, MOST_PARTS = 20_000, 200_000


class PartIn(BaseModel):
    """A part as it stands in the file."""

    model_config = ConfigDict(extra="forbid")
    kind: str = Field(pattern="^(text|reasoning|call|result|attachment|note)$")
    text: str
    duration_us: Count | None = None
    call_id: Name = ""
    name: Name = ""
    verb: Name = ""
    arguments: str = ""
    state: str = Field("", pattern=f"^(|{DONE}|{FAILED}|{REFUSED}|{STOPPED})$")
    started_at: Time | None = None
    target_kind: str = Field("", pattern="^(|file|paste|chat)$")
    target_id: str = Field("", max_length=64)
    revision: int = Field(0, ge=0, lt=1 << 31)


class MessageIn(BaseModel):
    """A message; `parent` is the place of another one in the list, before it."""

    model_config = ConfigDict(extra="forbid")
    parent: int | None
    role: str = Field(pattern="^(user|assistant)$")
    state: str = Field(pattern=f"^({DONE}|{STOPPED}|{INTERRUPTED}|{FAILED})$")
    model: Name
    error_kind: Name
    error: str = Field(max_length=10_000)
    left_out: Count
    finish: Name
    tokens_in: Count | None
    tokens_out: Count | None
    cost: Count | None
    created_at: Time
    started_at: Time | None
    first_at: Time | None
    finished_at: Time | None
    parts: list[PartIn]


class ChatIn(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")
    format: str = Field(pattern=f"^{FORMAT}$")
    title: str = Field(max_length=200)
    title_by: str = Field(pattern="^(|model|person)$")
    system: str
    temperature: float | None = Field(allow_inf_nan=False)
    top_p: float | None = Field(allow_inf_nan=False)
    max_tokens: int | None
    effort: str
    created_at: Time
    changed_at: Time
    leaf: int | None
    messages: list[MessageIn] = Field(max_length=MOST_MESSAGES)


def as_json(me: Caller, id: str) -> bytes:
    """The chat with all its branches. Raises Conflict while an answer is being written, NotFound."""
    with books.reading(id, me) as book:
        if book.unfinished():
            raise Conflict("An answer is still being written. Export the chat when it is finished.")
        ordered = in_order(book)
        places = {message.id: n for n, message in enumerate(ordered)}
        parts = book.parts(places)
        chat = book.chat
        whole: dict[str, Any] = {"format": FORMAT, "title": chat.title, "title_by": chat.title_by}
        whole |= {name: getattr(chat, name) for name in (*PARAMETERS, "created_at", "changed_at")}
        whole["leaf"] = places.get(chat.leaf_id or "")
        whole["messages"] = [written(each, places.get(each.parent_id or ""), parts[each.id]) for each in ordered]
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def written(message: Message, parent: int | None, parts: list[Part]) -> dict[str, Any]:
    """One message as it stands in the file."""
    values: dict[str, Any] = {"parent": parent} | {name: getattr(message, name) for name in (*TOLD, *TIMES)}
    values["parts"] = [told(part) for part in parts]
    return values


def told(part: Part) -> dict[str, Any]:
    """One part as it stands in the file; what only calls or attachments have, only for them."""
    more = CALLED if part.kind in (CALL, RESULT) else REFERRED if part.kind == ATTACHMENT else ()
    names = ("kind", "text", "duration_us", *more)
    return {name: getattr(part, name) for name in names}


def in_order(book: Book) -> list[Message]:
    """All messages, each after its parent and siblings by sequence: an order that does not hang on ids."""
    children: dict[str | None, list[Message]] = {}
    for message in sorted(book.everything(), key=lambda each: each.sequence, reverse=True):
        children.setdefault(message.parent_id, []).append(message)
    ordered: list[Message] = []
    waiting = children.get(None, [])
    while waiting:
        message = waiting.pop()
        ordered.append(message)
        waiting += children.get(message.id, [])
    return ordered


def take_in(me: Caller, data: bytes, source: str = "", patience: Patience | None = None) -> Chat:
    """Make a chat from an exported one; `source` is where it comes from. Raises Invalid with the place of what is
    wrong; nothing is kept then."""
    me.must_be_known()
    must_be_few(data.count(b'"kind"'))
    try:
        whole = ChatIn.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "the file"
        raise Invalid(file=f"This is not an exported chat: {place}: {first['msg']}.") from None
    ids = [clock.new_id() for _ in whole.messages]
    check_tree(whole)
    lists.check(whole.model_dump(include=set(PARAMETERS)))
    chat = Chat(id=clock.new_id(), user_id=me.id, **whole.model_dump(include={"title", "title_by", *PARAMETERS}))
    chat.created_at, chat.changed_at, chat.source = whole.created_at, whole.changed_at, source
    chat.leaf_id = ids[whole.leaf] if whole.leaf is not None else None
    # Rendering takes as long as the file is large: everybody else may write meanwhile.
    made = rows(chat, whole, ids, patience or Patience(30.0))
    with db.write() as tx:
        tx.add(chat)
        tx.session.add_all(made)
        tx.audit(me, "chats.take_in", chat)
    return chat


def must_be_few(parts: int) -> None:
    """Raises Invalid for so many parts that they would take fifty times as much memory as in the file."""
    if parts > MOST_PARTS:
        raise Invalid(file=f"This chat has more than {MOST_PARTS:,} parts.")


def check_tree(whole: ChatIn) -> None:
    """Raises Invalid unless every parent stands before its children and the leaf exists."""
    for n, message in enumerate(whole.messages):
        if message.parent is not None and not 0 <= message.parent < n:
            raise Invalid(file=f"Message {n} hangs on a message that does not stand before it.")
    if whole.leaf is not None and not 0 <= whole.leaf < len(whole.messages):
        raise Invalid(file="The file's leaf is not one of its messages.")


def rows(chat: Chat, whole: ChatIn, ids: list[str], patience: Patience) -> list[Message | Part]:
    """The messages and parts of an imported chat."""
    found: list[Message | Part] = []
    seen: dict[int | None, int] = {}
    for id, each in zip(ids, whole.messages, strict=True):
        parent = ids[each.parent] if each.parent is not None else None
        values = each.model_dump(exclude={"parent", "parts"})
        message = Message(id=id, chat_id=chat.id, parent_id=parent, sequence=seen.get(each.parent, 0), **values)
        seen[each.parent] = message.sequence + 1
        parts = [Part(message_id=id, n=n, **part.model_dump()) for n, part in enumerate(each.parts)]
        message.html = shown(each.role, parts, patience)
        found += [message, *parts]
    return found


def shown(role: str, parts: list[Part], patience: Patience) -> str:
    """The HTML of a message."""
    if role == "user":
        return patience.shown(text_of(parts), markdown.questions)
    return patience.shown(text_of(parts), lambda _: html_of(parts))


def as_markdown(me: Caller, id: str) -> str:
    """The shown branch for people: questions as headings, answers below them. Raises NotFound."""
    with books.reading(id, me) as book:
        chat = book.chat
        path = list(reversed(book.path(chat.leaf_id, 1_000_000)))
        parts = book.parts([message.id for message in path])
    lines = [f"# {chat.title}", ""]
    for message in path:
        lines += section(message, parts[message.id])
    return "\n".join(lines)


def section(message: Any, parts: Iterable[Any]) -> list[str]:
    """One message for people: who and when as a heading, what was said, what was attached."""
    when = datetime.fromtimestamp(message.created_at / clock.SECOND, UTC).strftime("%Y-%m-%d %H:%M UTC")
    who = "You" if message.role == "user" else message.model or "Assistant"
    note = "" if message.state == DONE else f" ({'being written' if message.state in UNFINISHED else message.state})"
    sent = [f"- Attached: {part.name}" for part in parts if part.kind == ATTACHMENT]
    return [f"## {who}, {when}{note}", "", text_of(parts).rstrip(), "", *([*sent, ""] if sent else [])]
