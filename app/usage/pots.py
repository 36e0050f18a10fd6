"""Pots: one budget each, what is gone of it, and the calls under way that hold a part of it."""

from dataclasses import dataclass, field

from app.usage.pacing import Pace, Part

MONEY, TOKENS = "money", "tokens"
WORKSPACE, GROUP, USER, KEY = "workspace", "group", "user", "key"


@dataclass(slots=True, eq=False)
class Flight:
    """A call under way: who makes it, and what it may cost at most (money None: nobody knows).

    `elsewhere` is the number of its row where another process makes it, 0 where this one does."""

    id: str
    user_id: str
    key_id: str
    started_at: int
    money: int | None
    tokens: int
    elsewhere: int = 0
    ended: bool = False
    pots: "list[Pot]" = field(default_factory=list)
    parts: list[tuple[Pace, Part]] = field(default_factory=list)

    def amount(self, unit: str) -> int:
        """What it holds of a budget in this unit."""
        return self.tokens if unit == TOKENS else self.money or 0


@dataclass(slots=True, eq=False)
class Pot:
    """One budget and what is gone of it: `spent` by calls that have ended, `held` by those under way."""

    id: str
    kind: str
    target_id: str
    period: str
    unit: str
    amount: int
    told: int = 0
    told_at: int = 0
    since: int = 0
    until: int = 0
    spent: int = 0
    held: int = 0
    unpriced: int = 0
    members: frozenset[str] = frozenset()

    def takes(self, user_id: str, key_id: str, at: int) -> bool:
        """Whether a call of this person with this key, begun then, counts here."""
        if not self.since <= at < self.until:
            return False
        if self.kind == GROUP:
            return user_id in self.members
        return self.target_id == {WORKSPACE: "", USER: user_id, KEY: key_id}[self.kind]

    @property
    def gone(self) -> int:
        """What is spent and held."""
        return self.spent + self.held

    @property
    def percent(self) -> int:
        """How much of it is gone, in whole percent rounded down."""
        return self.gone * 100 // max(self.amount, 1)
