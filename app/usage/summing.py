"""Summing: the calls of some days, rolled up or not, added up by whatever is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from app import clock, db

NUMBERS = (
    *("calls", "failed", "cached", "unpriced", "estimated", "tokens_in", "tokens_cached", "tokens_out"),
    *("tokens_reasoning", "cost", "saved", "timed", "first_token_us", "duration_us"),
)
ALIKE = ("day", "user_id", "key_id", "provider_id", "model", "door")
# One call as a line of a day. A cost that nobody knows is counted as unpriced, unless nothing was sent.
CALL = f"""started_at / {clock.DAY} as day, user_id, key_id, provider_id, model, door, 1 as calls,
    state = 'failed' as failed, cache as cached, cost is null and state in ('done', 'stopped', 'cut') as unpriced,
    estimated and state <> 'open' as estimated, coalesce(tokens_in, 0) as tokens_in,
    coalesce(tokens_cached, 0) as tokens_cached, coalesce(tokens_out, 0) as tokens_out,
    coalesce(tokens_reasoning, 0) as tokens_reasoning, coalesce(cost, 0) as cost,
    case when cache then coalesce(reserved, 0) else 0 end as saved, first_token_us is not null as timed,
    coalesce(first_token_us, 0) as first_token_us, coalesce(duration_us, 0) as duration_us"""
SUMS = ", ".join(f"coalesce(sum({name}), 0)" for name in NUMBERS)


@dataclass(frozen=True)
class Sum:
    """Calls that have `names` in common (in the order that was asked for), and their numbers; times are sums."""

    names: tuple[str | int, ...]
    calls: int
    failed: int
    cached: int
    unpriced: int
    estimated: int
    tokens_in: int
    tokens_cached: int
    tokens_out: int
    tokens_reasoning: int
    cost: int
    saved: int
    timed: int
    first_token_us: int
    duration_us: int


def rolled_until() -> int:
    """The first UTC day whose calls are not rolled up."""
    row = db.fetch("select value from setting where key = 'usage_rolled'")
    return int(row[0]) if row else 0


def sums(
    by: Sequence[str], since: int, until: int, users: Sequence[str] | None = None, key_id: str | None = None
) -> list[Sum]:
    """The calls of the UTC days from `since` to before `until` by day, user_id, key_id, provider_id, model or door.

    `users` are the people whose calls are meant, None for everybody; with `key_id` only those of this key. It checks no
    rights: whoever calls it does.
    """
    if not set(by) <= set(ALIKE):
        raise ValueError(f"Calls are alike by {', '.join(ALIKE)}.")
    border = max(min(rolled_until(), until), since)
    where, who = "", []
    if users is not None:
        where, who = f"{where} and user_id in ({', '.join('?' * len(users))})", [*users]
    if key_id is not None:
        where, who = f"{where} and key_id = ?", [*who, key_id]
    names = ", ".join(by)
    rows = db.fetch_all(
        f"select {names + ', ' if by else ''}{SUMS} from ("
        f"select {', '.join((*ALIKE, *NUMBERS))} from usageday where day >= ? and day < ?{where} union all "
        f"select {CALL} from usage where started_at >= ? and started_at < ?{where})"
        + (f" group by {names} order by {names}" if by else ""),
        *(since, border, *who, border * clock.DAY, until * clock.DAY, *who),
    )
    return [Sum(tuple(row[: len(by)]), *row[len(by) :]) for row in rows]
