"""Verbs: each public capability is declared once, and reachable on /api/v1, on /mcp and by a model in a chat.

A noun declares its verbs in its module `verbs`: `@verb("pastes.create", ...)` over a function that takes the Caller
and a checked Input and gives an Output. What every door then calls is `run`.
"""

from app.verbs import cursors
from app.verbs.checking import checked, said
from app.verbs.cursors import Cursor, Listed, Page
from app.verbs.declaring import ALL, Input, Output, Verb, find, load, moment, verb
from app.verbs.replays import sweep
from app.verbs.rows import Replay
from app.verbs.running import count_by, run
from app.verbs.showing import plainly

__all__ = [
    "ALL",
    "Cursor",
    "Input",
    "Listed",
    "Output",
    "Page",
    "Replay",
    "Verb",
    "checked",
    "count_by",
    "cursors",
    "find",
    "load",
    "moment",
    "plainly",
    "run",
    "said",
    "sweep",
    "verb",
]
