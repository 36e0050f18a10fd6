"""Passing: passwords of what is guarded, and the passes that show for an hour that one was given."""

import hmac

from app import clock
from app.accounts import passwords, throttle
from app.errors import Locked, OverLimit
from app.holdings.nouns import Holding
from app.items import Found
from app.rights import Caller
from app.secrets import keys
from app.secrets.sealing import derived

PASS_TIME = clock.HOUR
# By thing and address, and by thing: many addresses together may not try for ever either.
by_thing_and_address = throttle.Throttle(free=5)
by_thing = throttle.Throttle(free=50)


def unlock(found: Found, me: Caller, password: str, token: str = "") -> None:
    """Raises Locked when a password is needed and this is not it, OverLimit after too many wrong ones."""
    if not found.password or is_pass_for(found, token):
        return
    if not password:
        raise Locked()
    key = f"{found.item.id} {throttle.place(me.address)}"
    wait = by_thing_and_address.attempt(key) or by_thing.attempt(found.item.id)
    if wait > 0:
        seconds = int(wait) + 1
        raise OverLimit(f"Too many wrong passwords. Try again in {throttle.words(seconds)}.", seconds)
    if not passwords.verify(found.password, password):
        raise Locked(wrong=True)
    by_thing_and_address.forgive(key)
    by_thing.take_back(found.item.id)


def password_pass(thing: Holding, token: str = "") -> str:
    """What shows for an hour that the password was given: for a cookie of this thing's address, taken as `token`. It
    holds the token by which the thing was found, because both are needed."""
    until = clock.now() + PASS_TIME
    return f"pass.{until}.{signature(thing.item.id, thing.password, until)}.{opener(token)}"


def opener(token: str) -> str:
    """The token of a share or of an author, also where a pass holds it."""
    return token.split(".", 3)[3] if is_pass(token) and token.count(".") > 2 else "" if is_pass(token) else token


def signature(id: str, password: str, until: int) -> str:
    """What nobody else can write; another password makes it worthless."""
    words = f"{id} {password} {until}".encode()
    return hmac.new(derived(keys.ring.present, "paste pass"), words, "sha256").hexdigest()


def is_pass(token: str) -> bool:
    """Whether this looks like a pass."""
    return token.startswith("pass.")


def is_pass_for(found: Found, token: str) -> bool:
    """Whether this pass opens this thing now."""
    _, _, rest = token.partition("pass.")
    until, _, rest = rest.partition(".")
    signed, _, _ = rest.partition(".")
    if not is_pass(token) or not until.isascii() or not until.isdigit() or len(until) > 20 or int(until) < clock.now():
        return False
    return hmac.compare_digest(signed.encode(), signature(found.item.id, found.password, int(until)).encode())
