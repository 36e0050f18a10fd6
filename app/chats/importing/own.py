"""Inglenook: chats that were exported as JSON here or elsewhere, alone or many in one archive."""

from typing import Any

import orjson
from pydantic import ValidationError

from app.chats import exports
from app.chats.exports import ChatIn
from app.chats.importing import shapes
from app.chats.importing.shapes import Conversation, Node
from app.chats.patience import Patience
from app.chats.tree import Chat
from app.errors import Invalid
from app.rights import Caller

NAME = "Inglenook"


def fits(raw: dict[str, Any]) -> bool:
    """Whether this is one of its chats."""
    return str(raw.get("format")).startswith("inglenook.chat/")


def read(raw: dict[str, Any]) -> Conversation:
    """What is to be known of the chat before it is taken. Raises Invalid."""
    messages = shapes.rows(raw.get("messages"))
    exports.must_be_few(sum(len(each["parts"]) for each in messages if isinstance(each.get("parts"), list)))
    try:
        whole = ChatIn.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        raise Invalid(file=f"{'.'.join(str(step) for step in first['loc'])}: {first['msg']}") from None
    exports.check_tree(whole)
    nodes = [Node(str(n), None, "user") for n in range(len(whole.messages))]
    return Conversation("inglenook:", whole.title, nodes=nodes)


def store(me: Caller, raw: dict[str, Any], source: str, patience: Patience) -> Chat:
    """Keep the chat with all that it holds."""
    return exports.take_in(me, orjson.dumps(raw), source, patience)
