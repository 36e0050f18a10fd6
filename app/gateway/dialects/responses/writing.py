"""An answer as a response of OpenAI's dialect, whole and event by event."""

from typing import Any

import orjson

from app import clock
from app.errors import Refusal
from app.gateway.dialects.responses.parts import CustomCall, FunctionCall, Message, Part, Reasoning
from app.gateway.dialects.responses.translating import CUSTOM, FUNCTION, Question, Tool
from app.gateway.dialects.steps import ARGUMENTS, CALL, REASONING, Step, Steps
from app.usage import Count

# Why an answer ended before its end.
EARLY = {"length": "max_output_tokens", "content_filter": "content_filter"}
SEALED = "reasoning.encrypted_content"
CODES = {"rate": "rate_limit_exceeded", "budget": "rate_limit_exceeded", "context": "invalid_prompt"}
BEGINNINGS = ("response.created", "response.queued", "response.in_progress")
ECHOED = ("max_output_tokens", "max_tool_calls", "previous_response_id", "prompt_cache_key", "user")


class Writer:
    """Makes the events of one response. `response` is what it has become; `stem` is the part of all of its ids."""

    def __init__(self, question: Question, stem: str) -> None:
        self.question, self.stem = question, stem
        self.response = shell(question, stem)
        self.steps = Steps()
        self.part: Part | None = None
        self.written: list[bytes] = []
        self.number = 0

    def emit(self, kind: str, **members: Any) -> None:
        """Write one event."""
        data = orjson.dumps({"type": kind, "sequence_number": self.number} | members)
        self.number += 1
        self.written.append(b"event: %s\ndata: %s\n\n" % (kind.encode(), data))

    def taken(self) -> bytes:
        """The events since the last time."""
        written, self.written = self.written, []
        return b"".join(written)

    def begin(self) -> bytes:
        """The first events."""
        self.emit("response.created", response=self.response)
        self.emit("response.in_progress", response=self.response)
        return self.taken()

    def queue(self) -> bytes:
        """The first events of a response that is made without its caller."""
        self.response["status"] = "queued"
        self.emit("response.created", response=self.response)
        self.emit("response.queued", response=self.response)
        return self.taken()

    def proceed(self) -> bytes:
        """The event that a queued response has begun."""
        self.response["status"] = "in_progress"
        self.emit("response.in_progress", response=self.response)
        return self.taken()

    def repeat(self, event: dict[str, Any]) -> bytes:
        """An event of a provider that speaks the dialect, as one of this response: with its id and its number."""
        kind = str(event.get("type"))
        if kind in BEGINNINGS:
            return b""  # it has begun here already
        if isinstance(told := event.get("response"), dict):
            own = {name: self.response[name] for name in ("id", "background", "previous_response_id")}
            self.response |= told | own
            event = event | {"response": self.response}
        members = {name: value for name, value in event.items() if name not in ("type", "sequence_number")}
        self.emit(kind, **members)
        return self.taken()

    def feed(self, chunk: dict[str, Any]) -> bytes:
        """The events of one chunk."""
        for step in self.steps.feed(chunk):
            self.take(step)
        return self.taken()

    def take(self, step: Step) -> None:
        """One step of the answer."""
        if step.kind == CALL:
            self.shut("completed")
            self.part = self.call(step)
        elif step.kind == ARGUMENTS:
            if isinstance(self.part, FunctionCall | CustomCall):
                self.part.more(step)
        elif step.kind == REASONING:
            if not isinstance(self.part, Reasoning):
                self.shut("completed")
                self.part = self.reasoning()
            self.part.more(step)
        else:
            if not isinstance(self.part, Message):
                self.shut("completed")
                self.part = Message(self.emit, self.index, self.id)
            self.part.more(step)

    def reasoning(self) -> Part:
        """The item of reasoning that begins."""
        request = self.question.request
        asked = request.reasoning
        summary = bool(asked and (asked.summary or asked.generate_summary))
        return Reasoning(self.emit, self.index, self.id, summary, SEALED in (request.include or ()))

    def call(self, step: Step) -> Part:
        """The item of a call that begins."""
        tool = self.question.tools.get(step.name) or Tool(FUNCTION, step.name)
        kind = CustomCall if tool.kind == CUSTOM else FunctionCall
        return kind(self.emit, self.index, self.id, step, tool)

    @property
    def index(self) -> int:
        """The place of the next item."""
        return len(self.response["output"])

    @property
    def id(self) -> str:
        """What is in the id of the next item; `app.gateway.stored` finds the item by it."""
        return f"{self.stem}_{self.index}"

    def shut(self, status: str) -> None:
        """Close the item that is open."""
        if self.part is not None:
            self.part.close(status)
            self.response["output"].append(self.part.item)
            self.part = None

    def end(self, count: Count) -> bytes:
        """The last events: the answer is complete, or as long as it may be."""
        for step in self.steps.end():
            self.take(step)
        early = EARLY.get(self.steps.finish)
        status = "incomplete" if early else "completed"
        self.shut(status)
        self.response["status"], self.response["usage"] = status, used(count)
        if early:
            self.response["incomplete_details"] = {"reason": early}
        else:
            self.response["completed_at"] = clock.now() // clock.SECOND
        self.emit(f"response.{status}", response=self.response)
        return self.taken()

    def cancel(self) -> None:
        """It was ended by its owner: what has come stays, and no event tells of it."""
        self.shut("incomplete")
        self.response["status"] = "cancelled"

    def failed(self, failure: Refusal) -> bytes:
        """The last events of an answer that breaks off."""
        self.shut("incomplete")
        error = {"code": CODES.get(failure.kind, "server_error"), "message": failure.message}
        self.response |= {"status": "failed", "error": error}
        self.emit("response.failed", response=self.response)
        return self.taken()


