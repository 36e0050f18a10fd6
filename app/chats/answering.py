"""Answers being written. Each is a task of the process, not of a request: closing the page stops nothing.

What came is read and on its way to the viewers within 50 ms, and in the database within 250 ms.
"""

import asyncio
from typing import Any

from app import clock, db, gateway, later, live, markdown, providers
from app.chats import books, calls, material
from app.chats.context import Context, build
from app.chats.folding import INSERT_PIECE, Card, end_calls, folded, html_of, insist, joined, piece_of
from app.chats.messages import Asked
from app.chats.running import running
from app.chats.tree import CALL, DONE, FAILED, INTERRUPTED, RESULT, RUNNING, STOPPED, TEXT, Message, Part, text_of
from app.errors import Refusal, Upstream
from app.live import Bit
from app.logs import log
from app.rights import Caller

# Text comes in the same rhythm (app/providers/pacing.py): what is EARLY by a little is shown at once.
TICK, EARLY = 0.05, 0.005
SAVE = 0.15
# Characters after which an answer is ended: a provider that never stops would fill memory and disk.
LARGEST = 4 << 20
RESTART = "The server was stopped while this was being written. What had arrived is kept."
# Of the answers that are compared the first that is done names the chat.
NAMED_BY = "select 1 from message where parent_id = ? and comparison = ? and state = 'done' limit 1"
BROKEN = "Something went wrong here while this was being written. What had arrived is kept."


