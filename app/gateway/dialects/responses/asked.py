"""What may be asked in the Responses dialect."""

from typing import Any, Literal

from pydantic import Field

from app.gateway.dialects.checking import Number, Open


class TextFormat(Open):
    """The shape of the text: free, any JSON, or JSON of a schema."""

    type: str = "text"
    name: str | None = None
    description: str | None = None
    schema_: dict[str, Any] | None = Field(None, alias="schema")
    strict: bool | None = None


class TextOptions(Open):
    """How the text is to be."""

    format: TextFormat | None = None
    verbosity: str | None = None


class Reasoning(Open):
    """How much is thought, and whether it is told in short."""

    effort: str | None = None
    summary: str | None = None
    generate_summary: str | None = None


class ResponsesRequest(Open):
    """A question in the Responses dialect."""

    model: str = Field(min_length=1)
    input: str | list[dict[str, Any]] = ""
    instructions: str | None = None
    previous_response_id: str | None = None
    store: bool | None = None
    stream: bool | None = None
    max_output_tokens: int | None = Field(None, ge=1)
    max_tool_calls: int | None = None
    temperature: Number | None = None
    top_p: Number | None = None
    top_logprobs: int | None = Field(None, ge=0, le=20)
    tools: list[dict[str, Any]] | None = None
    tool_choice: str | dict[str, Any] | None = None
    parallel_tool_calls: bool | None = None
    text: TextOptions | None = None
    reasoning: Reasoning | None = None
    include: list[str] | None = None
    metadata: dict[str, str] | None = Field(None, max_length=16)
    truncation: str | None = None
    background: bool | None = None
    user: str | None = None

    @property
    def keeps(self) -> bool:
        """Whether the response may be asked for again."""
        return self.store is not False

    @property
    def streams(self) -> bool:
        """Whether the answer is asked for piece by piece: also where nobody listens, so that what has come is kept."""
        return bool(self.stream or self.background)


class Message(Open):
    """A message among the input."""

    role: Literal["user", "assistant", "system", "developer"]
    content: str | list[dict[str, Any]]


class FunctionCall(Open):
    """A call of a function that the model made earlier."""

    call_id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    arguments: str = ""
    namespace: str | None = None


class CustomCall(Open):
    """A call of a tool that takes plain text."""

    call_id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    input: str
    namespace: str | None = None


class CallOutput(Open):
    """What a tool gave back."""

    call_id: str = Field(min_length=1)
    output: str | list[dict[str, Any]]


class Reference(Open):
    """An item of a stored response, by its id."""

    id: str = Field(min_length=1)
