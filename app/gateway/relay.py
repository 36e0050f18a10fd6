"""The bytes of a streamed answer: whole events go on as they came, and only those that matter are parsed.

Parsing every token with the openai package costs 200 microseconds; looking for three words in its bytes costs one.
"""

import re
from typing import Any

import orjson

from app.providers import Model, estimates, wire
from app.usage import Count

LARGEST = 32 << 20
TAIL = 4096
# The blank line behind an event, and what follows it.
BLANK = re.compile(rb"\r?\n\r?\n")
TOLD = re.compile(rb'"usage"\s*:\s*\{')
ENDED = re.compile(
    rb'\[DONE\]|"finish_reason"\s*:\s*"|"type"\s*:\s*"'
    rb'(message_stop|response\.(completed|incomplete)|transcript\.text\.done|speech\.audio\.done)"'
)
# An event in so many blocks is read to see how much text it holds.
SAMPLED = 32
# Last events whose type stands far before their end.
DRAWN = {"image_generation.completed", "image_edit.completed", "response.completed", "response.incomplete"}
# Events of the other dialects that come before the first token.
BEFORE = {"response.created", "response.in_progress", "response.queued", "message_start", "ping"}
FAILED = {"error", "response.failed"}


class Malformed(Exception):
    """An event without end."""


