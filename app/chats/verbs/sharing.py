"""Links to a chat: made, listed and revoked by its owner."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from app import config, verbs
from app.chats import sharing
from app.rights import Caller, Share
from app.verbs import Input, Output, moment, verb

Audience = Literal["link", "known"]
Extent = Literal["snapshot", "live", "one"]


class ChatShareInput(Input):
    """Which chat, how much of it, and with whom."""

    id: str = Field(max_length=64, description="The chat's id.")
    audience: Audience = Field("known", description="Whoever has the link; or those of them who are signed in.")
    extent: Extent = Field(
        "snapshot",
        description="The chat up to a message; live, with what is said later; or one question and its answer.",
    )
    message_id: str = Field("", max_length=64, description="Up to which message; empty for the last one.")
    expires_in: int | None = Field(None, description="Seconds until it ends, from 60 to a year; null for never.")


class ShareSeen(Output):
    """A link to a chat. `url` is told only when it is made: it holds what opens it."""

    id: str
    chat_id: str
    audience: Audience
    extent: Extent
    message_id: str = ""
    url: str = ""
    created_at: datetime
    expires_at: datetime | None = None


class SharesSeen(verbs.Listed):
    """Every link that was not revoked, the newest first."""

    data: list[ShareSeen]


@verb(
    "chats.share",
    scope="chats:write",
    title="Share a chat",
    description="Make a link by which others read your chat, but for what tools were told in it: everybody who is "
    "signed in, or whoever has the link. The link is told once.",
    input=ChatShareInput,
    output=ShareSeen,
    path="/chats/{id}/shares",
    answer=201,
    examples=[{"id": "{chat}", "audience": "known", "expires_in": 86400}],
)
def share(me: Caller, asked: ChatShareInput) -> ShareSeen:
    """A new link. Raises Invalid, NotFound, Conflict while an answer is being written."""
    made, token = sharing.share(me, **asked.model_dump())
    return told(made, token)


class SharesInput(Input):
    """Which chat."""

    id: str = Field(max_length=64, description="The chat's id.")


@verb(
    "chats.shares",
    scope="chats:read",
    title="List the links to a chat",
    description="The links to your chat that were not revoked, the newest first, without their addresses.",
    input=SharesInput,
    output=SharesSeen,
    method="GET",
    path="/chats/{id}/shares",
    read_only=True,
    offered_to_models=False,
    examples=[{"id": "{chat}"}],
)
def shares(me: Caller, asked: SharesInput) -> SharesSeen:
    """The links. Raises NotFound, Gone."""
    return SharesSeen(data=[told(each) for each in sharing.doors(me, asked.id)])


class UnshareInput(Input):
    """Which link to which chat."""

    id: str = Field(max_length=64, description="The chat's id.")
    share_id: str = Field(max_length=64, description="The link's id.")


class Unshared(Output):
    """Which link is revoked."""

    id: str
    share_id: str


@verb(
    "chats.unshare",
    scope="chats:write",
    title="Revoke a link to a chat",
    description="Close one link to your chat, from this moment on.",
    input=UnshareInput,
    output=Unshared,
    method="DELETE",
    path="/chats/{id}/shares/{share_id}",
    destructive=True,
    idempotent=True,
    offered_to_models=False,
    examples=[{"id": "{chat}", "share_id": "{share}"}],
)
def unshare(me: Caller, asked: UnshareInput) -> Unshared:
    """Revoke it. Raises NotFound."""
    sharing.unshare(me, asked.id, asked.share_id)
    return Unshared(id=asked.id, share_id=asked.share_id)


def told(share: Share, token: str = "") -> ShareSeen:
    """A link as it is told."""
    return ShareSeen(
        id=share.id,
        chat_id=share.target_id,
        audience=share.audience,
        extent=sharing.extent_of(share),
        message_id=share.point.removeprefix(sharing.ALONE),
        url=f"{config.current.url.rstrip('/')}/shared/{token}" if token else "",
        created_at=moment(share.created_at),
        expires_at=moment(share.expires_at),
    )
