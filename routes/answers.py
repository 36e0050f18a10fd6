"""The answers at /v1 as its description tells them: the members that are always there, and more."""

from typing import Any, Literal

from app.gateway.dialects.checking import Open


def header(description: str) -> dict[str, Any]:
    """A header of an answer."""
    return {"description": description, "schema": {"type": "string"}}


HEADERS = {
    "x-request-id": header("The number of the request, as it stands in the log."),
    "openai-processing-ms": header("Milliseconds until the answer began."),
    "x-inglenook-provider": header("Whose model answered."),
    "x-inglenook-model": header("The model that answered."),
    "x-inglenook-fallbacks": header("How many models failed before."),
    "x-inglenook-cache": header("hit or miss, where an older answer would do."),
    "x-inglenook-left-out": header("Members of the request that could not be told to this model's provider."),
    "x-inglenook-budget": header("How much of the fullest budget is gone, in percent."),
}
for unit in ("requests", "tokens"):
    HEADERS[f"x-ratelimit-limit-{unit}"] = header(f"How many {unit} a minute may have.")
    HEADERS[f"x-ratelimit-remaining-{unit}"] = header(f"How many {unit} are left of them.")
    HEADERS[f"x-ratelimit-reset-{unit}"] = header("When all of them are back.")
LATER = {
    "retry-after": header("Seconds after which to ask again."),
    "x-should-retry": header("false where that is no use."),
}


class OpenAIFailure(Open):
    """What went wrong, as OpenAI tells it."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIError(Open):
    """A refusal in OpenAI's dialect."""

    error: OpenAIFailure


class Failure(OpenAIFailure):
    """What went wrong at /api/v1: each member of the input that is wrong, and of a stale write what is there now."""

    fields: dict[str, str] = {}
    current: int | None = None
    difference: str = ""


class Refused(Open):
    """A refusal at /api/v1."""

    error: Failure


class AnthropicFailure(Open):
    """What went wrong, as Anthropic tells it."""

    type: str
    message: str


class AnthropicError(Open):
    """A refusal in Anthropic's dialect."""

    type: Literal["error"]
    error: AnthropicFailure
    request_id: str


class Model(Open):
    """A name that may be asked for."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class Models(Open):
    """All of them."""

    object: Literal["list"]
    data: list[Model]


class ChatCompletion(Open):
    """An answer in a chat."""

    choices: list[dict[str, Any]]


class Completion(Open):
    """A continued text."""

    choices: list[dict[str, Any]]


class Embedding(Open):
    """One vector: numbers, or base64 of 32-bit floats."""

    object: Literal["embedding"]
    index: int
    embedding: list[float] | str


class Embeddings(Open):
    """Vectors in the order of the inputs."""

    object: Literal["list"]
    data: list[Embedding]
    model: str


class ModelResponse(Open):
    """A response."""

    id: str
    object: Literal["response"]
    status: str
    output: list[dict[str, Any]]


class InputTokens(Open):
    """How many tokens a request would have."""

    object: Literal["response.input_tokens"]
    input_tokens: int


class Deleted(Open):
    """It is gone."""

    id: str
    object: str
    deleted: bool


class Listed(Open):
    """One page of a list."""

    object: Literal["list"]
    data: list[dict[str, Any]]
    has_more: bool
    first_id: str
    last_id: str


class AnthropicMessage(Open):
    """A message."""

    id: str
    type: Literal["message"]
    role: Literal["assistant"]
    content: list[dict[str, Any]]
    model: str
    stop_reason: str | None
    usage: dict[str, Any]


class TokenCount(Open):
    """How many tokens a message would have."""

    input_tokens: int


class Moderations(Open):
    """What a provider thinks of texts."""

    results: list[dict[str, Any]]


class Images(Open):
    """Pictures, as base64 or by address."""

    data: list[dict[str, Any]]


class Transcription(Open):
    """What was said."""

    text: str
