"""Claude: `conversations.json` of a data export. Each chat has its `chat_messages`, of human and assistant."""

from typing import Any

from app.chats.importing import shapes
from app.chats.importing.shapes import ASSISTANT, USER, Conversation, Node, Piece

NAME = "Claude"
NOBODY = "00000000-0000-4000-8000-000000000000"  # the parent of a first message
# A text that was pasted along stays text up to this many characters.
LONGEST_PASTED = 256 * 1024


def fits(raw: dict[str, Any]) -> bool:
    """Whether this is one of its chats."""
    return "chat_messages" in raw


def read(raw: dict[str, Any]) -> Conversation:
    """The chat. Raises Invalid."""
    shapes.must(isinstance(raw["chat_messages"], list), "its chat_messages are no list")
    leaf = raw.get("current_leaf_message_uuid")
    talk = Conversation(
        origin=f"claude:{raw.get('uuid') or ''}",
        title=raw.get("name") or "",
        created_at=shapes.moment(raw.get("created_at")),
        changed_at=shapes.moment(raw.get("updated_at")),
        leaf=leaf if isinstance(leaf, str) else None,
        pinned=raw.get("is_starred") is True,
    )
    model = str(raw.get("model") or NAME)
    before: str | None = None
    for n, message in enumerate(shapes.rows(raw["chat_messages"])):
        id = str(message.get("uuid") or f"message {n}")
        parent = message.get("parent_message_uuid")
        # Older exports name no parents: each message follows the one before it.
        above = (None if parent == NOBODY else str(parent)) if parent else before
        role = USER if message.get("sender") == "human" else ASSISTANT
        found = Node(id, above, role, pieces(talk, message), model if role == ASSISTANT else "")
        found.created_at = shapes.moment(message.get("created_at"))
        talk.nodes.append(found)
        before = id
    return talk


def pieces(talk: Conversation, message: dict[str, Any]) -> list[Piece]:
    """What of a message is taken; the rest is counted."""
    found: list[Piece] = []
    blocks = shapes.rows(message.get("content"))
    for block in blocks:
        found += piece(talk, block)
    if not blocks:
        found += shapes.said(message.get("text"))
    for file in shapes.rows(message.get("attachments")):
        found += pasted(talk, file)
    for file in shapes.rows(message.get("files")):
        talk.left["files"] += 1
        found += shapes.said(shapes.attached(file.get("file_name")))
    return found


def piece(talk: Conversation, block: dict[str, Any]) -> list[Piece]:
    """One block of a message."""
    kind = block.get("type")
    if kind == "text":
        return shapes.said(block.get("text"))
    if kind == "thinking":
        return shapes.thought(block.get("thinking"))
    if kind == "tool_use":
        talk.left["calls"] += 1
        return artifact(block) if block.get("name") == "artifacts" else []
    if kind == "image":
        talk.left["pictures"] += 1
    elif kind not in ("tool_result", "token_budget", "redacted_thinking"):
        talk.left["other"] += 1
    return []


def artifact(block: dict[str, Any]) -> list[Piece]:
    """A text that was written beside the chat stands in the answer, each whole version of it."""
    told = shapes.table(block.get("input"))
    text = shapes.cleaned(told.get("content"))
    if not text.strip():
        return []
    name = shapes.line(told.get("title"), 200) or "Artifact"
    plain = told.get("type") == "text/markdown"
    return shapes.said(f"**{name}**\n\n{text if plain else shapes.fenced(text, str(told.get('language') or ''))}")


def pasted(talk: Conversation, file: dict[str, Any]) -> list[Piece]:
    """A text that was sent along: the export holds all of it."""
    text, name = shapes.cleaned(file.get("extracted_content")), shapes.line(file.get("file_name"), 200)
    if not text.strip() or len(text) > LONGEST_PASTED:
        talk.left["files"] += 1
        return shapes.said(shapes.attached(name))
    return shapes.said(f"**{name or 'Pasted text'}**\n\n{shapes.fenced(text)}")
