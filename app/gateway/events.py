"""The events of OpenAI's dialect: read one by one for those who make another dialect of them."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import orjson

from app.errors import Upstream

if TYPE_CHECKING:
    from app.gateway.answers import Answer

DONE = b"data: [DONE]\n\n"


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


def as_events(told: Any) -> bytes:
    """An answer in one piece as a stream of one chunk, from a server that does not stream."""
    choices = []
    for n, each in enumerate(told.get("choices") or () if isinstance(told, dict) else ()):
        delta = dict(each.get("message") or {})
        if delta.get("tool_calls"):
            delta["tool_calls"] = [{"index": m, **call} for m, call in enumerate(delta["tool_calls"])]
        choices.append({"index": n, "delta": delta, "finish_reason": each.get("finish_reason")})
    chunk = told | {"object": "chat.completion.chunk", "choices": choices}
    return b"data: " + orjson.dumps(chunk) + b"\n\n" + DONE


def shortened(head: dict[str, Any]) -> bytes:
    """The last events of an answer that has reached its length, with the members of its first event."""
    told = {name: head.get(name) for name in ("id", "object", "created", "model")}
    choice = {"index": 0, "delta": {}, "finish_reason": "length"}
    if told["object"] == "text_completion":
        choice = {"index": 0, "text": "", "finish_reason": "length", "logprobs": None}
    return b"data: " + orjson.dumps(told | {"choices": [choice]}) + b"\n\n" + DONE


def plain(name: str) -> str:
    """A name as a header can hold it."""
    return name.encode("ascii", "replace").decode()
