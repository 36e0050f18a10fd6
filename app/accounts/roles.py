"""Roles: who runs the house, and who is in it at all. There is always an admin who can sign in."""

from app import clock, db
from app.accounts.people import User, address, check, must_still_be_admin, one
from app.accounts.sessions import begin, by_email, end, must_be_fresh
from app.db import Transaction, select
from app.errors import Conflict, NotFound
from app.rights import ADMIN, Caller


def all(me: Caller) -> list[User]:
    """Everybody with an account, by name; the deactivated last. Raises Forbidden for members."""
    me.must_be_admin()
    with db.read() as reading:
        rows = list(reading.exec(select(User)).all())
    return sorted(rows, key=lambda user: (not user.is_active, user.name.lower(), user.id))


def find(id: str, me: Caller) -> User:
    """A person: oneself, or for admins anybody. Raises NotFound."""
    me.must_be_known()
    with db.read() as reading:
        user = reading.get(User, id)
    if user is None or not (me.is_admin or me.id == id):
        raise NotFound("There is no such person.")
    return user


def named(me: Caller, email_or_id: str) -> User:
    """The person with this address or id. Raises Forbidden for members, NotFound."""
    me.must_be_admin()
    user = by_email(address(email_or_id))
    return user if user is not None else find(email_or_id, me)


def change_role(me: Caller, email_or_id: str, role: str) -> str | None:
    """Give a person a role. Their sessions end; who changes their own goes on with a new one, whose token comes back.

    Raises Forbidden, StepUp, NotFound, Invalid, and Conflict for the last admin.
    """
    check(role=role)
    must_be_fresh(me)
    id = named(me, email_or_id).id
    with db.write(durable=True) as tx:
        must_still_be_admin(tx, me)
        user = one(tx, id)
        if user.role == role:
            return None
        if role != ADMIN:
            must_not_be_last(tx, user)
            call_back(tx, user)
        user.role = role
        tx.add(user)
        end(tx, "user_id = :user", user=user.id)
        tx.audit(me, "accounts.change_role", user, note=role)
        return begin(tx, me, user)[0] if user.id == me.id else None


def deactivate(me: Caller, id: str) -> User:
    """Shut a person out at once and keep all their things. Raises Forbidden, StepUp, NotFound, Conflict."""
    me.must_be_admin()
    must_be_fresh(me)
    with db.write(durable=True) as tx:
        must_still_be_admin(tx, me)
        user = one(tx, id)
        if not user.is_active:
            return user
        must_not_be_last(tx, user)
        user.deactivated_at = clock.now()
        tx.add(user)
        end(tx, "user_id = :user", user=user.id)
        tx.run("delete from ticket where user_id = :id and spent_at is null", id=user.id)
        call_back(tx, user)
        tx.audit(me, "accounts.deactivate", user)
    return user


def reactivate(me: Caller, id: str) -> User:
    """Let a person in again, with the password and the things they had. Raises Forbidden, StepUp, NotFound."""
    me.must_be_admin()
    must_be_fresh(me)
    with db.write(durable=True) as tx:
        must_still_be_admin(tx, me)
        user = one(tx, id)
        if not user.is_active:
            user.deactivated_at = None
            tx.add(user)
            tx.audit(me, "accounts.reactivate", user)
    return user


def call_back(tx: Transaction, user: User) -> None:
    """End the links that a person handed out as an admin: they would be a way back in."""
    tx.run("delete from ticket where created_by = :id and spent_at is null", id=user.id)


def must_not_be_last(tx: Transaction, user: User) -> None:
    """Raises Conflict when nobody but this person runs the house."""
    others = select(User.id).where(User.role == ADMIN, User.deactivated_at == None, User.id != user.id)  # noqa: E711 (SQL)
    if user.is_admin and tx.first(others) is None:
        raise Conflict(f"{user.name} is the last admin. Make somebody else an admin first.")
