"""What every export tells of a chat, whichever program wrote it: its messages, and what of it is not taken."""

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app import clock
from app.chats.tree import DONE, REASONING, TEXT
from app.errors import Invalid

LATEST = 32_503_680_000 * clock.SECOND  # what a page can show: the year 3000
LONGEST_TITLE = 200
LONGEST_SYSTEM = 64 * 1024
# Half of a pair that stands alone: JSON can spell it, no file and no database can hold it.
HALF = re.compile("[\ud800-\udfff]")
USER, ASSISTANT, PASSED = "user", "assistant", ""


@dataclass
class Piece:
    """A part of a message: text or reasoning, and how long that took in microseconds."""

    kind: str
    text: str
    duration_us: int | None = None


@dataclass
class Node:
    """A message as it hangs in the export's tree. With the role PASSED nothing of it is taken but its place."""

    id: str
    parent: str | None
    role: str
    pieces: list[Piece] = field(default_factory=list)
    model: str = ""
    created_at: int | None = None
    state: str = DONE
    error: str = ""


@dataclass
class Conversation:
    """A chat as an export tells it. `origin` names it for good, `left` counts what of it is not taken, by LEFT's
    words. Times in microseconds."""

    origin: str
    title: str = ""
    created_at: int | None = None
    changed_at: int | None = None
    nodes: list[Node] = field(default_factory=list)
    leaf: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    archived: bool = False
    pinned: bool = False
    tags: list[str] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)


def cleaned(value: Any) -> str:
    """Text as it can be kept; '' for what is none."""
    if not isinstance(value, str):
        return ""
    return HALF.sub("\ufffd", value.replace("\r\n", "\n").replace("\x00", ""))


def line(value: Any, longest: int) -> str:
    """Text in one line of at most so many characters."""
    return " ".join(cleaned(value).split())[:longest].strip()


def said(*texts: Any) -> list[Piece]:
    """What was said, where there is anything."""
    return [Piece(TEXT, text) for text in map(cleaned, texts) if text.strip()]


def thought(text: Any, seconds: Any = None) -> list[Piece]:
    """What was thought before it was said, where there is anything."""
    told = cleaned(text).strip()
    took = round(seconds * clock.SECOND) if isinstance(seconds, int | float) and 0 <= seconds < 1e6 else None
    return [Piece(REASONING, told, took)] if told else []


def moment(value: Any) -> int | None:
    """A time as an export writes it (seconds, thousandths or millionths since 1970, or ISO 8601) in microseconds."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value).timestamp()
        except (ValueError, OverflowError):
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
        return None
    # Seconds of today have ten digits, thousandths thirteen, millionths sixteen.
    scale = clock.SECOND if value < 1e11 else 1000 if value < 1e14 else 1
    found = round(value * scale)
    return found if found < LATEST else None


def number(value: Any, least: float, most: float, whole: bool = False) -> Any:
    """A number of somebody's settings, None where it is none or out of its range."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        return None
    return int(value) if whole else float(value)


def settings(system: Any = "", temperature: Any = None, top_p: Any = None, max_tokens: Any = None) -> dict[str, Any]:
    """A chat's own settings, as far as they are ones here."""
    return {
        "system": cleaned(system).strip()[:LONGEST_SYSTEM],
        "temperature": number(temperature, 0, 2),
        "top_p": number(top_p, 0, 1),
        "max_tokens": number(max_tokens, 1, 1_000_000, whole=True),
    }


def must(holds: bool, words: str) -> None:
    """Raises Invalid with these words, which say what of a chat is not as its program writes it."""
    if not holds:
        raise Invalid(file=words)


def rows(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; nothing where there is none."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def table(value: Any) -> dict[str, Any]:
    """An object; an empty one where there is none."""
    return value if isinstance(value, dict) else {}


def attached(name: Any) -> str:
    """A line that stands for a file which the export only names."""
    return f"(Attached: {line(name, 200) or 'a file'})"


def fenced(text: str, syntax: str = "") -> str:
    """Text as a block of code, whatever it holds."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{re.sub(r'[^A-Za-z0-9+#-]', '', syntax)[:30]}\n{text.rstrip()}\n{fence}"
