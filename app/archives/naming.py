"""Names of entries: that of one file on every system, and no longer than any of them takes."""

import re
from datetime import UTC, datetime
from pathlib import PurePosixPath

from app import clock
from app.files import zipping
from app.items.pieces import unique

LONGEST, LONGEST_ENDING = 150, 20  # bytes, of which an encoded disk takes 255
EARLIER = "earlier"


def named(title: str, otherwise: str) -> str:
    """A title as the name of a file without its ending."""
    return cut(zipping.safe(" ".join(title.split())), LONGEST) if title.strip() else otherwise


def cut(name: str, longest: int) -> str:
    """The beginning of a name, in so many bytes."""
    return name.encode()[:longest].decode(errors="ignore").rstrip(". ") or "_"


def file_name(name: str, taken: set[str]) -> str:
    """The name of a part, with its ending, that no other in its folder has."""
    path = PurePosixPath(zipping.safe(name or "part"))
    ending = path.suffix if len(path.suffix.encode()) <= LONGEST_ENDING else ""
    return unique(cut(path.name.removesuffix(ending), LONGEST) + ending, taken)


def archive_name(what: str) -> str:
    """The name of an archive: of what, and of which day."""
    words = re.sub(r"\W+", "-", what).strip("-").lower()[:60] or "archive"
    return f"inglenook-{words}-{datetime.fromtimestamp(clock.now() / clock.SECOND, UTC):%Y-%m-%d}.zip"
