"""Sessions: who is signed in, where, and how they got in. A session's token is kept only as its SHA-256."""

import threading
from dataclasses import replace
from typing import Any

from app import clock, config, db, secrets
from app.accounts import devices, passwords, throttle
from app.accounts.people import LONGEST_EMAIL, Session, User, address
from app.db import Transaction, select
from app.errors import Forbidden, Invalid, NotFound, StepUp
from app.logs import log
from app.rights import ADMIN, Caller, machine

FRESH = 10 * clock.MINUTE
KEEP = 30 * clock.DAY
CALLER = """select s.id, s.user_id, s.stepped_up_at, a.name, a.email, a.role, a.timezone, a.theme
    from session s join account a on a.id = s.user_id
    where s.token = ? and s.revoked_at is null and s.expires_at > ? and a.deactivated_at is null"""
OPEN = """select 1 from session s join account a on a.id = s.user_id
    where s.expires_at > ? and s.revoked_at is null and a.deactivated_at is null"""
SEEN = """update session set seen_at = :at, expires_at = :expires, address = :address
    where id = :id and seen_at < :at and revoked_at is null"""

seen: dict[str, tuple[int, str, str]] = {}
seen_lock = threading.Lock()


def caller(token: str, nobody: Caller) -> Caller:
    """The person whose session this is, or `nobody`: one keyed statement, cheap enough for the event loop."""
    if not token or len(token) > 100:
        return nobody
    now = clock.now()
    row = db.fetch(CALLER, secrets.digest(token), now)
    if row is None:
        return nobody
    session, id, stepped_up_at, name, email, role, timezone, theme = row
    with seen_lock:
        seen[session] = (now, nobody.address, id)
    return replace(
        nobody,
        id=id,
        name=name,
        email=email,
        role=role,
        timezone=timezone,
        theme=theme,
        session=session,
        stepped_up_at=stepped_up_at,
    )


def is_in(me: Caller) -> bool:
    """Whether the session that asked is still open: for what goes on after the question, like a stream."""
    return db.fetch(f"{OPEN} and s.id = ?", clock.now(), me.session) is not None


def flush_seen() -> None:
    """Write when and where each session was last used since the last flush. Called each minute and at the end."""
    with seen_lock:
        taken = dict(seen)
        seen.clear()
    if not taken:
        return
    with db.write() as tx:
        for id, (at, place, user) in taken.items():
            tx.run(SEEN, id=id, at=at, expires=at + lifetime(), address=place)
            tx.run("update account set seen_at = :at where id = :id and coalesce(seen_at, 0) < :at", id=user, at=at)


def lifetime() -> int:
    """Microseconds for which a session lives without use."""
    return config.current.session_days * clock.DAY


def sign_in(nobody: Caller, email: str, password: str) -> str:
    """A new session's token for the right password. Raises Invalid, OverLimit; an unknown account looks like a wrong
    password, in words and in time."""
    # No account has a longer one, and attempts are counted by it in memory.
    email = address(email)[: LONGEST_EMAIL + 1]
    user = by_email(email)
    account = lane(email, user, nobody.address)
    throttle.attempt(account, nobody.address)
    right = passwords.verify(user.password if user and user.is_active else None, password)
    if user is None or not right:
        log.warning("accounts.refused", address=nobody.address)
        raise Invalid("This e-mail address and this password do not belong together.")
    throttle.succeeded(account, nobody.address)
    with db.write(durable=True) as tx:
        # What was checked before the transaction may have changed while the password was computed.
        now_kept = tx.find(User, user.id)
        if now_kept is None or now_kept.password != user.password or not now_kept.is_active:
            raise Invalid("This e-mail address and this password do not belong together.")
        end(tx, "id = :id", id=nobody.session)
        token, session = begin(tx, nobody, user)
        tx.audit(replace(nobody, id=user.id), "accounts.sign_in", session, note=session.device)
    return token


def by_email(email: str) -> User | None:
    """The person with this address, or None. Not scoped: only for signing in and the command line."""
    with db.read() as reading:
        return reading.exec(select(User).where(User.email == email)).first()


def lane(email: str, user: User | None, place: str) -> str:
    """Where attempts on an account are counted: an address that it was used from counts by itself, so that a stranger
    who guesses cannot lock the person out."""
    known = db.fetch("select 1 from session where user_id = ? and address = ? limit 1", user.id if user else "", place)
    return f"{email} {place}" if known else email


def begin(tx: Transaction, me: Caller, user: User) -> tuple[str, Session]:
    """A new session of this person on the asking device: its token, which is told once, and its row."""
    token, now = secrets.token(), clock.now()
    row = Session(
        token=secrets.digest(token),
        id=clock.new_id(),
        user_id=user.id,
        device=devices.words(me.device),
        address=me.address,
        created_at=now,
        seen_at=now,
        stepped_up_at=now,
        expires_at=now + lifetime(),
    )
    user.seen_at = now
    tx.run("update account set seen_at = :at where id = :id", id=user.id, at=now)
    return token, tx.add(row)


