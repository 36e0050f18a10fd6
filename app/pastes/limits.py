"""Limits: what may be posted without an account."""

from app import clock, settings
from app.accounts import throttle
from app.db import Transaction
from app.errors import Invalid, OverLimit, TooLarge, Unknown
from app.items import UNLISTED
from app.rights import Caller


def anonymous_allowed() -> bool:
    """Whether somebody without an account may post."""
    return bool(settings.value("anonymous_pastes"))


def largest_anonymous() -> int:
    """The bytes that one paste without an account may have."""
    return int(settings.value("anonymous_kb")) << 10


def must_post(me: Caller, visibility: str, size: int) -> None:
    """Raises Unknown, Invalid or TooLarge when nobody may not post this; the count is by `count_post`."""
    if me.id:
        me.must_have("pastes:write")
        return
    if not anonymous_allowed():
        raise Unknown("Posting needs an account here: sign in, or send a key as bearer token.")
    if visibility != UNLISTED:
        raise Invalid(visibility="Without an account, a paste is unlisted: whoever has its link may read it.")
    must_be_small(size)


def must_be_small(size: int) -> None:
    """Raises TooLarge for more than may be posted without an account."""
    if size > largest_anonymous():
        raise TooLarge(f"Without an account, a paste may be at most {largest_anonymous() >> 10} KiB.")


def count_post(tx: Transaction, address: str) -> str:
    """An address as it is counted, when it may post once more in this hour. Raises OverLimit."""
    place = throttle.place(address)
    most = int(settings.value("anonymous_hour"))
    sql = "select count(*), min(created_at) from item where address = ? and created_at > ?"
    count, first = tx.database.driver.execute(sql, (place, clock.now() - clock.HOUR)).fetchone()
    if count >= most:
        wait = max(1, (first + clock.HOUR - clock.now()) // clock.SECOND)
        raise OverLimit(f"From this address {most} pastes an hour may be posted without an account.", int(wait), "rate")
    return place
