"""One answer on its way from a provider to whoever asked: bytes that are passed on, and a row that is settled."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import orjson

from app import clock, config, usage
from app.errors import Upstream
from app.gateway import cache, lines, paying, resting
from app.gateway.events import as_events, broken, plain, shortened
from app.gateway.queueing import Place
from app.gateway.relay import Malformed, Reader, counted, usage_of
from app.gateway.routing import Target
from app.providers import estimates, failures

if TYPE_CHECKING:
    from aiohttp import ClientResponse

# An answer in one piece is all there is to wait for, so it may take longer than a first token.
WHOLE = 5
AFTERWARDS = 3.0
# Events at the end of a stream that are no tokens: why it ends, what was used, the end.
AROUND = 3
LARGEST = 64 << 20
HIT, MISS = "hit", "miss"
Bytes = bytes  # Answer has a method of this name


Paid = usage.Reservation | paying.Hit


class Answer:
    """What a provider answers. Read it with `bytes`, `blocks`, `whole` or `next`; `close` ends it early."""

    def __init__(self, target: Target, paid: Paid, place: Place, alias: str, fallbacks: int) -> None:
        self.target, self.paid, self.place, self.alias, self.fallbacks = target, paid, place, alias, fallbacks
        self.status, self.kind, self.native = 200, "text/event-stream", ""
        self.cache = ""
        self.state = ""
        self.count = usage.Count()
        self.allowed = self.size = 0
        self.complete = False
        self.failure: Upstream | None = None
        self.reader: Reader | None = None
        self.response: ClientResponse | None = None
        self.key = ""
        self.held: deque[Bytes] = deque()
        self.copy: cache.Copy | None = None
        self.began = self.heard = clock.ticks()
        self.patience = config.current.first_token
        self.timer: asyncio.TimerHandle | None = None
        self.late = self.closing = self.sent = False
        self.head_us = 0
        self.first_token_us: int | None = None

    @property
    def usage_id(self) -> str:
        """The id of its row in the ledger."""
        return self.paid.id

    @property
    def model(self) -> Any:
        """The model that answers."""
        return self.target.model

    @property
    def provider(self) -> Any:
        """Whose model it is."""
        return self.target.provider

    @property
    def streams(self) -> bool:
        """Whether it comes as events."""
        return self.kind.startswith("text/event-stream")

    @property
    def headers(self) -> dict[str, str]:
        """What a response to a program says of it."""
        told = {
            "content-type": self.kind,
            "x-inglenook-provider": plain(self.provider.name),
            "x-inglenook-model": plain(self.model.name),
            "x-inglenook-fallbacks": str(self.fallbacks),
            "openai-processing-ms": str(self.head_us // 1000),
        }
        if self.cache:
            told["x-inglenook-cache"] = self.cache
        return told | self.paid.headers()

    # ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────
    async def next(self) -> Bytes:
        """The next bytes, b'' when all came and the row is settled. Raises Upstream where the answer breaks off."""
        if self.held:
            return self.held.popleft()
        if self.failure is not None:
            raise self.failure
        if self.state or self.response is None:
            return b""
        try:
            block = await self.read()
        except Upstream as failure:
            await self.fail(failure)
            raise
        if (
            self.reader is not None
            and self.reader.coming(self.model) > self.allowed + AROUND
            and not await self.extend()
        ):
            block += self.shortened()
            await self.finish(usage.DONE, "length")
        return block

    async def blocks(self) -> AsyncIterator[Bytes]:
        """All bytes, in whole events where it streams. Raises Upstream where it breaks off."""
        while block := await self.next():
            yield block

    async def bytes(self) -> AsyncIterator[Bytes]:
        """All bytes; where the answer breaks off, the last event is an error as OpenAI's dialect has it."""
        try:
            while block := await self.next():
                yield block
        except Upstream as failure:
            yield broken(failure)

    async def whole(self) -> Bytes:
        """All of it at once. Raises Upstream."""
        return b"".join([block async for block in self.blocks()])

    async def read(self) -> Bytes:
        """The next whole events from the provider; at the end the row is settled, and b''. Raises Upstream."""
        import aiohttp

        assert self.response is not None
        while True:
            try:
                data = await self.response.content.readany()
            except (aiohttp.ClientError, OSError) as error:
                if self.late and self.reader is not None and self.reader.ended:
                    return await self.ended()
                raise self.broke(error) from None
            if not data:
                return await self.ended()
            if self.reader is None:
                self.heard = clock.ticks()
                return data
            try:
                block = self.reader.feed(data)
            except Malformed as error:
                raise failures.malformed(self.provider, str(error), self.key, self.reader.begun) from None
            if self.reader.begun:
                # Signs of life before the first token are no token.
                self.heard = clock.ticks()
                self.paid.note(self.reader.coming(self.model))
                if self.first_token_us is None:
                    self.first_token_us, self.patience = self.elapsed(), config.current.stall
            if self.reader.error is not None:
                self.failure = lines.told(
                    failures.in_stream(self.provider, self.model.name, self.reader.error, self.key)
                )
                await self.fail(self.failure)
                if not block:
                    raise self.failure
            elif b"[DONE]" in block[-24:]:
                self.patience, self.complete = AFTERWARDS, True
                self.watch()
            if block:
                if self.copy is not None:
                    self.copy.add(block)
                return block

    async def ended(self) -> Bytes:
        """The provider has said all: well, or too early. Raises Upstream."""
        rest = b""
        if (reader := self.reader) is not None:
            rest = reader.rest()
            if not reader.events:
                raise lines.told(failures.malformed(self.provider, "no event came"))
            if not reader.ended:
                raise lines.told(failures.cut(self.provider, reader.begun))
            self.count = reader.count
        if self.copy is not None and rest:
            self.copy.add(rest)
        await self.finish(usage.DONE, "")
        return rest

    async def take(self, data: Bytes, as_stream: bool) -> None:
        """An answer in one piece has come: its tokens are known, and its row is settled."""
        try:
            told = orjson.loads(data)
        except orjson.JSONDecodeError:
            told = None
        if isinstance(told, dict):
            self.count = counted(usage_of(told))
            if told.get("error") and not told.get("choices") and told.get("object") != "response":
                raise lines.told(failures.in_stream(self.provider, self.model.name, told["error"], self.key))
        else:
            raise lines.told(failures.malformed(self.provider, f"no JSON ({self.kind})", self.key))
        self.first_token_us = self.elapsed()
        if as_stream:
            self.kind, data = "text/event-stream", as_events(told)
        if self.copy is not None:
            self.copy.add(data)
        self.held.append(data)
        await self.finish(usage.DONE, "")

    # ── time and ends ─────────────────────────────────────────────────────────────────────────────────────────────────
    def watch(self) -> None:
        """See to it that a provider which falls silent is not waited for: one timer, however many tokens come."""
        if self.timer is not None:
            self.timer.cancel()
        left = self.heard + self.patience - clock.ticks()
        if left > 0:
            self.timer = asyncio.get_running_loop().call_later(left, self.watch)
        elif self.response is not None:
            self.timer, self.late = None, True
            self.response.close()

    def broke(self, error: BaseException) -> Upstream:
        """Why no more bytes come."""
        if not self.late:
            detail = failures.shortened(f"{type(error).__name__} {error}", self.key)
            return lines.told(failures.cut(self.provider, self.first_token_us is not None, detail))
        if self.first_token_us is None:
            return lines.told(failures.slow(self.provider, self.patience))
        return lines.told(failures.stalled(self.provider, self.patience))

    async def extend(self) -> bool:
        """Reserve more for an answer that is longer than was thought; False when no budget is left for it."""
        if self.complete or self.state:
            return True
        more = min(max(self.allowed, 64), usage.UNSET)
        if await self.paid.extend(more):
            self.allowed += more
            return True
        return False

    def shortened(self) -> Bytes:
        """The end of an answer for which no budget is left: it has reached its length."""
        if self.native or self.reader is None:
            self.failure = Upstream("The budget for this answer is used up.", "budget")
            return b""
        return shortened(self.reader.head)

    async def fail(self, failure: Upstream) -> None:
        """It broke off: the provider's row says how, and who asks for more hears it again."""
        self.failure = failure
        if not self.closing:
            resting.failed(self.provider, failure)
        await self.finish(usage.FAILED, failure.kind)

    async def close(self, state: str = usage.STOPPED) -> None:
        """Whoever asked has left: the connection is closed at once and the row settled. Again it does nothing."""
        await self.finish(state, "")

    async def finish(self, state: str, status: str) -> None:
        """Let go of the connection and the place, and settle the row, once."""
        if self.closing:
            return
        self.closing = True
        self.drop(state == usage.DONE and status != "length")
        if state == usage.DONE:
            resting.answered(self.provider.id)
        if self.reader is not None:
            self.count = self.reader.count
        learnt = estimates.learn(self.model, self.size, self.count.into)
        try:
            await self.paid.settle(
                state,
                self.count,
                sent_tokens=self.reader.unreported(self.model) if self.reader is not None else 0,
                first_token_us=self.first_token_us,
                duration_us=self.elapsed(),
                status=status,
                unsent=not self.sent,
                also=learnt,
            )
        finally:
            self.state = state
        if self.copy is not None and state == usage.DONE and not status:
            self.copy.keep(self.kind, self.model.id, self.native, self.count)

    def drop(self, well: bool) -> None:
        """Let go of the connection: it is kept for the next call where this one was read to its end."""
        if self.timer is not None:
            self.timer.cancel()
        self.place.leave()
        response, self.response = self.response, None
        if response is not None:
            if well:
                response.release()
            else:
                response.close()

    def elapsed(self) -> int:
        """Microseconds since the call began."""
        return int((clock.ticks() - self.began) * clock.SECOND)
