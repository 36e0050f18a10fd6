"""Passes: download links, which open one file to whoever holds them, for as long as who made them may read it.

They hold no share's token: who is given a download link cannot open the page behind it, or the file after its time.
"""

import hmac
from dataclasses import dataclass, replace

from app import clock, db
from app.errors import NotFound
from app.holdings import Holding
from app.items import READER, Found, Item, finding
from app.items.plain import made
from app.rights import Caller, Share, shares
from app.secrets import keys
from app.secrets.sealing import derived

MARK, SPENT = "get", "s"
LONGEST = 7 * 86_400  # seconds


@dataclass(frozen=True)
class Pass:
    """What a pass says: until when (microseconds UTC), of which version (0: the current one), whose it is ('' for
    somebody without an account), by which share they read it, and whether that reading was counted already."""

    until: int
    number: int
    reader: str
    share_id: str
    is_spent: bool

    def words(self) -> str:
        """As it is written, without its signature."""
        return f"{self.until}.{self.number}.{self.reader}.{self.share_id}.{SPENT if self.is_spent else ''}"


def written(file: Holding, number: int, seconds: int) -> str:
    """A pass for what somebody sees, for so long."""
    until = clock.now() + min(max(1, seconds), LONGEST) * clock.SECOND
    told = Pass(until, number, file.reader, file.share.id if file.share else "", file.spent)
    return f"{MARK}.{told.words()}.{signature(file.id, file.password, told)}"


def is_pass(token: str) -> bool:
    """Whether this looks like a pass."""
    return token.startswith(f"{MARK}.")


def is_paid(token: str) -> bool:
    """Whether this says that the reading which it opens was counted when it was made."""
    return is_pass(token) and token.split(".")[5:6] == [SPENT]


def opened(kind: str, id: str, token: str) -> tuple[Found, Pass]:
    """What this pass opens, to read, and what it says. Raises NotFound when it was not made here, is over, or who made
    it may no longer read."""
    told, signed = parsed(token)
    row = db.fetch(f"{finding.SELECT} where id = ? and kind = ?", id, kind)
    if row is None or told.until <= clock.now() or (told.reader and not is_active(told.reader)):
        raise NotFound()
    item = made(Item, row)
    found = by_share(item, told) if told.share_id else finding.allowed(item, Caller(id=told.reader))
    # The last of its readings may be the one that was counted for this pass.
    dated = item.expires_at is not None and item.expires_at <= clock.now()
    if found is None or item.trashed_at is not None or dated or (item.is_over and not told.is_spent):
        raise NotFound()
    if not hmac.compare_digest(signed.encode(), signature(id, found.password, told).encode()):
        raise NotFound()
    return replace(found, role=READER), told


def by_share(item: Item, told: Pass) -> Found | None:
    """The right of a share that is still open, or whose last use was this one."""
    share = next((each for each in shares.all(item.kind, item.id) if each.id == told.share_id), None)
    return Found(item, READER, share.password, share) if share and is_open(share, told.is_spent) else None


def is_open(share: Share, is_spent: bool) -> bool:
    """Whether a share that was not revoked is not over either."""
    dated = share.expires_at is not None and share.expires_at <= clock.now()
    return not dated and (is_spent or share.max_uses is None or share.uses < share.max_uses)


def parsed(token: str) -> tuple[Pass, str]:
    """What a pass says, and its signature. Raises NotFound."""
    parts = token.split(".")
    if len(parts) != 7 or not all(each.isascii() and each.isdigit() and len(each) < 20 for each in parts[1:3]):
        raise NotFound()
    return Pass(int(parts[1]), int(parts[2]), parts[3], parts[4], parts[5] == SPENT), parts[6]


def is_active(user_id: str) -> bool:
    """Whether this person may still come in."""
    return db.fetch("select 1 from account where id = ? and deactivated_at is null", user_id) is not None


def signature(id: str, password: str, told: Pass) -> str:
    """What nobody else can write; another password makes it worthless."""
    words = f"{id} {password} {told.words()}".encode()
    return hmac.new(derived(keys.ring.present, "file pass"), words, "sha256").hexdigest()
