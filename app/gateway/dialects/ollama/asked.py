"""What Ollama's clients ask, checked, and the same as chat completions.

https://github.com/ollama/ollama/blob/main/docs/api.md
"""

from typing import Any, Literal

from pydantic import Field

from app.gateway.dialects import turns
from app.gateway.dialects.checking import Open

# Ollama's names of what can be set, and those of chat completions; what only Ollama knows is left out.
OPTIONS = ("temperature", "top_p", "seed", "stop", "presence_penalty", "frequency_penalty")
# What some providers know too.
OPTIONAL = ("top_k", "min_p")
# How pictures begin when they are written as base64.
PICTURES = {"/9j/": "jpeg", "R0lGOD": "gif", "UklGR": "webp"}


class Function(Open):
    """What is called, and with what."""

    name: str
    arguments: dict[str, Any] | str = Field(default_factory=dict)


class ToolCall(Open):
    """A call of a tool in an older answer."""

    function: Function
    id: str | None = None


class Message(Open):
    """One message. `images` are base64; `tool_name` says whose result it is."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str | None = None
    images: list[str] | None = None
    tool_calls: list[ToolCall] | None = None
    tool_name: str | None = None
    tool_call_id: str | None = None
    thinking: str | None = None


class Question(Open):
    """What a chat and a prompt have in common. Streams unless `stream` is false."""

    model: str = Field(min_length=1)
    stream: bool | None = None
    format: str | dict[str, Any] | None = None
    options: dict[str, Any] | None = None
    think: bool | str | None = None
    keep_alive: int | float | str | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None


class ChatRequest(Question):
    """A question in a chat."""

    messages: list[Message] | None = None
    tools: list[dict[str, Any]] | None = None


class GenerateRequest(Question):
    """A prompt; with `suffix` or `raw` it is continued as it stands, else it is a question."""

    prompt: str | None = None
    suffix: str | None = None
    system: str | None = None
    images: list[str] | None = None
    raw: bool | None = None


class EmbedRequest(Open):
    """Texts to be embedded."""

    model: str = Field(min_length=1)
    input: str | list[str]
    dimensions: int | None = Field(None, ge=1)


class OldEmbedRequest(Open):
    """A text to be embedded, as it was asked before 2024."""

    model: str = Field(min_length=1)
    prompt: str


class ShowRequest(Open):
    """Which model is meant, by its new or its old word."""

    model: str | None = None
    name: str | None = None


# ── what is asked ─────────────────────────────────────────────────────────────────────────────────────────────────────
def chat_body(asked: ChatRequest, limit: str) -> dict[str, Any]:
    """The same question as chat completions; `limit` is the provider's word for the longest answer."""
    told = turns.Turns()
    waiting: list[tuple[str, str]] = []
    for message in asked.messages or ():
        if message.role == "system":
            told.system(message.content or "")
        elif message.role == "user":
            told.user(parts(message.content or "", message.images))
        elif message.role == "tool":
            told.result(answered(message, waiting), parts(message.content or "", message.images))
        else:
            told.thinks(message.thinking or "")
            told.assistant(message.content or "")
            for n, call in enumerate(message.tool_calls or ()):
                id = call.id or f"call_{len(told.messages)}_{n}"
                waiting.append((id, call.function.name))
                told.call(id, call.function.name, turns.written(call.function.arguments))
    body = {"messages": told.whole()} | settings(asked, limit)
    return body | ({"tools": asked.tools} if asked.tools else {})


def answered(message: Message, waiting: list[tuple[str, str]]) -> str:
    """The id of the call whose result this is: Ollama tells only the tool's name, or nothing but the order."""
    if message.tool_call_id:
        return message.tool_call_id
    fitting = [each for each in waiting if each[1] == message.tool_name] or waiting
    if not fitting:
        return f"call_{message.tool_name or 'unknown'}"
    waiting.remove(fitting[0])
    return fitting[0][0]


def prompt_body(asked: GenerateRequest, limit: str) -> tuple[str, dict[str, Any]]:
    """The prompt as a question, or as a text to be continued: the kind of call, and its body."""
    if asked.suffix or asked.raw:
        body = {"prompt": asked.prompt or ""} | settings(asked, "max_tokens")
        body.pop("response_format", None)
        return "completions", body | ({"suffix": asked.suffix} if asked.suffix else {})
    told = turns.Turns()
    told.system(asked.system or "")
    told.user(parts(asked.prompt or "", asked.images))
    return "chat", {"messages": told.whole()} | settings(asked, limit)


def parts(text: str, images: list[str] | None) -> list[turns.Part]:
    """A text with its pictures."""
    shown = [turns.picture(picture(each)) for each in images or ()]
    return [turns.text(text), *shown] if text or not shown else shown


def picture(data: str) -> str:
    """A picture's address, its kind told by its first letters."""
    if data.startswith("data:"):
        return data
    kind = next((kind for begin, kind in PICTURES.items() if data.startswith(begin)), "png")
    return f"data:image/{kind};base64,{data}"


def settings(asked: Question, limit: str) -> dict[str, Any]:
    """How the answer is to be, in the words of chat completions."""
    options = asked.options or {}
    body = {name: options[name] for name in (*OPTIONS, *OPTIONAL) if options.get(name) is not None}
    longest = options.get("num_predict")
    if isinstance(longest, int) and longest > 0:
        body[limit] = longest
    if isinstance(asked.format, dict):
        body["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": asked.format}}
    elif asked.format == "json":
        body["response_format"] = {"type": "json_object"}
    if isinstance(asked.think, str) and asked.think:
        body["reasoning_effort"] = asked.think
    if asked.logprobs:
        body |= {"logprobs": True} | ({"top_logprobs": asked.top_logprobs} if asked.top_logprobs else {})
    return body
