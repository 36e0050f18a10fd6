"""In words what all nouns that are items have in common: who reads one, until when, how large it is, its marks."""

from typing import Any

from app import clock
from app.items import PRIVATE, PUBLIC, SPACE, UNLISTED
from components.parts import Ago, Badge

READERS = {
    PRIVATE: "Only you",
    SPACE: "The members of its space",
    UNLISTED: "Anyone with the link",
    PUBLIC: "Everybody",
}
CHOICES = (
    (PRIVATE, "Only me"),
    (SPACE, "The members of a space"),
    (UNLISTED, "Anyone with the link"),
    (PUBLIC, "Everybody: anyone with the link, and listed for the people here"),
)
# Seconds, and what they are called; '' is never.
LIVES = (
    ("600", "After 10 minutes"),
    ("3600", "After an hour"),
    ("86400", "After a day"),
    ("604800", "After a week"),
    ("2592000", "After 30 days"),
    ("31536000", "After a year"),
    ("", "Never"),
)
WEEK = "604800"


def size_words(size: int) -> str:
    """Bytes as people say them."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1000:.1f} kB"
    if size < 1_000_000_000:
        return f"{size / 1_000_000:.1f} MB"
    return f"{size / 1_000_000_000:.1f} GB"


def counted(number: int, word: str) -> str:
    """'1 line', '18 lines'."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def left_words(until: int) -> str:
    """How long something is still there."""
    left = until - clock.now()
    if left <= 0:
        return "over"
    if left < 90 * clock.MINUTE:
        return f"{max(1, left // clock.MINUTE)} min left"
    if left < 2 * clock.DAY:
        return f"{round(left / clock.HOUR)} h left"
    return f"{left // clock.DAY} days left"


def Expires(item: Any, me: Any) -> Any:
    """When it ends."""
    return Ago(item.expires_at, me) if item.expires_at else "never"


def marks_of(item: Any) -> list[Any]:
    """What has to be known of a paste before it is opened."""
    return [Badge(word, kind, icon=icon) for word, kind, icon in told_of(item)]


def told_of(item: Any) -> list[tuple[str, str, str]]:
    """The words, kinds and icons of a paste's marks."""
    ends = item.expires_at is not None and item.expires_at - clock.now() < clock.DAY
    return [
        mark
        for is_so, mark in (
            (item.burns, ("Burns", "live", "eye")),
            (item.sealed, ("Sealed", "", "lock")),
            (item.password, ("Password", "", "key")),
            (item.visibility == PUBLIC, ("Public", "note", "globe")),
            (item.visibility == UNLISTED, ("Link", "", "link")),
            (item.visibility == SPACE, ("Space", "", "people")),
            (ends, (left_words(item.expires_at) if ends else "", "warn", "clock")),
        )
        if is_so
    ]