class Reader:
    """Takes bytes as they come and gives whole events back; knows then how many there were, and what they told.

    However the bytes are cut into pieces, what it gives (joined) and what it knows is the same.
    """

    def __init__(self, hide_usage: bool = False) -> None:
        self.hide_usage = hide_usage
        self.pieces: list[bytes] = []
        self.held = 0
        self.events = self.idle = self.blocks = self.samples = self.sampled = 0
        self.begun = False
        self.head: dict[str, Any] = {}
        self.usage: dict[str, Any] = {}
        self.error: Any = None
        self.tail = b""
        self.drawn = False

    def feed(self, data: bytes) -> bytes:
        """The whole events that have come by now, without one that only tells the usage where that is hidden.

        Raises Malformed. At an error of the provider's it stops: `error` is set, and what stood before is given.
        """
        if self.pieces:
            if b"\n" not in data:
                self.hold(data)
                return b""
            data = b"".join([*self.pieces, data])
            self.pieces, self.held = [], 0
        if not data.endswith(b"\n\n"):
            end = max(data.rfind(b"\n\n") + 2, data.rfind(b"\n\r\n") + 3)
            if end < 3:
                self.hold(data)
                return b""
            if end < len(data):
                self.hold(data[end:])
                data = data[:end]
        return self.look(data)

    def hold(self, data: bytes) -> None:
        """Keep the beginning of an event until its end comes."""
        self.pieces.append(data)
        self.held += len(data)
        if self.held > LARGEST:
            raise Malformed("an event without end")

    def look(self, block: bytes) -> bytes:
        """Count these events, and look into those that may tell something."""
        if not self.begun or b'"usage"' in block or b'"error"' in block or b"response.failed" in block:
            block = self.pick(block)
        self.events += block.count(b"\ndata:") + block.startswith(b"data:")
        self.blocks += 1
        if self.blocks % SAMPLED == 0:
            self.sample(block)
        self.tail = block[-TAIL:] if len(block) >= TAIL else (self.tail + block)[-TAIL:]
        return block

    def pick(self, block: bytes) -> bytes:
        """The block without what is hidden, up to an error."""
        kept, start = [], 0
        for blank in BLANK.finditer(block):
            event = block[start : blank.end()]
            start = blank.end()
            if self.begun and not (TOLD.search(event) or b'"error"' in event or b"response.failed" in event):
                kept.append(event)
                continue
            plain = event.lstrip(b"\r\n")
            if not self.learn(plain):
                kept.append(event)
            elif self.error is not None:
                return b"".join(kept)
            else:
                kept.append(event[: len(event) - len(plain)])
        return b"".join([*kept, block[start:]])

    def learn(self, event: bytes) -> bool:
        """Take what one event tells; whether it is to be left out."""
        try:
            told = orjson.loads(b"".join([line[5:] for line in event.splitlines() if line.startswith(b"data:")]))
        except orjson.JSONDecodeError:
            return False  # a comment, the end, or nothing that concerns us
        if not isinstance(told, dict):
            return False
        kind = told["type"] if isinstance(told.get("type"), str) else None
        if told.get("error") or kind in FAILED:
            inner = told.get("response")
            self.error = told.get("error") or (isinstance(inner, dict) and inner.get("error")) or told
            return True
        self.drawn |= kind in DRAWN
        if not self.begun:
            self.head = self.head or told
            self.begun = speaks(told, kind)
            self.idle += not self.begun
            self.measure(told)
        found = usage_of(told)
        if found:
            self.usage |= {name: value for name, value in found.items() if value is not None}
        return bool(found) and self.hide_usage and not told.get("choices") and kind is None

    def sample(self, block: bytes) -> None:
        """Look at how much text the first event of a block holds."""
        start = block.find(b"data:") + 5
        try:
            told = orjson.loads(block[start : block.find(b"\n", start)])
        except orjson.JSONDecodeError:
            return
        if isinstance(told, dict):
            self.measure(told)

    def measure(self, told: dict[str, Any]) -> None:
        """Remember how much text a chunk holds, if it holds any."""
        if size := spoken(told):
            self.samples, self.sampled = self.samples + 1, self.sampled + size

    def coming(self, model: Model) -> int:
        """Tokens of the answer until now, as far as that can be seen without reading all of them."""
        events = self.events - self.idle
        if self.sampled <= estimates.BUNDLE * self.samples:
            return events
        return estimates.spoken(model, events, events * self.sampled // self.samples)

    def unreported(self, model: Model) -> int:
        """The same at the end, without the events that only say that it is one; 0 where the provider has counted."""
        if self.ended and self.count.out is not None:
            return 0
        return max(0, self.coming(model) - self.ended - (b"[DONE]" in self.tail))

    def rest(self) -> bytes:
        """What came of an event that has not ended, when nothing more comes."""
        data, self.pieces = b"".join(self.pieces), []
        return self.look(data) if data else b""

    @property
    def ended(self) -> bool:
        """Whether the last bytes say that the answer is complete."""
        return self.drawn or ENDED.search(self.tail) is not None

    @property
    def count(self) -> Count:
        """The tokens that the provider told of."""
        return counted(self.usage)


def speaks(chunk: dict[str, Any], kind: Any) -> bool:
    """Whether a chunk holds something of the answer, and not only who will speak."""
    if kind is not None:
        return kind not in BEFORE
    for choice in chunk.get("choices") or ():
        if not isinstance(choice, dict):
            continue
        delta = choice.get("delta")
        said = isinstance(delta, dict) and any(value for name, value in delta.items() if name != "role")
        if said or choice.get("text") or choice.get("finish_reason"):
            return True
    return False


def spoken(told: dict[str, Any]) -> int:
    """Characters of text that a chunk of any dialect adds to the answer (in the first of its choices)."""
    choices = told.get("choices")
    holder = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else told
    delta = holder.get("delta", holder.get("text"))
    if isinstance(delta, dict):
        calls = delta.get("tool_calls")
        parts = (
            [each["function"] for each in calls if isinstance(each, dict) and isinstance(each.get("function"), dict)]
            if isinstance(calls, list)
            else []
        )
        texts = [value for name, value in delta.items() if name not in ("role", "type")]
        return sum(len(each) for each in [*texts, *(part.get("arguments") for part in parts)] if isinstance(each, str))
    return len(delta) if isinstance(delta, str) else 0


def usage_of(told: dict[str, Any]) -> dict[str, Any]:
    """The usage object of a chunk or of an answer, in any of the dialects; else an empty one."""
    for holder in (told, told.get("message"), told.get("response")):
        if isinstance(holder, dict) and isinstance(holder.get("usage"), dict):
            return dict(holder["usage"])
    return {}


def counted(usage: dict[str, Any]) -> Count:
    """The tokens of a usage object in any of the dialects; what it does not tell is None."""
    if "input_tokens" not in usage and "output_tokens" not in usage:
        return wire.counted(usage)
    into, out = usage.get("input_tokens_details"), usage.get("output_tokens_details")
    kept = [wire.whole(usage.get(name)) for name in ("cache_read_input_tokens", "cache_creation_input_tokens")]
    fresh = wire.whole(usage.get("input_tokens"))
    cached = into.get("cached_tokens") if isinstance(into, dict) else kept[0]
    return Count(
        # Anthropic counts what its cache held beside the rest of the prompt, OpenAI counts it in.
        into=None if fresh is None else fresh + sum(each or 0 for each in kept),
        out=wire.whole(usage.get("output_tokens")),
        cached=wire.whole(cached),
        reasoning=wire.whole(out.get("reasoning_tokens")) if isinstance(out, dict) else None,
    )
