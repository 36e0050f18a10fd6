"""Pastes: short texts and files that are shared by link."""

from functools import partial

from app import holdings
from app.holdings import (
    LARGEST_JSON,
    MOST_TAGS,
    UNSET,
    WEEK,
    Page,
    Past,
    Row,
    must_fit,
    seen,
)
from app.holdings import password_pass as paste_pass
from app.items import Item, ItemPart, Piece, Revision
from app.pastes.finding import PASTES, Cover, Paste, cover, find, held
from app.pastes.glancing import Glance, Look, glance
from app.pastes.limits import anonymous_allowed, largest_anonymous
from app.pastes.making import Made, create, fork
from app.pastes.revealing import Revealed, reveal
from app.pastes.revising import revise

change = partial(holdings.change, PASTES)
star = partial(holdings.star, PASTES)
trash = partial(holdings.trash, PASTES)
untrash = partial(holdings.untrash, PASTES)
erase = partial(holdings.erase, PASTES)
share = partial(holdings.share, PASTES)
shares = partial(holdings.shares, PASTES)
unshare = partial(holdings.unshare, PASTES)
mine = partial(holdings.mine, PASTES)
shared = partial(holdings.shared, PASTES)
tags = partial(holdings.tags, PASTES)
tags_of = partial(holdings.tags_of, PASTES)
is_starred = partial(holdings.is_starred, PASTES)
writable = partial(holdings.writable, PASTES)
restore_revision = partial(holdings.restore_revision, PASTES)
history = partial(holdings.history, PASTES)
at = partial(holdings.at, PASTES)
diff = partial(holdings.diff, PASTES)

__all__ = [
    "LARGEST_JSON",
    "MOST_TAGS",
    "PASTES",
    "UNSET",
    "WEEK",
    "Cover",
    "Glance",
    "Item",
    "ItemPart",
    "Look",
    "Made",
    "Page",
    "Past",
    "Paste",
    "Piece",
    "Revealed",
    "Revision",
    "Row",
    "anonymous_allowed",
    "at",
    "change",
    "cover",
    "create",
    "diff",
    "erase",
    "find",
    "fork",
    "glance",
    "held",
    "history",
    "is_starred",
    "largest_anonymous",
    "mine",
    "must_fit",
    "paste_pass",
    "restore_revision",
    "reveal",
    "revise",
    "seen",
    "share",
    "shared",
    "shares",
    "star",
    "tags",
    "tags_of",
    "trash",
    "unshare",
    "untrash",
    "writable",
]
