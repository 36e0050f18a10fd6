"""Answers that are being written: started, agreed with, and stopped."""

import asyncio

from app.chats.answering import Reply
from app.chats.messages import Asked
from app.chats.running import running
from app.chats.tree import INTERRUPTED, STOPPED
from app.errors import Conflict
from app.rights import Caller

__all__ = ["Reply", "decide", "running", "start", "stop", "stop_all", "stop_of"]

# Seconds after which an answer that goes on is told once more to end.
AGAIN = 0.25


def decide(me: Caller, chat_id: str, message_id: str, n: int, agreed: bool) -> None:
    """Agree to a call that waits, or refuse it. On the event loop. Raises NotFound, Conflict."""
    reply = running.find(message_id)
    if reply is None or reply.me.id != me.id or reply.chat.id != chat_id:
        raise Conflict("This call no longer waits: its answer has ended.")
    future = reply.waiting.get(n)
    if future is None or future.done():
        raise Conflict("This call no longer waits.")
    future.set_result(agreed)


async def start(me: Caller, asked: Asked) -> None:
    """Begin to write the answers, unless that was done when they were asked first."""
    if not asked.repeated:
        for answer in asked.answers:
            Reply(me, asked, answer)
        # A task that is cancelled before its first step would never reach its own `except`.
        await asyncio.sleep(0)


async def stop(chat_id: str, message_id: str = "", but: str = "") -> None:
    """Stop the answers of the chat that are being written: all, the one with `message_id`, or all `but` one. Their
    texts are kept. Returns when they are settled."""
    found = [each for each in running.of(chat_id) if message_id in ("", each.answer.id) and each.answer.id != but]
    await asyncio.gather(*(end(reply, STOPPED) for reply in found))


async def stop_of(user_id: str) -> None:
    """Stop every answer of this person, who was shut out."""
    await asyncio.gather(*(end(reply, STOPPED) for reply in running.every() if reply.me.id == user_id))


async def stop_all() -> None:
    """Stop every answer before the process ends; they are shown as interrupted, with nothing received lost."""
    await asyncio.gather(*(end(reply, INTERRUPTED) for reply in running.every()))


async def end(reply: Reply, why: str) -> None:
    """Cancel this answer's task and wait until its row is finished."""
    while not reply.task.done():
        # Told again where it was lost: a connection that opens in this very moment cancels what it no longer waits
        # for, and anyio then takes a cancellation from outside for its own.
        if not reply.task.cancelling() and not reply.finishing:
            reply.why = why
            reply.task.cancel()
        await asyncio.wait([reply.task], timeout=AGAIN)
