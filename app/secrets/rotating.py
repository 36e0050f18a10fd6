"""Rotation: a new key, and everything sealed with it. The old one stays for as long as an earlier moment can need it.

The file comes first and the database second: between the two, and after a crash there, the ring opens both.
"""

from dataclasses import replace

from app import clock, db
from app.config import RETENTION
from app.errors import Conflict
from app.logs import log
from app.rights import Caller
from app.secrets import keys, stored
from app.secrets.sealing import opens_with

# A retired key opens every moment that can still be restored, and one day more.
KEPT = (RETENTION + 1) * clock.DAY
BY_ENVIRONMENT = "INGLENOOK_SECRET is the key: start with a new one there and the present one in INGLENOOK_SECRET_OLD, \
for 8 days at least."
SHUT = "The stored keys are locked: give the recovery key first."


def rotate(me: Caller) -> str:
    """Make a new key, seal everything with it, and keep the old one for the retention and a day: the new recovery key,
    to be shown once. Raises Conflict while locked or with INGLENOOK_SECRET, Forbidden for members."""
    me.must_be_admin()
    if keys.is_given():
        raise Conflict(BY_ENVIRONMENT)
    if stored.locked():
        raise Conflict(SHUT)
    with keys.changing:
        keys.keep(keys.ring.turned(keys.make(), clock.now()))
        finish(me, "secrets.rotate")
        return keys.ring.present


def finish(me: Caller | None = None, verb: str = "") -> int:
    """Seal with the present key whatever an earlier one sealed: the rest of a rotation, also of one that a crash had
    cut; how many values."""
    with keys.changing:
        retire_anew()
        with db.write(durable=True) as tx:
            count = stored.seal_anew(tx)
            if me is not None:
                tx.audit(me, verb, note=f"{count} stored keys")
    log.info("secrets.sealed", count=count)
    return count


def retire_anew() -> None:
    """Earlier keys are in use until now, when what they sealed is sealed anew: their time begins here."""
    used = {opens_with(each) for each in (stored.check() or b"", *stored.all_sealed())}
    now = clock.now()
    late = {key for key, time in keys.ring.retired if key in used and time < now - clock.MINUTE}
    fresh = tuple((key, now if key in late else time) for key, time in keys.ring.retired)
    if not keys.is_given() and fresh != keys.ring.retired:
        keys.keep(replace(keys.ring, retired=fresh))


def sweep() -> int:
    """Let go of retired keys that no moment within reach needs; how many."""
    with keys.changing:
        over = [key for key, time in keys.ring.retired if time < clock.now() - KEPT]
        if keys.is_given() or not over or not opens_with(stored.check() or b""):
            return 0
        if stored.is_stale():
            finish()
            return 0
        keys.keep(replace(keys.ring, retired=tuple(each for each in keys.ring.retired if each[0] not in over)))
    log.info("secrets.let_go", count=len(over))
    return len(over)
