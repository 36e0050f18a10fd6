"""The items of a response while they are written: each begins, gets more, and is closed, and tells so in events."""

from collections.abc import Callable
from typing import Any

import orjson

from app.gateway.dialects.responses.items import sealed
from app.gateway.dialects.responses.translating import Tool
from app.gateway.dialects.steps import REFUSAL, Step

Emit = Callable[..., None]
IN_PROGRESS = "in_progress"


class Part:
    """One item of the output. `item` is what it has become; `emit(type, **members)` writes an event."""

    def __init__(self, emit: Emit, index: int, item: dict[str, Any]) -> None:
        self.write, self.index, self.item = emit, index, item
        self.pieces: list[str] = []
        self.write("response.output_item.added", output_index=index, item=dict(item))

    def emit(self, kind: str, **members: Any) -> None:
        """An event about this item."""
        self.write(f"response.{kind}", item_id=self.item["id"], output_index=self.index, **members)

    def more(self, step: Step) -> None:
        """More of it has come."""
        raise NotImplementedError

    def ends(self) -> None:
        """All of it has come."""
        raise NotImplementedError

    def close(self, status: str) -> None:
        """Tell that it is complete, or that it ends early."""
        self.ends()
        self.item["status"] = status
        self.write("response.output_item.done", output_index=self.index, item=self.item)


class Message(Part):
    """What the model says: text, or a refusal."""

    def __init__(self, emit: Emit, index: int, id: str) -> None:
        item = {"id": f"msg_{id}", "type": "message", "status": IN_PROGRESS, "role": "assistant", "content": []}
        super().__init__(emit, index, item)
        self.kind = ""
        self.logprobs: list[dict[str, Any]] = []

    @property
    def place(self) -> int:
        """The index of the part that is open."""
        return len(self.item["content"])

    def content(self) -> dict[str, Any]:
        """The part as far as it has come."""
        said = "".join(self.pieces)
        if self.kind == REFUSAL:
            return {"type": "refusal", "refusal": said}
        return {"type": "output_text", "text": said, "annotations": [], "logprobs": list(self.logprobs)}

    def more(self, step: Step) -> None:
        if step.kind != self.kind:
            self.ends()
            self.kind = step.kind
            self.emit("content_part.added", content_index=self.place, part=self.content())
        self.pieces.append(step.text)
        if self.kind == REFUSAL:
            self.emit("refusal.delta", content_index=self.place, delta=step.text)
        else:
            self.logprobs += step.logprobs
            self.emit("output_text.delta", content_index=self.place, delta=step.text, logprobs=step.logprobs)

    def ends(self) -> None:
        if not self.kind:
            return
        part = self.content()
        if self.kind == REFUSAL:
            self.emit("refusal.done", content_index=self.place, refusal=part["refusal"])
        else:
            told = {"text": part["text"], "logprobs": part["logprobs"]}
            self.emit("output_text.done", content_index=self.place, **told)
        self.emit("content_part.done", content_index=self.place, part=part)
        self.item["content"] = [*self.item["content"], part]
        self.kind, self.pieces, self.logprobs = "", [], []


class Reasoning(Part):
    """What the model thinks: in full, or for those who asked for a summary as one."""

    def __init__(self, emit: Emit, index: int, id: str, summary: bool, seal: bool) -> None:
        self.seal = seal
        item: dict[str, Any] = {"id": f"rs_{id}", "type": "reasoning", "status": IN_PROGRESS, "summary": []}
        super().__init__(emit, index, item if summary else item | {"content": []})
        self.member = "summary" if summary else "content"
        short, full = ("reasoning_summary_part", "reasoning_summary_text"), ("content_part", "reasoning_text")
        self.names = short if summary else full
        self.place = {"summary_index" if summary else "content_index": 0}
        self.kind = "summary_text" if summary else "reasoning_text"
        self.emit(f"{self.names[0]}.added", **self.place, part={"type": self.kind, "text": ""})

    def more(self, step: Step) -> None:
        self.pieces.append(step.text)
        self.emit(f"{self.names[1]}.delta", **self.place, delta=step.text)

    def ends(self) -> None:
        part = {"type": self.kind, "text": "".join(self.pieces)}
        self.emit(f"{self.names[1]}.done", **self.place, text=part["text"])
        self.emit(f"{self.names[0]}.done", **self.place, part=part)
        self.item[self.member] = [part]
        if self.seal:
            self.item["encrypted_content"] = sealed(part["text"])


class FunctionCall(Part):
    """A call of a function."""

    def __init__(self, emit: Emit, index: int, id: str, step: Step, tool: Tool) -> None:
        item = {"id": f"fc_{id}", "type": "function_call", "status": IN_PROGRESS, "call_id": step.id}
        item |= {"name": tool.name, "arguments": ""} | ({"namespace": tool.namespace} if tool.namespace else {})
        super().__init__(emit, index, item)

    def more(self, step: Step) -> None:
        self.pieces.append(step.text)
        self.emit("function_call_arguments.delta", delta=step.text)

    def ends(self) -> None:
        if not self.pieces:
            self.more(Step("", "{}"))
        self.item["arguments"] = "".join(self.pieces)
        self.emit("function_call_arguments.done", name=self.item["name"], arguments=self.item["arguments"])


class CustomCall(Part):
    """A call of a tool that takes plain text: what came as the JSON of one text is told as that text, at its end."""

    def __init__(self, emit: Emit, index: int, id: str, step: Step, tool: Tool) -> None:
        item = {"id": f"ctc_{id}", "type": "custom_tool_call", "status": IN_PROGRESS, "call_id": step.id}
        item |= {"name": tool.name, "input": ""} | ({"namespace": tool.namespace} if tool.namespace else {})
        super().__init__(emit, index, item)

    def more(self, step: Step) -> None:
        self.pieces.append(step.text)

    def ends(self) -> None:
        given = "".join(self.pieces)
        try:
            told = orjson.loads(given)
        except orjson.JSONDecodeError:
            told = given  # the model wrote the text itself
        said = told.get("input") if isinstance(told, dict) else told
        self.item["input"] = said if isinstance(said, str) else given
        self.emit("custom_tool_call_input.delta", delta=self.item["input"])
        self.emit("custom_tool_call_input.done", input=self.item["input"])
