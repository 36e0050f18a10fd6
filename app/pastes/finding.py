"""Finding a paste: for those who may, with its password, counted where its views are."""

import hmac
from dataclasses import dataclass, field

from app import clock, items
from app.accounts import passwords, throttle
from app.db import Transaction
from app.errors import Covered, Forbidden, Locked, NotFound, OverLimit
from app.items import OWNER, READER, Found, Item, ItemPart, Revision, counting, showing
from app.items.plain import columns, made
from app.pastes import limits
from app.rights import Caller, shares
from app.secrets import keys
from app.secrets.sealing import derived

KIND = "paste"
PASS_TIME = clock.HOUR
# By paste and address, and by paste: many addresses together may not try for ever either.
by_paste_and_address = throttle.Throttle(free=5)
by_paste = throttle.Throttle(free=50)


@dataclass
class Paste:
    """A paste as one person sees it at one of its revisions. `role` is owner, writer or reader; `counted` says
    that each of its readings is one of so many."""

    item: Item
    revision: Revision
    parts: list[ItemPart]
    role: str = READER
    writable: bool = True
    password: str = field(default="", repr=False)
    counted: bool = False

    @property
    def id(self) -> str:
        """Its id, which its address ends with."""
        return self.item.id

    @property
    def is_mine(self) -> bool:
        """Whether settings, shares and the trash are up to the one who sees it."""
        return self.role == OWNER

    @property
    def can_write(self) -> bool:
        """Whether the one who sees it may revise it."""
        return self.role != READER and self.writable and not self.item.sealed

    @property
    def is_current(self) -> bool:
        """Whether this is the revision that is shown by default."""
        return self.revision.number == self.item.current

    @property
    def title(self) -> str:
        """Its title at this revision, else the name of its first part."""
        return self.revision.title or (self.parts[0].name if self.parts else "")

    def part(self, name: str) -> ItemPart:
        """The part of this name. Raises NotFound."""
        found = next((part for part in self.parts if part.name == name), None)
        if found is None:
            raise NotFound("It has no part of this name.")
        return found

    def html(self, part: ItemPart) -> str:
        """The coloured lines of a part (safe HTML, one line a line), '' where it is shown as plain text."""
        return "" if self.item.sealed else showing.html(part)

    def prose(self, part: ItemPart) -> str:
        """A part of Markdown as safe HTML, '' where it is shown as plain text."""
        return "" if self.item.sealed else showing.prose(part)


@dataclass(frozen=True)
class Cover:
    """What may be told of a paste that reading deletes. `locked` says that a password is needed too."""

    id: str
    created_at: int
    expires_at: int | None
    locked: bool
    sealed: bool
    is_mine: bool = False


def find(id: str, me: Caller, *, password: str = "", token: str = "", number: int = 0, looks: bool = True) -> Paste:
    """The paste (at a revision, 0: the current one), if `me` or the holder of the token may read it.

    `token` is that of a share, of an anonymous author, or a pass (`paste_pass`). A view that is limited is counted
    here, unless nothing of it is shown (`looks`). Raises NotFound for strangers and after its end, Gone for what is in
    one's own trash, Locked without the password, Covered for what reading deletes, OverLimit after too many wrong
    passwords.
    """
    found = allowed(id, me, token)
    unlock(found, me, password, token)
    if found.item.burns:
        raise Covered()
    paste = shown(found, number)
    if looks:
        spend(found)
    return paste


def held(id: str, me: Caller, token: str = "") -> Item:
    """The paste without what is in it, for its owner's settings, whatever reading would do. Raises NotFound, Gone,
    Forbidden for who may only read it."""
    found = allowed(id, me, token)
    if found.role != OWNER:
        raise Forbidden("Only its owner may do this.")
    return found.item


def cover(id: str, me: Caller, *, token: str = "") -> Cover:
    """What is told of a paste that reading deletes, without reading it. Raises NotFound, also for other pastes."""
    found = allowed(id, me, token)
    if not found.item.burns:
        raise NotFound()
    item = found.item
    return Cover(item.id, item.created_at, item.expires_at, bool(found.password), item.sealed, found.role == OWNER)


def allowed(id: str, me: Caller, token: str = "") -> Found:
    """The item and what one may do with it. Raises NotFound, Gone, and Forbidden for a key without the scope."""
    if me.key:
        me.must_have("pastes:read")
    return items.find(KIND, id, me, opener(token))


def shown(found: Found, number: int = 0) -> Paste:
    """The paste with its parts. Raises NotFound when there is no such revision."""
    revision, parts = items.contents(found.item, number)
    by_share = found.share is not None and found.share.max_uses is not None
    counted = by_share or (found.item.max_views is not None and found.role == READER)
    return Paste(found.item, revision, parts, found.role, is_open(found), found.password, counted)


def is_open(found: Found) -> bool:
    """Whether it may be revised at all: what lies in an archived space may not, but by its owner."""
    return found.role == OWNER or limits.takes(found.item.space_id)


def spend(found: Found) -> None:
    """Count a reading that is limited, of the paste or of the share. Raises NotFound when none is left."""
    if found.share is not None and not shares.use(found.share):
        raise NotFound()
    if found.item.max_views is not None and found.role == READER and not counting.spend(found.item):
        raise NotFound()


def seen(id: str, me: Caller) -> None:
    """Somebody but its owner looked at it: counted in memory, and written each minute. Views that are limited were
    counted by `find`."""
    counting.count(id, me.id)


# ── passwords ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def unlock(found: Found, me: Caller, password: str, token: str = "") -> None:
    """Raises Locked when a password is needed and this is not it, OverLimit after too many wrong ones."""
    if not found.password or is_pass_for(found, token):
        return
    if not password:
        raise Locked()
    key = f"{found.item.id} {throttle.place(me.address)}"
    wait = by_paste_and_address.attempt(key) or by_paste.attempt(found.item.id)
    if wait > 0:
        seconds = int(wait) + 1
        raise OverLimit(f"Too many wrong passwords. Try again in {throttle.words(seconds)}.", seconds)
    if not passwords.verify(found.password, password):
        raise Locked(wrong=True)
    by_paste_and_address.forgive(key)
    by_paste.take_back(found.item.id)


def paste_pass(paste: Paste, token: str = "") -> str:
    """What shows for an hour that the password was given: for a cookie of this paste's address, taken as `token`. It
    holds the token by which the paste was found, because both are needed."""
    until = clock.now() + PASS_TIME
    return f"pass.{until}.{signature(paste.item.id, paste.password, until)}.{opener(token)}"


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
    """Whether this pass opens this paste now."""
    _, _, rest = token.partition("pass.")
    until, _, rest = rest.partition(".")
    signed, _, _ = rest.partition(".")
    if not is_pass(token) or not until.isascii() or not until.isdigit() or len(until) > 20 or int(until) < clock.now():
        return False
    return hmac.compare_digest(signed.encode(), signature(found.item.id, found.password, int(until)).encode())


def in_transaction(tx: Transaction, id: str, me: Caller, token: str = "") -> Found:
    """The paste as it is now, while nobody else can change it, and what one may do. Raises NotFound, Gone."""
    sql = f"select {', '.join(columns(Item))} from item where id = ? and kind = ?"
    row = tx.database.driver.execute(sql, (id, KIND)).fetchone()
    if row is None:
        raise NotFound()
    return items.seen_by(made(Item, row), me, opener(token))


def forget() -> None:
    """Forget all wrong attempts, when another database is opened."""
    by_paste_and_address.counts.clear()
    by_paste.counts.clear()
