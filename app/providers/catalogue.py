"""Providers and their models: the rows."""

from typing import Any

from sqlmodel import Field, SQLModel

from app import clock
from app.providers.presets import preset


class Provider(SQLModel, table=True):
    """An OpenAI-compatible address. `key` is sealed; `kind` is a preset's name, or bundled, or environment.

    `parallel` is how many calls it takes at the same time; `speaks` names the dialects beside chat completions that it
    answers itself, parted by blanks: responses, messages.
    """

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    kind: str
    url: str
    key: bytes | None = None
    enabled: bool = True
    created_at: int
    checked_at: int | None = None
    error: str = ""
    parallel: int | None = None
    speaks: str = ""


class Model(SQLModel, table=True):
    """A provider's model. `name` is the provider's own id for it.

    Prices are nano-units of the currency per million tokens; None is unknown, 0 is free. `context` and
    `output_limit` are in tokens, `sees` says whether it takes pictures: None where nobody knows. `groups` restricts it
    to the groups of ModelGroup.
    """

    id: str = Field(primary_key=True)
    provider_id: str = Field(foreign_key="provider.id", index=True)
    name: str
    title: str = ""
    enabled: bool = True
    listed: bool = True
    reasons: bool = False
    sees: bool | None = None
    context: int | None = None
    output_limit: int | None = None
    price_in: int | None = None
    price_cached: int | None = None
    price_out: int | None = None
    bytes_per_token: float = 3.0
    created_at: int

    @classmethod
    def new(cls, provider: Provider, name: str, title: str = "", **known: Any) -> "Model":
        """A row for a model; on one's own machine it costs nothing, elsewhere its price is not known."""
        if preset(provider.kind).local:
            known |= {"price_in": 0, "price_cached": 0, "price_out": 0}
        return cls(id=clock.new_id(), provider_id=provider.id, name=name, title=title, created_at=clock.now(), **known)


class ModelGroup(SQLModel, table=True):
    """A group that may use a model. A model without such rows is for everybody."""

    model_id: str = Field(primary_key=True, foreign_key="model.id")
    group_id: str = Field(primary_key=True, foreign_key="people_group.id", index=True)
