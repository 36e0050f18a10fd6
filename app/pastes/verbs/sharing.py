"""Doors to a paste: opened, listed and closed by its owner."""

from pydantic import Field

from app import pastes, verbs
from app.holdings.telling import Door, Sharing, Unshared, door
from app.pastes.verbs.telling import Id, address
from app.rights import Caller, Share
from app.verbs import Input, verb


class ShareInput(Sharing):
    """Which paste, with whom, and how far."""

    id: Id


class ShareSeen(Door):
    """A door to a paste. `url` is told only when it is made: the link holds what opens it."""

    paste_id: str


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
    return ShareSeen(paste_id=share.target_id, **door(share, address(share.target_id), token))
