"""The bytes of a streamed answer: server-sent events to text, without building an object for each token.

The openai package makes a checked object of every chunk, for 140 of the 245 microseconds that it spends on one;
a chat needs three of its fields.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from app.usage import Count

LARGEST = 8 * 1024 * 1024
# Tokens of one call; a larger number is a mistake of the provider's, and would not fit into the ledger.
MOST = 1 << 31
MOST_CALLS = 1000
TEXT, REASONING = "text", "reasoning"


class Delta(NamedTuple):
    """New text of an answer: `kind` is text or reasoning."""

    kind: str
    text: str


@dataclass
class ToolCall:
    """A tool that the model wants to be called; `arguments` is the text that it wrote, JSON if it was careful."""

    id: str = ""
    name: str = ""
    arguments: str = ""


class Malformed(Exception):
    """What came is not this protocol; holds the piece."""


class Thoughts:
    """Parts `<think>...</think>` at the beginning of an answer from its text: local servers send reasoning so."""

    OPEN, CLOSE = "<think>", "</think>"

    def __init__(self) -> None:
        self.place = "before"
        self.held = ""

    def split(self, text: str) -> list[Delta]:
        """The reasoning and the text in this piece; what may be half a mark is held back."""
        if self.place == "after":
            return [Delta(TEXT, text)]
        self.held += text
        if self.place == "before":
            begun = self.held.lstrip()
            if len(begun) < len(self.OPEN) and self.OPEN.startswith(begun):
                return []
            if not begun.startswith(self.OPEN):
                self.place = "after"
                return self.rest()
            self.place, self.held = "inside", begun.removeprefix(self.OPEN)
        return self.inside()

    def inside(self) -> list[Delta]:
        """What is known to be reasoning, and behind its closing mark the text."""
        thought, mark, text = self.held.partition(self.CLOSE)
        if mark:
            self.place, self.held = "after", ""
            return [each for each in (Delta(REASONING, thought), Delta(TEXT, text)) if each.text]
        half = next(size for size in range(len(self.CLOSE), -1, -1) if thought.endswith(self.CLOSE[:size]))
        self.held = thought[len(thought) - half :]
        thought = thought[: len(thought) - half]
        return [Delta(REASONING, thought)] if thought else []

    def rest(self) -> list[Delta]:
        """What was held back, when nothing more comes."""
        held, self.held = self.held, ""
        return [Delta(REASONING if self.place == "inside" else TEXT, held)] if held else []


class Reader:
    """Takes bytes as they come; holds what they said until now."""

    def __init__(self) -> None:
        self.rest = b""
        self.count = Count()
        self.finish = ""
        self.ended = False
        self.events = self.spoken = self.size = 0
        self.error: Any = None
        self.thoughts = Thoughts()
        self.calls: list[ToolCall] = []
        self.slots: dict[Any, ToolCall] = {}

    def feed(self, data: bytes, deltas: list[Delta]) -> None:
        """Add the new text in these bytes to `deltas`, neighbours of one kind joined.

        Raises Malformed, with what stood before it in `deltas`.
        """
        if b"\n" not in data:
            self.rest += data
            if len(self.rest) > LARGEST:
                raise Malformed("a line without end")
            return
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            # Comments (a sign of life), event names and empty lines say nothing here.
            if line.startswith(b"data:") and not self.ended:
                self.event(line[5:].strip(), deltas)

    def event(self, data: bytes, deltas: list[Delta]) -> None:
        """One event's data."""
        if data == b"[DONE]":
            self.ended = True
            return
        self.events += 1
        try:
            self.chunk(orjson.loads(data), deltas)
        except (orjson.JSONDecodeError, AttributeError, TypeError):
            raise Malformed(data[:200].decode(errors="replace")) from None

    def chunk(self, chunk: dict[str, Any], deltas: list[Delta]) -> None:
        """One chunk, or a whole answer of a server that does not stream."""
        if chunk.get("error"):
            self.error = chunk["error"]
            self.ended = True
            return
        if chunk.get("usage"):
            self.count = counted(chunk["usage"])
        for choice in chunk.get("choices") or ():
            delta = choice.get("delta") or choice.get("message")
            if delta:
                reasoning = delta.get("reasoning_content") or delta.get("reasoning")
                content = delta.get("content")
                if reasoning or content or delta.get("tool_calls"):
                    self.spoken += 1
                    self.size += sum(len(each) for each in (reasoning, content) if isinstance(each, str))
                if reasoning:
                    join(deltas, REASONING, reasoning)
                self.say(content, deltas)
                for piece in delta.get("tool_calls") or ():
                    self.call(piece)
            if choice.get("finish_reason"):
                self.finish = str(choice["finish_reason"])
                deltas += self.thoughts.rest()

    def say(self, content: Any, deltas: list[Delta]) -> None:
        """Content of the answer: text, or a list of typed pieces."""
        if not isinstance(content, str):
            join(deltas, TEXT, content)
        elif content:
            for kind, text in self.thoughts.split(content):
                join(deltas, kind, text)

    def call(self, piece: dict[str, Any]) -> None:
        """A piece of a call. Some servers number all calls 0 and tell them apart by their ids, others number none."""
        at, id, function = piece.get("index"), piece.get("id") or "", piece.get("function") or {}
        name, arguments = function.get("name") or "", function.get("arguments") or ""
        call = self.slots.get(at)
        if call is None or (id and call.id and id != call.id) or (at is None and name):
            call = self.slots[at] = ToolCall()
            self.calls.append(call)
        call.id, call.name = call.id or str(id), call.name or str(name)
        call.arguments += arguments if isinstance(arguments, str) else orjson.dumps(arguments).decode()
        if len(call.arguments) > LARGEST or len(self.calls) > MOST_CALLS:
            raise Malformed("calls without end")


def join(deltas: list[Delta], kind: str, content: Any) -> None:
    """Add text to the last delta of its kind; Mistral's models write a list of typed pieces instead of text."""
    if isinstance(content, str):
        if deltas and deltas[-1].kind == kind:
            deltas[-1] = Delta(kind, deltas[-1].text + content)
        else:
            deltas.append(Delta(kind, content))
    elif isinstance(content, list):
        for piece in content:
            if isinstance(piece, dict):
                join(
                    deltas, REASONING if "thinking" in piece else kind, piece.get("thinking") or piece.get("text") or ""
                )


def counted(usage: dict[str, Any]) -> Count:
    """The tokens of a usage object; what it does not tell is None."""
    into, out = usage.get("prompt_tokens_details") or {}, usage.get("completion_tokens_details") or {}
    return Count(
        into=whole(usage.get("prompt_tokens")),
        out=whole(usage.get("completion_tokens")),
        cached=whole(into.get("cached_tokens", usage.get("prompt_cache_hit_tokens"))),
        reasoning=whole(out.get("reasoning_tokens")),
    )


def whole(number: Any) -> int | None:
    """A count that makes sense, or None."""
    return int(number) if isinstance(number, int | float) and 0 <= number <= MOST else None
