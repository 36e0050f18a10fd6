"""Open WebUI: an export of all chats, or of one. Each has its `chat` with a `history` of messages by their ids."""

import re
from html import unescape
from typing import Any

from app.chats.importing import shapes
from app.chats.importing.shapes import ASSISTANT, USER, Conversation, Node, Piece
from app.chats.tree import FAILED, INTERRUPTED

NAME = "Open WebUI"
CUT = "It had not ended when it was exported."
# What its program folds away stands in the text, as HTML.
FOLD = re.compile(r"<details\b([^>]*)>(.*?)</details>\s*", re.S)
KIND = re.compile(r'\btype="([a-z_]+)"')
TOOK = re.compile(r'\bduration="(\d{1,6})"')
SUMMARY = re.compile(r"\s*<summary>.*?</summary>\s*", re.S)


def fits(raw: dict[str, Any]) -> bool:
    """Whether this is one of its chats."""
    chat = raw.get("chat", raw)
    return isinstance(chat, dict) and ("history" in chat or ("messages" in chat and "models" in chat))


def read(raw: dict[str, Any]) -> Conversation:
    """The chat. Raises Invalid."""
    chat = shapes.table(raw.get("chat")) or raw
    history = shapes.table(chat.get("history"))
    params = shapes.table(chat.get("params"))
    told = history.get("messages")
    messages = shapes.rows(list(told.values())) if isinstance(told, dict) else shapes.rows(chat.get("messages"))
    shapes.must(isinstance(told, dict) or isinstance(chat.get("messages"), list), "it has no messages")
    leaf = history.get("currentId")
    talk = Conversation(
        origin=f"openwebui:{raw.get('id') or chat.get('id') or ''}",
        title=raw.get("title") or chat.get("title") or "",
        created_at=shapes.moment(raw.get("created_at") or chat.get("timestamp")),
        changed_at=shapes.moment(raw.get("updated_at")),
        leaf=leaf if isinstance(leaf, str) else None,
        settings=shapes.settings(
            params.get("system") or chat.get("system"),
            params.get("temperature"),
            params.get("top_p"),
            params.get("max_tokens"),
        ),
        archived=raw.get("archived") is True,
        pinned=raw.get("pinned") is True,
    )
    tags = shapes.table(raw.get("meta")).get("tags") or chat.get("tags")
    talk.tags = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    for n, message in enumerate(sorted_by(messages)):
        if found := node(talk, message, n):
            talk.nodes.append(found)
    return talk


def sorted_by(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages, siblings in the order in which their parent names them."""
    place = {str(message.get("id")): n for n, message in enumerate(messages)}
    for message in messages:
        children = message.get("childrenIds")
        known = [str(id) for id in children if str(id) in place] if isinstance(children, list) else []
        known = list(dict.fromkeys(known))
        for id, n in zip(known, sorted(place[id] for id in known), strict=True):
            place[id] = n
    return sorted(messages, key=lambda message: place[str(message.get("id"))])


def node(talk: Conversation, message: dict[str, Any], n: int) -> Node | None:
    """One message, None for a system's."""
    role = {"user": USER, "assistant": ASSISTANT}.get(str(message.get("role")))
    if role is None:
        return None
    parent = message.get("parentId")
    # A list without a tree: each message follows the one before it.
    above = str(parent) if parent else talk.nodes[-1].id if talk.nodes and "parentId" not in message else None
    made = Node(str(message.get("id") or f"message {n}"), above, role, pieces(talk, message))
    made.created_at = shapes.moment(message.get("timestamp"))
    if role == ASSISTANT:
        made.model = str(message.get("modelName") or message.get("model") or NAME)
        if error := message.get("error"):
            made.state = FAILED
            made.error = shapes.line(shapes.table(error).get("content") or error, 1_000) or "It failed there."
        elif message.get("done") is False:
            made.state, made.error = INTERRUPTED, CUT
    return made


def pieces(talk: Conversation, message: dict[str, Any]) -> list[Piece]:
    """What of a message is taken; the rest is counted."""
    text, thoughts = unfolded(talk, shapes.cleaned(message.get("content")))
    found = thoughts + shapes.said(text)
    for file in shapes.rows(message.get("files")):
        is_picture = file.get("type") == "image"
        talk.left["pictures" if is_picture else "files"] += 1
        name = file.get("name") or shapes.table(file.get("file")).get("filename")
        found += shapes.said("(A picture)" if is_picture and not name else shapes.attached(name))
    return found


def unfolded(talk: Conversation, text: str) -> tuple[str, list[Piece]]:
    """The text without what its program folds away in it: what was thought is taken, calls of tools are counted."""
    thoughts: list[Piece] = []

    def taken(match: re.Match[str]) -> str:
        kind = KIND.search(match[1])
        if kind is None:
            return match[0]
        if kind[1] == "reasoning":
            took = TOOK.search(match[1])
            lines = unescape(SUMMARY.sub("", match[2], count=1)).splitlines()
            inside = "\n".join(line.removeprefix(">").removeprefix(" ") for line in lines)
            thoughts.extend(shapes.thought(inside, int(took[1]) if took else None))
        else:
            talk.left["calls"] += 1
        return ""

    return FOLD.sub(taken, text), thoughts
