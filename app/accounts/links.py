"""Links: what the holder of a one-time link does with it. Opening spends nothing; the deed and the spending are one
transaction."""

from dataclasses import replace

from app import db, secrets, settings
from app.accounts import passwords
from app.accounts.people import Ticket, User, born, mended, one, taken
from app.accounts.sessions import begin, end
from app.accounts.tickets import INVITATION, OVER, PASSWORD, SETUP, SETUP_LIFE, enter, issue, spend, usable
from app.db import select
from app.errors import Conflict, Gone, Invalid
from app.rights import ADMIN, Caller

LONGEST_WORKSPACE = 60


def setup_token() -> str | None:
    """A new setup link's token (30 minutes) as long as there is no account, else None. Older ones end."""
    with db.write(durable=True) as tx:
        tx.run("delete from ticket where kind = 'setup' and spent_at is null")
        if tx.first(select(User.id).limit(1)) is not None:
            return None
        token, _ = issue(tx, Caller(door="cli"), SETUP, SETUP_LIFE, role=ADMIN)
    return token


def is_lit() -> bool:
    """Whether there is an account: before that nobody can sign in, and only the setup link opens."""
    with db.read() as reading:
        return reading.exec(select(User.id).limit(1)).first() is not None


def link(token: str) -> Ticket:
    """What a one-time link is for, without spending it. Raises NotFound, Gone."""
    with db.read() as reading:
        ticket = usable(reading.get(Ticket, secrets.digest(token)))
        holder = reading.get(User, ticket.user_id) if ticket.user_id else None
    if holder is not None and not holder.is_active:
        raise Gone("This account is deactivated. Ask an admin.")
    return ticket


def set_up(nobody: Caller, token: str, workspace: str, name: str, email: str, password: str) -> str:
    """Make the first account, an admin, name the workspace, and sign in: the session's token.

    Raises Invalid with a sentence for each field, NotFound, Gone.
    """
    link(token)
    wrong = mended(name=name, email=email)
    if not 0 < len(workspace.strip()) <= LONGEST_WORKSPACE:
        wrong["workspace"] = f"The workspace needs a name, of at most {LONGEST_WORKSPACE} characters."
    kept = hashed(password, wrong)
    with db.write(durable=True) as tx:
        spend(tx, token, SETUP)
        if tx.first(select(User.id).limit(1)) is not None:
            raise Gone("The first account has been made already. Sign in, or ask an admin for an invitation.")
        user = enter(tx, born(email, name, ADMIN, kept))
        settings.put(tx, "workspace", workspace.strip())
        session, row = begin(tx, nobody, user)
        tx.audit(replace(nobody, id=user.id), "accounts.set_up", user, note=row.device)
    return session


def accept(nobody: Caller, token: str, name: str, password: str) -> str:
    """Use an invitation (makes the account) or a password link (sets it, ends the person's other sessions); the token
    of the session that is signed in by it. Raises Invalid with a sentence for each field, NotFound, Gone."""
    ticket = link(token)
    kept = hashed(password, mended(name=name) if ticket.kind == INVITATION else {})
    if ticket.kind == PASSWORD:
        return renew(nobody, token, kept)
    with db.write(durable=True) as tx:
        ticket = spend(tx, token, INVITATION)
        if taken(tx, ticket.email):
            raise Conflict("There is already an account with this address. Sign in.")
        user = enter(tx, born(ticket.email, name, ticket.role, kept))
        end(tx, "id = :id", id=nobody.session)
        session, row = begin(tx, nobody, user)
        tx.audit(replace(nobody, id=user.id), "accounts.accept", ticket.id, note=row.device)
    return session


def renew(nobody: Caller, token: str, kept: str) -> str:
    """Set the password that a link is for and sign in."""
    with db.write(durable=True) as tx:
        ticket = spend(tx, token, PASSWORD)
        user = one(tx, ticket.user_id or "")
        if not user.is_active:
            raise Gone(OVER[PASSWORD])
        user.password = kept
        tx.add(user)
        end(tx, "user_id = :user or id = :id", user=user.id, id=nobody.session)
        session, row = begin(tx, nobody, user)
        tx.audit(replace(nobody, id=user.id), "accounts.reset", user, note=row.device)
    return session


def hashed(password: str, wrong: dict[str, str]) -> str:
    """The new password's hash, once nothing in the form is wrong. Raises Invalid with all that is."""
    if sentence := passwords.mended(password):
        wrong["password"] = sentence
    if wrong:
        raise Invalid(**wrong)
    return passwords.hashed(password)
