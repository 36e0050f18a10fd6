"""What is sent to a provider, in the dialect that it understands."""

import re
from typing import Any

import orjson

from app.providers import estimates
from app.providers.catalogue import Model, Provider
from app.providers.presets import preset

NAMES = ("temperature", "top_p", "stop", "seed", "tools", "tool_choice")
SEES = "update model set sees = ? where id = ? and sees is null"
# What providers say of a picture that a model does not take.
PICTURES = re.compile(r"image|picture|vision|multi-?modal|mmproj", re.I)
# Bytes of text for which a picture counts: its own have nothing to do with its tokens.
PICTURE = 3_000
# Providers (id and address) that answered that they do not know `stream_options`.
plain: set[tuple[str, str]] = set()


class Request:
    """One request for a streamed answer. Parameters that nobody set are not in it."""

    def __init__(self, model: Model, provider: Provider, messages: list[Any], params: dict[str, Any]) -> None:
        self.model, self.provider, self.messages, self.params = model, provider, messages, params
        self.limit_name = preset(provider.kind).limit
        self.adapted = self.blind = False

    def body(self) -> dict[str, Any]:
        """The arguments of the call."""
        body: dict[str, Any] = {"model": self.model.name, "messages": self.messages, "stream": True}
        if (self.provider.id, self.provider.url) not in plain:
            body["stream_options"] = {"include_usage": True}
        body |= {name: self.params[name] for name in NAMES if self.params.get(name) is not None}
        if self.params.get("max_tokens"):
            body[self.limit_name] = self.limit()
        if effort := self.params.get("effort"):
            body["reasoning_effort"] = effort
        return body

    def limit(self) -> int | None:
        """How many tokens the answer may have; None where nobody said."""
        wanted: int | None = self.params.get("max_tokens")
        return min(wanted, self.model.output_limit or wanted) if wanted else None

    def adapt(self, status: int, told: str) -> bool:
        """Whether it is worth sending again in an older or newer dialect, because the provider named what it lacks."""
        self.blind = self.has_pictures and bool(PICTURES.search(told))
        if status not in (400, 422):
            return False
        if "stream_options" in told and (self.provider.id, self.provider.url) not in plain:
            plain.add((self.provider.id, self.provider.url))
            return True
        if self.params.get("max_tokens") and not self.adapted and re.search(r"max_(completion_)?tokens", told):
            self.adapted = True
            self.limit_name = "max_tokens" if self.limit_name != "max_tokens" else "max_completion_tokens"
            return True
        return False

    def learnt(self, done: bool, into: int | None) -> tuple[tuple[str, tuple[object, ...]], ...]:
        """What a call taught of its model, as the statements that keep it: how many tokens its text had, or whether it
        takes pictures, of which nothing is learned of text."""
        if not self.has_pictures:
            return estimates.learn(self.model, self.size(), into)
        return ((SEES, (int(done), self.model.id)),) if done or self.blind else ()

    @property
    def has_pictures(self) -> bool:
        """Whether something else than text is in it."""
        contents = (each.get("content") for each in self.messages)
        return any(part.get("type") != "text" for each in contents if isinstance(each, list) for part in each)

    def size(self) -> int:
        """Bytes of the text of the prompt, of the tools that are offered, and of their calls."""
        told = sum(len(orjson.dumps(each["tool_calls"])) for each in self.messages if each.get("tool_calls"))
        told += len(orjson.dumps(self.params["tools"])) if self.params.get("tools") else 0
        return told + sum(read(each.get("content")) for each in self.messages)


def read(content: Any) -> int:
    """Bytes of text in what a message says; a picture counts as so many."""
    if isinstance(content, list):
        return sum(len(each.get("text", "").encode()) if each.get("type") == "text" else PICTURE for each in content)
    return len(str(content or "").encode())
