"""Passes: download links, which open one file to whoever holds them, for as long as who made them may read it."""

import hmac
from dataclasses import dataclass, replace

from app import clock, db, items
from app.errors import Gone, NotFound
from app.holdings import Holding, opener
from app.items import READER, Found
from app.rights import Caller
from app.secrets import keys
from app.secrets.sealing import derived

MARK = "get."
LONGEST = 7 * 86_400  # seconds


@dataclass(frozen=True)
class Opened:
    """What a pass opens, and the id of who made it ('' for somebody without an account)."""

    item: Found
    reader: str


def written(file: Holding, number: int, seconds: int) -> str:
    """A pass: until when, which version (0: the current one), whose, signed, and the token by which they see it."""
    until = clock.now() + min(max(1, seconds), LONGEST) * clock.SECOND
    signed = signature(file.item.id, file.password, until, number, file.reader)
    return f"{MARK}{until}.{number}.{file.reader}.{signed}.{opener(file.token)}"


def is_pass(token: str) -> bool:
    """Whether this looks like a pass."""
    return token.startswith(MARK)


def number_of(token: str) -> int:
    """The version that a pass is for; 0: the current one."""
    number = token.split(".")[2]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0


def opened(kind: str, id: str, me: Caller, token: str) -> Opened:
    """What this pass opens, to read. Raises NotFound when it was not made here, is over, or who made it may no longer
    read."""
    parts = token.split(".", 5)
    if len(parts) < 6 or not (parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 20):
        raise NotFound()
    _, until, _, reader, signed, share = parts
    if int(until) < clock.now() or (reader and not is_active(reader)):
        raise NotFound()
    try:
        found = items.find(kind, id, Caller(id=reader, door=me.door, address=me.address), share)
    except Gone:
        raise NotFound() from None  # that it lies in the trash is its owner's to know
    expected = signature(id, found.password, int(until), number_of(token), reader)
    if not hmac.compare_digest(signed.encode(), expected.encode()):
        raise NotFound()
    return Opened(replace(found, role=READER), reader)


def is_active(user_id: str) -> bool:
    """Whether this person may still come in."""
    return db.fetch("select 1 from account where id = ? and deactivated_at is null", user_id) is not None


def signature(id: str, password: str, until: int, number: int, reader: str) -> str:
    """What nobody else can write; another password makes it worthless."""
    words = f"{id} {password} {until} {number} {reader}".encode()
    return hmac.new(derived(keys.ring.present, "file pass"), words, "sha256").hexdigest()
