"""What a verb has answered to a request that may come again."""

from sqlmodel import Field, SQLModel


class Replay(SQLModel, table=True):
    """The outcome of a call with an Idempotency-Key: the same one again gets it, another request under it is refused.

    `caller` is the person's id and key's id, `digest` the SHA-256 of verb and input. Kept for a day.
    """

    caller: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    verb: str
    digest: str
    status: int = 0
    body: str = ""
    created_at: int = Field(index=True)
