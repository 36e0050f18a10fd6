"""A request of the Responses dialect as one of chat completions."""

from dataclasses import dataclass, field
from typing import Any

from app.errors import Invalid
from app.gateway.dialects.checking import checked, listed
from app.gateway.dialects.responses.asked import ResponsesRequest
from app.gateway.dialects.responses.items import Item, Reading, Unsupported, joined, needed

LOGPROBS = "message.output_text.logprobs"
FUNCTION, CUSTOM = "function", "custom"
OFFERED = (FUNCTION, CUSTOM, "namespace")
# What only OpenAI's servers can do.
HELD = ("max_tool_calls", "prompt", "conversation", "context_management")


@dataclass(frozen=True)
class Tool:
    """What a name in chat completions stands for."""

    kind: str
    name: str
    namespace: str | None = None


@dataclass
class Question:
    """A request, and what became of it. `body` is for chat completions; `tools` tells whose calls come back.

    `unsupported` is what chat completions cannot say: to be raised unless the provider speaks the dialect itself.
    """

    request: ResponsesRequest
    given: dict[str, Any]
    items: list[Item]
    body: dict[str, Any] = field(default_factory=dict)
    tools: dict[str, Tool] = field(default_factory=dict)
    unsupported: Unsupported | None = None


def translate(given: dict[str, Any]) -> Question:
    """The question in a request, whose items are not yet told (`Question.items`). Raises Invalid."""
    request = checked(ResponsesRequest, given)
    items: list[Item] = []
    if isinstance(request.input, list):
        items = request.input
    elif request.input:
        items = [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": request.input}]}]
    if not items and not request.previous_response_id and not given.get("prompt") and not given.get("conversation"):
        raise Invalid(input="`input` is needed: a text, or a list of items.")
    question = Question(request, given, items)
    for name in ("prompt", "conversation"):
        if given.get(name):
            said = f"`{name}` is kept at OpenAI and means nothing to this model: send the items themselves in `input`."
            question.unsupported = Unsupported(**{name: said})
    return question


def tell(question: Question, earlier: list[Item], items: list[Item]) -> None:
    """Make the body for chat completions: what was said earlier, and these items. Raises Invalid."""
    request, reading = question.request, Reading()
    reading.turns.system(request.instructions or "")
    reading.read(earlier, "previous_response_id")
    reading.read(items)
    question.unsupported = question.unsupported or reading.unsupported
    messages = reading.turns.whole()
    if not messages and question.unsupported is None:
        raise Invalid(input="`input` holds nothing that a model could answer.")
    body: dict[str, Any] = {"model": request.model, "messages": messages, "stream": request.streams}
    given = {
        "max_tokens": request.max_output_tokens,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "reasoning_effort": request.reasoning.effort if request.reasoning else None,
        "verbosity": request.text.verbosity if request.text else None,
        "response_format": shape(request),
    }
    if request.top_logprobs is not None or LOGPROBS in (request.include or ()):
        given |= {"logprobs": True, "top_logprobs": request.top_logprobs or None}
    body |= {name: value for name, value in given.items() if value is not None}
    question.body = body | tools(question)


def shape(request: ResponsesRequest) -> dict[str, Any] | None:
    """The shape of the answer's text. Raises Invalid."""
    wanted = request.text.format if request.text else None
    if wanted is None or wanted.type == "text":
        return None
    if wanted.type != "json_schema":
        return {"type": wanted.type}
    if wanted.schema_ is None:
        raise Invalid(**{"text.format.schema": "`text.format.schema` is needed: a JSON schema."})
    schema: dict[str, Any] = {"name": wanted.name or "answer", "schema": wanted.schema_}
    if wanted.description:
        schema["description"] = wanted.description
    if wanted.strict is not None:
        schema["strict"] = wanted.strict
    return {"type": "json_schema", "json_schema": schema}


def tools(question: Question) -> dict[str, Any]:
    """The tools that chat completions can have, and which of them is to be called. Raises Invalid."""
    request, offers = question.request, []
    for n, tool in enumerate(request.tools or ()):
        offers += offered(question, tool, f"tools[{n}]")
    choice = request.tool_choice
    if isinstance(choice, dict) and choice.get("type") == "allowed_tools":
        named = listed(choice.get("tools"), "tool_choice.tools")
        allowed = [each.get("name") for each in named if isinstance(each, dict)]
        offers = [each for each in offers if each["function"]["name"] in allowed]
        choice = str(choice.get("mode") or "auto")
    if not offers:
        return {}
    told: dict[str, Any] = {"tools": offers}
    if isinstance(choice, str):
        told["tool_choice"] = choice
    elif isinstance(choice, dict) and choice.get("type") in (FUNCTION, CUSTOM):
        name = joined(choice.get("namespace"), needed(choice, "name", "tool_choice"))
        told["tool_choice"] = {"type": "function", "function": {"name": name}}
    if request.parallel_tool_calls is not None:
        told["parallel_tool_calls"] = request.parallel_tool_calls
    return told


def offered(question: Question, tool: dict[str, Any], place: str, namespace: str | None = None) -> list[dict[str, Any]]:
    """One tool, or those of a group; tools that only OpenAI runs are left out. Raises Invalid."""
    kind = tool.get("type")
    if not isinstance(kind, str):
        raise Invalid(**{f"{place}.type": f"`{place}.type` is needed, such as function."})
    if kind == "namespace" and namespace is None:
        name, found = needed(tool, "name", place), []
        for n, each in enumerate(listed(tool.get("tools"), f"{place}.tools")):
            if isinstance(each, dict):
                found += offered(question, each, f"{place}.tools[{n}]", name)
        return found
    if kind not in (FUNCTION, CUSTOM):
        return []
    name = needed(tool, "name", place)
    long = joined(namespace, name)
    question.tools[long] = Tool(kind, name, namespace)
    if kind == CUSTOM:
        return [{"type": "function", "function": {"name": long} | plain(tool)}]
    schema = tool.get("parameters") or {"type": "object", "properties": {}}
    function: dict[str, Any] = {"name": long, "parameters": schema}
    function |= {each: tool[each] for each in ("description", "strict") if tool.get(each) is not None}
    return [{"type": "function", "function": function}]


def untold(question: Question) -> list[str]:
    """The members that chat completions cannot say."""
    request, given = question.request, question.given
    tools = [f"tools[{n}]" for n, tool in enumerate(request.tools or ()) if tool.get("type") not in OFFERED]
    return tools + [name for name in HELD if given.get(name)] + ["truncation"] * (request.truncation == "auto")


def plain(tool: dict[str, Any]) -> dict[str, Any]:
    """A tool that takes plain text, as a function of one text. Its grammar is told in words."""
    said = str(tool.get("description") or "")
    form = tool.get("format")
    if isinstance(form, dict) and isinstance(form.get("definition"), str):
        said += f"\n\nThe input has to follow this {form.get('syntax', '')} grammar:\n{form['definition']}"
    schema = {"type": "object", "properties": {"input": {"type": "string"}}, "required": ["input"]}
    return {"description": said.strip(), "parameters": schema | {"additionalProperties": False}}
