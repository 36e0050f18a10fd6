"""Spaces: where documents and pastes will live. Every person has a personal one; shared ones have members."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Field, SQLModel

from app import clock, db
from app.db import Transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.rights import Caller, Membership

PERSONAL, SHARED = "personal", "shared"
READER, WRITER, MANAGER = "reader", "writer", "manager"
ROLES = (READER, WRITER, MANAGER)
LONGEST = 80


class Space(SQLModel, table=True):
    """A place for things; `kind` is personal or shared, its members are rows of Membership('space', id)."""

    id: str = Field(primary_key=True)
    kind: str
    name: str
    owner_id: str = Field(foreign_key="account.id", index=True)
    created_at: int
    archived_at: int | None = None

    @property
    def is_shared(self) -> bool:
        """Whether it may have more members than its owner."""
        return self.kind == SHARED


@dataclass(frozen=True)
class Place:
    """A space as one person sees it: their role, and how many members it has."""

    space: Space
    role: str
    members: int

    @property
    def can_write(self) -> bool:
        """Whether the person may put things there."""
        return self.role in (WRITER, MANAGER) and self.space.archived_at is None

    @property
    def can_manage(self) -> bool:
        """Whether the person may rename it and choose its members."""
        return self.role == MANAGER and self.space.is_shared


@dataclass(frozen=True)
class Member:
    """A person in a space."""

    id: str
    name: str
    email: str
    role: str
    active: bool


def personal(tx: Transaction, user_id: str, name: str) -> Space:
    """The personal space that comes with an account, in the transaction that makes it."""
    return founded(tx, PERSONAL, user_id, name)


def create(me: Caller, name: str) -> Space:
    """A shared space of which `me` is the manager. Raises Invalid."""
    me.must_be_known()
    name = titled(name)
    with db.write(durable=True) as tx:
        space = founded(tx, SHARED, me.id, name)
        tx.audit(me, "spaces.create", space)
    return space


def founded(tx: Transaction, kind: str, owner_id: str, name: str) -> Space:
    """A space and its first member, the owner as manager."""
    now = clock.now()
    space = tx.add(Space(id=clock.new_id(), kind=kind, name=name, owner_id=owner_id, created_at=now))
    row = Membership(
        kind="space", target_id=space.id, user_id=owner_id, role=MANAGER, created_at=now, created_by=owner_id
    )
    tx.add(row)
    return space


def titled(name: str) -> str:
    """A name as it is kept. Raises Invalid."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST:
        raise Invalid(name=f"A name is needed, of at most {LONGEST} characters.")
    return name


ALL = """select s.id, s.kind, s.name, s.owner_id, s.created_at, s.archived_at, mine.role,
        (select count(*) from membership every where every.kind = 'space' and every.target_id = s.id)
    from membership mine join space s on s.id = mine.target_id
    where mine.kind = 'space' and mine.user_id = ?"""


def all(me: Caller) -> list[Place]:
    """The spaces that the person is in: their own first, then by name."""
    me.must_be_known()
    places = [seen(row) for row in db.fetch_all(ALL, me.id)]
    return sorted(places, key=lambda place: (place.space.is_shared, place.space.name.lower(), place.space.id))


def find(id: str, me: Caller) -> Place:
    """The space, if the person is in it. Raises NotFound for everybody else, admins too."""
    me.must_be_known()
    row = db.fetch(f"{ALL} and s.id = ?", me.id, id)
    if row is None:
        raise NotFound()
    return seen(row)


def seen(row: tuple[Any, ...]) -> Place:
    """A row of ALL as a Place."""
    *fields, role, members = row
    names = ("id", "kind", "name", "owner_id", "created_at", "archived_at")
    return Place(Space(**dict(zip(names, fields, strict=True))), role, members)


def members(me: Caller, id: str) -> list[Member]:
    """Who is in a space, by name. Raises NotFound for those who are not."""
    find(id, me)
    rows = db.fetch_all(
        """select a.id, a.name, a.email, m.role, a.deactivated_at is null from membership m
            join account a on a.id = m.user_id where m.kind = 'space' and m.target_id = ? order by lower(a.name)""",
        id,
    )
    return [Member(id, name, email, role, bool(active)) for id, name, email, role, active in rows]


