"""A person's consent: what a program asks for, travelling sealed through the browser, and the code it becomes."""

import json
from dataclasses import asdict, dataclass, field

from sqlmodel import select

from app import clock, db, secrets
from app.errors import Gone, Invalid, Misconfigured, NotFound
from app.rights import Caller
from app.tools.rows import OauthClient, OauthCode, OauthToken
from app.tools.scopes import chosen

# How long a consent page may stay open, and how long its answer is good for.
PATIENCE, CODE_LIFE = 20 * clock.MINUTE, 5 * clock.MINUTE


@dataclass(frozen=True)
class Request:
    """What a program asks of whoever is signed in; `issuer` is the address of this house as the program knows it."""

    client_id: str
    redirect_uri: str
    explicit: bool
    challenge: str
    issuer: str
    resource: str = ""
    state: str | None = None
    scopes: list[str] = field(default_factory=list)
    until: int = 0


@dataclass(frozen=True)
class Connection:
    """A program that a person let in, and what it may do."""

    family: str
    name: str
    scopes: list[str]
    created_at: int
    last_at: int


def sealed(request: Request) -> str:
    """The request for its way through the browser, where nobody can read or change it."""
    told = asdict(request) | {"until": clock.now() + PATIENCE}
    return secrets.seal(json.dumps(told)).decode()


def opened(text: str) -> tuple[Request, OauthClient]:
    """What is asked, and the program. Raises Gone for a page that stood open too long, and NotFound."""
    try:
        request = Request(**json.loads(secrets.unseal(text.encode())))
    except Misconfigured:
        raise NotFound("This is no request of a program. Begin again in the program.") from None
    if request.until < clock.now():
        raise Gone("This request is too old. Begin again in the program.")
    with db.read() as session:
        client = session.get(OauthClient, request.client_id)
    if client is None:
        raise NotFound("This program is not registered here any more. Begin again in the program.")
    return request, client


def allow(me: Caller, request: Request, scopes: list[str]) -> str:
    """Let the program in with these scopes: the code that it changes into tokens, once, within five minutes. Raises
    Invalid when there is none: what nobody ticked is not allowed."""
    me.must_be_known()
    allowed = " ".join(chosen(scopes))
    if not allowed:
        raise Invalid(scopes="Nothing was ticked.")
    code, now = secrets.token(), clock.now()
    with db.write() as tx:
        tx.add(
            OauthCode(
                digest=secrets.digest(code),
                client_id=request.client_id,
                user_id=me.id,
                scopes=allowed,
                redirect_uri=request.redirect_uri,
                explicit=request.explicit,
                challenge=request.challenge,
                resource=request.resource,
                expires_at=now + CODE_LIFE,
            )
        )
        tx.run("update oauthclient set last_at = :at where id = :id", at=now, id=request.client_id)
        tx.audit(me, "tools.allow", request.client_id, allowed)
    return code


def connections(me: Caller) -> list[Connection]:
    """The programs that `me` let in and that can still come back, the latest first."""
    me.must_be_known()
    with db.read() as session:
        found = session.exec(
            select(OauthToken, OauthClient)
            .where(OauthToken.client_id == OauthClient.id, OauthToken.user_id == me.id)
            .where(OauthToken.kind == "refresh", OauthToken.expires_at > clock.now())
            .where(OauthToken.revoked_at == None, OauthToken.used_at == None)  # noqa: E711
        ).all()
    lines = [
        Connection(token.family, client.name, token.scopes.split(), client.created_at, token.created_at)
        for token, client in found
    ]
    return sorted(lines, key=lambda line: line.last_at, reverse=True)


def disconnect(me: Caller, family: str) -> None:
    """End what one consent of `me` opened, at once. Raises NotFound."""
    me.must_be_known()
    with db.write(durable=True) as tx:
        ended = tx.run(
            "update oauthtoken set revoked_at = :at where family = :family and user_id = :user and revoked_at is null",
            at=clock.now(),
            family=family,
            user=me.id,
        )
        if not ended.rowcount:
            raise NotFound()
        tx.audit(me, "tools.disconnect", family)
