"""The messages of a chat, put together from what other dialects tell: calls join their message, pictures follow."""

from typing import Any

import orjson

Part = dict[str, Any]


class Turns:
    """Messages in the dialect of chat completions, in the order in which they are added."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        # What a tool showed: messages of tools hold text alone, so it follows behind the last of them.
        self.shown: list[Part] = []
        self.thought = ""

    def system(self, text: str) -> None:
        """Instructions; those that follow one another at the beginning are one message, as many templates insist."""
        if not text:
            return
        if len(self.messages) == 1 and self.messages[0]["role"] == "system":
            self.messages[0]["content"] += "\n\n" + text
        else:
            self.add({"role": "system", "content": text})

    def user(self, parts: list[Part]) -> None:
        """What the person said."""
        if parts:
            self.add({"role": "user", "content": plain(parts)})

    def thinks(self, text: str) -> None:
        """Reasoning that goes back with the calls that followed from it, to providers that told it."""
        self.thought += text

    def assistant(self, text: str) -> None:
        """What the model said."""
        self.speaking()["content"] = "\n\n".join(filter(None, [self.speaking()["content"], text])) or None

    def call(self, id: str, name: str, arguments: str) -> None:
        """A tool that the model called."""
        message = self.speaking()
        call = {"id": id, "type": "function", "function": {"name": name, "arguments": arguments or "{}"}}
        message.setdefault("tool_calls", []).append(call)
        if self.thought:
            message["reasoning_content"], self.thought = self.thought, ""

    def speaking(self) -> dict[str, Any]:
        """The model's message that is being put together."""
        if not self.messages or self.messages[-1]["role"] != "assistant":
            self.add({"role": "assistant", "content": None})
        return self.messages[-1]

    def result(self, id: str, parts: list[Part]) -> None:
        """What a tool gave back."""
        texts = [part for part in parts if part["type"] == "text"]
        self.messages.append({"role": "tool", "tool_call_id": id, "content": plain(texts) if texts else ""})
        self.shown += [part for part in parts if part["type"] != "text"]

    def add(self, message: dict[str, Any]) -> None:
        """Put a message behind the others."""
        self.show()
        if message["role"] == "user":
            self.thought = ""
        self.messages.append(message)

    def show(self) -> None:
        """Put what tools showed behind their messages."""
        if self.shown:
            shown, self.shown = self.shown, []
            self.messages.append({"role": "user", "content": shown})

    def whole(self) -> list[dict[str, Any]]:
        """All messages."""
        self.show()
        for message in self.messages:
            if message["role"] == "assistant" and message["content"] is None and not message.get("tool_calls"):
                message["content"] = ""
        return self.messages


def text(said: str) -> Part:
    """A part that is text."""
    return {"type": "text", "text": said}


def picture(url: str, detail: str = "") -> Part:
    """A part that is a picture."""
    return {"type": "image_url", "image_url": {"url": url} | ({"detail": detail} if detail else {})}


def plain(parts: list[Part]) -> str | list[Part]:
    """Parts as one text where they are nothing else: not every provider takes lists."""
    if all(part["type"] == "text" for part in parts):
        return "\n\n".join(part["text"] for part in parts)
    return parts


def written(value: Any) -> str:
    """A value of the wire's JSON as the JSON of a call's arguments, '' for one that is nested too deep to be written.

    Its numbers have at most 64 bits, because orjson reads larger ones as floats.
    """
    try:
        return value if isinstance(value, str) else orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        return ""
