"""Pastes: short texts and files that are shared by link."""

from app.items import Item, ItemPart, Piece, Revision
from app.pastes.changing import UNSET, change, erase, star, trash, untrash
from app.pastes.finding import Cover, Paste, cover, find, held, paste_pass, seen
from app.pastes.glancing import Glance, Look, glance
from app.pastes.limits import LARGEST_JSON, MOST_TAGS, WEEK, anonymous_allowed, largest_anonymous, must_fit
from app.pastes.lists import Page, Row, is_starred, mine, shared, tags, tags_of
from app.pastes.making import Made, create, fork
from app.pastes.revealing import Revealed, reveal
from app.pastes.revising import Past, at, diff, history, restore_revision, revise, writable
from app.pastes.sharing import share, shares, unshare

__all__ = [
    "LARGEST_JSON",
    "MOST_TAGS",
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
