"""The recovery key: shown once, confirmed as saved, and asked for when the keys at hand do not open the database."""

from app import children, clock, db
from app.errors import Conflict, Gone, Invalid
from app.logs import log
from app.rights import Caller
from app.secrets import keys, sealing, stored
from app.secrets.rotating import SHUT, finish

SAVED = "recovery_saved"


def settle() -> None:
    """At a start, over the open database: seal the word of a new one, finish a rotation or an unlocking that was cut,
    and find out whether the keys open. Serves either way: what is locked waits for the recovery key."""
    keys.leftover(keys.place.path).unlink(missing_ok=True)
    if stored.look():
        log.warning("secrets.locked")
    elif stored.is_stale():
        finish()


def recovery_key(me: Caller) -> str:
    """The present key, to be written down. Raises Gone once it was confirmed as saved (but at the machine's own
    terminal), Conflict while locked or when INGLENOOK_SECRET is the key, Forbidden for members."""
    me.must_be_admin()
    if keys.is_given():
        raise Conflict("INGLENOOK_SECRET is the recovery key: keep it where you keep passwords.")
    if stored.locked():
        raise Conflict(SHUT)  # the key at hand opens nothing, and gives way to the one that does
    if me.door != "cli" and is_saved():
        said = "The recovery key was shown and saved. `main.py secrets show` prints it on the machine itself."
        raise Gone(children.named(said))
    return keys.ring.present


def confirm_saved(me: Caller) -> None:
    """Note that the present recovery key lies somewhere safe; it is not shown again. Raises Forbidden for members."""
    me.must_be_admin()
    with db.write(durable=True) as tx:
        stored.put(tx, SAVED, {"at": clock.now(), "key": sealing.fingerprint()})
        tx.audit(me, "secrets.confirm_saved")


def is_saved() -> bool:
    """Whether somebody confirmed that the present recovery key is saved, or INGLENOOK_SECRET is used."""
    saved = stored.setting(SAVED)
    return keys.is_given() or (isinstance(saved, dict) and saved.get("key") == sealing.fingerprint())


def unlock(me: Caller, key: str) -> None:
    """Take the recovery key of a restored database: it is the present one again, and what was sealed meanwhile is
    sealed with it. Raises Invalid(key) for a wrong one, Conflict when nothing is locked, Forbidden for members."""
    me.must_be_admin()
    if not stored.locked():
        raise Conflict("Nothing is locked: the stored keys open.")
    right = fitting(key)
    if right is None:
        raise Invalid(key="This key does not open what is stored here. It has 13 groups of four letters and digits.")
    with keys.changing:
        if keys.is_given():
            keys.add_key(keys.place.path.parent, right)
            keys.take()
        else:
            keys.keep(keys.ring.turned(right, clock.now()))
        finish(me, "secrets.unlock")
        stored.look()
    log.info("secrets.unlocked")


def fitting(key: str) -> str | None:
    """The key that a person means, if it opens what is stored."""
    tried = [word] if (word := stored.check()) is not None else stored.all_sealed()
    return next((found for each in tried if (found := sealing.opens_with(each, key))), None)


def forget(me: Caller) -> int:
    """When the recovery key is lost for good: forget the stored keys that do not open, and begin with the present one;
    how many were forgotten. Raises Conflict when nothing is locked, Forbidden for members."""
    me.must_be_admin()
    if not stored.locked():
        raise Conflict("Nothing is locked: the stored keys open.")
    count = 0
    with keys.changing, db.write(durable=True) as tx:
        for table, name in stored.SEALED:
            for row, sealed in tx.run(f"select rowid, {name} from {table} where {name} is not null").fetchall():
                if sealing.opens_with(bytes(sealed)) is None:
                    count += tx.run(f"update {table} set {name} = null where rowid = :row", row=row).rowcount
        stored.seal_anew(tx)
        tx.audit(me, "secrets.forget", note=f"{count} stored keys")
    stored.look()
    return count
