"""The Responses dialect, from the request to the response that is kept."""

import re
from collections.abc import AsyncIterator
from typing import Any

import orjson

from app import clock
from app.errors import Upstream
from app.gateway import routing, stored
from app.gateway.answers import Answer
from app.gateway.asking import Ask
from app.gateway.dialects import responses
from app.gateway.dialects.checking import checked, parsed
from app.gateway.dialects.responses.asked import Reference
from app.gateway.dialects.responses.items import Item, Unsupported
from app.gateway.exchanging import Exchange, all_speak, batches, piece
from app.providers import failures
from app.rights import Caller

NATIVE = "responses"
LAST = re.compile(rb'"type"\s*:\s*"response\.(completed|incomplete)"')
NUMBER = re.compile(rb'"sequence_number"\s*:\s*(\d+)')


class Responding(Exchange):
    """One question in the Responses dialect. Raises Invalid naming the member that is wrong, and NotFound (model)."""

    def __init__(self, me: Caller, data: bytes, headers: dict[str, str], cache_seconds: int = 0) -> None:
        self.me = me
        self.question = responses.translate(parsed(data))
        self.request = self.question.request
        self.stem = clock.new_id()
        self.untold: list[str] = []
        # Of a stream: what writes its events, or the number of the next one that a provider tells.
        self.writing: responses.Writer | None = None
        self.number = 0
        self.moved = False
        before = self.before()
        self.items = [self.resolved(item, f"input[{n}]") for n, item in enumerate(self.question.items)]
        known = [item for item in self.items if item.get("type") != "item_reference"]
        responses.tell(self.question, before, known)
        self.untold = responses.untold(self.question)
        if self.question.unsupported and not all_speak(me, self.request.model, NATIVE):
            raise self.question.unsupported
        self.ask = Ask(
            me,
            self.request.model,
            self.question.body,
            raw=self.raw(data, before),
            stream=self.request.streams,
            native=NATIVE,
            headers=headers,
            cache_seconds=cache_seconds,
        )

    def before(self) -> list[Item]:
        """What was said before, which has to be this person's."""
        previous = self.request.previous_response_id
        if not previous:
            return []
        items = stored.earlier(previous, self.me)
        # The provider that made it knows it by its id; any other one has to be told all.
        same = not stored.is_ours(previous) and stored.made_with(previous, self.me) == self.request.model
        self.moved = not (same and len(routing.find(self.me, self.request.model).targets) == 1)
        return items

    def resolved(self, item: Item, place: str) -> Item:
        """An item that is named by its id in full. Raises Invalid."""
        if item.get("type") != "item_reference":
            return item
        id = checked(Reference, item, place).id
        found = stored.referred(id, self.me, f"{place}.id")
        if found is None:
            said = f"`{place}.id`: the item “{id[:100]}” is not kept here: send it in full."
            self.question.unsupported = self.question.unsupported or Unsupported(**{f"{place}.id": said})
            return item
        self.moved = True
        return found

    def raw(self, data: bytes, before: list[Item]) -> bytes:
        """The request for a provider that speaks the dialect: as it came, unless it names what is kept here."""
        given = self.question.given
        if self.request.background:
            # We are the ones who wait: the provider is asked as by a caller who listens.
            given = {name: value for name, value in given.items() if name != "background"} | {"stream": True}
        if self.moved:
            given = {name: value for name, value in given.items() if name != "previous_response_id"}
            return orjson.dumps(given | {"input": responses.portable([*before, *self.items])})
        if responses.SEAL.encode() in data and isinstance(self.request.input, list):
            given = given | {"input": responses.foreign(self.items)}
        return data if given is self.question.given else orjson.dumps(given)

    def writer(self) -> responses.Writer:
        """What makes the events of this response."""
        return responses.Writer(self.question, self.stem)

    async def whole(self, answer: Answer) -> bytes:
        """The response, kept."""
        if answer.native:
            body = await answer.whole()
            await self.keep(orjson.loads(body))
            return body
        told = await piece(answer)
        writer = self.writer()
        writer.feed(told)
        writer.end(answer.count)
        await self.keep(writer.response)
        return orjson.dumps(writer.response)

    async def stream(self, answer: Answer) -> AsyncIterator[bytes]:
        """The events of the response; it is kept before the last of them is told."""
        if answer.native:
            async for block in self.passed(answer):
                yield block
            return
        writer = self.writing = self.writer()
        yield writer.begin()
        try:
            async for block in self.made(answer, writer):
                if writer.response["status"] != "in_progress":
                    await self.keep(writer.response)
                yield block
        except Upstream as failure:
            yield self.last(failure)

    def last(self, failure: Upstream) -> bytes:
        """The last event of a stream that breaks off."""
        if self.writing is not None:
            return self.writing.failed(self.refusal(failure))
        told = {"type": "error", "code": "server_error", "message": failure.message, "param": None}
        return b"event: error\ndata: " + orjson.dumps(told | {"sequence_number": self.number}) + b"\n\n"

    async def made(self, answer: Answer, writer: responses.Writer) -> AsyncIterator[bytes]:
        """The events that are made of chat completions, to the last. Raises Upstream."""
        async for chunks in batches(answer):
            if block := b"".join([writer.feed(chunk) for chunk in chunks]):
                yield block
        yield writer.end(answer.count)

    async def repeated(self, answer: Answer, writer: responses.Writer) -> AsyncIterator[bytes]:
        """The events of a provider that speaks the dialect, as those of a response of ours. Raises Upstream."""
        async for block in answer.blocks():
            for line in block.split(b"\n"):
                if line.startswith(b"data:"):
                    yield writer.repeat(orjson.loads(line[5:]))
        if writer.response["status"] in stored.RUNNING:
            raise failures.cut(answer.provider, True)

    async def passed(self, answer: Answer) -> AsyncIterator[bytes]:
        """The events of a provider that speaks the dialect, as they came."""
        try:
            async for block in answer.blocks():
                if LAST.search(block):
                    await self.keep(final(block))
                if found := NUMBER.findall(block[-2048:]):
                    self.number = int(found[-1]) + 1
                yield block
        except Upstream as failure:
            yield self.last(failure)

    async def keep(self, response: Any) -> None:
        """Keep the response, unless the caller wants it forgotten."""
        if self.request.keeps and isinstance(response, dict) and response.get("id"):
            previous = self.request.previous_response_id
            await stored.keep(self.me, previous, self.request.model, self.items, response)

    def refusal(self, failure: Upstream) -> Upstream:
        """A failure with the member that is meant as this dialect names it."""
        if failure.kind == "context" or failure.field.startswith("messages"):
            failure.field = "input"
        elif failure.field in ("max_tokens", "max_completion_tokens"):
            failure.field = "max_output_tokens"
        return failure


def final(block: bytes) -> Any:
    """The response in the last event of a stream; None where it cannot be read."""
    for event in block.split(b"\n"):
        if event.startswith(b"data:") and LAST.search(event):
            try:
                return orjson.loads(event[5:]).get("response")
            except orjson.JSONDecodeError:
                return None
    return None
