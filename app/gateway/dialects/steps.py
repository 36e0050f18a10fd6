"""An answer in the dialect of chat completions, as the steps from which other dialects make their events."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from app import clock
from app.gateway.dialects.turns import written
from app.providers import wire

TEXT, REASONING, REFUSAL, CALL, ARGUMENTS = "text", "reasoning", "refusal", "call", "arguments"


class Step(NamedTuple):
    """What came: more of a text, a call that begins (`id`, `name`), or more of its arguments."""

    kind: str
    text: str = ""
    id: str = ""
    name: str = ""
    logprobs: tuple[dict[str, Any], ...] = ()


@dataclass(eq=False)
class Call:
    """A tool call that is coming."""

    id: str
    name: str
    arguments: str = ""
    given: int = 0
    whole: bool = field(default=False)

    def complete(self) -> bool:
        """Whether its arguments are a whole object."""
        if not self.whole and self.arguments.rstrip().endswith("}"):
            try:
                self.whole = isinstance(orjson.loads(self.arguments), dict)
            except orjson.JSONDecodeError:
                self.whole = False
        return self.whole


class Steps:
    """Reads chunks one by one. Calls that come side by side are told one behind the other, as events want them."""

    def __init__(self) -> None:
        self.thoughts = wire.Thoughts()
        self.calls: dict[Any, Call] = {}
        self.waiting: list[Call] = []
        self.open: Call | None = None
        self.finish = ""
        self.stopped_by = ""
        self.called = False

    def feed(self, chunk: dict[str, Any]) -> list[Step]:
        """The steps in one chunk, or in an answer in one piece."""
        steps: list[Step] = []
        for choice in objects(chunk.get("choices")):
            if choice.get("index"):
                continue
            delta = choice.get("delta") or choice.get("message")
            if isinstance(delta, dict):
                self.take(delta, noted(choice.get("logprobs")), steps)
            if choice.get("finish_reason"):
                self.finish = str(choice["finish_reason"])
            if isinstance(choice.get("stop_reason"), str):
                self.stopped_by = choice["stop_reason"]
        return steps

    def take(self, delta: dict[str, Any], logprobs: tuple[dict[str, Any], ...], steps: list[Step]) -> None:
        """What one delta holds."""
        reasoning = delta.get("reasoning_content") or delta.get("reasoning")
        if isinstance(reasoning, str) and reasoning:
            steps.append(Step(REASONING, reasoning))
        said: list[wire.Delta] = []
        content = delta.get("content")
        if isinstance(content, str) and content:
            said = self.thoughts.split(content)
        elif isinstance(content, list):
            wire.join(said, wire.TEXT, content)
        self.say(said, logprobs, steps)
        if isinstance(delta.get("refusal"), str) and delta["refusal"]:
            steps.append(Step(REFUSAL, delta["refusal"]))
        for n, each in enumerate(objects(delta.get("tool_calls"))):
            self.call(each, n, steps)

    def say(self, said: list[wire.Delta], logprobs: tuple[dict[str, Any], ...], steps: list[Step]) -> None:
        """Text and reasoning; the numbers of the tokens stand with the last piece of text."""
        for kind, text in said:
            steps.append(Step(TEXT if kind == wire.TEXT else REASONING, text))
        if logprobs and steps and steps[-1].kind == TEXT:
            steps[-1] = steps[-1]._replace(logprobs=logprobs)

    def call(self, delta: dict[str, Any], n: int, steps: list[Step]) -> None:
        """A piece of a call."""
        self.called = True
        function = delta.get("function")
        function = function if isinstance(function, dict) else {}
        call = self.which(delta, function, delta.get("index", n))
        arguments = function.get("arguments")
        call.arguments += written(arguments) if arguments is not None else ""
        if call is not self.open and self.waiting:
            self.turn(steps)
        self.more(steps)

    def which(self, delta: dict[str, Any], function: dict[str, Any], place: Any) -> Call:
        """The call that a piece belongs to. Google gives all of its calls the same place, and each an id of its own."""
        id, name = delta.get("id"), function.get("name")
        place = place if isinstance(place, int) else str(place)
        found = self.calls.get(place)
        if found is not None and not (name and id and id != found.id):
            return found
        call = self.calls[place] = Call(str(id or f"call_{clock.new_id()}"), str(name or ""))
        self.waiting.append(call)
        return call

    def turn(self, steps: list[Step]) -> None:
        """Begin the next call when the one that is open is complete."""
        while self.waiting and (self.open is None or self.open.complete()):
            self.more(steps)
            self.open = self.waiting.pop(0)
            steps.append(Step(CALL, id=self.open.id, name=self.open.name))
            self.more(steps)

    def more(self, steps: list[Step]) -> None:
        """Tell what has come of the open call's arguments and was not told."""
        if self.open is not None and len(self.open.arguments) > self.open.given:
            steps.append(Step(ARGUMENTS, self.open.arguments[self.open.given :]))
            self.open.given = len(self.open.arguments)

    def end(self) -> list[Step]:
        """What was held back, when nothing more comes."""
        steps: list[Step] = []
        self.say(self.thoughts.rest(), (), steps)
        self.more(steps)
        while self.waiting:
            self.open = None
            self.turn(steps)
        return steps


def noted(logprobs: Any) -> tuple[dict[str, Any], ...]:
    """The numbers of the tokens of a chunk, with the members that other dialects want."""
    content = logprobs.get("content") if isinstance(logprobs, dict) else None
    return tuple(complete(each) for each in objects(content))


def objects(given: Any) -> list[dict[str, Any]]:
    """The objects in a list; none where it is no list."""
    return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []


def complete(each: dict[str, Any], inner: bool = False) -> dict[str, Any]:
    """One token's numbers, and those of what might have stood there instead."""
    token = str(each.get("token") or "")
    others = [] if inner else objects(each.get("top_logprobs"))
    logprob = number if isinstance(number := each.get("logprob"), int | float) else 0.0
    told = {"token": token, "logprob": logprob, "bytes": list(token.encode())}
    if isinstance(given := each.get("bytes"), list) and all(isinstance(byte, int) for byte in given):
        told["bytes"] = given or told["bytes"]
    return told | {"top_logprobs": [complete(other, inner=True) for other in others]}
