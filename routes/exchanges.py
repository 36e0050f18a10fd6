"""Questions in a dialect of their own as responses: told in it, passed on where the provider speaks it."""

from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from app import gateway
from app.errors import Upstream
from routes.relays import Attended, Relay, start


class Exchanged(Relay):
    """The answer to a question of a dialect. `headers` are sent with it."""

    def __init__(self, exchange: gateway.Exchange, headers: dict[str, str] | None = None) -> None:
        super().__init__(exchange.ask)
        self.exchange, self.more = exchange, headers or {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        except Upstream as failure:
            raise self.exchange.refusal(failure) from None

    def last(self, failure: Upstream) -> bytes:
        """The last event of a stream that breaks off."""
        return self.exchange.last(failure)

    async def piece(self, answer: gateway.Answer, send: Any) -> None:
        """An answer in one piece."""
        body = await self.exchange.whole(answer)
        headers = self.exchange.headers(answer) | self.more | {"content-length": str(len(body))}
        await send(start(answer.status, headers))
        await send({"type": "http.response.body", "body": body})

    async def stream(self, answer: gateway.Answer, send: Any) -> None:
        """Events, as they come."""
        await send(start(answer.status, self.exchange.headers(answer) | self.more))
        async for block in self.exchange.stream(answer):
            await send({"type": "http.response.body", "body": block, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


class Followed(Response):
    """The events of what goes on without its callers: one who leaves ends nothing."""

    def __init__(self, events: AsyncIterator[bytes]) -> None:
        self.events = events
        self.background = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async with Attended(receive):
            await send(start(200, {"content-type": "text/event-stream"}))
            async for block in self.events:
                await send({"type": "http.response.body", "body": block, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


def seconds(request: Request) -> int:
    """How old a kept answer may be: as this request says, else as its key does."""
    told = request.headers.get("x-inglenook-cache", "")
    return int(told) if told.isdecimal() and len(told) < 9 else int(request.state.me.cache_seconds)
