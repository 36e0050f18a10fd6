"""Shares: doors that somebody opened to one thing, for a person or for whoever holds the link."""

from typing import Any

from app import clock, db
from app.db import Transaction
from app.errors import Invalid, NotFound
from app.rights import Caller, Share
from app.secrets import digest
from app.secrets import token as new_token

LINK, KNOWN, PERSON = "link", "known", "person"
AUDIENCES = (LINK, KNOWN, PERSON)
READER, WRITER = "reader", "writer"
NAMES = tuple(column.name for column in Share.__table__.columns)  # type: ignore[attr-defined]
SELECT = f"select {', '.join(NAMES)} from share"
OPEN = """revoked_at is null and (expires_at is null or expires_at > ?) and (max_uses is null or uses < max_uses)"""


def row(values: tuple[Any, ...]) -> Share:
    """A row of SELECT as a Share."""
    return Share(**dict(zip(NAMES, values, strict=True)))


def by_token(kind: str, id: str, token: str, me: Caller) -> Share | None:
    """The open share of this thing whose link holds this token, if `me` is of its audience."""
    found = db.fetch(f"{SELECT} where digest = ? and kind = ? and target_id = ? and {OPEN}", digest(token), kind, id,
                     clock.now())  # fmt: skip
    if found is None:
        return None
    share = row(found)
    return share if share.audience == LINK or me.id else None


def by_link(kind: str, token: str) -> Share | None:
    """The share of this kind of thing whose link holds this token, if it was not revoked; whether it is over and for
    whom it is, the caller says."""
    found = db.fetch(f"{SELECT} where digest = ? and kind = ? and revoked_at is null", digest(token), kind)
    return row(found) if found is not None and token else None


def of_person(kind: str, id: str, user_id: str) -> Share | None:
    """The open share of this thing for this person: the one that allows most."""
    sql = f"{SELECT} where kind = ? and target_id = ? and user_id = ? and {OPEN} order by role desc limit 1"
    found = db.fetch(sql, kind, id, user_id, clock.now()) if user_id else None
    return row(found) if found is not None else None


def all(kind: str, id: str) -> list[Share]:
    """Every share of a thing that was not revoked, the newest first; those that are over too."""
    sql = f"{SELECT} where kind = ? and target_id = ? and revoked_at is null order by created_at desc"
    return [row(values) for values in db.fetch_all(sql, kind, id)]


def use(share: Share) -> bool:
    """Count one use of a share that may be used so many times; whether one was left."""
    if share.max_uses is None:
        return True
    with db.write() as tx:
        sql = "update share set uses = uses + 1 where id = :id and uses < max_uses and revoked_at is null"
        return bool(tx.run(sql, id=share.id).rowcount)


def grant(
    tx: Transaction,
    me: Caller,
    kind: str,
    id: str,
    audience: str,
    role: str = READER,
    user_id: str | None = None,
    point: str = "",
    password: str = "",
    expires_at: int | None = None,
    max_uses: int | None = None,
) -> tuple[Share, str]:
    """Open a door; for a link also the token that its address holds, which is told only here. `password` is a hash.
    Raises Invalid."""
    if audience not in AUDIENCES:
        raise Invalid(audience="It is shared with link, known or person.")
    if role not in (READER, WRITER):
        raise Invalid(role="A role here is reader or writer.")
    if max_uses is not None and not 0 < max_uses < 1 << 31:
        raise Invalid(max_uses="A number from 1 on.")
    token = "" if audience == PERSON else new_token()
    share = Share(
        id=clock.new_id(),
        kind=kind,
        target_id=id,
        audience=audience,
        role=role,
        user_id=user_id if audience == PERSON else None,
        digest=digest(token) if token else "",
        point=point,
        password=password,
        expires_at=expires_at,
        max_uses=max_uses,
        created_at=clock.now(),
        created_by=me.id,
    )
    tx.add(share)
    return share, token


def revoke(tx: Transaction, kind: str, id: str, share_id: str) -> None:
    """Close a door for good. Raises NotFound."""
    sql = """update share set revoked_at = :now
        where id = :share and kind = :kind and target_id = :id and revoked_at is null"""
    if not tx.run(sql, now=clock.now(), share=share_id, kind=kind, id=id).rowcount:
        raise NotFound("This share is not there, or it was revoked already.")
