"""Asking in a chat, and stopping the answer. Neither is for models: one would ask the other."""

import asyncio
from typing import Literal

from pydantic import Field

from app import chats, db, projects, providers
from app.chats import attaching, messages
from app.chats.running import running
from app.chats.tree import Chat, Message
from app.chats.verbs.reading import State, text_so_far
from app.gateway import routing
from app.rights import Caller
from app.verbs import Input, Output, verb


class Attached(Input):
    """Something that the model is to read."""

    kind: Literal["file", "paste", "chat"]
    id: str = Field(max_length=64, description="Its id.")


class AskInput(Input):
    """A message, and where it goes."""

    text: str = Field(min_length=1, max_length=messages.LARGEST, description="What you say.")
    chat_id: str = Field("", max_length=64, description="The chat that it goes on with; empty for a new one.")
    project_id: str = Field("", max_length=64, description="In which project a new chat begins; empty for none.")
    model: str = Field("", max_length=200, description="A model's name, or an alias; empty for the chat's or yours.")
    attachments: list[Attached] = Field(
        default_factory=list,
        max_length=attaching.MOST,
        description="What the model is sent with it: files, pastes and other chats, at the version that they have now. "
        "What does not fit is cut, and the answer's message says so.",
    )
    wait: int = Field(120, ge=0, le=300, description="Seconds to wait for the answer; then read it with chats.read.")


class Answered(Output):
    """The answer, or as much of it as there is; `state` tells which."""

    chat_id: str
    message_id: str
    state: State
    text: str
    left_out: list[str] = Field(default_factory=list, description="What was not sent of the attachments, and why.")
    error: str = ""
    model: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: int | None = Field(None, description="In billionths of the currency; null where nobody knows.")


@verb(
    "chats.ask",
    scope="chats:write",
    title="Ask in a chat",
    description="Say something in a chat, or in a new one, and get the model's answer. It costs what the model costs. "
    "The answer goes on being written when you stop waiting for it.",
    input=AskInput,
    output=Answered,
    method="POST",
    path="/chats/messages",
    open_world=True,
    spends=True,
    offered_to_models=False,
    examples=[{"text": "Name three teas."}],
)
async def ask(me: Caller, asked: AskInput) -> Answered:
    """Ask, and wait for the answer. Raises Invalid, TooLarge, Conflict while another one is written, NotFound."""
    return await awaited(me, await db.in_thread(begun, me, asked), asked.wait)


async def awaited(me: Caller, sent: chats.Asked, wait: int) -> Answered:
    """The answer to what was sent, or what there is of it after so many seconds."""
    await chats.start(me, sent)
    reply = running.find(sent.answer.id)
    if reply is not None and wait:
        await asyncio.wait([reply.task], timeout=wait)
    return await db.in_thread(answered, me, sent.chat, sent.answer.id)


def begun(me: Caller, asked: AskInput) -> chats.Asked:
    """The question and its pending answer."""
    attached = attaching.parts(me, [(each.kind, each.id) for each in asked.attachments])
    if not asked.chat_id:
        place = {"project_id": projects.place(me, asked.project_id)}
        model = model_of(me, asked.model or projects.model_of(me, asked.project_id) or providers.default(me))
        return chats.create(me, asked.text, "", model, settings=place, attached=attached)
    chat = chats.find(asked.chat_id, me)
    model = model_of(me, asked.model or messages.usable(me, chat.model_id) or providers.default(me))
    return chats.ask(me, chat.id, asked.text, "", None, model, attached=attached)


def model_of(me: Caller, name: str) -> str | None:
    """The id of a model or alias by its name or id, None for no name. Raises NotFound, and Forbidden where the key may
    not use it."""
    if not name:
        return None
    row = db.fetch("select id, name from alias where (name = ? or id = ?) and enabled", name, name)
    route = routing.find(me, row[1] if row else name)
    return row[0] if row else route.targets[0].model.id


def answered(me: Caller, chat: Chat, answer_id: str) -> Answered:
    """The answer as it is now."""
    turn = chats.turn(me, chat, answer_id)
    message: Message = turn.message
    return Answered(
        chat_id=chat.id,
        message_id=message.id,
        state=message.state,
        text=text_so_far(message.id) or turn.text,
        left_out=turn.notes,
        error=message.error,
        model=message.model,
        tokens_in=message.tokens_in,
        tokens_out=message.tokens_out,
        cost=message.cost,
    )


class StopInput(Input):
    """Which chat."""

    id: str = Field(max_length=64, description="The chat's id.")


class Stopped(Output):
    """Whether an answer was being written."""

    id: str
    stopped: bool


@verb(
    "chats.stop",
    scope="chats:write",
    title="Stop an answer",
    description="Stop the answer that is being written in a chat. What has come is kept.",
    input=StopInput,
    output=Stopped,
    method="DELETE",
    path="/chats/{id}/reply",
    idempotent=True,
    offered_to_models=False,
    examples=[{"id": "{chat}"}],
)
async def stop(me: Caller, asked: StopInput) -> Stopped:
    """Stop it within a second. Raises NotFound."""
    writes = chats.is_running((await db.in_thread(chats.find, asked.id, me)).id)
    await chats.stop(me, asked.id)
    return Stopped(id=asked.id, stopped=writes)
