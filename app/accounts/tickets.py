"""Tickets: one-time links that make an account or set a password. They are kept hashed and told once."""

from typing import Any

from app import clock, db, secrets, spaces
from app.accounts import passwords
from app.accounts.people import Ticket, User, address, born, check, must_still_be_admin, one, taken
from app.accounts.sessions import by_email, must_be_fresh
from app.db import Transaction, select
from app.errors import Conflict, Gone, Invalid, NotFound
from app.rights import ADMIN, MEMBER, Caller

SETUP, PASSWORD, INVITATION = "setup", "password", "invitation"
SETUP_LIFE, PASSWORD_LIFE = 30 * clock.MINUTE, clock.DAY
DAYS = (1, 7, 30)
OVER = {
    SETUP: "This setup link is used up or older than 30 minutes. Start Inglenook again: it prints a new one "
    "as long as there is no account.",
    PASSWORD: "This link for a new password is used up or has expired. Ask an admin for a new one.",
    INVITATION: "This invitation is used up or has expired. Ask the person who invited you for a new one.",
}


def issue(tx: Transaction, me: Caller, kind: str, life: int, **fields: Any) -> tuple[str, Ticket]:
    """A new link of this kind that lives `life` microseconds: its token, which is told once, and its row."""
    token, now = secrets.token(), clock.now()
    row = Ticket(
        token=secrets.digest(token),
        id=clock.new_id(),
        kind=kind,
        created_by=me.id,
        created_at=now,
        expires_at=now + life,
        **fields,
    )
    return token, tx.add(row)


def usable(ticket: Ticket | None) -> Ticket:
    """The ticket, if it can still be spent. Raises NotFound, Gone with what to do."""
    if ticket is None:
        raise NotFound("This link is not known here: it was mistyped or withdrawn. Ask for a new one.")
    if ticket.spent_at is not None or ticket.expires_at <= clock.now():
        raise Gone(OVER[ticket.kind])
    return ticket


def spend(tx: Transaction, token: str, kind: str) -> Ticket:
    """Use the link up, in the transaction of what it is for. Raises NotFound, Gone."""
    ticket = usable(tx.find(Ticket, secrets.digest(token)))
    if ticket.kind != kind:
        raise NotFound("This link is for something else.")
    ticket.spent_at = clock.now()
    return tx.add(ticket)


def invite(me: Caller, email: str, role: str = MEMBER, days: int = 7) -> str:
    """The token of an invitation for this address; an older one for it ends. Raises Forbidden, StepUp, Invalid."""
    me.must_be_admin()
    check(email=email, role=role)
    if days not in DAYS:
        raise Invalid(days="An invitation lives for 1, 7 or 30 days.")
    if role == ADMIN:
        must_be_fresh(me)
    email = address(email)
    with db.write(durable=True) as tx:
        must_still_be_admin(tx, me)
        if taken(tx, email):
            raise Invalid(email="There is already an account with this address.")
        tx.run("delete from ticket where kind = 'invitation' and email = :email and spent_at is null", email=email)
        token, ticket = issue(tx, me, INVITATION, days * clock.DAY, email=email, role=role)
        tx.audit(me, "accounts.invite", ticket, note=role)
    return token


def invitations(me: Caller) -> list[Ticket]:
    """The open invitations, the newest first. Raises Forbidden."""
    me.must_be_admin()
    with db.read() as reading:
        open_ones = select(Ticket).where(
            Ticket.kind == INVITATION,
            Ticket.spent_at == None,  # noqa: E711 (SQL)
            Ticket.expires_at > clock.now(),
        )
        return sorted(reading.exec(open_ones).all(), key=lambda ticket: ticket.id, reverse=True)


def withdraw(me: Caller, id: str) -> None:
    """End an invitation before it is used. Raises Forbidden, NotFound."""
    me.must_be_admin()
    with db.write(durable=True) as tx:
        must_still_be_admin(tx, me)
        gone = tx.run("delete from ticket where id = :id and kind = 'invitation' and spent_at is null", id=id)
        if not gone.rowcount:
            raise NotFound("This invitation was used or withdrawn already.")
        tx.audit(me, "accounts.withdraw", id)


def reset(me: Caller, id: str) -> str:
    """The token of a link with which this person sets a new password. Raises Forbidden, StepUp, NotFound, Conflict."""
    me.must_be_admin()
    must_be_fresh(me)
    with db.write(durable=True) as tx:
        must_still_be_admin(tx, me)
        return renewed(tx, me, one(tx, id))


def reset_link(me: Caller, email: str) -> str:
    """As `reset`, for the address of a person: the reset from the terminal that needs no e-mail. Raises NotFound."""
    me.must_be_admin()
    user = by_email(address(email))
    if user is None:
        raise NotFound(f"There is no account {address(email)}.")
    return reset(me, user.id)


def renewed(tx: Transaction, me: Caller, user: User) -> str:
    """A new password link for this person; older ones end. Raises Conflict when the person is deactivated."""
    if not user.is_active:
        raise Conflict(f"{user.name} is deactivated. Reactivate the account first.")
    tx.run("delete from ticket where kind = 'password' and user_id = :id and spent_at is null", id=user.id)
    token, ticket = issue(tx, me, PASSWORD, PASSWORD_LIFE, user_id=user.id, email=user.email, role=user.role)
    tx.audit(me, "accounts.reset_link", user.id)
    return token


def add(
    me: Caller, email: str, name: str = "", role: str = MEMBER, password: str | None = None
) -> tuple[User, str | None]:
    """A new account, with its password or else with the token of a link that sets one. Raises Invalid, Forbidden."""
    me.must_be_admin()
    name = name.strip() or address(email).partition("@")[0]
    check(email=email, name=name, role=role)
    if password is not None and (wrong := passwords.mended(password)):
        raise Invalid(password=wrong)
    kept = None if password is None else passwords.hashed(password)
    with db.write(durable=True) as tx:
        must_still_be_admin(tx, me)
        if taken(tx, address(email)):
            raise Invalid(email="There is already an account with this address.")
        user = enter(tx, born(email, name, role, kept))
        tx.audit(me, "accounts.add", user, note=role)
        return user, renewed(tx, me, user) if password is None else None


def enter(tx: Transaction, user: User) -> User:
    """Keep a new person, with their personal space; a setup link has no use from now on."""
    tx.add(user)
    spaces.personal(tx, user.id, user.name)
    tx.run("delete from ticket where kind = 'setup' and spent_at is null")
    tx.run("delete from ticket where kind = 'invitation' and email = :email and spent_at is null", email=user.email)
    return user