def rename(me: Caller, id: str, name: str) -> None:
    """Give a shared space another name. Raises NotFound, Forbidden, Invalid."""
    name = titled(name)
    with db.write() as tx:
        space = managed(tx, me, id)
        space.name = name
        tx.add(space)
        tx.audit(me, "spaces.rename", space)


def archive(me: Caller, id: str, on: bool = True) -> None:
    """Put a shared space away, or take it out again; nothing in it is lost. Raises NotFound, Forbidden."""
    with db.write() as tx:
        space = managed(tx, me, id)
        space.archived_at = clock.now() if on else None
        tx.add(space)
        tx.audit(me, "spaces.archive" if on else "spaces.restore", space)


def welcome(me: Caller, id: str, email: str, role: str) -> None:
    """Let the person with this address into a shared space, or give a member another role. Raises NotFound,
    Forbidden, Invalid, and Conflict for the last manager."""
    if role not in ROLES:
        raise Invalid(role="A role here is reader, writer or manager.")
    with db.write(durable=True) as tx:
        space = managed(tx, me, id)
        person = tx.run(
            "select id from account where email = :email and deactivated_at is null", email=email.strip().lower()
        ).scalar()
        if person is None:
            raise Invalid(email="Nobody here has this address. An admin can invite them.")
        place(tx, me, space, person, role)


def change_role(me: Caller, id: str, user_id: str, role: str) -> None:
    """Give a member another role. Raises NotFound, Forbidden, Invalid, Conflict."""
    if role not in ROLES:
        raise Invalid(role="A role here is reader, writer or manager.")
    with db.write(durable=True) as tx:
        space = managed(tx, me, id)
        if tx.find(Membership, ("space", id, user_id)) is None:
            raise NotFound("This person is not in the space.")
        place(tx, me, space, user_id, role)


def place(tx: Transaction, me: Caller, space: Space, user_id: str, role: str) -> None:
    """Make or change the membership."""
    row = tx.find(Membership, ("space", space.id, user_id))
    if row is None:
        row = Membership(
            kind="space", target_id=space.id, user_id=user_id, role=role, created_at=clock.now(), created_by=me.id
        )
    elif role != MANAGER:
        must_keep_a_manager(tx, space.id, user_id)
    row.role = role
    tx.add(row)
    tx.audit(me, "spaces.welcome", space, note=f"{user_id} {role}")


def leave(me: Caller, id: str, user_id: str) -> None:
    """Take a member out of a shared space: oneself, or anybody as its manager. Raises NotFound, Forbidden, Conflict."""
    with db.write(durable=True) as tx:
        space = inside(tx, me, id) if user_id == me.id else managed(tx, me, id)
        row = tx.find(Membership, ("space", id, user_id))
        if row is None:
            raise NotFound("This person is not in the space.")
        if not space.is_shared:
            raise Conflict("Your personal space is yours; it has no other members.")
        must_keep_a_manager(tx, id, user_id)
        tx.delete(row)
        tx.audit(me, "spaces.leave", space, note=user_id)


def inside(tx: Transaction, me: Caller, id: str) -> Space:
    """The space in this transaction, for a member. Raises NotFound."""
    me.must_be_known()
    space = tx.find(Space, id)
    if space is None or tx.find(Membership, ("space", id, me.id)) is None:
        raise NotFound()
    return space


def managed(tx: Transaction, me: Caller, id: str) -> Space:
    """The shared space in this transaction, for its manager. Raises NotFound, Forbidden."""
    space = inside(tx, me, id)
    mine = tx.find(Membership, ("space", id, me.id))
    if mine is None or mine.role != MANAGER:
        raise Forbidden("Only a manager of this space may do this.")
    if not space.is_shared:
        raise Forbidden("This is a personal space: it has one member and its name.")
    return space


def must_keep_a_manager(tx: Transaction, id: str, user_id: str) -> None:
    """Raises Conflict when nobody but this person manages the space."""
    others = tx.run(
        """select 1 from membership where kind = 'space' and target_id = :id and role = 'manager' and user_id != :user
            limit 1""",
        id=id,
        user=user_id,
    ).first()
    mine = tx.find(Membership, ("space", id, user_id))
    if mine is not None and mine.role == MANAGER and others is None:
        raise Conflict("Somebody has to manage this space. Make another member a manager first.")
