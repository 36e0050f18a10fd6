"""Sharing a holding: with a person, with all who are signed in, or with whoever has the link."""

from typing import Any

from app import db
from app.accounts import passwords
from app.errors import Conflict, Invalid
from app.holdings import finding, limits
from app.holdings.nouns import Noun
from app.items import storing
from app.rights import Caller, Share
from app.rights import shares as doors
from app.rights.shares import PERSON, READER, WRITER


def shares(noun: Noun[Any], me: Caller, id: str) -> list[Share]:
    """The doors that are open to the owner's thing, the newest first. Raises what `held` does."""
    finding.held(noun, id, me)
    return doors.all(noun.kind, id)


def share(
    noun: Noun[Any],
    me: Caller,
    id: str,
    audience: str,
    role: str = READER,
    *,
    email: str = "",
    user_id: str = "",
    expires_in: int | None = None,
    password: str = "",
    max_uses: int | None = None,
) -> tuple[Share, str]:
    """Open a door to the owner's thing: link (anybody), known (anybody signed in) or person; for the first two also
    the token that the link holds, told only here. Raises Invalid, Forbidden, Conflict, and what `held` does."""
    me.must_have(noun.write)
    item = finding.held(noun, id, me)
    if role == WRITER and (item.sealed or item.burns):
        raise Conflict("It has no revisions, so nobody can write in it.")
    limits.check_password(password)
    person = named(me, email, user_id) if audience == PERSON else None
    expires_at = limits.moment(expires_in)
    hash = passwords.hashed(password) if password and audience != PERSON else ""
    with db.write() as tx:
        item = finding.owned(finding.in_transaction(noun, tx, id, me))
        made, token = doors.grant(
            tx, me, noun.kind, id, audience, role, person, password=hash, expires_at=expires_at, max_uses=max_uses
        )
        storing.changed(tx, item, "rights")
        tx.audit(me, f"{noun.plural}.share", item, note=f"{audience} {role}")
    return made, token


def unshare(noun: Noun[Any], me: Caller, id: str, share_id: str) -> None:
    """Close a door, from this moment on. Raises NotFound, Forbidden."""
    me.must_have(noun.write)
    with db.write() as tx:
        item = finding.owned(finding.in_transaction(noun, tx, id, me))
        doors.revoke(tx, noun.kind, id, share_id)
        storing.changed(tx, item, "rights")
        tx.audit(me, f"{noun.plural}.unshare", item)


def named(me: Caller, email: str, user_id: str) -> str:
    """The person who is meant. Raises Invalid."""
    sql = "select id from account where deactivated_at is null and "
    row = db.fetch(f"{sql}id = ?", user_id) if user_id else db.fetch(f"{sql}email = ?", email.strip().lower())
    if row is None:
        raise Invalid(email="Nobody here has this address. An admin can invite them.")
    if row[0] == me.id:
        raise Invalid(email="It is yours already.")
    return str(row[0])
