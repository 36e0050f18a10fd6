"""What may be asked in the Messages dialect."""

from typing import Any, Literal

from pydantic import Field

from app.gateway.dialects.checking import Number, Open


class Message(Open):
    """One message of the conversation."""

    role: Literal["user", "assistant", "system"]
    content: str | list[dict[str, Any]]


class ToolChoice(Open):
    """Which tool is to be called."""

    type: str
    name: str | None = None
    disable_parallel_tool_use: bool | None = None


class Thinking(Open):
    """Whether the model is to think, and for how many tokens."""

    type: str
    budget_tokens: int | None = None


class JsonFormat(Open):
    """The shape of the answer."""

    type: str
    schema_: dict[str, Any] | None = Field(None, alias="schema")


class OutputConfig(Open):
    """How the answer is to be."""

    effort: str | None = None
    format: JsonFormat | None = None


class CountRequest(Open):
    """A conversation whose tokens are counted."""

    model: str = Field(min_length=1)
    messages: list[Message] = Field(min_length=1)
    system: str | list[dict[str, Any]] | None = None
    tools: list[dict[str, Any]] | None = None
    tool_choice: ToolChoice | None = None
    thinking: Thinking | None = None
    output_config: OutputConfig | None = None


class MessagesRequest(CountRequest):
    """A question in the Messages dialect."""

    max_tokens: int = Field(ge=1)
    stream: bool | None = None
    stop_sequences: list[str] | None = None
    temperature: Number | None = None
    top_p: Number | None = None
    top_k: int | None = None
    output_format: JsonFormat | None = None
    metadata: dict[str, Any] | None = None

    @property
    def thinks(self) -> bool:
        """Whether reasoning is to be told."""
        return self.thinking is not None and self.thinking.type != "disabled"


class ToolUse(Open):
    """A call that the model made earlier."""

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    input: dict[str, Any] = {}


class ToolResult(Open):
    """What a tool gave back."""

    tool_use_id: str = Field(min_length=1)
    content: str | list[dict[str, Any]] | None = None


class Tool(Open):
    """A tool of the caller's."""

    name: str = Field(min_length=1)
    description: str | None = None
    input_schema: dict[str, Any]
    strict: bool | None = None
