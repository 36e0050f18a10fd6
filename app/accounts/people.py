"""People: the rows."""

from sqlmodel import Field, SQLModel

from app.rights import MEMBER


class User(SQLModel, table=True):
    """A person. `password` is an argon2id hash, None until a one-time link was used."""

    __tablename__ = "account"

    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    name: str
    role: str = MEMBER
    password: str | None = None
    timezone: str = "UTC"
    theme: str = ""
    instructions: str = ""
    model_id: str | None = None
    created_at: int
    seen_at: int | None = None
    deactivated_at: int | None = None


class Session(SQLModel, table=True):
    """A signed-in browser. The cookie holds a token, the row its SHA-256."""

    token: str = Field(primary_key=True)
    id: str = Field(unique=True)
    user_id: str = Field(foreign_key="account.id", index=True)
    device: str = ""
    address: str = ""
    created_at: int
    seen_at: int
    stepped_up_at: int
    expires_at: int
    revoked_at: int | None = None


class Ticket(SQLModel, table=True):
    """A one-time link: `kind` is setup, password or invitation. Opening it spends nothing, its POST does."""

    token: str = Field(primary_key=True)
    id: str = Field(unique=True)
    kind: str
    user_id: str | None = Field(default=None, foreign_key="account.id")
    email: str = ""
    role: str = MEMBER
    created_by: str = ""
    created_at: int
    expires_at: int
    spent_at: int | None = None


class Group(SQLModel, table=True):
    """A named set of people, to whom models are given."""

    __tablename__ = "people_group"

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    created_at: int


class GroupMember(SQLModel, table=True):
    """A person in a group."""

    group_id: str = Field(primary_key=True, foreign_key="people_group.id")
    user_id: str = Field(primary_key=True, foreign_key="account.id", index=True)
