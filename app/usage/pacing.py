"""Pace: how much somebody asked in the last sixty seconds, and how many of their calls run now."""

import math
from collections import deque
from dataclasses import dataclass

from app.errors import OverLimit

MINUTE = 60.0


@dataclass(slots=True)
class Part:
    """Tokens that one call counts for in the minute that follows `at` (seconds of the clock that only goes forward)."""

    at: float
    tokens: int
    gone: bool = False


class Pace:
    """Those who share a limit: the workspace, a group, a person or a key. Kept in memory; what other processes ask is
    told by the ledger's rows."""

    def __init__(self, kind: str, target_id: str) -> None:
        self.kind, self.target_id = kind, target_id
        self.members: frozenset[str] = frozenset()
        self.requests: int | None = None
        self.tokens: int | None = None
        self.parallel: int | None = None
        self.running = 0
        self.asked: deque[float] = deque()
        self.parts: deque[Part] = deque()
        self.used = 0

    def takes(self, user_id: str, key_id: str) -> bool:
        """Whether a call of this person with this key counts here."""
        if self.kind == "group":
            return user_id in self.members
        return self.target_id == {"workspace": "", "user": user_id, "key": key_id}[self.kind]

    def forget(self, now: float) -> None:
        """Let go of what lies more than a minute back."""
        while self.asked and self.asked[0] <= now - MINUTE:
            self.asked.popleft()
        while self.parts and self.parts[0].at <= now - MINUTE:
            part = self.parts.popleft()
            self.used -= part.tokens
            part.gone = True

    def check(self, now: float, tokens: int, again: bool, whose: str, runs: bool = True) -> None:
        """Raises OverLimit (kind rate, tokens or parallel) when a call of so many tokens has to wait; one that `runs`
        not at all needs no place."""
        self.forget(now)
        if not again:
            self.check_rate(now, whose)
        # A call that is larger than the limit would never come through: it may when it is alone in its minute.
        if self.tokens is not None and self.used > 0 and self.used + tokens > self.tokens:
            wait = self.parts[0].at + MINUTE - now
            raise refusal("tokens", f"{whose} may use {self.tokens:,} tokens a minute", wait)
        if runs and self.parallel is not None and self.running >= self.parallel:
            raise refusal("parallel", f"{whose} may run {counted(self.parallel, 'call')} at the same time", 1)

    def check_rate(self, now: float, whose: str) -> None:
        """Raises OverLimit (kind rate) when there were as many requests in the last minute as are allowed."""
        self.forget(now)
        if self.requests is not None and len(self.asked) >= self.requests:
            wait = self.asked[0] + MINUTE - now if self.asked else MINUTE
            raise refusal("rate", f"{whose} may ask {counted(self.requests, 'time')} a minute", wait)

    def begin(self, now: float, tokens: int, again: bool) -> Part:
        """Count a call that begins; its part may be corrected when it ends."""
        if self.requests is not None and not again:
            self.asked.append(now)
        part = Part(now, 0, gone=True)
        if self.tokens is not None:
            part = Part(now, tokens)
            self.parts.append(part)
            self.used += tokens
        self.running += 1
        return part

    def correct(self, part: Part, tokens: int) -> None:
        """Say how many tokens a call really uses."""
        if not part.gone:
            self.used += tokens - part.tokens
            part.tokens = tokens

    def left(self, now: float) -> dict[str, tuple[int, int, float]]:
        """Of requests and tokens the limit, what is left of it, and in how many seconds all of it is back."""
        self.forget(now)
        found = {}
        if self.requests is not None:
            back = self.asked[-1] + MINUTE - now if self.asked else 0.0
            found["requests"] = (self.requests, max(0, self.requests - len(self.asked)), back)
        if self.tokens is not None:
            back = self.parts[-1].at + MINUTE - now if self.parts else 0.0
            found["tokens"] = (self.tokens, max(0, self.tokens - self.used), back)
        return found


def counted(number: int, unit: str) -> str:
    """A number with its unit."""
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


def refusal(kind: str, sentence: str, wait: float) -> OverLimit:
    """The refusal of a call that came too early; `wait` is in seconds."""
    seconds = max(1, math.ceil(wait))
    return OverLimit(f"{sentence}. Try again in {counted(seconds, 'second')}.", seconds, kind)