def end(tx: Transaction, where: str, **values: Any) -> int:
    """Revoke the sessions for which `where` holds (one of our own conditions, never a person's text); how many."""
    result = tx.run(
        f"update session set revoked_at = :now where revoked_at is null and {where}", now=clock.now(), **values
    )
    return int(result.rowcount)


def sign_out(me: Caller) -> None:
    """End the session that asks; nothing for nobody."""
    if me.session:
        with db.write(durable=True) as tx:
            end(tx, "id = :id", id=me.session)
            tx.audit(me, "accounts.sign_out", me.session)


def sessions(me: Caller) -> list[Session]:
    """The person's own open sessions, the last used first."""
    me.must_be_known()
    with db.read() as reading:
        open_ones = select(Session).where(
            Session.user_id == me.id,
            Session.revoked_at == None,  # noqa: E711 (SQL)
            Session.expires_at > clock.now(),
        )
        rows = list(reading.exec(open_ones).all())
    for row in rows:
        row.seen_at, row.address, _ = seen.get(row.id, (row.seen_at, row.address, ""))
    return sorted(rows, key=lambda row: row.seen_at, reverse=True)


def revoke(me: Caller, id: str) -> None:
    """End one of the person's own sessions at once. Raises NotFound."""
    me.must_be_known()
    with db.write(durable=True) as tx:
        if not end(tx, "id = :id and user_id = :user", id=id, user=me.id):
            raise NotFound("This session has ended already.")
        tx.audit(me, "accounts.revoke_session", id)


def revoke_others(me: Caller) -> int:
    """End all of the person's sessions but the asking one; how many."""
    me.must_be_known()
    with db.write(durable=True) as tx:
        ended = end(tx, "user_id = :user and id != :id", id=me.session, user=me.id)
        tx.audit(me, "accounts.revoke_session", me.id, note=f"{ended} others")
    return ended


def is_fresh(me: Caller) -> bool:
    """Whether the password was given within the last ten minutes; the machine's own terminal needs none."""
    return me.door == "cli" or clock.now() - me.stepped_up_at <= FRESH


def must_be_fresh(me: Caller) -> None:
    """Raises StepUp when the password was not given within the last ten minutes."""
    me.must_be_known()
    if not is_fresh(me):
        raise StepUp("Give your password again first: this changes who may do what.")


def confirm(me: Caller, password: str) -> Caller:
    """Note that the person gave the password again; the Caller as it is from now on. Raises Invalid, OverLimit."""
    me.must_be_known()
    with db.read() as reading:
        user = reading.get(User, me.id)
    throttle.attempt(me.id, me.address)
    if user is None or not passwords.verify(user.password, password):
        raise Invalid(password="This is not your password.")
    throttle.succeeded(me.id, me.address)
    now = clock.now()
    with db.write(durable=True) as tx:
        tx.run("update session set stepped_up_at = :now where id = :id", now=now, id=me.session)
        tx.audit(me, "accounts.confirm", me.session)
    return replace(me, stepped_up_at=now)


def freshened(me: Caller, password: str) -> Caller:
    """`me` with a fresh password: as it is, or after the one that came with the form. Raises Invalid(password=...)."""
    if is_fresh(me):
        return me
    if not password:
        raise Invalid(password="More than ten minutes have passed since you gave your password. Give it again.")
    return confirm(me, password)


def job_caller(data: dict[str, Any]) -> Caller:
    """Who a job acts as: the person who enqueued it, as they are now; the house where nobody did. Raises Forbidden."""
    id = data.get("id", "")
    if not id:
        # Who has no id is the house or its machine, told by the role: nobody stays nobody.
        is_house = not data or data.get("role") == ADMIN
        return machine(str(data.get("door", "")) or "job") if is_house else Caller(door="job")
    row = db.fetch("select name, email, role, timezone from account where id = ? and deactivated_at is null", id)
    if row is None:
        raise Forbidden("The person who asked for this is no longer active.")
    name, email, role, timezone = row
    return Caller(id=id, name=name, email=email, role=role, timezone=timezone, door="job")


def sweep() -> int:
    """Delete sessions and one-time links that ended more than 30 days ago; how many."""
    before = clock.now() - KEEP
    with db.write() as tx:
        gone = tx.run("delete from session where min(expires_at, coalesce(revoked_at, expires_at)) < :at", at=before)
        links = tx.run("delete from ticket where min(expires_at, coalesce(spent_at, expires_at)) < :at", at=before)
        return int(gone.rowcount) + int(links.rowcount)
