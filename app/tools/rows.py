"""The rows of OAuth: clients that registered themselves, codes on their way, and tokens, all kept as SHA-256."""

from sqlmodel import Field, SQLModel


class OauthClient(SQLModel, table=True):
    """A program that registered itself; `about` is its registration as JSON (RFC 7591)."""

    id: str = Field(primary_key=True)
    digest: str = ""
    name: str = ""
    about: str = "{}"
    created_at: int
    last_at: int | None = None


class OauthCode(SQLModel, table=True):
    """A person's consent on its way to a client: used once, within minutes."""

    digest: str = Field(primary_key=True)
    client_id: str = Field(foreign_key="oauthclient.id", index=True)
    user_id: str = Field(foreign_key="account.id")
    scopes: str
    redirect_uri: str
    explicit: bool = True
    challenge: str
    resource: str = ""
    expires_at: int
    used_at: int | None = None


class OauthToken(SQLModel, table=True):
    """What a client may do for a person. Refreshing gives both tokens anew; `family` is one consent, and a refresh
    token that comes twice ends it."""

    digest: str = Field(primary_key=True)
    family: str = Field(index=True)
    kind: str
    client_id: str = Field(foreign_key="oauthclient.id")
    user_id: str = Field(foreign_key="account.id", index=True)
    scopes: str
    resource: str = ""
    created_at: int
    expires_at: int
    used_at: int | None = None
    revoked_at: int | None = None
    last_at: int | None = None
