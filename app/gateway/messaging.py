"""The Messages dialect, from the request to the last event."""

from collections.abc import AsyncIterator
from typing import Any

import orjson

from app.errors import Upstream
from app.gateway import counting, routing
from app.gateway.answers import Answer
from app.gateway.asking import Ask
from app.gateway.dialects import messages
from app.gateway.dialects.checking import checked, parsed
from app.gateway.dialects.messages.translating import Unsupported
from app.gateway.exchanging import Exchange, all_speak, batches, piece
from app.rights import Caller

NATIVE = "messages"


class Messaging(Exchange):
    """One question in the Messages dialect. Raises Invalid naming the member that is wrong."""

    def __init__(self, me: Caller, data: bytes, headers: dict[str, str], cache_seconds: int = 0) -> None:
        given = parsed(data)
        self.request = checked(messages.MessagesRequest, given)
        self.untold: list[str] = []
        if messages.SIGNED.encode() in data:
            data = orjson.dumps(messages.cleaned(given))
        self.ask = Ask(
            me,
            self.request.model,
            self.body(me, given),
            raw=data,
            stream=bool(self.request.stream),
            native=NATIVE,
            headers=headers,
            optional=("top_k",),
            cache_seconds=cache_seconds,
        )

    def body(self, me: Caller, given: dict[str, Any]) -> dict[str, Any]:
        """The question for chat completions; what these cannot say is no hindrance to those who speak the dialect."""
        asks = self.request.thinks or self.request.output_config is not None
        try:
            reasons = asks and self.reasons(me)
            self.untold = messages.untold(self.request, reasons)
            return messages.translate(self.request, reasons=reasons)
        except Unsupported:
            if not all_speak(me, self.request.model, NATIVE):
                raise
            return given

    def reasons(self, me: Caller) -> bool:
        """Whether every model behind the name takes an effort."""
        return all(each.model.reasons for each in routing.find(me, self.request.model).targets)

    async def whole(self, answer: Answer) -> bytes:
        """The message."""
        if answer.native:
            return await answer.whole()
        told = await piece(answer)
        writer = messages.Writer(self.request, counting.estimate(answer.model, self.ask.body))
        writer.feed(told)
        writer.end(answer.count)
        return orjson.dumps(writer.message)

    async def stream(self, answer: Answer) -> AsyncIterator[bytes]:
        """The events of the message."""
        try:
            if answer.native:
                async for block in answer.blocks():
                    yield block
                return
            writer = messages.Writer(self.request, counting.estimate(answer.model, self.ask.body))
            yield writer.begin()
            sent = 0
            async for chunks in batches(answer):
                sent += len(chunks)
                if events := b"".join([writer.feed(chunk) for chunk in chunks]):
                    yield events
            yield writer.end(answer.count, sent)
        except Upstream as failure:
            yield self.last(failure)

    def last(self, failure: Upstream) -> bytes:
        """The last event of a stream that breaks off."""
        return broken(failure, self.ask.me)

    def refusal(self, failure: Upstream) -> Upstream:
        """A failure in Anthropic's words, where editors look for them: they shorten a conversation that is too long."""
        if failure.kind == "context":
            failure.message = f"prompt is too long: {failure.message}"
        return failure


def broken(failure: Upstream, me: Caller) -> bytes:
    """The last event of a stream that breaks off."""
    kind = {"rate": "rate_limit_error", "busy": "overloaded_error", "resting": "overloaded_error"}
    error = {"type": kind.get(failure.kind, "api_error"), "message": failure.message}
    told = {"type": "error", "error": error, "request_id": f"req_{me.request_id}"}
    return b"event: error\ndata: " + orjson.dumps(told) + b"\n\n"
