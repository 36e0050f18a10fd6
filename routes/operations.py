"""What stands at /v1, for its description: each address with the model that checks its requests.

FastAPI makes the description from these; it answers none of them, because its way costs more than the whole call.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from inspect import Parameter, Signature
from typing import Annotated, Any

from app.gateway.dialects.chat import ChatRequest, CompletionRequest
from app.gateway.dialects.messages.asked import CountRequest, MessagesRequest
from app.gateway.dialects.responses.asked import ResponsesRequest
from app.gateway.embedding import EmbeddingRequest
from app.gateway.passing import ImageRequest, ModerationRequest, SpeechRequest
from routes import answers

JSON, EVENTS = "application/json", "text/event-stream"
ASKED = {
    400: "The body is wrong (the error names the member), or the prompt is longer than the model's context.",
    401: "No key, or one that is unknown, revoked or expired.",
    403: "The key may not do this: its scope, its models, its addresses; or a price that a budget needs is unknown.",
    404: "There is no such model, or its provider does not offer this.",
    413: "The body is too large.",
    421: "This workspace answers at another address.",
    429: "Over a budget or a limit, or the provider is asked too often.",
    500: "A mistake of ours.",
    502: "The provider failed.",
    503: "The provider rests after failures, or has no place free.",
    504: "The provider did not answer in time.",
    507: "The disk did not take what has to be written.",
}
READ = {status: ASKED[status] for status in (400, 401, 403, 421, 429, 500)} | {404: "There is no such thing for you."}
CLAUDE = {status: ASKED[status] for status in ASKED if status != 503} | {
    402: "Over a budget.",
    429: "Over a limit, or the provider is asked too often.",
    529: ASKED[503],
}
FORM = {"type": "object", "additionalProperties": True}
BYTES = {"type": "string", "format": "binary"}


@dataclass(frozen=True)
class Operation:
    """One address: what it takes, what it answers, and how it refuses. `form` is what a multipart body holds."""

    method: str
    path: str
    id: str
    summary: str
    tag: str
    answer: type[Any] | None
    body: type[Any] | None = None
    form: dict[str, Any] | None = None
    types: tuple[str, ...] = ()
    errors: dict[int, str] = field(default_factory=lambda: ASKED)
    error: type[Any] = answers.OpenAIError
    query: tuple[tuple[str, Any], ...] = ()
    open: bool = False


def filed(name: str, required: tuple[str, ...] = ()) -> dict[str, Any]:
    """A form with a file of this name and the model's name."""
    properties = {name: BYTES, "model": {"type": "string"}} | {each: {"type": "string"} for each in required}
    return FORM | {"properties": properties, "required": [name, *required]}


