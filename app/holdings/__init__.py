"""Holdings: what all nouns have in common that are items: finding, revising, sharing, lists, tags, stars, the trash.

A noun says once what it is called (`PASTES = Noun("paste", "pastes", Paste)`) and gives itself to each verb here.
"""

from app.holdings import limits, lists, passing, revising, shelving
from app.holdings.changing import UNSET, change, erase, star, tag, trash, untrash
from app.holdings.finding import allowed, find, held, in_transaction, is_open, owned, seen, shown, spend
from app.holdings.limits import LARGEST_JSON, MOST_TAGS, WEEK, must_fit, quota
from app.holdings.lists import Filter, Page, Row, chosen, is_starred, mine, page, shared, tags, tags_of
from app.holdings.nouns import Holding, Noun
from app.holdings.passing import opener, password_pass, unlock
from app.holdings.revising import Past, at, diff, history, must_be_writable, restore_revision, writable
from app.holdings.sharing import share, shares, unshare

__all__ = [
    "LARGEST_JSON",
    "MOST_TAGS",
    "UNSET",
    "WEEK",
    "Filter",
    "Holding",
    "Noun",
    "Page",
    "Past",
    "Row",
    "allowed",
    "at",
    "change",
    "chosen",
    "diff",
    "erase",
    "find",
    "held",
    "history",
    "in_transaction",
    "is_open",
    "is_starred",
    "limits",
    "lists",
    "mine",
    "must_be_writable",
    "must_fit",
    "opener",
    "owned",
    "page",
    "passing",
    "password_pass",
    "quota",
    "restore_revision",
    "revising",
    "seen",
    "share",
    "shared",
    "shares",
    "shelving",
    "shown",
    "spend",
    "star",
    "tag",
    "tags",
    "tags_of",
    "trash",
    "unlock",
    "unshare",
    "untrash",
    "writable",
]
