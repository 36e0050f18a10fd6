"""Coming in with an access token: one keyed statement for each request, as with a key."""

from dataclasses import replace
from functools import lru_cache

from app import clock, db, keys, secrets
from app.errors import Unknown
from app.rights import GUEST, MEMBER, Caller
from app.tools.scopes import TOOLS
from app.tools.tokens import START

LONGEST = 200
CALLER = """select t.family, t.user_id, t.scopes, t.expires_at, t.revoked_at,
    a.deactivated_at, a.role, a.name, a.email, a.timezone from oauthtoken t join account a on a.id = t.user_id
    where t.digest = ? and t.kind = 'access'"""


def caller(token: str, before: Caller, what: str = "") -> Caller:
    """Who asks at /mcp: the person whose key or access token this is. Cheap enough for the event loop.

    Raises Unknown (kind unknown, revoked, expired or deactivated) and Forbidden (kind address).
    """
    if not token.startswith(START):
        return replace(keys.caller(token, before, what), door="mcp")
    row = db.fetch(CALLER, secrets.digest(token)) if len(token) < LONGEST else None
    if row is None:
        raise Unknown("This token is not known here. Connect again.", "unknown")
    family, user, scopes, expires_at, revoked_at, left_at, role, name, email, timezone = row
    if revoked_at is not None:
        raise Unknown("This connection was ended. Connect again.", "revoked")
    if expires_at <= clock.now():
        raise Unknown("This token has expired: refresh it.", "expired")
    if left_at is not None:
        raise Unknown("The person who connected this can no longer sign in.", "deactivated")
    if role == GUEST:
        raise Unknown("The person who connected this is a guest here, and guests connect no programs.", "guest")
    return replace(
        before,
        id=user,
        name=name,
        email=email,
        # Nobody runs the house through a program, not even an admin.
        role=MEMBER,
        timezone=timezone,
        scopes=opened(scopes),
        door="mcp",
        key=family,
    )


@lru_cache(maxsize=1024)
def opened(text: str) -> frozenset[str]:
    """What a consent opens; /mcp itself goes without saying."""
    return frozenset({*text.split(), TOOLS})
