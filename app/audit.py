"""Who did what to which object from where. Written by `tx.audit` in the transaction of the deed."""

from sqlalchemy import text
from sqlmodel import Field, SQLModel, select

from app import db
from app.rights import Caller


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


def recent(me: Caller, limit: int = 10) -> list[Audit]:
    """The last deeds, the newest first. Raises Forbidden for members."""
    me.must_be_admin()
    with db.read() as reading:
        return list(reading.exec(select(Audit).order_by(text("id desc")).limit(limit)))
