"""The rows of keys."""

from sqlmodel import Field, SQLModel


class Key(SQLModel, table=True):
    """A person's key. Only its SHA-256 is kept; `prefix` is how it begins, to be told from others.

    `scopes` are parted by blanks, `models` are names of models or aliases as a JSON list (empty: all that the person
    may use), `addresses` networks parted by blanks (empty: any). After a rotation the old key ends at `ends_at`.
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
