"""Telling: the members that verbs of several nouns take and give alike: shares, revisions, the trash."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from app.holdings.revising import Past
from app.rights import Share
from app.verbs import Input, Output, moment

Visibility = Literal["private", "space", "unlisted", "public"]
Audience = Literal["link", "known", "person"]
Role = Literal["reader", "writer"]


class Sharing(Input):
    """With whom a thing is shared, and how far."""

    audience: Audience = Field(
        description="Whoever has the link; those of them who are signed in; or the one person with `email`."
    )
    role: Role = Field("reader", description="Whether they may revise it too.")
    email: str = Field("", max_length=320, description="Whose, for the audience `person`.")
    expires_in: int | None = Field(None, description="Seconds until it ends, from 60 to a year; null for never.")
    password: str = Field("", max_length=200, description="What has to be given with the link.")
    max_uses: int | None = Field(None, ge=1, le=1_000_000, description="So many readings by it; null for no limit.")


class Door(Output):
    """A door to a thing. `url` is told only when it is made: the link holds what opens it."""

    id: str
    audience: Audience
    role: Role
    url: str = ""
    locked: bool
    uses: int
    max_uses: int | None = None
    created_at: datetime
    expires_at: datetime | None = None


class Unshared(Output):
    """Which door is closed."""

    id: str
    share_id: str


class RevisionSeen(Output):
    """A state of a thing: who made it, through which door, from which earlier one."""

    number: int
    title: str
    author: str
    door: str
    made_from: int
    restores: int
    note: str
    size: int
    created_at: datetime


class Trashed(Output):
    """Where it is now."""

    id: str
    trashed: bool


def door(share: Share, address: str, token: str = "") -> dict[str, Any]:
    """The members of a Door to what people read at this address."""
    return {
        "id": share.id,
        "audience": share.audience,
        "role": share.role,
        "url": f"{address}{f'?token={token}' if token else ''}" if token or share.user_id else "",
        "locked": bool(share.password),
        "uses": share.uses,
        "max_uses": share.max_uses,
        "created_at": moment(share.created_at),
        "expires_at": moment(share.expires_at),
    }


def pasts(found: Sequence[Past]) -> list[RevisionSeen]:
    """Revisions as they are told."""
    return [
        RevisionSeen(
            number=past.revision.number,
            title=past.revision.title,
            author=past.author,
            door=past.revision.door,
            made_from=past.revision.base,
            restores=past.revision.restores,
            note=past.revision.note,
            size=past.revision.size,
            created_at=moment(past.revision.created_at),
        )
        for past in found
    ]
