"""The ledger: one row for each model call, begun before the call and settled after it."""

from dataclasses import dataclass
from typing import Protocol

from sqlmodel import select

from app import clock, db
from app.rights import Caller
from app.usage.rows import Usage

OPEN, DONE, STOPPED, FAILED, CUT = "open", "done", "stopped", "failed", "cut"
MILLION = 1_000_000


BEGIN = """insert into usage (id, user_id, door, purpose, chat_id, message_id, provider_id, model_id, model,
    state, boot, price_in, price_cached, price_out, started_at, status)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, '')"""
SETTLE = """update usage set state = ?, status = ?, tokens_in = ?, tokens_cached = ?, tokens_out = ?,
    tokens_reasoning = ?, cost = ?, first_token_us = ?, duration_us = ?, settled_at = ?
    where id = ? and state = 'open'"""


class Priced(Protocol):
    """What the ledger needs to know of a model."""

    id: str
    provider_id: str
    name: str
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


async def begin(
    me: Caller, model: Priced, purpose: str = "chat", chat_id: str = "", message_id: str = "", boot: str = ""
) -> str:
    """Commit the row of a call that is about to be made; its id. Prices are copied now, so a change is not felt."""
    id = clock.new_id()
    who = (id, me.id, me.door, purpose, chat_id, message_id, model.provider_id, model.id, model.name)
    prices = (model.price_in, model.price_cached, model.price_out)
    await db.append(BEGIN, *who, boot or clock.BOOT, *prices, clock.now())
    return id


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


async def settle(
    id: str,
    model: Priced,
    state: str,
    count: Count,
    first_token_us: int | None = None,
    duration_us: int | None = None,
    status: str = "",
    also: tuple[tuple[str, tuple[object, ...]], ...] = (),
) -> int | None:
    """Close the row of a call, once; the cost. `also` are statements that are committed with it."""
    spent = cost(model, count)
    tokens = (count.into, count.cached, count.out, count.reasoning)
    values = (state, status, *tokens, spent, first_token_us, duration_us, clock.now(), id)
    await db.append_all([(SETTLE, values), *also])
    return spent


def sweep(boot: str = "") -> int:
    """Settle as cut what a process that is gone left open; how many rows. `boot` is this process."""
    with db.write() as tx:
        gone = tx.run(
            "update usage set state = 'cut', settled_at = :now where state = 'open' and boot <> :boot",
            now=clock.now(),
            boot=boot or clock.BOOT,
        )
        return int(gone.rowcount)


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
