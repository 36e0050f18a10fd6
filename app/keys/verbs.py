"""What programs and agents may ask of keys: which ones a person has, never what they are."""

from datetime import datetime

from app import verbs
from app.keys import finding
from app.rights import Caller
from app.verbs import Input, Output, moment, verb


class KeysInput(Input):
    """Nothing: a person has few keys."""


class KeySeen(Output):
    """A key without what lets somebody in."""

    id: str
    name: str
    prefix: str
    scopes: list[str]
    models: list[str]
    addresses: list[str]
    open: bool
    this: bool
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    last_used_for: str = ""


class KeysSeen(verbs.Listed):
    """All of them: the open ones first, then the newest."""

    data: list[KeySeen]


@verb(
    "keys.list",
    scope="keys:read",
    title="List keys",
    description="Your API keys: their names, scopes, dates and last use, and which of them is the one that asks "
    "(`this`). What a key is written as was shown once and is not stored.",
    input=KeysInput,
    output=KeysSeen,
    method="GET",
    path="/keys",
    read_only=True,
    offered_to_models=False,
    examples=[{}],
)
def listed(me: Caller, asked: KeysInput) -> KeysSeen:
    """The keys of `me`."""
    return KeysSeen(data=[seen(me, held) for held in finding.mine(me)])


def seen(me: Caller, held: finding.Held) -> KeySeen:
    """A key as it is told."""
    key = held.key
    return KeySeen(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        scopes=key.opens,
        models=key.names,
        addresses=key.addresses.split(),
        open=key.is_open,
        this=key.id == me.key,
        created_at=moment(key.created_at),
        expires_at=moment(key.expires_at),
        last_used_at=moment(key.last_at),
        last_used_for=key.last_what,
    )
