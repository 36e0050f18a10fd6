"""Asking a model: one call, its text as it comes, and its row in the ledger whatever happens."""

import asyncio
import random
from collections import deque
from contextlib import suppress
from typing import Any

from app import clock, config, usage
from app.errors import Misconfigured, Upstream
from app.providers import clients, estimates, failures, wire
from app.providers.catalogue import Model, Provider
from app.providers.presets import BUNDLED
from app.providers.requests import Request
from app.providers.wire import Delta, Malformed, Reader

TRIES = 3
PATIENCE = 8.0  # seconds in all that are waited between tries
AGAIN = ("refused", "rate", "server", "cut")
AFTERWARDS = 3.0  # seconds for the count of tokens, after the answer has ended


class Call:
    """One call of a model. Iterate over it for Deltas; then it holds what was counted. Failures raise Upstream."""

    def __init__(self, model: Model, provider: Provider, reserved: usage.Reservation, request: Request) -> None:
        self.model, self.provider, self.reserved, self.request = model, provider, reserved, request
        self.state = ""
        self.finish = ""
        self.cost: int | None = None
        self.first_token_us: int | None = None
        self.duration_us: int | None = None
        self.started = self.heard = clock.ticks()
        self.tries = 0
        self.asked = self.texted = False
        self.waited = self.spared = 0.0
        self.closing = False
        self.failure: Upstream | None = None
        self.key = ""
        self.ready: deque[Delta] = deque()
        self.reader = Reader()
        self.line: clients.Line | None = None
        self.stream: Any = None
        self.chunks: Any = None
        self.timer: asyncio.Timeout | None = None

    @property
    def usage_id(self) -> str:
        """The id of its row in the ledger."""
        return self.reserved.id

    @property
    def wanted(self) -> list[wire.ToolCall]:
        """The tools that the model wants to be called, in its order; whole when the answer has ended."""
        return self.reader.calls

    @property
    def tokens_in(self) -> int | None:
        """Tokens of the prompt as the provider counted them, None where it did not."""
        return self.reader.count.into

    @property
    def tokens_out(self) -> int | None:
        """Tokens of the answer, reasoning included."""
        return self.reader.count.out

    def __aiter__(self) -> "Call":
        return self

    async def __anext__(self) -> Delta:
        while not self.ready:
            if self.failure is not None:
                raise self.failure
            if self.state:
                raise StopAsyncIteration
            await self.advance()
        return self.ready.popleft()

    def begin(self) -> None:
        """From now on it is waited for the first token: whoever waited in a line before has lost no time."""
        self.started = self.heard = clock.ticks()

    async def close(self, state: str = usage.STOPPED, status: str = "") -> None:
        """Close the connection to the provider at once and settle the row as `state`; again it does nothing."""
        if self.state or self.closing:
            return
        self.closing = True
        if self.timer is not None:
            # Another task reads: it is woken as if its time were over, and closes what it reads from.
            self.timer.reschedule(asyncio.get_running_loop().time())
        else:
            await self.drop()
        await self.settle(state, status)

    async def advance(self) -> None:
        """One step: connect, or read what came. A failure is raised after the text that came before it."""
        try:
            if self.stream is None:
                await self.connect()
            else:
                await self.read()
        except Upstream as failure:
            await self.drop()
            if self.closing:
                return
            if not await self.again(failure):
                await self.settle(usage.FAILED, failure.kind)
                self.failure = failure

    async def again(self, failure: Upstream) -> bool:
        """Whether to try once more, after waiting; only as long as nothing was answered."""
        self.tries += 1
        wait = max(0.4 * 3 ** (self.tries - 1) * random.uniform(0.75, 1.25), failure.retry_after)
        spent = self.tries >= TRIES or self.waited + wait > PATIENCE
        if self.first_token_us is not None or failure.kind not in AGAIN or spent:
            return False
        self.waited += wait
        with suppress(TimeoutError):  # the timer is how `close` ends the waiting
            async with asyncio.timeout(None) as self.timer:
                await asyncio.sleep(wait)
        self.timer = None
        self.reader = Reader()
        return True

    async def connect(self) -> None:
        """Send the request and wait for the head of the answer. Raises Upstream."""
        import openai

        try:
            await self.prepare()
            async with asyncio.timeout(self.patience()) as self.timer:
                assert self.line is not None
                self.asked = True
                asking = self.line.client.chat.completions.with_streaming_response.create(**self.request.body())
                self.stream = await asking.__aenter__()
                self.chunks = self.stream.http_response.aiter_bytes()
                await self.judge()
        except TimeoutError:
            raise failures.slow(self.provider, config.current.first_token) from None
        except openai.APIStatusError as error:
            failure = failures.refused(
                self.provider, self.model.name, error.status_code, error.body, error.response.headers, self.key
            )
            if not self.request.adapt(error.status_code, failure.detail):
                raise failure from None
            await self.drop()
        except Misconfigured as error:
            raise Upstream(error.message, "unauthorized") from None
        except openai.OpenAIError as error:
            raise failures.unreachable(self.provider, error) from None
        finally:
            self.timer = None

    async def prepare(self) -> None:
        """Have a line to the provider; making one takes time on a busy machine, which is not the provider's. But the
        bundled model's start is a part of its answer."""
        began, ours = clock.ticks(), self.provider.kind != BUNDLED
        async with asyncio.timeout(None if ours else self.patience()) as self.timer:
            self.line = await clients.line(self.provider)
        self.key = self.line.signature[1]
        if ours:
            self.spared += clock.ticks() - began

    async def judge(self) -> None:
        """Look at what kind of answer begins: a stream, a whole answer at once, or something else."""
        kind = self.stream.headers.get("content-type", "")
        if "json" in kind and "event-stream" not in kind:
            data = b"".join([chunk async for chunk in self.chunks])
            # A server that does not stream: its whole answer is read as one event.
            self.take(b"data: " + b" ".join(data.splitlines()) + b"\n")
            self.reader.ended = True
        elif kind.startswith("text/html"):
            raise failures.malformed(self.provider, f"a page ({kind})")

    def patience(self) -> float:
        """Seconds until it is too slow: for the first token in all, then for each silence."""
        now = clock.ticks()
        if self.first_token_us is None:
            return max(0.0, self.started + self.spared + self.waited + config.current.first_token - now)
        return max(0.0, self.heard + (AFTERWARDS if self.reader.finish else config.current.stall) - now)

    async def read(self) -> None:
        """Wait for bytes and take them. Raises Upstream."""
        import httpx2

        if self.reader.ended:
            return await self.finished()
        try:
            async with asyncio.timeout(self.patience()) as self.timer:
                data = await anext(self.chunks)
        except StopAsyncIteration:
            return await self.finished()
        except TimeoutError:
            return await self.late()
        except httpx2.HTTPError as error:
            detail = failures.shortened(f"{type(error).__name__} {error}", self.key)
            raise failures.cut(self.provider, self.first_token_us is not None, detail) from None
        finally:
            self.timer = None
        self.take(data)
        await self.afford()

    async def afford(self) -> None:
        """Reserve more for an answer that is longer than was thought; without budget it ends at this length."""
        self.reserved.note(self.sent)
        if self.sent > self.reserved.tokens_out and not await self.reserved.extend(usage.UNSET):
            self.finish = "length"
            await self.drop()
            await self.settle(usage.DONE, self.finish)

    def take(self, data: bytes) -> None:
        """Read bytes of the answer. Raises Upstream for what is not the protocol, and for an error in the stream."""
        before = self.reader.events
        deltas: list[Delta] = []
        try:
            self.reader.feed(data, deltas)
        except Malformed as error:
            self.keep(deltas)
            begun = self.first_token_us is not None
            raise failures.malformed(self.provider, str(error), self.key, begun) from None
        if self.reader.events > before:
            self.heard = clock.ticks()
        if self.reader.calls and self.first_token_us is None:
            self.first_token_us = self.elapsed()
        self.keep(deltas)
        if self.reader.error:
            raise failures.in_stream(self.provider, self.model.name, self.reader.error, self.key)

    def keep(self, deltas: list[Delta]) -> None:
        """Have this text ready for whoever iterates."""
        if deltas:
            self.ready.extend(deltas)
            self.texted = self.texted or any(delta.kind == wire.TEXT for delta in deltas)
            if self.first_token_us is None:
                self.first_token_us = self.elapsed()

    async def late(self) -> None:
        """Time is over: an answer that has ended is kept, another has failed, or nobody wants it any more."""
        if self.closing or self.first_token_us is None:
            raise failures.slow(self.provider, config.current.first_token)
        if not self.reader.finish:
            raise failures.stalled(self.provider, config.current.stall)
        await self.finished()

    async def finished(self) -> None:
        """The stream has ended: well, or too early. Raises Upstream."""
        reader = self.reader
        if reader.rest:
            self.take(b"\n")
        self.finish = reader.finish
        if not reader.events:
            raise failures.malformed(self.provider, "no event came")
        if not (reader.ended or reader.finish):
            raise failures.cut(self.provider, self.first_token_us is not None)
        if not self.texted and not reader.calls and reader.finish not in ("length", "tool_calls"):
            raise failures.empty(self.provider, reader.finish)
        with suppress(TimeoutError):  # a connection that is read to its end is kept for the next call
            async with asyncio.timeout(0.1):
                async for _ in self.chunks:
                    continue
        await self.drop()
        await self.settle(usage.DONE, reader.finish)

    async def drop(self) -> None:
        """Close the connection, wherever it stands."""
        stream, line = self.stream, self.line
        self.stream = self.chunks = self.line = None
        if stream is not None:
            await stream.close()
        if line is not None:
            await line.leave()

    async def settle(self, state: str, status: str = "") -> None:
        """Write down what it cost."""
        self.state = state
        self.duration_us = self.elapsed()
        count = self.reader.count
        learnt = self.request.learnt(state == usage.DONE, count.into)
        self.cost = await self.reserved.settle(
            state,
            count,
            sent_tokens=0 if self.reader.finish and count.out is not None else self.sent,
            first_token_us=self.first_token_us,
            duration_us=self.duration_us,
            status=status,
            unsent=not self.asked,
            also=learnt,
        )

    @property
    def sent(self) -> int:
        """Tokens of the answer that came, as far as that can be seen."""
        return estimates.spoken(self.model, self.reader.spoken, self.reader.size)

    def elapsed(self) -> int:
        """Microseconds since the call began."""
        return int((clock.ticks() - self.started) * clock.SECOND)
