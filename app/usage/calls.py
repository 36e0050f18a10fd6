"""Calls that carry only the id of their row, and answers for which no call was made."""

from app import clock, db
from app.rights import Caller
from app.usage import purses
from app.usage.ledger import Count, Priced, cost
from app.usage.reserving import SUBJECTS, Also, opened, reserve

HIT = """insert into usage (id, user_id, door, purpose, chat_id, message_id, provider_id, model_id, model, key_id,
    alias, state, boot, price_in, price_cached, price_out, started_at, settled_at, status, tokens_in, tokens_out, cost,
    reserved, reserved_tokens, estimated, cache, fallbacks, first_token_us, duration_us)
    values (?, ?, ?, ?, '', '', ?, ?, ?, ?, ?, 'done', ?, ?, ?, ?, ?, ?, '', 0, 0, 0, ?, ?, 0, 1, 0, ?, ?)"""


async def begin(
    me: Caller,
    model: Priced,
    purpose: str = "chat",
    chat_id: str = "",
    message_id: str = "",
    boot: str = "",
    tokens_in: int = 0,
    tokens_out: int | None = None,
) -> str:
    """Reserve a call, and give its row's id. Raises what `reserve` raises."""
    held = await reserve(
        me,
        model,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        purpose=purpose,
        chat_id=chat_id,
        message_id=message_id,
        boot=boot,
    )
    return held.id


async def settle(
    id: str,
    model: Priced,
    state: str,
    count: Count,
    first_token_us: int | None = None,
    duration_us: int | None = None,
    status: str = "",
    also: Also = (),
    sent_tokens: int = 0,
) -> int | None:
    """Close the row of a call of this process, once; the cost. `also` are statements that are committed with it."""
    held = opened.get(id)
    if held is None:
        if also:
            await db.append_all(list(also))
        return None
    return await held.settle(
        state,
        count,
        sent_tokens=sent_tokens,
        first_token_us=first_token_us,
        duration_us=duration_us,
        status=status,
        also=also,
    )


async def hit(
    me: Caller,
    model: Priced,
    count: Count,
    *,
    purpose: str = "gateway",
    alias: str = "",
    first_token_us: int | None = None,
    duration_us: int | None = None,
) -> str:
    """Write down an answer that came from the cache; the row's id. It costs nothing; what it saved is `reserved`.

    It is a request like others: raises OverLimit (kind rate or tokens)."""
    with purses.lock:
        ticks, paces = clock.ticks(), purses.here().of(me.id, me.key, exactly=True).paces
        for pace in paces:
            pace.check(ticks, 0, False, SUBJECTS[pace.kind], runs=False)
        for pace in paces:
            pace.begin(ticks, 0, False)
            pace.running -= 1
    id, now = clock.new_id(), clock.now()
    saved, tokens = cost(model, count), (count.into or 0) + (count.out or 0)
    who = (id, me.id, me.door, purpose, model.provider_id, model.id, model.name, me.key, alias, clock.BOOT)
    prices = (model.price_in, model.price_cached, model.price_out)
    await db.append(HIT, *who, *prices, now, now, saved, tokens, first_token_us, duration_us)
    return id
