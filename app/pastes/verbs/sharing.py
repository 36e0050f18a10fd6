"""Doors to a paste: opened, listed and closed by its owner."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from app import pastes, verbs
from app.pastes.verbs.telling import Id, address
from app.rights import Caller, Share
from app.verbs import Input, Output, moment, verb

Audience = Literal["link", "known", "person"]
Role = Literal["reader", "writer"]


class ShareInput(Input):
    """With whom, and how far."""

    id: Id
    audience: Audience = Field(
        description="Whoever has the link; those of them who are signed in; or the one person with `email`."
    )
    role: Role = Field("reader", description="Whether they may revise it too.")
    email: str = Field("", max_length=320, description="Whose, for the audience `person`.")
    expires_in: int | None = Field(None, description="Seconds until it ends, from 60 to a year; null for never.")
    password: str = Field("", max_length=200, description="What has to be given with the link.")
    max_uses: int | None = Field(None, ge=1, le=1_000_000, description="So many readings by it; null for no limit.")


class ShareSeen(Output):
    """A door to a paste. `url` is told only when it is made: the link holds what opens it."""

    id: str
    paste_id: str
    audience: Audience
    role: Role
    url: str = ""
    locked: bool
    uses: int
    max_uses: int | None = None
    created_at: datetime
    expires_at: datetime | None = None


class SharesSeen(verbs.Listed):
    """Every door that is open, the newest first."""

    data: list[ShareSeen]


@verb(
    "pastes.share",
    scope="pastes:write",
    title="Share a paste",
    description="Let others read your paste, or revise it: one person here by email, everybody who is signed in, or "
    "whoever has the link. The link is told once.",
    input=ShareInput,
    output=ShareSeen,
    path="/pastes/{id}/shares",
    answer=201,
    examples=[{"id": "{paste}", "audience": "link", "expires_in": 86400}],
)
def share(me: Caller, asked: ShareInput) -> ShareSeen:
    """A new door. Raises Invalid, Forbidden for others than its owner, Conflict."""
    about = asked.model_dump(exclude={"id", "audience", "role"})
    made, token = pastes.share(me, asked.id, asked.audience, asked.role, **about)
    return told(made, token)


class SharesInput(Input):
    """Which paste."""

    id: Id


@verb(
    "pastes.shares",
    scope="pastes:read",
    title="List who a paste is shared with",
    description="The doors that are open to your paste, the newest first, without their links.",
    input=SharesInput,
    output=SharesSeen,
    method="GET",
    path="/pastes/{id}/shares",
    read_only=True,
    offered_to_models=False,
    examples=[{"id": "{paste}"}],
)
def shares(me: Caller, asked: SharesInput) -> SharesSeen:
    """The doors. Raises Forbidden for others than its owner."""
    return SharesSeen(data=[told(each) for each in pastes.shares(me, asked.id)])


class UnshareInput(Input):
    """Which door of which paste."""

    id: Id
    share_id: str = Field(max_length=64, description="The door's id.")


class Unshared(Output):
    """Which door is closed."""

    id: str
    share_id: str


@verb(
    "pastes.unshare",
    scope="pastes:write",
    title="Stop sharing a paste",
    description="Close one door to your paste, from this moment on.",
    input=UnshareInput,
    output=Unshared,
    method="DELETE",
    path="/pastes/{id}/shares/{share_id}",
    destructive=True,
    idempotent=True,
    offered_to_models=False,
    examples=[{"id": "{paste}", "share_id": "{share}"}],
)
def unshare(me: Caller, asked: UnshareInput) -> Unshared:
    """Close it. Raises NotFound, Forbidden for others than its owner."""
    pastes.unshare(me, asked.id, asked.share_id)
    return Unshared(id=asked.id, share_id=asked.share_id)


def told(share: Share, token: str = "") -> ShareSeen:
    """A door as it is told."""
    return ShareSeen(
        id=share.id,
        paste_id=share.target_id,
        audience=share.audience,
        role=share.role,
        url=f"{address(share.target_id)}{f'?token={token}' if token else ''}" if token or share.user_id else "",
        locked=bool(share.password),
        uses=share.uses,
        max_uses=share.max_uses,
        created_at=moment(share.created_at),
        expires_at=moment(share.expires_at),
    )
