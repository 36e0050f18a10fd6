"""Items of the Responses dialect as messages of a chat."""

from base64 import b64decode, b64encode
from typing import Any

from app.errors import Invalid
from app.gateway.dialects.checking import checked, listed
from app.gateway.dialects.responses.asked import CallOutput, CustomCall, FunctionCall, Message
from app.gateway.dialects.turns import Part, Turns, picture, text, written

Item = dict[str, Any]
# How what stands for our reasoning begins.
SEAL = "inglenook."
TEXTS = ("input_text", "output_text", "text", "summary_text", "reasoning_text")


class Unsupported(Invalid):
    """What chat completions cannot say; a provider that speaks the dialect itself can."""


class Reading:
    """Adds items to the messages of a chat. `unsupported` is the first that could not be told."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.unsupported: Unsupported | None = None

    def read(self, items: list[Item], place: str = "input") -> None:
        """Add these items. Raises Invalid naming what is wrong."""
        for n, item in enumerate(items):
            self.item(item, f"{place}[{n}]")

    def item(self, item: Item, place: str) -> None:
        """Add one item; those of tools that only OpenAI has are left out."""
        kind = item.get("type") or "message"
        if not isinstance(kind, str):
            raise Invalid(**{f"{place}.type": f"`{place}.type` has to be a text."})
        if kind == "message":
            self.message(checked(Message, item, place), place)
        elif kind == "function_call":
            call = checked(FunctionCall, item, place)
            self.turns.call(call.call_id, joined(call.namespace, call.name), call.arguments)
        elif kind == "custom_tool_call":
            custom = checked(CustomCall, item, place)
            self.turns.call(custom.call_id, joined(custom.namespace, custom.name), written({"input": custom.input}))
        elif kind in ("function_call_output", "custom_tool_call_output"):
            result = checked(CallOutput, item, place)
            self.turns.result(result.call_id, self.parts(result.output, f"{place}.output"))
        elif kind == "reasoning":
            self.thought(item, place)

    def thought(self, item: Item, place: str) -> None:
        """Reasoning goes back to providers that told it, which is in full; what OpenAI has sealed cannot."""
        if is_ours(item):
            self.turns.thinks(opened(item["encrypted_content"]))
            return
        for part in listed(item.get("content"), f"{place}.content"):
            if isinstance(part, dict) and isinstance(part.get("text"), str):
                self.turns.thinks(part["text"])

    def message(self, message: Message, place: str) -> None:
        """Add a message."""
        parts = self.parts(message.content, f"{place}.content")
        if message.role == "user":
            self.turns.user(parts)
            return
        said = "\n\n".join(part["text"] for part in parts if part["type"] == "text")
        if message.role == "assistant":
            self.turns.assistant(said)
        else:
            self.turns.system(said)

    def parts(self, content: str | list[Item], place: str) -> list[Part]:
        """Content as parts of a chat's message."""
        if isinstance(content, str):
            return [text(content)]
        found = [self.part(part, f"{place}[{n}]") for n, part in enumerate(content)]
        return [part for part in found if part is not None]

    def part(self, part: Item, place: str) -> Part | None:
        """One part; None for what is not known."""
        kind = part.get("type")
        if kind in TEXTS:
            return text(needed(part, "text", place))
        if kind == "refusal":
            return text(needed(part, "refusal", place))
        if kind == "input_image":
            if part.get("file_id"):
                self.refuse(f"{place}.file_id")
                return None
            return picture(needed(part, "image_url", place), str(part.get("detail") or ""))
        if kind == "input_file":
            if not part.get("file_data"):
                self.refuse(f"{place}.{'file_url' if part.get('file_url') else 'file_id'}")
                return None
            named = {"filename": str(part.get("filename") or "file")}
            return {"type": "file", "file": named | {"file_data": needed(part, "file_data", place)}}
        if kind == "input_audio":
            return {"type": "input_audio", "input_audio": part.get("input_audio")}
        if not isinstance(kind, str):
            raise Invalid(**{f"{place}.type": f"`{place}.type` is needed: input_text, input_image or input_file."})
        return None

    def refuse(self, place: str) -> None:
        """Remember what could not be told."""
        said = f"`{place}` cannot be sent to this model: send the bytes themselves, as a data URL."
        self.unsupported = self.unsupported or Unsupported(**{place: said})


def needed(part: Item, name: str, place: str) -> str:
    """A member that has to be a text. Raises Invalid."""
    found = part.get(name)
    if not isinstance(found, str):
        raise Invalid(**{f"{place}.{name}": f"`{place}.{name}` has to be a text."})
    return found


def joined(namespace: str | None, name: str) -> str:
    """The name of a tool that stands in a group of tools, as chat completions can have it."""
    return f"{namespace}__{name}" if namespace else name


def sealed(reasoning: str) -> str:
    """Reasoning as a client that keeps everything itself gives it back: it may have been told only as a summary."""
    return SEAL + b64encode(reasoning.encode()).decode()


def opened(content: str) -> str:
    """The reasoning in what `sealed` made; '' where somebody has changed it."""
    try:
        return b64decode(content.removeprefix(SEAL), validate=True).decode()
    except ValueError:
        return ""


def is_ours(item: Item) -> bool:
    """Whether this is reasoning that was told here."""
    content = item.get("encrypted_content")
    return item.get("type") == "reasoning" and isinstance(content, str) and content.startswith(SEAL)


def foreign(items: list[Item]) -> list[Item]:
    """The items without reasoning that was told here: OpenAI's servers would refuse it."""
    return [each for each in items if not is_ours(each)]


def portable(items: list[Item]) -> list[Item]:
    """Items that we made, for a provider that speaks the dialect itself: it does not know our ids and our reasoning."""
    kept = [each for each in foreign(items) if each.get("type") != "reasoning" or each.get("encrypted_content")]
    return [{name: value for name, value in each.items() if name not in ("id", "status")} for each in kept]
