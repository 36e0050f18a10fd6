"""Sweeping: calls of a process that is gone are settled, at what was sent or at what was reserved for them."""

from app import clock, db

LOST = clock.HOUR
# `tokens_out` of an open row is what was noted as sent, `tokens_in` the estimate of the prompt. What still stood in the
# line of its provider was never sent.
SWEEP = """update usage set state = 'cut', estimated = 1, settled_at = :now,
    cost = case
        when status = 'queued' then 0
        when price_in is null or (price_out is null and coalesce(tokens_out, reserved_tokens - tokens_in) > 0) then null
        when tokens_out is null then reserved
        else (tokens_in * price_in + tokens_out * coalesce(price_out, 0) + 500000) / 1000000 end,
    tokens_in = case when status = 'queued' then 0 else tokens_in end,
    tokens_out = case when status = 'queued' then 0 else coalesce(tokens_out, reserved_tokens - tokens_in) end
    where state = 'open' and """
OTHERS = SWEEP + "boot <> :boot and started_at <= :before"
ITS = SWEEP + "boot = :boot"


def sweep(boot: str = "", age: int = 0) -> int:
    """Settle as cut what a process that is gone left open; how many rows. `boot` is this process.

    Should the process be alive after all (a `main.py work` that goes on), it settles them again by what it knows.
    """
    with db.write() as tx:
        now = clock.now()
        return int(tx.run(OTHERS, now=now, boot=boot or clock.BOOT, before=now - age).rowcount)


def sweep_lost() -> int:
    """Settle what another process has left open for an hour: it died while this one went on."""
    return sweep(age=LOST)


def cut(boot: str) -> None:
    """Settle what this process left open, which has ended."""
    with db.write() as tx:
        tx.run(ITS, now=clock.now(), boot=boot)
