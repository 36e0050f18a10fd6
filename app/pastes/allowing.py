"""Allowing: what an admin decides of pastes: how much people may store, and what is posted without an account."""

from dataclasses import dataclass

from app import settings
from app.errors import Invalid
from app.items import pieces
from app.rights import Caller

MOST_MB, MOST_HOUR = 1 << 20, 10_000
# The smallest and the largest number of each, and what it counts.
BOUNDS = {
    "quota_mb": (1, MOST_MB, "MiB"),
    "spare_mb": (0, MOST_MB, "MiB"),
    "anonymous_hour": (1, MOST_HOUR, "pastes"),
    "anonymous_kb": (1, pieces.LARGEST >> 10, "KiB"),
    "anonymous_quota_mb": (1, MOST_MB, "MiB"),
}


@dataclass(frozen=True)
class Allowed:
    """What holds: for each person `quota_mb`, on the disk `spare_mb`, and for those without an account whether they
    may post at all, how many an hour from one address, how many KiB each, and how many MiB of all of them."""

    quota_mb: int
    spare_mb: int
    anonymous_pastes: bool
    anonymous_hour: int
    anonymous_kb: int
    anonymous_quota_mb: int


def allowed(me: Caller) -> Allowed:
    """What holds now. Raises Forbidden for members."""
    me.must_be_admin()
    return Allowed(**{name: settings.value(name) for name in Allowed.__dataclass_fields__})


def allow(me: Caller, new: Allowed) -> None:
    """Let this hold from now on. What is stored already stays. Raises Forbidden, and Invalid for each number that is
    out of its bounds."""
    me.must_be_admin()
    wrong = {
        name: f"A whole number of {unit} from {least:,} to {most:,}."
        for name, (least, most, unit) in BOUNDS.items()
        if not least <= getattr(new, name) <= most
    }
    if wrong:
        raise Invalid(**wrong)
    settings.change(me, **{name: getattr(new, name) for name in Allowed.__dataclass_fields__})
