"""ChatGPT: `conversations.json` of a data export. Each chat is a `mapping` of nodes with a parent and children."""

import re
from typing import Any

import orjson

from app.chats.importing import shapes
from app.chats.importing.shapes import ASSISTANT, PASSED, USER, Conversation, Node, Piece
from app.chats.tree import INTERRUPTED

NAME = "ChatGPT"
CUT = "It had not ended when it was exported."
# Marks of sources, written in private letters that mean nothing elsewhere.
CITED = re.compile("\ue200[^\ue201]{0,2000}\ue201|[\ue200-\ue20f]")
# What its program keeps for itself, or shows to nobody.
QUIET = ("reasoning_recap", "model_editable_context", "tether_browsing_display", "system_error")
PICTURES = ("image_asset_pointer",)


def fits(raw: dict[str, Any]) -> bool:
    """Whether this is one of its chats."""
    return "mapping" in raw


def read(raw: dict[str, Any]) -> Conversation:
    """The chat. Raises Invalid."""
    mapping = raw["mapping"]
    shapes.must(isinstance(mapping, dict) and all(isinstance(node, dict) for node in mapping.values()), "no nodes")
    talk = Conversation(
        origin=f"chatgpt:{raw.get('conversation_id') or raw.get('id') or ''}",
        title=raw.get("title") or "",
        created_at=shapes.moment(raw.get("create_time")),
        changed_at=shapes.moment(raw.get("update_time")),
        leaf=raw.get("current_node") if isinstance(raw.get("current_node"), str) else None,
        archived=raw.get("is_archived") is True,
        pinned=raw.get("is_starred") is True,
    )
    talk.nodes = [node(talk, id, mapping[id], str(raw.get("default_model_slug") or "")) for id in ordered(mapping)]
    return talk


def ordered(mapping: dict[str, Any]) -> list[str]:
    """The nodes, siblings in the order in which their parent names them."""
    place = {id: n for n, id in enumerate(mapping)}
    for each in mapping.values():
        children = each.get("children")
        known = [id for id in children if isinstance(id, str) and id in place] if isinstance(children, list) else []
        for id, n in zip(known, sorted(place[id] for id in known), strict=True):
            place[id] = n
    return sorted(place, key=lambda id: place[id])


def node(talk: Conversation, id: str, raw: dict[str, Any], model: str) -> Node:
    """One node; what nobody saw is only a place."""
    message, parent = shapes.table(raw.get("message")), raw.get("parent")
    made = Node(id, parent if isinstance(parent, str) else None, PASSED)
    about = shapes.table(message.get("metadata"))
    author = shapes.table(message.get("author")).get("role")
    if not message or about.get("is_visually_hidden_from_conversation"):
        return made
    made.created_at = shapes.moment(message.get("create_time"))
    for file in shapes.rows(about.get("attachments")) if author == "user" else ():
        talk.left["files"] += 1
        made.pieces += shapes.said(shapes.attached(file.get("name")))
    made.pieces = content(talk, author, message, shapes.table(message.get("content"))) + made.pieces
    if not made.pieces:
        return made
    made.role = USER if author == "user" else ASSISTANT
    made.model = str(about.get("model_slug") or model or NAME) if made.role == ASSISTANT else ""
    if made.role == ASSISTANT and message.get("status") in ("in_progress", "finished_partial_completion"):
        made.state, made.error = INTERRUPTED, CUT
    return made


def content(talk: Conversation, author: Any, message: dict[str, Any], told: dict[str, Any]) -> list[Piece]:
    """What of a message is taken; the rest is counted."""
    kind, to = told.get("content_type"), message.get("recipient") or "all"
    if kind == "user_editable_context":
        talk.left["instructions"] += 1
        return []
    if author == "system" or kind in QUIET:
        return []
    if author == "tool":
        talk.left["pictures"] += sum(part.get("content_type") in PICTURES for part in shapes.rows(told.get("parts")))
        return []
    if kind == "thoughts":
        thoughts = shapes.rows(told.get("thoughts"))
        return shapes.thought("\n\n".join(text_of(each) for each in thoughts))
    if author == "assistant" and to != "all":
        talk.left["calls"] += 1
        return written(str(to), told)
    if kind == "code":
        return shapes.said(shapes.fenced(shapes.cleaned(told.get("text")), str(told.get("language") or "")))
    if kind in ("text", "multimodal_text"):
        return parts(talk, told.get("parts"))
    talk.left["other"] += 1
    return []


def text_of(thought: dict[str, Any]) -> str:
    """One thought: its heading and its text."""
    told = (shapes.cleaned(thought.get("summary")), shapes.cleaned(thought.get("content")))
    return "\n\n".join(part for part in told if part.strip())


def parts(talk: Conversation, told: Any) -> list[Piece]:
    """The texts of a message, and a word where a picture or a sound stood."""
    texts: list[str] = []
    for part in told if isinstance(told, list) else ():
        if isinstance(part, str):
            texts.append(CITED.sub("", shapes.cleaned(part)))
        elif isinstance(part, dict) and part.get("content_type") in PICTURES:
            talk.left["pictures"] += 1
            texts.append("(A picture)")
        elif isinstance(part, dict) and isinstance(part.get("text"), str):  # what a voice said, as text
            texts.append(shapes.cleaned(part["text"]))
        elif isinstance(part, dict):
            talk.left["other"] += 1
    return shapes.said("\n\n".join(text for text in texts if text.strip()))


def written(to: str, told: dict[str, Any]) -> list[Piece]:
    """A text that was written on the canvas: its first version stands in the answer."""
    if not to.startswith("canmore.create"):
        return []
    source = told.get("text") or "".join(part for part in told.get("parts") or () if isinstance(part, str))
    try:
        page = orjson.loads(source)
    except orjson.JSONDecodeError:
        return []
    page = shapes.table(page)
    kind = str(page.get("type") or "")
    text = shapes.cleaned(page.get("content"))
    if not text.strip():
        return []
    code = kind.removeprefix("code/") if kind.startswith("code/") else ""
    name = shapes.line(page.get("name"), 200)
    return shapes.said(f"**{name or 'Canvas'}**\n\n{shapes.fenced(text, code) if code else text}")
