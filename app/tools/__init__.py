"""Tools: agents reach the verbs over MCP, with a key or by OAuth, and models in a chat by calls that people allow."""

from app.tools.clients import sweep
from app.tools.entering import caller
from app.tools.granting import Connection, Request, allow, connections, disconnect, opened
from app.tools.provider import Provider
from app.tools.scopes import READ, TOOLS, WORDS
from app.tools.serving import made
from app.tools.tokens import START
from app.tools.widening import must_open

__all__ = [
    "READ",
    "START",
    "TOOLS",
    "WORDS",
    "Connection",
    "Provider",
    "Request",
    "allow",
    "caller",
    "connections",
    "disconnect",
    "made",
    "must_open",
    "opened",
    "sweep",
]
