"""How many tokens a text has, before a provider counts it: an estimate that learns from what providers report."""

import math

from app.providers.catalogue import Model

FIRST = 3.0
WEIGHT = 0.2
# Small prompts are mostly the model's own template and teach nothing about text.
LEAST = 400
LEARN = "update model set bytes_per_token = ? where id = ?"

# Bytes of text in an event above which it must hold several tokens.
BUNDLE = 16

learned: dict[str, float] = {}


def ratio(model: Model) -> float:
    """Bytes of UTF-8 in one token of this model, as far as is known."""
    return learned.get(model.id) or model.bytes_per_token or FIRST


def estimate(model: Model, text: str) -> int:
    """Tokens of `text` for this model with a margin of 10 %: an estimate, rounded up, 0 for no text."""
    return weigh(model, len(text.encode()))


def weigh(model: Model, size: int) -> int:
    """The same for `size` bytes of text."""
    return math.ceil(size * 11 / (ratio(model) * 10))


def spoken(model: Model, events: int, size: int) -> int:
    """Tokens of an answer that came in so many events with `size` bytes of text: one each, unless they hold more."""
    return events if size <= BUNDLE * events else max(events, math.ceil(size / ratio(model)))


def learn(model: Model, size: int, tokens: int | None) -> tuple[tuple[str, tuple[object, ...]], ...]:
    """Learn from a prompt of `size` bytes that the provider counted as `tokens`; the statements that keep it."""
    if not tokens or size < LEAST:
        return ()
    seen = min(max(size / tokens, 0.5), 12.0)
    learned[model.id] = round(ratio(model) * (1 - WEIGHT) + seen * WEIGHT, 4)
    return ((LEARN, (learned[model.id], model.id)),)
