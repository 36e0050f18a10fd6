"""Tokens of programs: a code becomes a pair, a pair becomes the next pair, and what comes twice ends its family."""

from dataclasses import dataclass

from app import clock, db, secrets
from app.rights import Caller
from app.tools.rows import OauthCode, OauthToken
from app.transactions import Transaction

START = "ino-"
ACCESS, REFRESH = "access", "refresh"
ACCESS_LIFE, REFRESH_LIFE = clock.HOUR, 30 * clock.DAY
LIVING = """select t.* from oauthtoken t join account a on a.id = t.user_id
    where t.digest = ? and t.kind = ? and t.revoked_at is null and t.expires_at > ?
    and a.deactivated_at is null and a.role != 'guest'"""


@dataclass(frozen=True)
class Pair:
    """What a program is given: both tokens in the clear, once."""

    access: str
    refresh: str
    scopes: str


def code(text: str) -> OauthCode | None:
    """The consent behind a code, used or not."""
    with db.read() as session:
        return session.get(OauthCode, secrets.digest(text))


def redeem(text: str) -> Pair | None:
    """A code's pair of tokens. None when it was used before, which ends what the first use opened."""
    digest, now = secrets.digest(text), clock.now()
    with db.write() as tx:
        consent = tx.find(OauthCode, digest)
        if consent is None:
            return None
        spent = tx.run("update oauthcode set used_at = :at where digest = :d and used_at is null", at=now, d=digest)
        if not spent.rowcount:
            end(tx, digest)
            return None
        who = (digest, consent.client_id, consent.user_id, consent.resource)
        return issue(tx, who, consent.scopes, consent.scopes)


def living(text: str, kind: str) -> OauthToken | None:
    """A token that still opens, of a person who may still come in. A refresh token that was used is told, too."""
    with db.read() as session:
        row = session.connection().exec_driver_sql(LIVING, (secrets.digest(text), kind, clock.now())).first()
    return OauthToken(**row._mapping) if row is not None else None


def renew(text: str, scopes: list[str]) -> Pair | None:
    """The next pair, in which the access token has these scopes. None when this one was used before: then somebody
    has a copy of it, and all that came of the same consent ends."""
    digest, now = secrets.digest(text), clock.now()
    with db.write() as tx:
        held = tx.find(OauthToken, digest)
        if held is None or held.kind != REFRESH or held.revoked_at is not None:
            return None  # also when the person ended it in this very moment
        spent = tx.run("update oauthtoken set used_at = :at where digest = :d and used_at is null", at=now, d=digest)
        if not spent.rowcount:
            end(tx, held.family)
            tx.audit(Caller(id=held.user_id, door="mcp"), "tools.reused", held.family)
            return None
        tx.run(
            "update oauthtoken set revoked_at = :at where family = :family and kind = 'access' and revoked_at is null",
            at=now,
            family=held.family,
        )
        tx.run("update oauthclient set last_at = :at where id = :id", at=now, id=held.client_id)
        return issue(tx, (held.family, held.client_id, held.user_id, held.resource), held.scopes, " ".join(scopes))


def issue(tx: Transaction, who: tuple[str, str, str, str], scopes: str, narrowed: str) -> Pair:
    """Two new tokens: one to ask with for an hour, and one to come back with for 30 days."""
    family, client_id, user_id, resource = who
    now = clock.now()
    made = {}
    for kind, life, opens in ((ACCESS, ACCESS_LIFE, narrowed), (REFRESH, REFRESH_LIFE, scopes)):
        made[kind] = START + secrets.token()
        tx.add(
            OauthToken(
                digest=secrets.digest(made[kind]),
                family=family,
                kind=kind,
                client_id=client_id,
                user_id=user_id,
                scopes=opens,
                resource=resource,
                created_at=now,
                expires_at=now + life,
            )
        )
    return Pair(made[ACCESS], made[REFRESH], narrowed)


def end(tx: Transaction, family: str) -> None:
    """Everything that came of one consent is over."""
    at = clock.now()
    tx.run("update oauthtoken set revoked_at = :at where family = :f and revoked_at is null", at=at, f=family)


def revoke(text: str) -> None:
    """End the family of a token, at its program's own wish. An unknown token is none."""
    with db.write(durable=True) as tx:
        held = tx.find(OauthToken, secrets.digest(text))
        if held is not None:
            end(tx, held.family)
            tx.audit(Caller(id=held.user_id, door="mcp"), "tools.revoke", held.family)