class Reply:
    """One answer while it is written."""

    def __init__(self, me: Caller, asked: Asked, answer: Message) -> None:
        self.me, self.chat, self.answer, self.question = me, asked.chat, answer, asked.question
        self.kept = asked.kept
        self.book = books.temporary.get(asked.chat.id)
        self.feed = live.start(answer.id)
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
        self.counted: gateway.Routed | None = None  # the call whose numbers are in the answer already
        self.length = 0
        self.made = 0  # calls of tools
        self.waiting: dict[int, asyncio.Future[bool]] = {}  # for a click, by the number of the call's part
        self.task = asyncio.create_task(self.run(), name=f"reply {answer.id}")
        running.enter(self)

    async def run(self) -> None:
        """From the pending row to the finished message, whatever happens on the way."""
        answer = self.answer
        answer.started_at = clock.now()
        try:
            calls.take_over(self, self.kept)
            await self.write()
            answer.state = DONE
            answer.finish = answer.finish or (self.call.finish if self.call else "")
        except asyncio.CancelledError:
            # Stop, or the end of the process: what arrived is kept, then this task ends as it was told to.
            answer.state = self.why
            if self.why == INTERRUPTED:
                answer.error_kind, answer.error = "restart", RESTART
        except Upstream as failure:
            partial = any(part.kind in (TEXT, CALL) for part in self.parts)
            answer.state = INTERRUPTED if partial else FAILED
            answer.error_kind, answer.error = failure.kind, failure.message
        except Refusal as refusal:
            answer.state, answer.error_kind, answer.error = FAILED, "refused", refusal.message
        except Exception as mistake:
            log.error("chats.reply_failed", message=answer.id, exc_info=mistake)
            answer.state, answer.error_kind, answer.error = FAILED, "mistake", BROKEN
        await self.finish()

    async def write(self) -> None:
        """Call the model and take what it sends; when it wants tools, call them and tell it what they told."""
        model = await db.in_thread(providers.chosen, self.me, self.answer.model_id)
        await material.settled(self.me, self.chat, self.question)
        while True:
            self.context = await db.in_thread(self.gather, model)
            self.answer.left_out = self.context.left_out
            if not await self.listen(model) or self.call is None or not self.call.wanted:
                return
            if self.made > calls.MOST:
                self.answer.finish = "calls"  # it was told that there are no more
                return
            self.add_up()
            self.pause()
            await calls.make(self, self.call.wanted)

    async def listen(self, model: providers.Model) -> bool:
        """Call the model once; whether it came to its end."""
        names = {"purpose": "chat", "chat_id": self.chat.id, "message_id": self.answer.id}
        self.call = await gateway.call(
            self.me, model.id, self.context.messages, **names, params=self.context.parameters
        )
        async for delta in self.call:
            self.take(delta.kind, delta.text)
            self.length += len(delta.text)
            if self.length > LARGEST:
                self.call.finish = "length"
                return False
        return True

    def gather(self, model: providers.Model) -> Context:
        """The context, read in a thread."""
        with books.reading(self.chat.id, self.me) as book:
            over = self.made > calls.MOST
            return build(self.me, book, self.question, model, self.kept, list(self.parts), over)

    def pause(self) -> None:
        """End what is open, because something else than text comes now."""
        self.ready += [Bit(self.kind, html) for html in self.rendering.finish()]
        self.join()
        self.kind, self.rendering = "", markdown.Blocks()

    def add(self, card: Card) -> None:
        """Put a call at the end of the answer."""
        self.parts.append(card.call)
        self.note(card, again=False)

    def note(self, card: Card, again: bool = True) -> None:
        """Show a call as it is now, and write it down."""
        self.ready.append(Bit(CALL, "", card, again))
        self.keep_soon(CALL, piece_of(card.call))

    def note_result(self, part: Part) -> None:
        """Write down what a call told."""
        self.keep_soon(RESULT, piece_of(part))

    @property
    def text(self) -> str:
        """What was said until now."""
        parts = list(self.parts)
        if parts and parts[-1].kind == TEXT:
            parts[-1] = Part(message_id="", n=0, kind=TEXT, text=parts[-1].text + "".join(list(self.grown)))
        return text_of(parts)

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
            self.keep_soon(kind, text)
        if first:
            self.show()
        elif not fresh:
            self.show_at(self.shown + TICK - EARLY)

    def turn_to(self, kind: str) -> None:
        """Begin a part of another kind; what was open is finished. `duration_us` holds its start until `keep`."""
        if self.parts:
            self.ready += [Bit(self.kind, html) for html in self.rendering.finish()]
            self.join()
        # After a call strangers may speak in it, so nothing of it is loaded.
        self.kind, self.rendering = kind, markdown.Blocks(shut=any(part.kind == CALL for part in self.parts))
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

    def keep_soon(self, kind: str, text: str) -> None:
        """Have this piece written to the database soon; of a temporary chat nothing is."""
        if self.book is None:
            self.unsaved.append((kind, text))
            if self.saver is None:
                self.saver = asyncio.create_task(self.save_soon())

    async def save_soon(self) -> None:
        """Append what arrived to the database, and again while more arrives."""
        await asyncio.sleep(SAVE)
        while self.unsaved:
            await self.save()
            await asyncio.sleep(SAVE)
        self.saver = None

    async def save(self) -> None:
        """Append what arrived to the database now."""
        taken, self.unsaved = self.unsaved, []
        statements: list[tuple[str, Any]] = []
        if taken and self.pieces == 0:
            statements.append(("update message set state = ? where id = ?", (RUNNING, self.answer.id)))
        for kind, text in joined(taken):
            self.pieces += 1
            statements.append((INSERT_PIECE, (self.answer.id, self.pieces, kind, text)))
        if statements:
            await insist(statements)

    async def finish(self) -> None:
        """Fold the pieces into parts, settle the call, tell the viewers; in this order, so that none sees less."""
        self.finishing = True
        if self.ticker is not None:
            self.ticker.cancel()
        self.join()
        answer = self.answer
        answer.finished_at = clock.now()
        end_calls(self.parts)
        self.parts += material.notes(answer, self.context.notes, len(self.parts))
        await self.settle()
        answer.html = await db.in_thread(html_of, self.parts)
        try:
            await self.keep()
        finally:
            running.leave(self)
            live.end(answer.id, answer.state)
        log.info("chats.reply", message=answer.id, state=answer.state, error=answer.error_kind)

    async def settle(self) -> None:
        """Close the upstream connection and the ledger's row, and copy its numbers to the message."""
        if self.call is None or self.call is self.counted:
            return
        states = {DONE: "done", STOPPED: "stopped", INTERRUPTED: "cut", FAILED: "failed"}
        try:
            await self.call.close(states[self.answer.state])
        except db.Unwritable as error:
            # The row stays open and is settled at the next start; the answer matters more.
            log.error("chats.unsettled", message=self.answer.id, error=str(error))
        self.add_up()

    def add_up(self) -> None:
        """Add the numbers of a call that has ended to the answer's: with tools there are several."""
        if self.call is None or self.call is self.counted:
            return
        self.counted, self.answer.usage_id = self.call, self.call.usage_id
        self.answer.model = self.call.served_by or self.answer.model
        for name in ("tokens_in", "tokens_out", "cost"):
            before, now = getattr(self.answer, name), getattr(self.call, name)
            setattr(self.answer, name, before if now is None else now + (before or 0))

    async def keep(self) -> None:
        """Write the finished message: to memory for a temporary chat, else in one group commit."""
        ended = self.answer.finished_at or 0
        for part in reversed(self.parts):
            if part.kind in (CALL, RESULT):
                ended = part.started_at or ended
                continue
            began = part.duration_us or ended
            part.duration_us, ended = max(ended - began, 0), began  # a call may be an earlier answer's
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
        if self.answer.comparison and db.fetch(NAMED_BY, self.answer.parent_id, self.answer.comparison):
            return None
        return later.job("chats.title", (self.chat.id, self.answer.id), self.me, 0, 0)
