"""Providers that rest: after five failures in a row nobody is sent there for half a minute."""

import math
from dataclasses import dataclass

from app import clock
from app.errors import Upstream
from app.logs import log
from app.providers import Provider

FAILURES = 5
SECONDS = 30.0
# What is wrong with the request or with our own line, and not with the provider.
OURS = ("context", "no_model", "other", "empty", "busy")


@dataclass
class State:
    """How one provider has done lately. `until` is a moment of `clock.ticks`."""

    failures: int = 0
    until: float = 0.0
    why: str = ""


states: dict[str, State] = {}


def left(provider_id: str) -> float:
    """Seconds for which this provider still rests, 0 when it does not."""
    state = states.get(provider_id)
    return max(0.0, state.until - clock.ticks()) if state is not None and state.until else 0.0


def failed(provider: Provider, failure: Upstream) -> None:
    """Count a failure; the fifth in a row lets the provider rest, and after a rest the first."""
    if failure.kind in OURS:
        return
    state = states.setdefault(provider.id, State())
    state.failures, state.why = state.failures + 1, failure.message
    if state.failures >= FAILURES:
        # Whoever was under way when the rest began does not make it longer.
        if not left(provider.id):
            state.until = clock.ticks() + SECONDS
            log.warning("gateway.resting", provider=provider.name, error=failure.kind, seconds=SECONDS)
        state.failures = FAILURES - 1


def answered(provider_id: str) -> None:
    """It has answered: what went wrong before is forgotten."""
    states.pop(provider_id, None)


def refusal(provider: Provider) -> Upstream:
    """What is said to those who ask for a provider that rests."""
    wait = max(1, math.ceil(left(provider.id)))
    said = f"{provider.name} failed {FAILURES} times in a row and is left alone for {wait} more seconds."
    failure = Upstream(f"{said} Its last word: {states[provider.id].why}", "resting", retry_after=wait)
    failure.status = 503
    return failure


def reset() -> None:
    """Forget all, as a start does."""
    states.clear()
