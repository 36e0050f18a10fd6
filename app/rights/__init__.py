"""Who asks, and who may: the Caller that every verb takes, and membership of whatever is shared."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from app.errors import Forbidden, Unknown

ADMIN, MEMBER, GUEST = "admin", "member", "guest"
ROLES = (ADMIN, MEMBER, GUEST)
READ_ONLY = "A guest reads what is shared with them, and does nothing else. An admin can make you a member."


@dataclass(frozen=True)
class Caller:
    """Who asks, through which door, from where. `id` is '' for nobody.

    Who comes with a key has its id in `key` and what it opens in `scopes`; `models` are the names that it may use
    (empty: all that the person may), `cache_seconds` how old a kept answer may be (0: none is taken). `once` names a
    deed that must not be done twice.
    """

    id: str = ""
    name: str = ""
    email: str = ""
    role: str = ""
    timezone: str = ""
    theme: str = ""
    scopes: frozenset[str] = field(default_factory=frozenset)
    session: str = ""
    stepped_up_at: int = 0
    door: str = "page"
    address: str = ""
    device: str = ""
    request_id: str = ""
    key: str = ""
    models: frozenset[str] = field(default_factory=frozenset)
    cache_seconds: int = 0
    once: str = ""

    def __bool__(self) -> bool:
        return bool(self.id)

    @property
    def is_admin(self) -> bool:
        """Whether this is an admin, or the command line of the machine's owner."""
        return self.role == ADMIN

    @property
    def is_guest(self) -> bool:
        """Whether this account only reads what is shared with it."""
        return self.role == GUEST

    def must_not_be_guest(self) -> None:
        """Raises Forbidden for a guest."""
        if self.is_guest:
            raise Forbidden(READ_ONLY, "guest")

    def must_be_known(self) -> None:
        """Raises Unknown for nobody."""
        if not self.id and not self.is_admin and self.door != "cli":
            raise Unknown()

    def must_be_admin(self) -> None:
        """Raises Unknown for nobody, Forbidden for a member."""
        self.must_be_known()
        if not self.is_admin:
            raise Forbidden("Only an admin may do this.")

    def must_have(self, scope: str) -> None:
        """Raises Unknown for nobody, Forbidden for a key without this scope and for guests who would do more than read;
        a session has all of them."""
        self.must_be_known()
        if not scope.endswith(":read"):
            self.must_not_be_guest()
        if self.key and scope and scope not in self.scopes:
            raise Forbidden(f"This key does not open this: it lacks the scope {scope}.", "scope")

    def as_job(self) -> dict[str, Any]:
        """What a job keeps of the one that enqueued it."""
        return {"id": self.id, "name": self.name, "role": self.role, "timezone": self.timezone, "door": self.door}


def machine(door: str = "cli") -> Caller:
    """The person at the machine's own terminal: may do what an admin may."""
    return Caller(name="command line", role=ADMIN, door=door)


class Membership(SQLModel, table=True):
    """One person's role in one thing: (kind, id) is a space now, and later a chat or an item."""

    kind: str = Field(primary_key=True)
    target_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True, foreign_key="account.id", index=True)
    role: str
    created_at: int
    created_by: str = ""


class Share(SQLModel, table=True):
    """A door that somebody opened to one thing: for a person (`user_id`), or for whoever holds the link.

    `audience` is link (anybody), known (anybody signed in) or person; `role` reader or writer. `point` is the message
    or revision up to which a snapshot shows it ('' is live). A link's address holds a token of which `digest` is the
    SHA-256. `password` is an argon2 hash. `uses` counts against `max_uses`.
    """

    __table_args__ = (Index("ix_share_target", "kind", "target_id"),)

    id: str = Field(primary_key=True)
    kind: str
    target_id: str
    audience: str
    role: str = "reader"
    user_id: str | None = Field(default=None, foreign_key="account.id", index=True)
    digest: str = Field(default="", index=True)
    point: str = ""
    password: str = ""
    expires_at: int | None = None
    max_uses: int | None = None
    uses: int = 0
    created_at: int
    created_by: str = ""
    revoked_at: int | None = None
