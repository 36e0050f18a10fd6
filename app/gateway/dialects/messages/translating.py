"""A request of the Messages dialect as one of chat completions."""

from typing import Any

from app.errors import Invalid
from app.gateway.dialects.checking import checked, listed
from app.gateway.dialects.messages.asked import (
    CountRequest,
    JsonFormat,
    Message,
    MessagesRequest,
    Tool,
    ToolResult,
    ToolUse,
)
from app.gateway.dialects.messages.known import known
from app.gateway.dialects.turns import Part, Turns, picture, text, written

Block = dict[str, Any]
# The signature of reasoning that we told: Anthropic's own servers would refuse it, so it is not sent there.
SIGNED = "aW5nbGVub29r"
# What only Anthropic's servers can do.
HELD = ("mcp_servers", "container", "context_management")
# From how many tokens of thinking on an effort is meant.
EFFORTS = ((16_000, "high"), (4_000, "medium"), (0, "low"))


def translate(request: CountRequest, reasons: bool = False) -> dict[str, Any]:
    """The body for chat completions; `reasons` is whether the model takes an effort. Raises Invalid."""
    turns = Turns()
    turns.system(instructions(request.system))
    for n, message in enumerate(request.messages):
        tell(turns, message, f"messages[{n}]")
    body: dict[str, Any] = {"model": request.model, "messages": turns.whole()} | tools(request)
    if not isinstance(request, MessagesRequest):
        return body
    given = {
        "stream": bool(request.stream),
        "max_tokens": request.max_tokens,
        "stop": request.stop_sequences or None,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "top_k": request.top_k,
        "response_format": shape(request),
        "reasoning_effort": effort(request) if reasons else None,
    }
    return body | {name: value for name, value in given.items() if value is not None}


def instructions(system: str | list[Block] | None) -> str:
    """The system prompt as one text. Raises Invalid."""
    if system is None or isinstance(system, str):
        return system or ""
    return "\n\n".join(needed(block, "text", f"system[{n}]") for n, block in enumerate(system))


def tell(turns: Turns, message: Message, place: str) -> None:
    """Add one message. Raises Invalid naming what is wrong."""
    content = message.content
    blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
    parts: list[Part] = []
    for n, block in enumerate(blocks):
        where = f"{place}.content[{n}]"
        kind = block.get("type")
        if not isinstance(kind, str):
            raise Invalid(**{f"{where}.type": f"`{where}.type` is needed, such as text."})
        if kind == "tool_use":
            call = checked(ToolUse, block, where)
            turns.call(call.id, call.name, written(call.input))
        elif kind == "tool_result":
            result = checked(ToolResult, block, where)
            turns.result(result.tool_use_id, shown(result.content, f"{where}.content"))
        elif kind == "thinking":
            if block.get("signature") == SIGNED:
                turns.thinks(str(block.get("thinking") or ""))
        elif message.role == "assistant":
            if kind == "text":
                turns.assistant(needed(block, "text", where))
        else:
            parts += part(block, kind, where)
    if message.role == "system":
        turns.system("\n\n".join(each["text"] for each in parts if each["type"] == "text"))
    elif message.role == "user":
        turns.user(parts)
    elif not blocks:
        turns.assistant("")


def shown(content: Any, place: str) -> list[Part]:
    """What a tool gave back, as parts. Raises Invalid."""
    if isinstance(content, str):
        return [text(content)] if content else []
    found: list[Part] = []
    for n, block in enumerate(listed(content, place)):
        if not isinstance(block, dict):
            raise Invalid(**{f"{place}[{n}]": f"`{place}[{n}]` has to be an object."})
        found += part(block, str(block.get("type") or ""), f"{place}[{n}]")
    return found


