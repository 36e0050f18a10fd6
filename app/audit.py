"""Who did what to which object from where. Written by `tx.audit` in the transaction of the deed."""

from sqlmodel import Field, SQLModel


class Audit(SQLModel, table=True):
    """One deed. It holds no secret and no message text."""

    id: int | None = Field(default=None, primary_key=True)
    at: int = Field(index=True)
    user_id: str = ""
    door: str = ""
    address: str = ""
    request_id: str = ""
    verb: str
    object_id: str = Field(default="", index=True)
    note: str = ""
