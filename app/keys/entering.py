"""Coming in with a key: one keyed statement for each request, and a note of the last use.

Nothing of a key is kept in memory, so what was changed, revoked, rotated or restored holds from the next request on.
"""

import threading
from dataclasses import replace
from functools import lru_cache

import orjson

from app import clock, db, secrets
from app.errors import Forbidden, Unknown
from app.keys.checking import comes_from
from app.rights import GUEST, MEMBER, Caller

START = "ink-"
LONGEST = 200
# The row that was shown (k) tells whether it still counts, the key itself (m) everything else.
CALLER = """select m.id, m.user_id, m.scopes, m.models, m.addresses, m.cache_seconds, m.expires_at, k.ends_at,
    m.revoked_at, a.deactivated_at, a.role, a.name, a.email, a.timezone
    from apikey k join apikey m on m.id = coalesce(k.replaced_by, k.id) join account a on a.id = m.user_id
    where k.digest = ?"""
USED = """update apikey set last_at = :at, last_address = :address, last_what = :what
    where id = :id and coalesce(last_at, 0) < :at"""

used: dict[str, tuple[int, str, str, str]] = {}
used_lock = threading.Lock()


def caller(token: str, before: Caller, what: str = "") -> Caller:
    """The person whose key this is, with what the key opens; `what` is asked. Cheap enough for the event loop.

    Raises Unknown (kind unknown, revoked, expired or deactivated) and Forbidden (kind address).
    """
    row = db.fetch(CALLER, secrets.digest(token)) if token.startswith(START) and len(token) < LONGEST else None
    if row is None:
        raise Unknown("This key is not known here. Make one on the page Keys.", "unknown")
    id, user, scopes, models, addresses, cache_seconds, expires_at, ends_at, revoked_at, left_at, role, *person = row
    now = clock.now()
    if revoked_at is not None:
        raise Unknown("This key was revoked. Make another on the page Keys.", "revoked")
    if ends_at is not None and ends_at <= now:
        raise Unknown("This key was replaced by a newer one, and the time of both is over.", "expired")
    if expires_at is not None and expires_at <= now:
        raise Unknown("This key has expired. Make another on the page Keys.", "expired")
    if left_at is not None:
        raise Unknown("The person whose key this is can no longer sign in.", "deactivated")
    if role == GUEST:
        raise Unknown("The person whose key this is is a guest here, and guests have no keys.", "guest")
    if not comes_from(addresses, before.address):
        raise Forbidden(f"This key may not be used from {before.address or 'there'}.", "address")
    with used_lock:
        used[id] = (now, before.address, what, before.device)
    name, email, timezone = person
    return replace(
        before,
        id=user,
        name=name,
        email=email,
        # A key asks models and moves things: nobody runs the house with one, not even an admin.
        role=MEMBER,
        timezone=timezone,
        scopes=words(scopes),
        door="api",
        key=id,
        models=listed(models),
        cache_seconds=cache_seconds,
    )


@lru_cache(maxsize=1024)
def words(text: str) -> frozenset[str]:
    """Scopes as they are asked for."""
    return frozenset(text.split())


@lru_cache(maxsize=1024)
def listed(text: str) -> frozenset[str]:
    """Names of models as they are asked for."""
    return frozenset(orjson.loads(text))


def is_in(me: Caller) -> bool:
    """Whether the key that asked still opens: for what goes on after the question, like a long stream."""
    row = db.fetch(
        """select 1 from apikey k join account a on a.id = k.user_id where k.id = ? and k.revoked_at is null
        and (k.expires_at is null or k.expires_at > ?) and a.deactivated_at is null""",
        me.key,
        clock.now(),
    )
    return row is not None


def flush_used() -> None:
    """Write when, from where and for what each key was last used. Called each minute and at the end."""
    with used_lock:
        taken = dict(used)
        used.clear()
    if not taken:
        return
    with db.write() as tx:
        for id, (at, address, what, device) in taken.items():
            tx.run(USED, id=id, at=at, address=address, what=told(what, device))


def told(what: str, device: str) -> str:
    """What was asked, and by which program, in a few words."""
    program = device.split(" ", 1)[0].split("(", 1)[0]
    return " · ".join(part for part in (what, program) if part.isprintable() and part)[:120]
