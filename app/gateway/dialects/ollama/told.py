"""What Ollama's clients read: answers as lines or in one piece, and the models.

https://github.com/ollama/ollama/blob/main/docs/api.md
"""

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from app import clock
from app.errors import Upstream
from app.gateway.dialects import steps
from app.gateway.events import events

if TYPE_CHECKING:
    from app.gateway.answers import Answer

# The version of Ollama whose dialect this is: editors refuse to speak with older ones.
VERSION = "0.13.0"
CHAT, GENERATE = "chat", "generate"


class Speaker:
    """Says an answer as Ollama does: `lines` of a stream, or `whole`. `kind` is chat or generate."""

    def __init__(self, name: str, kind: str) -> None:
        self.name, self.kind = name, kind
        self.began = self.first = clock.ticks()
        self.steps = steps.Steps()
        self.calls: list[dict[str, Any]] = []
        self.pieces = 0

    async def lines(self, answer: "Answer") -> AsyncIterator[bytes]:
        """One JSON object a line; the last one has the numbers, or says what broke."""
        try:
            async for chunk in events(answer):
                if said := self.said(self.read(chunk)):
                    self.pieces += 1
                    self.first = self.first if self.pieces > 1 else clock.ticks()
                    yield line(self.head() | said | {"done": False})
            if said := self.said(self.steps.end()):
                yield line(self.head() | said | {"done": False})
        except Upstream as failure:
            yield line({"error": failure.message})
            return
        if self.calls:
            yield line(self.head() | self.shape("", "", self.called()) | {"done": False})
        yield line(self.head() | self.shape("") | self.numbers(answer.count.into, answer.count.out))

    def whole(self, data: bytes) -> dict[str, Any]:
        """The same in one piece."""
        told = orjson.loads(data)
        said = self.said([*self.read(told), *self.steps.end()], self.called) or self.shape("")
        usage = told.get("usage")
        count = usage if isinstance(usage, dict) else {}
        return self.head() | said | self.numbers(count.get("prompt_tokens"), count.get("completion_tokens"))

    def read(self, chunk: dict[str, Any]) -> list[steps.Step]:
        """The steps in a chunk; those of a continued text are text."""
        found = self.steps.feed(chunk)
        for choice in chunk.get("choices") or ():
            if isinstance(choice, dict) and isinstance(choice.get("text"), str) and choice["text"]:
                found.append(steps.Step(steps.TEXT, choice["text"]))
        return found

    def said(self, found: list[steps.Step], calls: Any = None) -> dict[str, Any]:
        """Text and reasoning of these steps; calls are kept until they are complete. Empty for nothing."""
        text = "".join(each.text for each in found if each.kind in (steps.TEXT, steps.REFUSAL))
        thinking = "".join(each.text for each in found if each.kind == steps.REASONING)
        for each in found:
            if each.kind == steps.CALL:
                self.calls.append({"id": each.id, "name": each.name, "arguments": ""})
            elif each.kind == steps.ARGUMENTS and self.calls:
                self.calls[-1]["arguments"] += each.text
        called = calls() if calls else []
        if not (text or thinking or called):
            return {}
        likely = [one for each in found for one in each.logprobs]
        return self.shape(text, thinking, called) | ({"logprobs": likely} if likely else {})

    def shape(self, text: str, thinking: str = "", calls: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        """The members that hold what the model says."""
        more: dict[str, Any] = {"thinking": thinking} if thinking else {}
        if self.kind == GENERATE:
            return {"response": text} | more
        more |= {"tool_calls": calls} if calls else {}
        return {"message": {"role": "assistant", "content": text} | more}

    def called(self) -> list[dict[str, Any]]:
        """The calls, with their arguments as objects."""
        told = []
        for n, call in enumerate(self.calls):
            try:
                arguments = orjson.loads(call["arguments"] or "{}")
            except orjson.JSONDecodeError:
                arguments = {"arguments": call["arguments"]}  # the caller sees what the model wrote
            told.append({"id": call["id"], "function": {"index": n, "name": call["name"], "arguments": arguments}})
        return told

    def head(self) -> dict[str, Any]:
        """Who speaks, and when."""
        return {"model": self.name, "created_at": moment(clock.now())}

    def numbers(self, into: int | None, out: int | None) -> dict[str, Any]:
        """The end: why, how many tokens, and how long it took, in nanoseconds."""
        now = clock.ticks()
        times = {
            "total_duration": now - self.began,
            "load_duration": 0,
            "prompt_eval_duration": self.first - self.began,
        }
        spans = {name: int(seconds * 1e9) for name, seconds in (times | {"eval_duration": now - self.first}).items()}
        reason = "length" if self.steps.finish == "length" else "stop"
        counts = {"prompt_eval_count": into or 0, "eval_count": self.pieces if out is None else out}
        return {"done": True, "done_reason": reason} | spans | counts


def loaded(name: str, kind: str, unload: bool) -> dict[str, Any]:
    """What is answered to nothing asked, which loads a model at Ollama."""
    speaker = Speaker(name, kind)
    return speaker.head() | speaker.shape("") | {"done": True, "done_reason": "unload" if unload else "load"}


def embedded(name: str, began: float, alone: bool, data: bytes) -> dict[str, Any]:
    """OpenAI's answer with vectors as Ollama's: all of them, or as the older address has it the one of the text."""
    told = orjson.loads(data)
    rows = [each["embedding"] for each in sorted(told["data"], key=lambda each: int(each.get("index", 0)))]
    if alone:
        return {"embedding": rows[0]}
    took = {"total_duration": int((clock.ticks() - began) * 1e9), "load_duration": 0}
    count = (told.get("usage") or {}).get("prompt_tokens") or 0
    return {"model": name, "embeddings": rows} | took | {"prompt_eval_count": count}


def line(told: dict[str, Any]) -> bytes:
    """One line of a stream."""
    return orjson.dumps(told) + b"\n"


def moment(microseconds: int) -> str:
    """A time as Ollama writes it."""
    return datetime.fromtimestamp(microseconds / clock.SECOND, UTC).isoformat().replace("+00:00", "Z")


# ── the models ────────────────────────────────────────────────────────────────────────────────────────────────────────
def listed(id: str, owner: str, created_at: int) -> dict[str, Any]:
    """A model in the list; how large it is only its provider knows."""
    about = {"modified_at": moment(created_at), "size": 0, "digest": hashlib.sha256(id.encode()).hexdigest()}
    return {"name": id, "model": id} | about | {"details": details(owner)}


def details(owner: str) -> dict[str, Any]:
    """What is known of a model's making: whose it is."""
    return {
        "parent_model": "",
        "format": "",
        "family": owner,
        "families": [owner],
        "parameter_size": "",
        "quantization_level": "",
    }


def shown(owner: str, created_at: int, context: int | None, embeds: bool) -> dict[str, Any]:
    """All that is told of one model. `context` is in tokens."""
    info: dict[str, Any] = {"general.architecture": "inglenook"}
    if context:
        info["inglenook.context_length"] = context
    return {
        "modelfile": "",
        "parameters": "",
        "template": "",
        "license": "",
        "details": details(owner),
        "model_info": info,
        "capabilities": ["embedding"] if embeds else ["completion", "tools"],
        "modified_at": moment(created_at),
    }
