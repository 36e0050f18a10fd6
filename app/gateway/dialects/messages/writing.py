"""An answer as a message of Anthropic's dialect, whole and event by event."""

from typing import Any

import orjson

from app import clock
from app.gateway.dialects.messages.asked import MessagesRequest
from app.gateway.dialects.messages.translating import SIGNED
from app.gateway.dialects.steps import ARGUMENTS, CALL, REASONING, Step, Steps
from app.usage import Count

TEXT, THINKING, TOOL = "text", "thinking", "tool_use"
STOPS = {"length": "max_tokens", "content_filter": "refusal"}


class Writer:
    """Makes the events of one message. `message` is what it has become; `tokens_in` an estimate until it is counted."""

    def __init__(self, request: MessagesRequest, tokens_in: int = 0) -> None:
        self.request, self.steps = request, Steps()
        self.block: dict[str, Any] | None = None
        self.pieces: list[str] = []
        self.written: list[bytes] = []
        self.message: dict[str, Any] = {
            "id": f"msg_{clock.new_id()}",
            "type": "message",
            "role": "assistant",
            "model": request.model,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": used(Count(), tokens_in, 0),
        }

    def emit(self, kind: str, **members: Any) -> None:
        """Write one event."""
        self.written.append(b"event: %s\ndata: %s\n\n" % (kind.encode(), orjson.dumps({"type": kind} | members)))

    def taken(self) -> bytes:
        """The events since the last time."""
        written, self.written = self.written, []
        return b"".join(written)

    def begin(self) -> bytes:
        """The first events."""
        self.emit("message_start", message=self.message)
        self.emit("ping")
        return self.taken()

    def feed(self, chunk: dict[str, Any]) -> bytes:
        """The events of one chunk."""
        for step in self.steps.feed(chunk):
            self.take(step)
        return self.taken()

    @property
    def index(self) -> int:
        """The place of the block that is open, or of the next."""
        return len(self.message["content"])

    def take(self, step: Step) -> None:
        """One step of the answer."""
        if step.kind == CALL:
            self.open({"type": TOOL, "id": step.id, "name": step.name, "input": {}})
        elif step.kind == ARGUMENTS:
            if self.block is not None and self.block["type"] == TOOL:
                self.more({"type": "input_json_delta", "partial_json": step.text}, step.text)
        elif step.kind == REASONING:
            # The original tells it only to those who asked for it, and many read the first block as the answer.
            if self.request.thinks:
                self.on(THINKING, {"thinking": "", "signature": ""})
                self.more({"type": "thinking_delta", "thinking": step.text}, step.text)
        else:
            self.on(TEXT, {"text": ""})
            self.more({"type": "text_delta", "text": step.text}, step.text)

    def on(self, kind: str, empty: dict[str, Any]) -> None:
        """Go on with a block of this kind."""
        if self.block is None or self.block["type"] != kind:
            self.open({"type": kind} | empty)

    def open(self, block: dict[str, Any]) -> None:
        """Begin a block."""
        self.shut()
        self.block = block
        self.emit("content_block_start", index=self.index, content_block=block)

    def more(self, delta: dict[str, Any], text: str) -> None:
        """More of the block has come."""
        self.pieces.append(text)
        self.emit("content_block_delta", index=self.index, delta=delta)

    def shut(self) -> None:
        """Close the block that is open."""
        if (block := self.block) is None:
            return
        said = "".join(self.pieces)
        if block["type"] == TEXT:
            block["text"] = said
        elif block["type"] == THINKING:
            block |= {"thinking": said, "signature": SIGNED}
            self.emit("content_block_delta", index=self.index, delta={"type": "signature_delta", "signature": SIGNED})
        else:
            block["input"] = given(said)
        self.emit("content_block_stop", index=self.index)
        self.message["content"].append(block)
        self.block, self.pieces = None, []

    def end(self, count: Count, sent: int = 0) -> bytes:
        """The last events. `sent` is how many pieces came, where the provider does not tell its tokens."""
        for step in self.steps.end():
            self.take(step)
        self.shut()
        stop = {"stop_reason": self.reason(), "stop_sequence": None}
        if stop["stop_reason"] == "stop_sequence":
            stop["stop_sequence"] = self.steps.stopped_by
        usage = used(count, self.message["usage"]["input_tokens"], sent)
        self.message |= stop | {"usage": usage}
        self.emit("message_delta", delta=stop, usage=usage)
        self.emit("message_stop")
        return self.taken()

    def reason(self) -> str:
        """Why it ended, in Anthropic's words."""
        if early := STOPS.get(self.steps.finish):
            return early
        if self.steps.called:
            return "tool_use"
        named = self.steps.stopped_by and self.steps.stopped_by in (self.request.stop_sequences or ())
        return "stop_sequence" if named else "end_turn"


def given(arguments: str) -> dict[str, Any]:
    """The arguments of a call as an object; an empty one for what is none, or cannot be written again."""
    try:
        told = orjson.loads(arguments or "{}")
        orjson.dumps([[[[[[told]]]]]])  # as deep as it stands in an event
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return {}  # it was cut by its length, or is nested too deep
    return told if isinstance(told, dict) else {}


def used(count: Count, tokens_in: int, sent: int) -> dict[str, Any]:
    """The tokens: what a cache held is told beside the rest of the prompt."""
    cached = min(count.cached or 0, count.into or 0)
    return {
        "input_tokens": tokens_in if count.into is None else count.into - cached,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": cached,
        "output_tokens": sent if count.out is None else count.out,
    }
