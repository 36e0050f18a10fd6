"""What is asked of a new paste, by whatever name a program knows it: in headers, in the query, in fields, in JSON."""

import email.utils
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app import clock
from app.errors import Invalid

WEEK = 7 * 86_400
SECONDS = {
    1: ("", "s", "sec", "second"),
    60: ("m", "min", "minute"),
    3600: ("h", "hour"),
    86_400: ("d", "day"),
    WEEK: ("w", "week"),
    30 * 86_400: ("month",),
    365 * 86_400: ("y", "year"),
}
UNITS = {name: seconds for seconds, names in SECONDS.items() for name in names}
LONGEST = 100 * UNITS["year"]
# Our name → what else it is called by the pastebins whose one-liners people know by heart.
NAMES = {
    "title": ("title", "subject"),
    "name": ("name", "filename"),
    "syntax": ("syntax", "lang", "language", "lexer", "format", "ext"),
    "expires": ("expires", "expiry", "expire", "expiration", "expires_in", "expiry_days"),
    "visibility": ("visibility",),
    "max_views": ("max_views", "max-views", "views"),
    "burns": ("burns", "burn", "burn_after_reading"),
    "password": ("password", "paste-password"),
    "key": ("key",),
}
OURS = {each: name for name, all in NAMES.items() for each in all}
HEADERS = ("title", "syntax", "expires", "visibility", "max-views", "burn", "paste-password")
YES, NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


@dataclass
class Wishes:
    """What was asked, by our names. Later words win over earlier ones."""

    words: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, value: str) -> bool:
        """Take one wish; whether it is one."""
        name = name.lower()
        if (ours := OURS.get(name)) is None:
            return False
        # An empty field of a form is a field that nobody filled in; of a password the white space counts.
        if said := value if ours == "password" else value.strip():
            self.words[ours] = f"{said}d" if name == "expiry_days" and said.isdigit() else said
        return True

    def terms(self) -> dict[str, object]:
        """As `pastes.create` takes them: unlisted for a week, unless something else was asked. Raises Invalid."""
        words = self.words
        return {
            "title": words.get("title", ""),
            "visibility": words.get("visibility", "unlisted"),
            "expires_in": duration(words["expires"]) if "expires" in words else WEEK,
            "password": words.get("password", ""),
            "burns": switch(words.get("burns", "")),
            "max_views": number(words["max_views"]) if "max_views" in words else None,
        }


def duration(text: str) -> int | None:
    """`10m`, `2 weeks`, seconds, `never` or a date (of HTTP, or ISO) as seconds from now. Raises Invalid."""
    text = text.strip().lower()
    if text in ("never", "none"):
        return None
    if found := re.fullmatch(r"(\d{1,12})\s*([a-z]*)", text):
        unit = found[2] if found[2] in UNITS else found[2].removesuffix("s")
        seconds = int(found[1]) * UNITS.get(unit, 0)
    else:
        seconds = (moment(text) - clock.now()) // 1_000_000
    if not 0 < seconds <= LONGEST:
        raise Invalid(expires="Say when it expires as 10m, 1h, 1d, 1w, never, or a date to come.")
    return seconds


def moment(text: str) -> int:
    """A date in microseconds UTC; 0 for what is none."""
    try:
        when = datetime.fromisoformat(text.upper())
    except ValueError:
        try:
            when = email.utils.parsedate_to_datetime(text)
        except ValueError:
            return 0
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return int(when.timestamp() * 1_000_000)


def switch(text: str) -> bool:
    """A word for yes or no. Raises Invalid."""
    if text.lower() not in YES + NO:
        raise Invalid(burn="Say burn=1, or leave it out.")
    return text.lower() in YES


def number(text: str) -> int:
    """How often something may be seen. Raises Invalid."""
    if not re.fullmatch(r"[1-9]\d{0,5}", text):
        raise Invalid(max_views="The number of views is a whole number from 1 to 999,999.")
    return int(text)
