"""The gateway's rows: names that people choose for models, and responses that are kept."""

from sqlmodel import Field, SQLModel


class Alias(SQLModel, table=True):
    """A name that stands for several models. `strategy` is order, weight or cheapest."""

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    strategy: str = "order"
    enabled: bool = True
    created_at: int


class AliasTarget(SQLModel, table=True):
    """One model behind an alias; `position` is its place in the order, `weight` its share."""

    alias_id: str = Field(primary_key=True, foreign_key="alias.id")
    model_id: str = Field(primary_key=True, foreign_key="model.id", index=True)
    position: int
    weight: int = 1


class StoredResponse(SQLModel, table=True):
    """A response of the Responses dialect that its owner may ask for again: what went in and what came out, as JSON."""

    __tablename__ = "response"

    id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="account.id", index=True)
    key_id: str = ""
    previous_id: str | None = None
    model: str
    status: str
    input: str
    body: str
    created_at: int = Field(index=True)
