"""People: the rows, and what a person's fields may hold."""

import re
from typing import Any
from zoneinfo import available_timezones

from sqlmodel import Field, SQLModel, select

from app import clock
from app.db import Transaction
from app.errors import Forbidden, Invalid, NotFound
from app.rights import ADMIN, MEMBER, ROLES, Caller

EMAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+")
THEMES = ("", "light", "dark")
LONGEST_NAME, LONGEST_EMAIL, LONGEST_INSTRUCTIONS = 80, 254, 8000


class User(SQLModel, table=True):
    """A person. `password` is an argon2id hash, None until a one-time link was used."""

    __tablename__ = "account"

    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    name: str
    role: str = MEMBER
    password: str | None = None
    timezone: str = ""
    theme: str = ""
    instructions: str = ""
    model_id: str | None = None
    created_at: int
    seen_at: int | None = None
    deactivated_at: int | None = None

    @property
    def is_active(self) -> bool:
        """Whether the person may sign in."""
        return self.deactivated_at is None

    @property
    def is_admin(self) -> bool:
        """Whether the person is an admin who may sign in."""
        return self.role == ADMIN and self.is_active


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


def address(text: str) -> str:
    """An e-mail address as it is kept: without spaces around it, in lower case."""
    return text.strip().lower()


def mended(**fields: Any) -> dict[str, str]:
    """One sentence for each of the given fields that cannot be kept; empty when all can."""
    found = {
        "name": "name" in fields and not 0 < len(fields["name"].strip()) <= LONGEST_NAME,
        "email": "email" in fields
        and (not EMAIL.fullmatch(address(fields["email"])) or len(fields["email"]) > LONGEST_EMAIL),
        "role": "role" in fields and fields["role"] not in ROLES,
        "timezone": "timezone" in fields and fields["timezone"] not in {"", *available_timezones()},
        "theme": "theme" in fields and fields["theme"] not in THEMES,
        "instructions": "instructions" in fields and len(fields["instructions"]) > LONGEST_INSTRUCTIONS,
    }
    sentences = {
        "name": f"A name is needed, of at most {LONGEST_NAME} characters.",
        "email": "This is not an e-mail address. It looks like ada@lind.example.",
        "role": "A role is admin, member or guest.",
        "timezone": "This time zone is not known. Choose one like Europe/Stockholm.",
        "theme": "Choose system, light or dark.",
        "instructions": f"Use at most {LONGEST_INSTRUCTIONS:,} characters.",
    }
    return {field: sentences[field] for field, wrong in found.items() if wrong}


def check(**fields: Any) -> None:
    """Raises Invalid with a sentence for each field that cannot be kept."""
    wrong = mended(**fields)
    if wrong:
        raise Invalid(**wrong)


def taken(tx: Transaction, email: str) -> bool:
    """Whether there is an account with this address."""
    return tx.first(select(User.id).where(User.email == email)) is not None


def must_still_be_admin(tx: Transaction, me: Caller) -> None:
    """What the session said may be older than this transaction. Raises Forbidden."""
    me.must_be_admin()
    if me.id:
        user = tx.find(User, me.id)
        if user is None or not user.is_admin:
            raise Forbidden("Only an admin may do this.")


def one(tx: Transaction, id: str) -> User:
    """The person with this id. Raises NotFound."""
    user = tx.find(User, id)
    if user is None:
        raise NotFound("There is no such person.")
    return user


def born(email: str, name: str, role: str, password: str | None) -> User:
    """A new person's row; `password` is a hash."""
    return User(
        id=clock.new_id(), email=address(email), name=name.strip(), role=role, password=password, created_at=clock.now()
    )