def part(block: Block, kind: str, place: str) -> list[Part]:
    """One block as parts of a chat's message; none for what is not known. Raises Invalid."""
    if kind == "text":
        return [text(needed(block, "text", place))]
    if kind == "search_result":
        return [text(str(block.get("source") or "")), *shown(block.get("content"), f"{place}.content")]
    if kind not in ("image", "document"):
        return []
    source = block.get("source")
    if not isinstance(source, dict):
        raise Invalid(**{f"{place}.source": f"`{place}.source` is needed: a base64, url or text source."})
    where = f"{place}.source"
    match source.get("type"):
        case "base64":
            data = f"data:{needed(source, 'media_type', where)};base64,{needed(source, 'data', where)}"
            name = str(block.get("title") or "document")
            return [picture(data)] if kind == "image" else [file(name, data)]
        case "url" if kind == "image":
            return [picture(needed(source, "url", where))]
        case "text":
            return [text(needed(source, "data", where))]
        case "content":
            return shown(source.get("content"), f"{where}.content")
    said = f"`{where}` cannot be sent to this model: send the bytes themselves, as base64."
    raise Unsupported(**{where: said})


class Unsupported(Invalid):
    """What chat completions cannot say; a provider that speaks the dialect itself can."""


def file(name: str, data: str) -> Part:
    """A part that is a file."""
    return {"type": "file", "file": {"filename": name, "file_data": data}}


def needed(block: Block, name: str, place: str) -> str:
    """A member that has to be a text. Raises Invalid."""
    found = block.get(name)
    if not isinstance(found, str):
        raise Invalid(**{f"{place}.{name}": f"`{place}.{name}` has to be a text."})
    return found


def tools(request: CountRequest) -> dict[str, Any]:
    """The caller's own tools, and which is to be called; those that only Anthropic has are left out. Raises Invalid."""
    offers = []
    for n, given in enumerate(request.tools or ()):
        if (tool := offered(given, f"tools[{n}]")) is None:
            continue
        function: dict[str, Any] = {"name": tool.name, "parameters": tool.input_schema}
        told = {"description": tool.description, "strict": tool.strict}
        function |= {name: value for name, value in told.items() if value is not None}
        offers.append({"type": "function", "function": function})
    if not offers:
        return {}
    body: dict[str, Any] = {"tools": offers}
    if (choice := request.tool_choice) is not None:
        if choice.type == "tool" and not choice.name:
            raise Invalid(**{"tool_choice.name": "`tool_choice.name` is needed."})
        named = {"type": "function", "function": {"name": choice.name}}
        body["tool_choice"] = {"any": "required", "none": "none", "tool": named}.get(choice.type, "auto")
        if choice.disable_parallel_tool_use is not None:
            body["parallel_tool_calls"] = not choice.disable_parallel_tool_use
    return body


def offered(given: Block, place: str) -> Tool | None:
    """A tool of the caller's, or one of Anthropic's that the caller runs; None for what only Anthropic can run."""
    if given.get("type") not in (None, "custom"):
        return known(given)
    return checked(Tool, given, place)


def untold(request: MessagesRequest, reasons: bool) -> list[str]:
    """The members that chat completions cannot say."""
    missing = [f"tools[{n}]" for n, given in enumerate(request.tools or ()) if offered(given, f"tools[{n}]") is None]
    if request.thinks and not reasons:
        missing.append("thinking")
    return missing + [name for name in HELD if (request.model_extra or {}).get(name)]


def shape(request: MessagesRequest) -> dict[str, Any] | None:
    """The shape of the answer's text. Raises Invalid."""
    config: JsonFormat | None = request.output_config.format if request.output_config else None
    place, wanted = ("output_config.format", config) if config else ("output_format", request.output_format)
    if wanted is None or wanted.type != "json_schema":
        return None
    if wanted.schema_ is None:
        raise Invalid(**{f"{place}.schema": f"`{place}.schema` is needed: a JSON schema."})
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": wanted.schema_, "strict": True}}


def effort(request: MessagesRequest) -> str | None:
    """How much is to be thought, in OpenAI's words."""
    if request.output_config and request.output_config.effort:
        return {"max": "high", "xhigh": "high"}.get(request.output_config.effort, request.output_config.effort)
    if not request.thinks or request.thinking is None or request.thinking.budget_tokens is None:
        return None
    return next(word for least, word in EFFORTS if request.thinking.budget_tokens >= least)


def cleaned(given: dict[str, Any]) -> dict[str, Any]:
    """The request without reasoning that we signed, for a provider that speaks the dialect itself."""
    messages = []
    for message in given["messages"]:
        if isinstance(message.get("content"), list):
            message = message | {"content": [each for each in message["content"] if each.get("signature") != SIGNED]}
        if message["content"]:
            messages.append(message)
    return given | {"messages": messages}
