"""Asking a model: `call` for an answer that is watched, `complete` for one that is only needed."""

import threading
from typing import Any

from app import db, usage
from app.providers import clients, estimates, wire
from app.providers.calls import Call
from app.providers.choosing import usable
from app.providers.requests import Request
from app.rights import Caller

warmed = threading.Event()
warming: threading.Thread | None = None


async def call(
    me: Caller,
    model_id: str | None,
    messages: list[Any],
    *,
    purpose: str = "chat",
    chat_id: str = "",
    message_id: str = "",
    params: dict[str, Any] | None = None,
    alias: str = "",
    fallbacks: int = 0,
) -> Call:
    """Begin a call: its row is committed before anything is sent. Raises Invalid for a model that is not there.

    `alias` is the name that was asked for, `fallbacks` how many models behind it failed before. Raises OverLimit and
    Forbidden (kind price) where a budget or a limit does not allow it.
    """
    model, provider = usable(me, model_id)
    await warm()
    request = Request(model, provider, messages, params or {})
    reserved = await usage.reserve(
        me,
        model,
        tokens_in=estimates.weigh(model, request.size()),
        tokens_out=request.limit(),
        purpose=purpose,
        chat_id=chat_id,
        message_id=message_id,
        alias=alias,
        fallbacks=fallbacks,
    )
    return Call(model, provider, reserved, request)


async def complete(
    me: Caller,
    model_id: str | None,
    messages: list[Any],
    *,
    purpose: str,
    chat_id: str = "",
    params: dict[str, Any] | None = None,
) -> str:
    """The whole text of an answer, for what nobody watches. Raises Upstream."""
    asked = await call(me, model_id, messages, purpose=purpose, chat_id=chat_id, params=params)
    try:
        return "".join([delta.text async for delta in asked if delta.kind == wire.TEXT])
    finally:
        await asked.close()


async def warm() -> None:
    """Import what the first call needs, in a thread, so that neither a clock nor the loop waits for it."""
    if not warmed.is_set():
        await db.in_thread(prepare)


def warm_up() -> None:
    """Begin to import what a call needs, because somebody is about to ask; returns at once."""
    global warming
    if warming is None:
        warming = threading.Thread(target=prepare, name="warm-up", daemon=True)
        warming.start()


def prepare() -> None:
    """The openai package, with the parts that it imports late."""
    _ = clients.client("http://127.0.0.1:9/v1", "").chat.completions.with_streaming_response
    warmed.set()
