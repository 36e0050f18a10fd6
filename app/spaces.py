"""Spaces: where documents and pastes will live. Every person has a personal one; shared ones have members."""

from sqlmodel import Field, SQLModel


class Space(SQLModel, table=True):
    """A place for things; `kind` is personal or shared, its members are rows of Membership('space', id)."""

    id: str = Field(primary_key=True)
    kind: str
    name: str
    owner_id: str = Field(foreign_key="account.id", index=True)
    created_at: int
    archived_at: int | None = None
