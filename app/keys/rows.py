"""The rows of keys."""

from dataclasses import dataclass

import orjson
from sqlmodel import Field, SQLModel

from app import clock


class Key(SQLModel, table=True):
    """A person's key. Only its SHA-256 is kept; `prefix` is how it begins, to be told from others.

    `scopes` are parted by blanks, `models` are names of models or aliases as a JSON list (empty: all that the person
    may use), `addresses` networks parted by blanks (empty: any). A rotation gives the row a new digest, so that what
    was spent stays spent; the earlier one opens the same key until `ends_at` from a row of its own, whose
    `replaced_by` is the key's id.
    """

    __tablename__ = "apikey"

    id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="account.id", index=True)
    name: str
    digest: str = Field(unique=True)
    prefix: str
    scopes: str = "models"
    models: str = "[]"
    addresses: str = ""
    cache_seconds: int = 0
    created_at: int
    expires_at: int | None = None
    ends_at: int | None = None
    revoked_at: int | None = None
    replaced_by: str | None = None
    last_at: int | None = None
    last_address: str = ""
    last_what: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it still lets somebody in."""
        return self.revoked_at is None and not self.is_expired

    @property
    def is_expired(self) -> bool:
        """Whether its date has passed."""
        return self.expires_at is not None and self.expires_at <= clock.now()

    @property
    def opens(self) -> list[str]:
        """Its scopes."""
        return self.scopes.split()

    @property
    def names(self) -> list[str]:
        """The models that it may use; empty for all."""
        listed: list[str] = orjson.loads(self.models)
        return listed


@dataclass(frozen=True)
class Spend:
    """What a key may spend in a period (day, month or total): nano-units of money, or tokens."""

    amount: int
    period: str = "total"
    unit: str = "money"


@dataclass(frozen=True)
class Pace:
    """How fast a key may be used: per minute requests and tokens, and calls at the same time. None is no limit."""

    requests: int | None = None
    tokens: int | None = None
    parallel: int | None = None

    def __bool__(self) -> bool:
        return any(each is not None for each in (self.requests, self.tokens, self.parallel))
