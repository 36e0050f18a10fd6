"""An answer of the gateway as a response: what the provider sends goes on, and a caller who hangs up ends it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson
from starlette.responses import Response

from app import gateway, usage
from app.errors import Upstream
from routes.dialects import openai_error, status_of

Events = Callable[[gateway.Answer], AsyncIterator[bytes]]


class Relay(Response):
    """The answer to one question. `events` makes another dialect's events of a stream, `whole` of an answer in one
    piece; without them the provider's bytes go on as they are."""

    def __init__(self, asked: gateway.Ask, events: Events | None = None, whole: Callable[[bytes], Any] | None = None):
        self.asked, self.events, self.whole = asked, events, whole
        self.background = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async with Attended(receive) as caller:
            answer = await gateway.ask(self.asked)
            try:
                await (self.stream(answer, send) if answer.streams else self.piece(answer, send))
            except asyncio.CancelledError:
                if caller.left or not answer.streams:
                    raise
                # Whoever is still there is cut off by us, because this process ends: the stream says so, at once,
                # because nobody waits for us any more.
                await self.cut(send)
            finally:
                if not answer.state:
                    await asyncio.shield(answer.close(usage.STOPPED if caller.left else usage.CUT))

    async def cut(self, send: Any) -> None:
        """The last event of a stream that ends with this process."""
        body = self.last(Upstream("This workspace is being stopped or restarted. Ask again.", "restart"))
        await send({"type": "http.response.body", "body": body})

    def last(self, failure: Upstream) -> bytes:
        """The last event of a stream that breaks off."""
        return broken(failure, self.asked.native)

    async def piece(self, answer: gateway.Answer, send: Any) -> None:
        """An answer in one piece; bytes that are no JSON (sound, pictures) go on as they come."""
        headers = answer.headers
        if "json" in answer.kind:
            body = await answer.whole()
            if self.whole is not None and not answer.native:
                body = orjson.dumps(self.whole(body))
            await send(start(answer.status, headers | {"content-length": str(len(body))}))
            return await send({"type": "http.response.body", "body": body})
        block = await answer.next()
        await send(start(answer.status, headers))
        while block:
            await send({"type": "http.response.body", "body": block, "more_body": True})
            block = await answer.next()
        await send({"type": "http.response.body", "body": b""})

    async def stream(self, answer: gateway.Answer, send: Any) -> None:
        """Events, as they come."""
        await send(start(answer.status, answer.headers))
        if self.events is not None and not answer.native:
            async for block in self.events(answer):
                await send({"type": "http.response.body", "body": block, "more_body": True})
        else:
            try:
                while block := await answer.next():
                    await send({"type": "http.response.body", "body": block, "more_body": True})
            except Upstream as failure:
                await send({"type": "http.response.body", "body": broken(failure, answer.native), "more_body": True})
        await send({"type": "http.response.body", "body": b""})


class Attended:
    """Ends what runs inside when the client hangs up, wherever it stands."""

    def __init__(self, receive: Any) -> None:
        self.receive = receive
        self.left = self.over = False

    async def __aenter__(self) -> "Attended":
        self.task = asyncio.current_task()
        self.watch = asyncio.ensure_future(self.receive())
        self.watch.add_done_callback(self.gone)
        return self

    def gone(self, watch: Any) -> None:
        """The next message is that nobody is there any more."""
        if not self.over and not watch.cancelled() and self.task is not None:
            self.left = True
            self.task.cancel()

    async def __aexit__(self, kind: Any, error: Any, trace: Any) -> bool:
        self.over = True
        self.watch.cancel()
        if self.left and kind is asyncio.CancelledError and self.task is not None:
            self.task.uncancel()
            return True
        return False


def start(status: int, headers: dict[str, str]) -> dict[str, Any]:
    """The head of a response."""
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    return {"type": "http.response.start", "status": status, "headers": raw}


def broken(failure: Upstream, native: str = "") -> bytes:
    """The last event of a stream that broke off, in the dialect that it speaks."""
    error = openai_error(status_of(failure), failure)
    if native == "messages":
        told: Any = {"type": "error", "error": {"type": "api_error", "message": failure.message}}
        return b"event: error\ndata: " + orjson.dumps(told) + b"\n\n"
    if native == "responses":
        told = {"type": "error", "code": error["code"], "message": failure.message, "param": None}
        return b"event: error\ndata: " + orjson.dumps(told) + b"\n\n"
    return b"data: " + orjson.dumps({"error": error}) + b"\n\n"
