"""Answers being written. Each is a task of the process, not of a request: closing the page stops nothing.

What came is read and on its way to the viewers within 50 ms, and in the database within 250 ms.
"""

import asyncio
from typing import Any

from app import clock, db, gateway, later, live, markdown, providers
from app.chats import books
from app.chats.context import Context, build
from app.chats.messages import Asked
from app.chats.tree import DONE, FAILED, INTERRUPTED, RUNNING, STOPPED, Message, Part
from app.errors import Refusal, Upstream
from app.live import Bit
from app.logs import log
from app.rights import Caller

# Text comes in the same rhythm (app/providers/pacing.py): what is EARLY by a little is shown at once.
TICK, EARLY = 0.05, 0.005
SAVE = 0.15
INSIST = 1.0
# Characters after which an answer is ended: a provider that never stops would fill memory and disk.
LARGEST = 4 << 20
INSERT_PIECE = "insert into piece (message_id, n, kind, text) values (?, ?, ?, ?)"
INSERT_PART = "insert into part (message_id, n, kind, text, duration_us) values (?, ?, ?, ?, ?)"
FINISH = """update message set state = ?, model = ?, html = ?, error_kind = ?, error = ?, left_out = ?, usage_id = ?,
    finish = ?, started_at = ?, first_at = ?, finished_at = ?, tokens_in = ?, tokens_out = ?, cost = ? where id = ?"""
RESTART = "The server was stopped while this was being written. What had arrived is kept."
BROKEN = "Something went wrong here while this was being written. What had arrived is kept."

running: dict[str, "Reply"] = {}


class Reply:
    """One answer while it is written."""

    def __init__(self, me: Caller, asked: Asked) -> None:
        self.me, self.chat, self.answer, self.question = me, asked.chat, asked.answer, asked.question
        self.kept = asked.kept
        self.book = books.temporary.get(asked.chat.id)
        self.feed = live.start(asked.answer.id)
        self.rendering = markdown.Blocks()
        self.ready: list[Bit] = []
        self.fresh = False
        self.finishing = False
        self.parts: list[Part] = []
        self.kind, self.grown = "", list[str]()  # of the last part; its text is joined once, because rows are slow
        self.unsaved: list[tuple[str, str]] = []
        self.pieces = 0
        self.saver: asyncio.Task[None] | None = None
        self.ticker: asyncio.TimerHandle | None = None
        self.shown = 0.0
        self.why = STOPPED
        self.call: gateway.Routed | None = None
        self.context = Context([])
        self.task = asyncio.create_task(self.run(), name=f"reply {asked.answer.id}")

    async def run(self) -> None:
        """From the pending row to the finished message, whatever happens on the way."""
        answer = self.answer
        answer.started_at = clock.now()
        try:
            if self.kept:
                self.take("text", self.kept, saved=True)
            await self.write()
            answer.state, answer.finish = DONE, self.call.finish if self.call else ""
        except asyncio.CancelledError:
            # Stop, or the end of the process: what arrived is kept, then this task ends as it was told to.
            answer.state = self.why
            if self.why == INTERRUPTED:
                answer.error_kind, answer.error = "restart", RESTART
        except Upstream as failure:
            partial = any(part.kind == "text" for part in self.parts)
            answer.state = INTERRUPTED if partial else FAILED
            answer.error_kind, answer.error = failure.kind, failure.message
        except Refusal as refusal:
            answer.state, answer.error_kind, answer.error = FAILED, "refused", refusal.message
        except Exception as mistake:
            log.error("chats.reply_failed", message=answer.id, exc_info=mistake)
            answer.state, answer.error_kind, answer.error = FAILED, "mistake", BROKEN
        await self.finish()

    async def write(self) -> None:
        """Call the model and take what it sends."""
        model = await db.in_thread(providers.chosen, self.me, self.answer.model_id)
        self.context = await db.in_thread(self.gather, model)
        self.answer.left_out = self.context.left_out
        names = {"purpose": "chat", "chat_id": self.chat.id, "message_id": self.answer.id}
        self.call = await gateway.call(
            self.me, model.id, self.context.messages, **names, params=self.context.parameters
        )
        length = 0
        async for delta in self.call:
            self.take(delta.kind, delta.text)
            length += len(delta.text)
            if length > LARGEST:
                self.call.finish = "length"
                return

    def gather(self, model: providers.Model) -> Context:
        """The context, read in a thread."""
        with books.reading(self.chat.id, self.me) as book:
            return build(self.me, book, self.question, model, self.kept)

    def take(self, kind: str, text: str, saved: bool = False) -> None:
        """Keep new text, show it within a tick, save it soon. The first text is shown at once."""
        first = not self.parts
        if kind != self.kind:
            self.turn_to(kind)
        self.grown.append(text)
        self.rendering.feed(text)
        fresh, self.fresh = self.fresh, True
        if not saved:
            if self.answer.first_at is None:
                self.answer.first_at = clock.now()
            self.unsaved.append((kind, text))
            if self.book is None and self.saver is None:
                self.saver = asyncio.create_task(self.save_soon())
        if first:
            self.show()
        elif not fresh:
            self.show_at(self.shown + TICK - EARLY)

    def turn_to(self, kind: str) -> None:
        """Begin a part of another kind; what was open is finished. `duration_us` holds its start until `keep`."""
        if self.parts:
            self.ready += [Bit(self.kind, html) for html in self.rendering.finish()]
            self.rendering = markdown.Blocks()
            self.join()
        self.kind = kind
        self.parts.append(Part(message_id=self.answer.id, n=len(self.parts), kind=kind, duration_us=clock.now()))

    def join(self) -> None:
        """Give the last part its text."""
        if self.parts:
            self.parts[-1].text += "".join(self.grown)
            self.grown.clear()

    def show_at(self, moment: float) -> None:
        """Show what there is at this moment; one that is over is the next in which all that came is taken."""
        if self.ticker is not None:
            self.ticker.cancel()
        self.ticker = asyncio.get_running_loop().call_at(moment, self.show)

    def show(self) -> None:
        """Publish the finished blocks and the open tail; a tick after the last text may still close a block."""
        self.shown, again, self.fresh, self.ticker = asyncio.get_running_loop().time(), self.fresh, False, None
        if again:
            self.show_at(self.shown + 2 * TICK)
        blocks, self.ready = self.ready + [Bit(self.kind, html) for html in self.rendering.advance()], []
        self.feed.publish(blocks, Bit(self.kind, self.rendering.tail))

    async def save_soon(self) -> None:
        """Append what arrived to the database, and again while more arrives."""
        await asyncio.sleep(SAVE)
        while self.unsaved:
            taken, self.unsaved = self.unsaved, []
            statements: list[tuple[str, Any]] = []
            if self.pieces == 0:
                statements.append(("update message set state = ? where id = ?", (RUNNING, self.answer.id)))
            for kind, text in joined(taken):
                self.pieces += 1
                statements.append((INSERT_PIECE, (self.answer.id, self.pieces, kind, text)))
            await insist(statements)
            await asyncio.sleep(SAVE)
        self.saver = None

    async def finish(self) -> None:
        """Fold the pieces into parts, settle the call, tell the viewers; in this order, so that none sees less."""
        self.finishing = True
        if self.ticker is not None:
            self.ticker.cancel()
        self.join()
        answer = self.answer
        answer.finished_at = clock.now()
        await self.settle()
        answer.html = await db.in_thread(markdown.render, text_of(self.parts))
        try:
            await self.keep()
        finally:
            running.pop(self.chat.id, None)
            live.end(answer.id, answer.state)
        log.info("chats.reply", message=answer.id, state=answer.state, error=answer.error_kind)

    async def settle(self) -> None:
        """Close the upstream connection and the ledger's row, and copy its numbers to the message."""
        if self.call is None:
            return
        states = {DONE: "done", STOPPED: "stopped", INTERRUPTED: "cut", FAILED: "failed"}
        try:
            await self.call.close(states[self.answer.state])
        except db.Unwritable as error:
            # The row stays open and is settled at the next start; the answer matters more.
            log.error("chats.unsettled", message=self.answer.id, error=str(error))
        self.answer.model = self.call.served_by or self.answer.model
        self.answer.usage_id = self.call.usage_id
        self.answer.tokens_in, self.answer.tokens_out = self.call.tokens_in, self.call.tokens_out
        self.answer.cost = self.call.cost

    async def keep(self) -> None:
        """Write the finished message: to memory for a temporary chat, else in one group commit."""
        ended = self.answer.finished_at or 0
        for part in reversed(self.parts):
            began = part.duration_us or ended
            part.duration_us, ended = ended - began, began
        if self.book is not None:
            for part in self.parts:
                self.book.add(part)
            self.book.used_at = clock.now()
            return
        if self.saver is not None:
            self.saver.cancel()
            await asyncio.wait([self.saver])
        await insist(folded(self.answer, self.parts, await db.in_thread(self.title_job)))
        later.wake()

    def title_job(self) -> dict[str, Any] | None:
        """The job that names the chat after an answer; none where a person did, nor for the demo model."""
        model = self.call.model if self.call else None
        untitled = db.fetch("select 1 from chat where id = ? and title_by = ''", self.chat.id)
        if self.answer.state != DONE or model is None or providers.is_demo(model) or not untitled:
            return None
        return later.job("chats.title", (self.chat.id, self.answer.id), self.me, 0, 0)


