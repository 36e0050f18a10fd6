"""A question in a dialect of its own, from its check to the last event of its answer."""

from collections.abc import AsyncIterator
from typing import Any

import orjson

from app.errors import Upstream
from app.gateway import routing
from app.gateway.answers import Answer
from app.gateway.asking import Ask
from app.providers import failures
from app.rights import Caller

# Of a header's value.
LONGEST = 1000


class Exchange:
    """One question, as it is asked, and how its answer is told; providers that speak the dialect are passed on.

    `untold` are the members of the request that chat completions cannot say.
    """

    ask: Ask
    untold: list[str]

    def headers(self, answer: Answer) -> dict[str, str]:
        """What a response says of the answer, and what of the request did not reach the model."""
        left_out = [] if answer.native else [*self.untold, *self.ask.left_out]
        return answer.headers | ({"x-inglenook-left-out": ", ".join(left_out)[:LONGEST]} if left_out else {})

    async def whole(self, answer: Answer) -> bytes:
        """The answer in one piece. Raises Upstream."""
        raise NotImplementedError

    def stream(self, answer: Answer) -> AsyncIterator[bytes]:
        """The answer's events; where it breaks off, the last of them says so."""
        raise NotImplementedError

    def last(self, failure: Upstream) -> bytes:
        """The last event of a stream that breaks off."""
        raise NotImplementedError

    def refusal(self, failure: Upstream) -> Upstream:
        """A failure in the words of the dialect."""
        return failure


async def batches(answer: Answer) -> AsyncIterator[list[dict[str, Any]]]:
    """The parsed chunks of a stream, as many together as came together. Raises Upstream."""
    async for block in answer.blocks():
        chunks: list[dict[str, Any]] = []
        wrong = ""
        for line in block.split(b"\n"):
            if not line.startswith(b"data:") or (data := line[5:].strip()) == b"[DONE]":
                continue
            try:
                chunk = orjson.loads(data)
            except orjson.JSONDecodeError:
                wrong = data[:200].decode(errors="replace")
                break
            if isinstance(chunk, dict):
                chunks.append(chunk)
        yield chunks
        if wrong:
            failure = failures.malformed(answer.provider, wrong, answer.key, True)
            await answer.fail(failure)
            raise failure


async def piece(answer: Answer) -> dict[str, Any]:
    """An answer in one piece, parsed. Raises Upstream."""
    told = orjson.loads(await answer.whole())
    if not isinstance(told, dict) or not isinstance(told.get("choices"), list):
        raise failures.malformed(answer.provider, "no choices", answer.key)
    return told


def all_speak(me: Caller, name: str, dialect: str) -> bool:
    """Whether every model behind this name is at a provider that speaks the dialect itself. Raises NotFound."""
    return all(dialect in each.provider.speaks.split() for each in routing.find(me, name).targets)