MODELS, CHATS, VECTORS, RESPONSES, CLAUDES = "Models", "Chat", "Embeddings", "Responses", "Messages"
PASSED = "Moderations, images, sound"
PAGE = (("limit", int | None), ("order", str | None), ("after", str | None))
COUNTED = {status: text for status, text in READ.items()} | {413: ASKED[413], 404: ASKED[404]}
OPERATIONS = (
    Operation(
        "GET",
        "/api/v1/openapi.json",
        "describe",
        "This description",
        "About",
        dict[str, Any],
        errors={status: ASKED[status] for status in (421, 429, 500)},
        open=True,
    ),
    Operation(
        "GET", "/v1/models", "listModels", "The names that may be asked for", MODELS, answers.Models, errors=READ
    ),
    Operation("GET", "/v1/models/{name:path}", "findModel", "One of them", MODELS, answers.Model, errors=READ),
    Operation(
        "POST",
        "/v1/chat/completions",
        "chat",
        "An answer in a chat",
        CHATS,
        answers.ChatCompletion,
        ChatRequest,
        types=(EVENTS,),
    ),
    Operation(
        "POST",
        "/v1/completions",
        "complete",
        "The continuation of a text",
        CHATS,
        answers.Completion,
        CompletionRequest,
        types=(EVENTS,),
    ),
    Operation("POST", "/v1/embeddings", "embed", "Vectors", VECTORS, answers.Embeddings, EmbeddingRequest),
    Operation(
        "POST",
        "/v1/responses",
        "respond",
        "A response",
        RESPONSES,
        answers.ModelResponse,
        ResponsesRequest,
        types=(EVENTS,),
    ),
    Operation(
        "POST",
        "/v1/responses/input_tokens",
        "countInputTokens",
        "How many tokens a request would have",
        RESPONSES,
        answers.InputTokens,
        ResponsesRequest,
        errors=COUNTED,
    ),
    Operation(
        "GET",
        "/v1/responses/{id}",
        "findResponse",
        "A response that was kept",
        RESPONSES,
        answers.ModelResponse,
        errors=READ,
        types=(EVENTS,),
        query=(("stream", bool | None), ("starting_after", int | None)),
    ),
    Operation(
        "DELETE", "/v1/responses/{id}", "removeResponse", "Keep it no longer", RESPONSES, answers.Deleted, errors=READ
    ),
    Operation(
        "GET",
        "/v1/responses/{id}/input_items",
        "listInputItems",
        "What it answered",
        RESPONSES,
        answers.Listed,
        errors=READ,
        query=PAGE,
    ),
    Operation(
        "POST",
        "/v1/responses/{id}/cancel",
        "cancelResponse",
        "End what is made in the background",
        RESPONSES,
        answers.ModelResponse,
        errors=READ,
    ),
    Operation(
        "POST",
        "/v1/messages",
        "message",
        "A message",
        CLAUDES,
        answers.AnthropicMessage,
        MessagesRequest,
        types=(EVENTS,),
        errors=CLAUDE,
        error=answers.AnthropicError,
    ),
    Operation(
        "POST",
        "/v1/messages/count_tokens",
        "countTokens",
        "How many tokens a message would have",
        CLAUDES,
        answers.TokenCount,
        CountRequest,
        errors=CLAUDE,
        error=answers.AnthropicError,
    ),
    Operation("POST", "/v1/moderations", "moderate", "Judge texts", PASSED, answers.Moderations, ModerationRequest),
    Operation("POST", "/v1/images/generations", "draw", "Draw a picture", PASSED, answers.Images, ImageRequest),
    Operation(
        "POST",
        "/v1/images/edits",
        "redraw",
        "Change a picture",
        PASSED,
        answers.Images,
        ImageRequest,
        form=filed("image", ("prompt",)),
    ),
    Operation(
        "POST",
        "/v1/images/variations",
        "vary",
        "Pictures like a picture",
        PASSED,
        answers.Images,
        form=filed("image"),
    ),
    Operation(
        "POST",
        "/v1/audio/speech",
        "speak",
        "Speak a text",
        PASSED,
        None,
        SpeechRequest,
        types=("application/octet-stream", "audio/mpeg", EVENTS),
    ),
    Operation(
        "POST",
        "/v1/audio/transcriptions",
        "transcribe",
        "What is said in a recording",
        PASSED,
        answers.Transcription,
        form=filed("file"),
        types=("text/plain", EVENTS),
    ),
    Operation(
        "POST",
        "/v1/audio/translations",
        "translate",
        "What is said in a recording, in English",
        PASSED,
        answers.Transcription,
        form=filed("file"),
        types=("text/plain",),
    ),
)


def parameters(operation: Operation) -> Iterator[Parameter]:
    """What a handler of this operation would take."""
    from fastapi import Header, Query

    for part in operation.path.split("{")[1:]:
        yield Parameter(part.split("}")[0].split(":")[0], Parameter.KEYWORD_ONLY, annotation=str)
    for name, kind in operation.query:
        yield Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind, Query()])
    if operation.tag == CLAUDES:
        version = Annotated[str | None, Header(alias="anthropic-version")]
        yield Parameter("version", Parameter.KEYWORD_ONLY, default=None, annotation=version)
    if operation.body is not None:
        yield Parameter("body", Parameter.KEYWORD_ONLY, annotation=operation.body)


def described(operation: Operation) -> Any:
    """The operation as a route of FastAPI."""
    from fastapi.routing import APIRoute

    def stub(**_: Any) -> None:
        pass

    stub.__signature__ = Signature(list(parameters(operation)))  # type: ignore[attr-defined]
    responses: dict[int | str, Any] = {
        status: {"model": operation.error, "description": text} | ({"headers": answers.LATER} if status == 429 else {})
        for status, text in sorted(operation.errors.items())
    }
    content = {kind: {"schema": {"type": "string"}} for kind in operation.types}
    responses[200] = {"description": "Done.", "content": content, "headers": answers.HEADERS}
    route = APIRoute(
        operation.path,
        stub,
        methods=[operation.method],
        operation_id=operation.id,
        summary=operation.summary,
        tags=[operation.tag],
        response_model=operation.answer,
        responses=responses,
    )
    return route


def mended(document: dict[str, Any]) -> dict[str, Any]:
    """The description without what FastAPI takes for granted, and with the forms."""
    for operation in OPERATIONS:
        told = document["paths"][operation.path.replace(":path", "")][operation.method.lower()]
        # A wrong body is refused with 400 here, as the originals do.
        told["responses"].pop("422", None)
        if operation.answer is None and operation.types:
            told["responses"]["200"]["content"].pop(JSON, None)
        elif operation.answer is None:
            del told["responses"]["200"]
        if operation.open:
            told["security"] = []
        if operation.form is not None:
            body = told.setdefault("requestBody", {"required": True, "content": {}})
            body["content"]["multipart/form-data"] = {"schema": operation.form}
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)
    return document
