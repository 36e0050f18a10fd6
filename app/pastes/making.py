"""Making pastes: new ones, and forks of others."""

from collections.abc import Sequence
from dataclasses import dataclass

from app import clock, db, holdings, items
from app.accounts import passwords
from app.errors import Conflict, Forbidden, Invalid
from app.holdings import WEEK
from app.items import OWNER, PRIVATE, Item, Piece, Ready, showing, storing
from app.items.rows import Rendering
from app.pastes import finding, limits
from app.pastes.finding import PASTES, Paste
from app.rights import Caller
from app.secrets import digest
from app.secrets import token as new_token


@dataclass
class Made:
    """A new paste, and for one without an account what revises and deletes it: told only here."""

    paste: Paste
    edit_token: str = ""
    delete_token: str = ""


def create(
    me: Caller,
    parts: Sequence[Piece],
    *,
    title: str = "",
    visibility: str = PRIVATE,
    space_id: str = "",
    expires_in: int | None = WEEK,
    password: str = "",
    burns: bool = False,
    max_views: int | None = None,
    sealed: bool = False,
    parent_id: str | None = None,
    tags: Sequence[str] = (),
) -> Made:
    """Store a paste and its first revision; `expires_in` is seconds, None never.

    Raises Invalid, TooLarge, NoRoom, OverLimit, Unknown for nobody while that is not allowed, and NotFound or
    Forbidden for a space that one may not write in.
    """
    size = sum(len(piece.data or b"") + len(piece.text or "") for piece in parts)
    limits.must_post(me, visibility, size)
    holdings.limits.check_visibility(PASTES, me, visibility, space_id)
    holdings.limits.check_views(max_views)
    holdings.limits.check_password(password)
    words = holdings.limits.worded(list(tags))
    holdings.must_fit(me.id or None, size)
    if sealed:
        must_be_sealed(parts, title)
    now = clock.now()
    item = Item(
        id=clock.new_id(),
        kind=PASTES.kind,
        owner_id=me.id or None,
        space_id=space_id,
        parent_id=parent_id,
        title=items.titled(title),
        visibility=visibility,
        burns=burns,
        sealed=sealed,
        expires_at=holdings.limits.moment(expires_in),
        max_views=max_views,
        created_at=now,
        changed_at=now,
    )
    ready = items.ready(list(parts))
    renderings = [] if sealed else showing.coloured(ready)
    item.password = passwords.hashed(password) if password else ""
    return store(me, item, ready, renderings, words)


def store(
    me: Caller, item: Item, ready: list[Ready], renderings: list[Rendering], tags: Sequence[str] = (), note: str = ""
) -> Made:
    """The one transaction of a new paste. Raises NoRoom, OverLimit."""
    edit, delete = ("", "") if me.id else (new_token(), new_token())
    with db.write() as tx:
        if not me.id:
            item.address = limits.count_post(tx, me.address)
            item.edit_digest, item.delete_digest = digest(edit), digest(delete)
        revision = storing.start(tx, me, item, ready, holdings.quota(me.id), note)
        storing.keep_renderings(tx, renderings)
        holdings.tag(tx, item, tags)
        tx.audit(me, "pastes.create", item)
    return Made(Paste(item, revision, [each.part for each in ready], OWNER), edit, delete)


def must_be_sealed(parts: Sequence[Piece], title: str) -> None:
    """Raises Invalid when what was encrypted in the browser comes with anything that tells of it."""
    if title or len(parts) != 1 or parts[0].name or parts[0].syntax:
        raise Invalid(text="An encrypted paste is one part without title, name and syntax: these are inside of it.")


def fork(
    me: Caller, id: str, *, password: str = "", token: str = "", number: int = 0, expires_in: int | None = WEEK
) -> Paste:
    """A private copy that belongs to `me` and remembers where it comes from. Raises what `find` does, NoRoom, and
    Conflict for what was encrypted in the browser."""
    me.must_have("pastes:write")
    paste = finding.find(id, me, password=password, token=token, number=number)
    if paste.item.sealed:
        raise Conflict("It is encrypted, and only its readers have the key: copy its text instead.")
    if not paste.is_mine and paste.item.max_views is not None:
        raise Forbidden("Its readings are counted, so it cannot be forked.")
    holdings.must_fit(me.id, paste.revision.size)
    now = clock.now()
    item = Item(
        id=clock.new_id(),
        kind=PASTES.kind,
        owner_id=me.id,
        parent_id=paste.id,
        title=paste.revision.title,
        expires_at=holdings.limits.moment(expires_in),
        created_at=now,
        changed_at=now,
    )
    return store(me, item, storing.copied(paste.parts), []).paste