def shell(question: Question, stem: str) -> dict[str, Any]:
    """A response before anything has come."""
    request, given = question.request, question.given
    text: dict[str, Any] = {"format": {"type": "text"}} | (given.get("text") or {})
    reasoning: dict[str, Any] = {"effort": None, "summary": None} | (given.get("reasoning") or {})
    return {
        "id": f"resp_{stem}",
        "object": "response",
        "created_at": clock.now() // clock.SECOND,
        "status": "in_progress",
        "background": bool(request.background),
        "completed_at": None,
        "error": None,
        "incomplete_details": None,
        "instructions": request.instructions,
        "metadata": request.metadata or {},
        "model": request.model,
        "output": [],
        "parallel_tool_calls": request.parallel_tool_calls is not False,
        "reasoning": reasoning,
        "service_tier": "default",
        "store": request.keeps,
        "temperature": 1.0 if request.temperature is None else request.temperature,
        "text": text if text.get("format") else text | {"format": {"type": "text"}},
        "tool_choice": request.tool_choice or "auto",
        "tools": [told(tool) for tool in request.tools or ()],
        "top_logprobs": request.top_logprobs or 0,
        "top_p": 1.0 if request.top_p is None else request.top_p,
        "truncation": request.truncation or "disabled",
        "usage": None,
    } | {name: given.get(name) for name in ECHOED}


def told(tool: dict[str, Any]) -> dict[str, Any]:
    """A tool as a response repeats it."""
    if tool.get("type") != FUNCTION:
        return tool
    return {"description": None, "parameters": None, "strict": True} | tool


def used(count: Count) -> dict[str, Any] | None:
    """The tokens, where the provider told them."""
    if count.into is None and count.out is None:
        return None
    into, out = count.into or 0, count.out or 0
    return {
        "input_tokens": into,
        "input_tokens_details": {"cached_tokens": count.cached or 0, "cache_write_tokens": 0},
        "output_tokens": out,
        "output_tokens_details": {"reasoning_tokens": count.reasoning or 0},
        "total_tokens": into + out,
    }
