"""A program that asks for more than it was allowed is told which scopes to ask its person for, before anything is run.

Keys are not widened by a click, so what they lack is told to the model as text, as every other refusal.
"""

from typing import Any

import orjson

from app import verbs
from app.errors import Narrow, NotFound
from app.rights import Caller
from app.tools import prompts, resources
from app.tools.scopes import chosen


def must_open(me: Caller, body: bytes) -> None:
    """Raises Narrow where a message of the protocol needs a scope that a program's token does not have."""
    try:
        message = orjson.loads(body)
    except orjson.JSONDecodeError:
        return  # the package says what is wrong with it
    needed = needs(message)
    if needed and needed not in me.scopes:
        told = f"You were not allowed {needed}. Ask your person for it: connect again with this scope."
        raise Narrow(told, chosen({*me.scopes, needed}))


def needs(message: Any) -> str:
    """The scope that a message needs, '' for none."""
    params = message.get("params") if isinstance(message, dict) else None
    if not isinstance(params, dict):
        return ""
    if message.get("method") == "tools/call":
        return scope_of(params.get("name"))
    if message.get("method") == "resources/read":
        scheme = str(params.get("uri")).partition("://")[0]
        return next((scope_of(kind.read_verb) for kind in resources.KINDS if kind.scheme == scheme), "")
    if message.get("method") == "prompts/get":
        return next((each.scope for each in prompts.PROMPTS if each.name == params.get("name")), "")
    return ""


def scope_of(name: Any) -> str:
    """The scope of a verb, '' where there is none of this name."""
    try:
        return verbs.find(str(name)).scope
    except NotFound:
        return ""
