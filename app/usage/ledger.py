"""The ledger: what a row of it holds, what tokens cost, and whose calls were made last."""

from dataclasses import dataclass
from typing import Protocol

from sqlmodel import select

from app import db
from app.rights import Caller
from app.usage.rows import Usage

OPEN, DONE, STOPPED, FAILED, CUT = "open", "done", "stopped", "failed", "cut"
MILLION = 1_000_000


class Priced(Protocol):
    """What the ledger needs to know of a model."""

    id: str
    provider_id: str
    name: str
    output_limit: int | None
    price_in: int | None
    price_cached: int | None
    price_out: int | None


@dataclass
class Count:
    """Tokens as the provider reported them: None where it did not. `cached` is a part of `into`."""

    into: int | None = None
    out: int | None = None
    cached: int | None = None
    reasoning: int | None = None


def cost(model: Priced, count: Count) -> int | None:
    """Nano-units for these tokens, rounded half up; None when a number or a price that it needs is unknown."""
    if count.into is None or count.out is None:
        return None
    cached = min(count.cached or 0, count.into)
    total = 0
    for tokens, price in ((count.into - cached, model.price_in), (cached, model.price_cached)):
        if tokens and price is None:
            return None
        total += tokens * (price or 0)
    if count.out and model.price_out is None:
        return None
    total += count.out * (model.price_out or 0)
    # Nothing at all was counted: that is free only where the price is known.
    if not (count.into or count.out) and model.price_in is None:
        return None
    return (total + MILLION // 2) // MILLION


def recent(me: Caller, limit: int = 50) -> list[Usage]:
    """The person's own newest calls."""
    me.must_be_known()
    with db.read() as session:
        rows = select(Usage).where(Usage.user_id == me.id).order_by(Usage.id.desc()).limit(limit)  # type: ignore[attr-defined]
        return list(session.exec(rows))


def find(id: str, me: Caller) -> Usage | None:
    """One of the person's own calls, or None."""
    with db.read() as session:
        return session.exec(select(Usage).where(Usage.id == id, Usage.user_id == me.id)).first()
