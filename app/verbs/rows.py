"""What a verb has answered to a request that may come again."""

from sqlmodel import Field, SQLModel

BEGUN, COMMITTED, ANSWERED = 0, 1, 2


class Replay(SQLModel, table=True):
    """The outcome of a call with an Idempotency-Key: the same one again gets it, another request under it is refused.

    `caller` is the person's id and key's id, `digest` the SHA-256 of verb and input, `boot` the process that runs it.
    `status` is begun, committed (the transaction of the deed says so itself; `body` is the id of its thing) or
    answered (`body` is the sealed answer). Kept for a day.
    """

    caller: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    verb: str
    digest: str
    status: int = BEGUN
    body: str = ""
    boot: str = ""
    created_at: int = Field(index=True)
