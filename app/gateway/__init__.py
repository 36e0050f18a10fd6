"""The gateway: one address and one key for every client and every model."""

from app.gateway.answers import Answer
from app.gateway.asking import Ask, ask
from app.gateway.events import broken, events
from app.gateway.lines import close
from app.gateway.models import Named, named, offered
from app.gateway.rows import Alias, AliasTarget, StoredResponse

__all__ = [
    "Alias",
    "AliasTarget",
    "Answer",
    "Ask",
    "Named",
    "StoredResponse",
    "ask",
    "broken",
    "close",
    "events",
    "named",
    "offered",
]
