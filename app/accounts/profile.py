"""Profile: what people set for themselves."""

from dataclasses import replace
from typing import Any

from app import db
from app.accounts import passwords
from app.accounts.people import User, check, one
from app.accounts.sessions import begin, confirm, end, must_be_fresh
from app.errors import Invalid, NotFound
from app.rights import Caller

OWN = ("name", "timezone", "theme", "instructions", "model_id")


def person(me: Caller) -> User:
    """The asking person's own row. Raises Unknown for nobody."""
    me.must_be_known()
    with db.read() as reading:
        user = reading.get(User, me.id)
    if user is None:
        raise NotFound("There is no such person.")
    return user


def change(me: Caller, **fields: Any) -> User:
    """Set one's own name, timezone, theme, instructions or model_id (None: the workspace's). Raises Invalid."""
    me.must_be_known()
    check(**{field: value for field, value in fields.items() if field != "model_id"})
    with db.write() as tx:
        user = one(tx, me.id)
        for field in OWN:
            if field in fields:
                value = fields[field]
                setattr(user, field, value.strip() if field in ("name", "instructions") else value)
        tx.audit(me, "accounts.change", user, note=" ".join(sorted(fields)))
        return tx.add(user)


def change_password(me: Caller, password: str, new: str) -> str:
    """Set a new password with the present one, end all of the person's sessions, and begin one anew: its token.

    Raises Invalid with a sentence for each field, OverLimit.
    """
    if wrong := passwords.mended(new):
        raise Invalid(new=wrong)
    me = confirm(me, password)
    must_be_fresh(me)
    kept = passwords.hashed(new)
    with db.write(durable=True) as tx:
        user = one(tx, me.id)
        user.password = kept
        tx.add(user)
        end(tx, "user_id = :user", user=user.id)
        tx.run("delete from ticket where kind = 'password' and user_id = :id and spent_at is null", id=user.id)
        token, session = begin(tx, me, user)
        tx.audit(replace(me, session=session.id), "accounts.change_password", user)
    return token
