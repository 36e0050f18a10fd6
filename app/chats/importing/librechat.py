"""LibreChat: the export of one chat as JSON, with all its branches: a list by `parentMessageId`, or a tree."""

from typing import Any

from app.chats.importing import shapes
from app.chats.importing.shapes import ASSISTANT, USER, Conversation, Node, Piece
from app.chats.tree import FAILED, INTERRUPTED

NAME = "LibreChat"
NOBODY = "00000000-0000-0000-0000-000000000000"  # the parent of a first message
CUT = "It had not ended when it was exported."


def fits(raw: dict[str, Any]) -> bool:
    """Whether this is one of its chats."""
    return "conversationId" in raw and ("messages" in raw or "messagesTree" in raw)


def read(raw: dict[str, Any]) -> Conversation:
    """The chat. Raises Invalid."""
    messages = flat(raw)
    options = shapes.table(raw.get("options"))
    endpoint = str(raw.get("endpoint") or NAME)
    talk = Conversation(
        origin=f"librechat:{raw.get('conversationId') or ''}",
        title=raw.get("title") or "",
        settings=shapes.settings(
            options.get("promptPrefix") or options.get("system"),
            options.get("temperature"),
            options.get("top_p") or options.get("topP"),
            options.get("max_tokens") or options.get("maxOutputTokens"),
        ),
    )
    model = str(options.get("model") or endpoint)
    by_branches = raw.get("branches") is not False or "messagesTree" in raw
    for n, message in enumerate(messages):
        id = str(message.get("messageId") or f"message {n}")
        parent = message.get("parentMessageId")
        above = None if parent in (None, "", NOBODY) else str(parent)
        if not by_branches and n:  # only the shown branch, in which each follows the one before it
            above = talk.nodes[-1].id
        talk.nodes.append(node(talk, message, id, above, model))
    # An exported list ends with the message that was shown last.
    talk.leaf = talk.nodes[-1].id if talk.nodes and not by_branches else None
    return talk


def flat(raw: dict[str, Any]) -> list[dict[str, Any]]:
    """All messages, each before those that hang on it. Raises Invalid."""
    told = raw.get("messagesTree", raw.get("messages"))
    told = [told] if isinstance(told, dict) else told
    shapes.must(isinstance(told, list), "its messages are no list")
    found: list[dict[str, Any]] = []
    waiting = list(reversed(shapes.rows(told)))
    while waiting:
        message = waiting.pop()
        found.append(message)
        for child in reversed(shapes.rows(message.get("children"))):
            waiting.append({"parentMessageId": message.get("messageId")} | child)
    return found


def node(talk: Conversation, message: dict[str, Any], id: str, above: str | None, model: str) -> Node:
    """One message."""
    role = USER if message.get("isCreatedByUser") else ASSISTANT
    made = Node(id, above, role, pieces(talk, message))
    made.created_at = shapes.moment(message.get("createdAt"))
    if role == ASSISTANT:
        made.model = str(message.get("model") or model or message.get("sender"))
        if message.get("error"):
            made.state, made.error = FAILED, shapes.line(message.get("text"), 1_000) or "It failed there."
        elif message.get("unfinished"):
            made.state, made.error = INTERRUPTED, CUT
    return made


def pieces(talk: Conversation, message: dict[str, Any]) -> list[Piece]:
    """What of a message is taken; the rest is counted."""
    found: list[Piece] = []
    blocks = shapes.rows(message.get("content"))
    for block in blocks:
        found += piece(talk, block)
    if not blocks and not message.get("error"):
        found += shapes.said(message.get("text"))
    for file in (*shapes.rows(message.get("files")), *shapes.rows(message.get("attachments"))):
        is_picture = str(file.get("type")).startswith("image")
        talk.left["pictures" if is_picture else "files"] += 1
        found += shapes.said(shapes.attached(file.get("filename")))
    return found


def piece(talk: Conversation, block: dict[str, Any]) -> list[Piece]:
    """One part of a message."""
    kind = str(block.get("type"))
    told = block.get(kind)
    if kind == "text":
        return shapes.said(told.get("value") if isinstance(told, dict) else told)
    if kind == "think":
        return shapes.thought(told)
    if kind == "tool_call":
        talk.left["calls"] += 1
    elif kind in ("image_file", "image_url"):
        talk.left["pictures"] += 1
    elif kind not in ("error", "agent_update"):
        talk.left["other"] += 1
    return []
