"""What a call may cost, reserved before it is made, and what it did cost, written down after it."""

import math

from app import usage
from app.gateway.routing import Target
from app.providers import Model, estimates
from app.rights import Caller

# Tokens that are reserved for an answer whose length nobody limited.
UNSET = 4096


class Reservation:
    """The open row of one call in the ledger."""

    def __init__(self, id: str, target: Target, size: int) -> None:
        self.id, self.target, self.size = id, target, size
        self.cost: int | None = None

    async def extend(self, tokens_out: int) -> bool:
        """Whether so many more tokens may be written."""
        return True

    async def settle(
        self,
        state: str,
        count: usage.Count,
        *,
        sent_tokens: int = 0,
        first_token_us: int | None = None,
        duration_us: int | None = None,
        status: str = "",
        fallbacks: int = 0,
        cache: bool = False,
    ) -> int | None:
        """Close the row, once; the cost."""
        model = self.target.model
        learnt = estimates.learn(model, self.size, count.into)
        self.cost = await usage.settle(self.id, model, state, count, first_token_us, duration_us, status, learnt)
        return self.cost

    def headers(self) -> dict[str, str]:
        """What is told of limits and budgets."""
        return {}


async def reserve(
    me: Caller,
    target: Target,
    *,
    tokens_in: int,
    tokens_out: int,
    size: int,
    purpose: str = "gateway",
    chat_id: str = "",
    message_id: str = "",
    alias: str = "",
) -> Reservation:
    """Commit the row of a call that is about to be made. Raises OverLimit (kind budget or rate), Forbidden (price)."""
    id = await usage.begin(me, target.model, purpose, chat_id, message_id)
    return Reservation(id, target, size)


def estimate(model: Model, size: int) -> int:
    """Tokens of a prompt of so many bytes, with the margin of `providers.estimate`."""
    return math.ceil(size * 11 / (estimates.ratio(model) * 10))
