"""The ledger: one row for each model call, begun before the call and settled after it."""

from sqlmodel import Field, SQLModel


class Usage(SQLModel, table=True):
    """One model call. Tokens and cost are None where nobody knows them; cost in nano-units of the currency.

    `state` is open, done, stopped, failed or cut. Holds numbers only, never text.
    """

    id: str = Field(primary_key=True)
    user_id: str = Field(default="", index=True)
    door: str
    purpose: str = "chat"
    chat_id: str = ""
    message_id: str = ""
    provider_id: str = ""
    model_id: str = ""
    model: str = ""
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
