"""Limits: what any holding may be: how large, for how long, for whom, under which words."""

from typing import Any

from app import clock, db, settings, spaces
from app.errors import Forbidden, Invalid
from app.holdings.nouns import Noun
from app.items import SPACE, VISIBILITIES, room
from app.rights import Caller

MINUTE, HOUR, DAY, WEEK = 60, 3600, 86_400, 604_800  # seconds
SHORTEST, LONGEST = 60, 366 * DAY
MOST_VIEWS = 1_000_000
LONGEST_PASSWORD = 200
# What verbs carry as JSON; more comes as an upload.
LARGEST_JSON = 4 << 20
MOST_TAGS, LONGEST_TAG = 20, 40


def quota(owner_id: str | None) -> int:
    """The bytes that somebody may store in all."""
    return int(settings.value("quota_mb" if owner_id else "anonymous_quota_mb")) << 20


def must_fit(owner_id: str | None, size: int) -> None:
    """Raises NoRoom when so many bytes more cannot be stored, before they are read or written."""
    room.check(owner_id, size, quota(owner_id), int(settings.value("spare_mb")) << 20)


def moment(expires_in: int | None) -> int | None:
    """The moment so many seconds from now; None is never. Raises Invalid."""
    if expires_in is None:
        return None
    if not SHORTEST <= expires_in <= LONGEST:
        raise Invalid(expires_in=f"It ends after {SHORTEST} to {LONGEST} seconds (a year), or never.")
    return clock.now() + expires_in * clock.SECOND


def check_visibility(noun: Noun[Any], me: Caller, visibility: str, space_id: str) -> None:
    """Raises Invalid for what nothing can be, NotFound and Forbidden for a space that one may not write in."""
    if visibility not in VISIBILITIES:
        raise Invalid(visibility=f"A {noun.called} is private, space, unlisted or public.")
    if visibility == SPACE and not space_id:
        raise Invalid(space_id="Choose the space whose members may read it.")
    if space_id and not spaces.find(space_id, me).can_write:
        raise Forbidden("In this space you may read, not write.")


def check_views(max_views: int | None) -> None:
    """Raises Invalid."""
    if max_views is not None and not 0 < max_views <= MOST_VIEWS:
        raise Invalid(max_views=f"A number from 1 to {MOST_VIEWS:,}.")


def check_password(password: str) -> None:
    """Raises Invalid."""
    if len(password) > LONGEST_PASSWORD:
        raise Invalid(password=f"Use at most {LONGEST_PASSWORD} characters.")


def worded(tags: tuple[str, ...] | list[str]) -> list[str]:
    """Tags as they are kept: lower case, each once. Raises Invalid."""
    found = list(dict.fromkeys(" ".join(tag.lower().split()).lstrip("#") for tag in tags))
    found = [tag for tag in found if tag]
    if len(found) > MOST_TAGS:
        raise Invalid(tags=f"At most {MOST_TAGS} tags.")
    if any(len(tag) > LONGEST_TAG or not tag.isprintable() or "," in tag for tag in found):
        raise Invalid(tags=f"A tag has at most {LONGEST_TAG} characters and no comma.")
    return found


def takes(space_id: str) -> bool:
    """Whether things may be changed in a space; an archived one rests, '' is outside of all spaces."""
    return not space_id or db.fetch("select 1 from space where id = ? and archived_at is null", space_id) is not None