async def insist(statements: list[tuple[str, Any]]) -> None:
    """Write until the disk takes it: the text is nowhere else. Viewers see all of it meanwhile."""
    while True:
        try:
            return await db.append_all(statements)
        except db.Unwritable as error:
            log.error("chats.unwritable", error=str(error))
            await asyncio.sleep(INSIST)


def folded(answer: Message, parts: list[Part], job: dict[str, Any] | None = None) -> list[tuple[str, Any]]:
    """The statements that turn an answer's pieces into its parts and finish its row."""
    numbers = (answer.tokens_in, answer.tokens_out, answer.cost)
    times = (answer.started_at, answer.first_at, answer.finished_at)
    told = (answer.error_kind, answer.error, answer.left_out, answer.usage_id, answer.finish)
    statements: list[tuple[str, Any]] = [("delete from piece where message_id = ?", (answer.id,))]
    for part in parts:
        statements.append((INSERT_PART, (answer.id, part.n, part.kind, part.text, part.duration_us)))
    statements.append((FINISH, (answer.state, answer.model, answer.html, *told, *times, *numbers, answer.id)))
    statements.append(("update chat set changed_at = ? where id = ?", (clock.now(), answer.chat_id)))
    if job is not None:
        statements.append((later.INSERT, job))
    return statements


def joined(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Neighbouring pieces of the same kind as one."""
    result: list[tuple[str, str]] = []
    for kind, text in pieces:
        if result and result[-1][0] == kind:
            result[-1] = (kind, result[-1][1] + text)
        else:
            result.append((kind, text))
    return result


def text_of(parts: list[Part]) -> str:
    """The answer without its reasoning."""
    return "".join(part.text for part in parts if part.kind == "text")


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
