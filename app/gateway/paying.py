"""What a call is thought to need before it is made: the bytes that a model is given, and the tokens it may answer."""

import math
from typing import Any

from app import usage
from app.providers import Model, estimates

# Bytes that a picture in a message counts for; its own have nothing to do with its tokens.
PICTURE = 3_000
# Tokens of one answer where nobody knows how much a model can write, and of all choices of a call together.
LONGEST, MOST = 1 << 20, 1 << 24


def estimate(model: Model, size: int) -> int:
    """Tokens of a prompt of so many bytes, with the margin of `providers.estimate`."""
    return math.ceil(size * 11 / (estimates.ratio(model) * 10))


def size(body: dict[str, Any]) -> int:
    """Bytes of the text that a model is given to read, and a flat number for each picture."""
    found = 0
    messages = body.get("messages")
    for each in messages if isinstance(messages, list) else ():
        if isinstance(each, dict):
            found += heavy(each.get("content")) + heavy(each.get("tool_calls"))
    for name in ("input", "prompt", "system", "instructions", "tools", "response_format"):
        if name in body:
            found += heavy(body[name])
    return found


def heavy(given: Any) -> int:
    """Bytes of all text in a part of a body."""
    if given is None:
        return 0
    if isinstance(given, str):
        if len(given) > PICTURE and given.startswith("data:"):
            return PICTURE
        return len(given) if given.isascii() else len(given.encode(errors="replace"))
    if isinstance(given, dict):
        return sum(heavy(name) + heavy(each) for name, each in given.items())
    if isinstance(given, list):
        # Token ids: one number is about three bytes of text.
        return 3 * len(given) if given and isinstance(given[0], int) else sum(map(heavy, given))
    return 4


def wanted(model: Model, body: dict[str, Any], kind: str) -> int:
    """The tokens that the answer may have at most, in all of its choices; a limit that nobody set is 4,096."""
    if kind not in ("chat", "completions"):
        return 0
    given = (body.get(name) for name in ("max_completion_tokens", "max_tokens"))
    limit = next((each for each in given if isinstance(each, int) and each > 0), usage.UNSET)
    # A number that no answer reaches would only keep the budget from everybody else.
    limit = min(limit, model.output_limit or model.context or LONGEST)
    choices = max([each for each in (body.get("n"), body.get("best_of")) if isinstance(each, int)], default=1)
    return min(limit * max(choices, 1), MOST)


class Hit:
    """Stands for the row of an answer for which nothing was asked; it is settled from the beginning."""

    def __init__(self, id: str) -> None:
        self.id = id
        self.cost: int | None = 0

    def headers(self) -> dict[str, str]:
        """Nothing is told of limits that were not used."""
        return {}

    def note(self, sent_tokens: int) -> None:
        """Nothing has to be written down."""

    async def extend(self, tokens_out: int) -> bool:
        """It costs nothing however long it is."""
        return True

    async def settle(self, state: str, count: usage.Count, **told: Any) -> int | None:
        """It is settled."""
        return self.cost
