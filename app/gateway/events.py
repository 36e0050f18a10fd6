"""The events of OpenAI's dialect: read one by one for those who make another dialect of them."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import orjson

from app.errors import Upstream

if TYPE_CHECKING:
    from app.gateway.answers import Answer


def broken(failure: Upstream) -> bytes:
    """The last event of a stream that breaks off, as OpenAI's dialect has it."""
    error = {"message": failure.message, "type": "upstream_error", "param": None, "code": failure.kind}
    return b"data: " + orjson.dumps({"error": error}) + b"\n\n"


async def events(answer: "Answer") -> AsyncIterator[dict[str, Any]]:
    """The parsed chunks of a streamed answer, for those who make another dialect of it. Raises Upstream."""
    async for block in answer.blocks():
        for line in block.split(b"\n"):
            if line.startswith(b"data:") and (data := line[5:].strip()) != b"[DONE]":
                chunk = orjson.loads(data)
                if isinstance(chunk, dict):
                    yield chunk
