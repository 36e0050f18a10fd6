"""The gateway: one address and one key for every client and every model."""

from app.gateway import background, stored
from app.gateway.aliases import Behind, add_alias, aliases, change_alias, find_alias, remove_alias
from app.gateway.answers import Answer
from app.gateway.asking import Ask, ask
from app.gateway.calls import Routed, call, complete
from app.gateway.counting import count, estimated
from app.gateway.events import broken, events
from app.gateway.exchanging import Exchange
from app.gateway.lines import close
from app.gateway.messaging import Messaging
from app.gateway.models import Named, named, offered
from app.gateway.opening import connected, warm
from app.gateway.responding import Responding
from app.gateway.rows import Alias, AliasTarget, StoredResponse

__all__ = [
    "Alias",
    "AliasTarget",
    "Answer",
    "Ask",
    "Behind",
    "Exchange",
    "Messaging",
    "Named",
    "Responding",
    "Routed",
    "StoredResponse",
    "add_alias",
    "aliases",
    "ask",
    "background",
    "broken",
    "call",
    "change_alias",
    "close",
    "complete",
    "connected",
    "count",
    "estimated",
    "events",
    "find_alias",
    "named",
    "offered",
    "remove_alias",
    "stored",
    "warm",
]
