"""Chat completions and completions, as OpenAI has them: what is asked. It goes on to providers as it came.

https://platform.openai.com/docs/api-reference/chat/create
"""

from typing import Any

from pydantic import Field

from app.gateway.dialects.checking import Number, Open


class StreamOptions(Open):
    """What a stream tells beside the answer."""

    include_usage: bool | None = None


class ChatMessage(Open):
    """One message; what its role may be is the provider's to say."""

    role: str
    content: str | list[dict[str, Any]] | None = None
    tool_calls: list[dict[str, Any]] | None = None
    tool_call_id: str | None = None
    name: str | None = None


class ChatRequest(Open):
    """A question in a chat."""

    model: str = Field(min_length=1)
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: int | None = Field(None, ge=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    n: int | None = Field(None, ge=1, le=128)
    temperature: Number | None = None
    top_p: Number | None = None
    frequency_penalty: Number | None = None
    presence_penalty: Number | None = None
    stop: str | list[str] | None = None
    seed: int | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    tools: list[dict[str, Any]] | None = None
    tool_choice: str | dict[str, Any] | None = None
    parallel_tool_calls: bool | None = None
    response_format: dict[str, Any] | None = None
    reasoning_effort: str | None = None


class CompletionRequest(Open):
    """A text to be continued."""

    model: str = Field(min_length=1)
    prompt: str | list[str] | list[int] | list[list[int]]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: int | None = Field(None, ge=1)
    n: int | None = Field(None, ge=1, le=128)
    temperature: Number | None = None
    top_p: Number | None = None
    stop: str | list[str] | None = None
    suffix: str | None = None
