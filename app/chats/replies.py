"""Answers that are being written: started, agreed with, and stopped."""

import asyncio

from app.chats.answering import Reply, running
from app.chats.messages import Asked
from app.chats.tree import INTERRUPTED, STOPPED
from app.errors import Conflict
from app.rights import Caller

__all__ = ["Reply", "decide", "running", "start", "stop", "stop_all", "stop_of"]


def decide(me: Caller, chat_id: str, message_id: str, n: int, agreed: bool) -> None:
    """Agree to a call that waits, or refuse it. On the event loop. Raises NotFound, Conflict."""
    reply = running.get(chat_id)
    if reply is None or reply.me.id != me.id or reply.answer.id != message_id:
        raise Conflict("This call no longer waits: its answer has ended.")
    future = reply.waiting.get(n)
    if future is None or future.done():
        raise Conflict("This call no longer waits.")
    future.set_result(agreed)


async def start(me: Caller, asked: Asked) -> None:
    """Begin to write the answer, unless that was done when it was asked first."""
    if not asked.repeated and asked.chat.id not in running:
        running[asked.chat.id] = Reply(me, asked)
        # A task that is cancelled before its first step would never reach its own `except`.
        await asyncio.sleep(0)


async def stop(chat_id: str) -> None:
    """Stop the chat's running answer; its text is kept. Returns when it is settled."""
    await end(running.get(chat_id), STOPPED)


async def stop_of(user_id: str) -> None:
    """Stop every answer of this person, who was shut out."""
    await asyncio.gather(*(end(reply, STOPPED) for reply in list(running.values()) if reply.me.id == user_id))


async def stop_all() -> None:
    """Stop every answer before the process ends; they are shown as interrupted, with nothing received lost."""
    await asyncio.gather(*(end(reply, INTERRUPTED) for reply in list(running.values())))


async def end(reply: Reply | None, why: str) -> None:
    """Cancel this answer's task and wait until its row is finished."""
    if reply is None or reply.task.done():
        return
    if not reply.task.cancelling() and not reply.finishing:
        reply.why = why
        reply.task.cancel()
    await asyncio.wait([reply.task])
