"""The ledger's rows: calls, their sums by day, budgets and limits."""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class Usage(SQLModel, table=True):
    """One model call. Tokens and cost are None where nobody knows them; cost in nano-units of the currency.

    `state` is open, done, stopped, failed or cut. Prices are those in force when the call began, in nano-units per
    million tokens. `alias` is the name that was asked for, where it was not the model's own. `reserved` is what the
    call may cost at most, `reserved_tokens` how many tokens it may use; `estimated` says that nobody reported the
    tokens, or the price of cached ones. While it is open, `tokens_in` is an estimate and `tokens_out` what was sent, as
    far as it was noted. An answer from the `cache` used no tokens and cost nothing: what it saved stands in `reserved`
    and `reserved_tokens`. Holds numbers only, never text.
    """

    __table_args__ = (Index("ix_usage_user", "user_id", "started_at"), Index("ix_usage_key", "key_id", "started_at"))

    id: str = Field(primary_key=True)
    user_id: str = ""
    door: str
    purpose: str = "chat"
    chat_id: str = ""
    message_id: str = ""
    provider_id: str = ""
    model_id: str = ""
    model: str = ""
    key_id: str = ""
    alias: str = ""
    state: str = Field(default="open", index=True)
    boot: str = ""
    tokens_in: int | None = None
    tokens_cached: int | None = None
    tokens_out: int | None = None
    tokens_reasoning: int | None = None
    cost: int | None = None
    price_in: int | None = None
    price_cached: int | None = None
    price_out: int | None = None
    started_at: int = Field(index=True)
    settled_at: int | None = None
    first_token_us: int | None = None
    duration_us: int | None = None
    status: str = ""
    reserved: int | None = None
    reserved_tokens: int | None = None
    estimated: bool = False
    cache: bool = False
    fallbacks: int = 0


class UsageDay(SQLModel, table=True):
    """Calls of one UTC day that are alike, rolled up: all numbers are sums. `day` counts from 1970.

    `cached` calls were answered from the cache, which `saved` so much; `unpriced` ones have an unknown cost;
    `first_token_us` is the sum over the `timed` calls that had a first token.
    """

    day: int = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    key_id: str = Field(primary_key=True)
    provider_id: str = Field(primary_key=True)
    model: str = Field(primary_key=True)
    door: str = Field(primary_key=True)
    calls: int = 0
    failed: int = 0
    cached: int = 0
    unpriced: int = 0
    estimated: int = 0
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0
    tokens_reasoning: int = 0
    cost: int = 0
    saved: int = 0
    timed: int = 0
    first_token_us: int = 0
    duration_us: int = 0


class Budget(SQLModel, table=True):
    """What may be spent: `kind` is workspace, group, user or key, `period` day, month or total, `unit` money or tokens.

    `amount` is in nano-units of the currency, or in tokens. `told` is the last percentage that was told (80 or 100) in
    the period that began at `told_at`.
    """

    id: str = Field(primary_key=True)
    kind: str
    target_id: str = Field(default="", index=True)
    period: str
    unit: str
    amount: int
    created_at: int
    told: int = 0
    told_at: int = 0


class Limit(SQLModel, table=True):
    """How often somebody may ask: per minute requests and tokens, and calls at the same time. None is no limit."""

    __tablename__ = "usage_limit"

    kind: str = Field(primary_key=True)
    target_id: str = Field(primary_key=True)
    requests: int | None = None
    tokens: int | None = None
    parallel: int | None = None
