"""Revising: a new state on top of the one that was seen, never over one that was not."""

from collections.abc import Sequence

from app import holdings, items
from app.holdings import revising
from app.items import Piece, showing
from app.pastes import limits
from app.pastes.finding import PASTES, Paste
from app.rights import Caller


def revise(
    me: Caller,
    id: str,
    parts: Sequence[Piece],
    *,
    base: int,
    title: str | None = None,
    note: str = "",
    password: str = "",
    token: str = "",
) -> Paste:
    """Make these parts the current revision, on top of revision `base`. Without any change, nothing is stored.

    Raises Stale with the difference when it is not the current one, Forbidden for who may only read, Conflict for what
    is encrypted or burns, Invalid, TooLarge, NoRoom, and what `find` does.
    """
    found = holdings.writable(PASTES, me, id, password, token)
    note = items.titled(note)
    words = found.item.title if title is None else items.titled(title)
    size = sum(len(piece.data or b"") + len(piece.text or "") for piece in parts)
    holdings.must_fit(found.item.owner_id, size)
    if found.item.owner_id is None:
        limits.must_be_small(size)
    ready = items.ready(list(parts))
    shown = showing.coloured(ready)
    return revising.keep(PASTES, me, found, ready, shown, base=base, title=words, note=note, token=token)
