"""Comparing models: asking two or three the same, and keeping one answer. Asking is not for models."""

import asyncio

from pydantic import Field

from app import chats, db, projects
from app.chats import attaching, comparing, views
from app.chats.running import running
from app.chats.tree import Chat
from app.chats.verbs.asking import Answered, AskInput, answered, model_of
from app.rights import Caller
from app.verbs import Input, Output, verb


class CompareInput(AskInput):
    """A message, where it goes, and who answers it."""

    model: str = Field("", max_length=0, description="Not used here: name all of them in `models`.")
    models: list[str] = Field(
        min_length=2, max_length=comparing.MOST, description="Two or three different models, or aliases, by name."
    )


class Compared(Output):
    """The answers in the order of the models."""

    chat_id: str
    data: list[Answered]


@verb(
    "chats.compare",
    scope="chats:write",
    title="Compare models",
    description="Say something in a chat, or in a new one, and get the answers of two or three models side by side. It "
    "costs what all of them cost. Keep one with chats.keep, on which the chat then goes on; the answers go on being "
    "written when you stop waiting.",
    input=CompareInput,
    output=Compared,
    method="POST",
    path="/chats/comparisons",
    open_world=True,
    spends=True,
    offered_to_models=False,
    examples=[{"text": "Name three teas.", "models": ["{model}", "{other}"]}],
)
async def compare(me: Caller, asked: CompareInput) -> Compared:
    """Ask them, and wait for all. Raises Invalid, TooLarge, Conflict while an answer is written, NotFound."""
    sent = await db.in_thread(begun, me, asked)
    await chats.start(me, sent)
    tasks = [reply.task for answer in sent.answers if (reply := running.find(answer.id)) is not None]
    if tasks and asked.wait:
        await asyncio.wait(tasks, timeout=asked.wait)
    told = [await db.in_thread(answered, me, sent.chat, answer.id) for answer in sent.answers]
    return Compared(chat_id=sent.chat.id, data=told)


def begun(me: Caller, asked: CompareInput) -> chats.Asked:
    """The question and its pending answers."""
    attached = attaching.parts(me, [(each.kind, each.id) for each in asked.attachments])
    first, *others = (model_of(me, name) or name for name in asked.models)
    if asked.chat_id:
        id = chats.find(asked.chat_id, me).id
        return chats.ask(me, id, asked.text, "", None, first, others, attached=attached)
    place = {"project_id": projects.place(me, asked.project_id)}
    return chats.create(me, asked.text, "", first, settings=place, beside=others, attached=attached)


class KeepInput(Input):
    """Which chat, and which of the answers that stand side by side there."""

    id: str = Field(max_length=64, description="The chat's id.")
    message_id: str = Field(max_length=64, description="The answer's id.")


class Went(Output):
    """The answer on which the chat goes on, and the model that answers there from now on."""

    id: str
    message_id: str
    model: str


@verb(
    "chats.keep",
    scope="chats:write",
    title="Keep one of several answers",
    description="Let a chat go on with one of the answers that stand side by side; the others stay as its versions, "
    "and those that are still being written are stopped.",
    input=KeepInput,
    output=Went,
    method="PUT",
    path="/chats/{id}/choice",
    offered_to_models=False,
    examples=[{"id": "{chat}", "message_id": "{answer}"}],
)
async def keep(me: Caller, asked: KeepInput) -> Went:
    """Keep it. Raises NotFound, and Conflict where nothing is compared."""
    chat = await chats.keep(me, asked.id, asked.message_id)
    kept = await db.in_thread(turn, me, chat, asked.message_id)
    return Went(id=chat.id, message_id=asked.message_id, model=kept.message.model)


def turn(me: Caller, chat: Chat, id: str) -> views.Turn:
    """The answer that was kept."""
    return views.turn(me, chat, id)
