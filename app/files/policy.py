"""Policy: what an admin decides of files: how large one may be, which types are refused, and how much people store."""

import re
from dataclasses import dataclass

from app import settings
from app.errors import Invalid
from app.rights import Caller

MOST_MB, MOST_TYPES = 1 << 20, 100
PATTERN = re.compile(r"[a-z0-9*][a-z0-9.+*-]*/[a-z0-9.+*-]+")


@dataclass(frozen=True)
class Policy:
    """What holds: the largest file in MiB, patterns of the media types that are refused, and the MiB of each person."""

    file_mb: int
    file_types_refused: tuple[str, ...]
    quota_mb: int


def policy(me: Caller) -> Policy:
    """What holds now. Raises Forbidden for members."""
    me.must_be_admin()
    types = tuple(settings.value("file_types_refused"))
    return Policy(int(settings.value("file_mb")), types, int(settings.value("quota_mb")))


def decide(me: Caller, new: Policy) -> None:
    """Let this hold from now on. What is stored already stays. Raises Forbidden, and Invalid for each number that is
    out of its bounds and for what is no pattern of a type."""
    me.must_be_admin()
    wrong = {
        name: f"A whole number of MiB from 1 to {MOST_MB:,}."
        for name in ("file_mb", "quota_mb")
        if not 1 <= getattr(new, name) <= MOST_MB
    }
    types = list(dict.fromkeys(each.strip().lower() for each in new.file_types_refused if each.strip()))
    if odd := next((each for each in types if not PATTERN.fullmatch(each)), ""):
        wrong["file_types_refused"] = f"{odd} is no media type: write video/mp4, or video/* for all of them."
    if len(types) > MOST_TYPES:
        wrong["file_types_refused"] = f"At most {MOST_TYPES} lines."
    if wrong:
        raise Invalid(**wrong)
    settings.change(me, file_mb=new.file_mb, file_types_refused=types, quota_mb=new.quota_mb)
