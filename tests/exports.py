"""Small exports of chats, written for these tests after the forms that each program documents or is known to write."""

import json
from typing import Any

JANUARY = 1_767_225_600  # the first of January 2026, in seconds


def chatgpt(*more: dict[str, Any]) -> bytes:
    """One chat with two answers to the first question, a tool, a picture, a thought; and others."""

    def node(id: str, parent: str | None, role: str = "", content: Any = None, **about: Any) -> dict[str, Any]:
        message = {
            "id": id,
            "author": {"role": role, "name": None, "metadata": {}},
            "create_time": JANUARY + len(nodes),
            "update_time": None,
            "content": content,
            "status": about.pop("status", "finished_successfully"),
            "recipient": about.pop("recipient", "all"),
            "weight": 1.0,
            "metadata": about,
        }
        nodes[id] = {"id": id, "parent": parent, "children": [], "message": message if role else None}
        if parent:
            nodes[parent]["children"].append(id)
        return nodes[id]

    def text(*parts: Any, kind: str = "text") -> dict[str, Any]:
        return {"content_type": kind, "parts": list(parts)}

    nodes: dict[str, dict[str, Any]] = {}
    node("root", None)
    node("system", "root", "system", text(""), is_visually_hidden_from_conversation=True)
    node("custom", "system", "user", {"content_type": "user_editable_context", "user_profile": "I brew"})
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-1", "size_bytes": 9}
    node("q1", "custom", "user", text("Which tea is **this**?", picture, kind="multimodal_text"))
    thoughts = {"content_type": "thoughts", "thoughts": [{"summary": "Looking", "content": "Leaves are green."}]}
    node("think", "q1", "assistant", thoughts, model_slug="gpt-5-thinking")
    node("recap", "think", "assistant", {"content_type": "reasoning_recap", "content": "Thought for 3 s"})
    code = {"content_type": "code", "language": "python", "text": "look('tea')"}
    node("call", "recap", "assistant", code, recipient="python", model_slug="gpt-5-thinking")
    node("told", "call", "tool", {"content_type": "execution_output", "text": "sencha"})
    node("a1", "told", "assistant", text("It is *sencha*. \ue200cite\ue202turn0\ue201"), model_slug="gpt-5-thinking")
    node("a2", "q1", "assistant", text("Perhaps gyokuro."), model_slug="gpt-4o")
    node("q2", "a1", "user", text("How hot?"), attachments=[{"id": "f", "name": "kettle.pdf"}])
    node("a3", "q2", "assistant", text("70 °C."), model_slug="gpt-5", status="finished_partial_completion")
    chat = {
        "title": "Green tea",
        "create_time": JANUARY + 0.25,
        "update_time": JANUARY + 3600.5,
        "mapping": nodes,
        "current_node": "a3",
        "conversation_id": "0b1c2d3e-0000-4000-8000-000000000001",
        "default_model_slug": "gpt-5",
        "is_archived": False,
    }
    return json.dumps([chat, *more]).encode()


def claude() -> bytes:
    """One chat in a line, with a thought, a tool, an artifact, a pasted text and a file; and one that is empty."""

    def message(id: str, sender: str, content: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        text = "".join(block.get("text", "") for block in content)
        made = {"uuid": id, "sender": sender, "text": text, "content": content, "attachments": [], "files": []}
        return made | {"created_at": "2026-01-02T10:00:00.123456Z", "updated_at": "2026-01-02T10:00:00Z"} | more

    page = {"id": "p", "type": "application/vnd.ant.code", "language": "python", "title": "Timer", "content": "wait(3)"}
    pasted = {"file_name": "leaves.txt", "file_type": "txt", "file_size": 9, "extracted_content": "```\nassam"}
    chat = {
        "uuid": "11111111-2222-4333-8444-555555555555",
        "name": "Steeping",
        "created_at": "2026-01-02T09:00:00Z",
        "updated_at": "2026-01-02T11:00:00Z",
        "account": {"uuid": "a"},
        "chat_messages": [
            message("m1", "human", [{"type": "text", "text": "How long?"}], attachments=[pasted]),
            message(
                "m2",
                "assistant",
                [
                    {"type": "thinking", "thinking": "Black tea, then."},
                    {"type": "text", "text": "Three minutes."},
                    {"type": "tool_use", "name": "artifacts", "input": page},
                    {"type": "tool_result", "name": "artifacts", "content": [{"type": "text", "text": "OK"}]},
                    {"type": "text", "text": "There it is."},
                ],
            ),
            message("m3", "human", [{"type": "text", "text": "Thanks"}], files=[{"file_name": "cup.jpg"}]),
        ],
    }
    return json.dumps([chat, {"uuid": "e", "name": "", "chat_messages": []}]).encode()


def openwebui() -> bytes:
    """One chat with two models' answers, a folded thought, a failed answer and a system prompt."""
    folded = (
        '<details type="reasoning" done="true" duration="4">\n<summary>Thought for 4 seconds</summary>\n'
        "&gt; Oolong &amp; co.\n</details>\n\nTry oolong."
    )
    messages = {
        "u1": {"id": "u1", "parentId": None, "childrenIds": ["b", "a"], "role": "user", "content": "Which?"},
        "a": {"id": "a", "parentId": "u1", "childrenIds": ["u2"], "role": "assistant", "content": folded},
        "b": {"id": "b", "parentId": "u1", "childrenIds": [], "role": "assistant", "content": "Rooibos."},
        "u2": {"id": "u2", "parentId": "a", "childrenIds": ["c"], "role": "user", "content": "Where from?"},
        "c": {"id": "c", "parentId": "u2", "childrenIds": [], "role": "assistant", "content": ""},
    }
    for n, each in enumerate(messages.values()):
        each |= {"timestamp": JANUARY + n}
    messages["a"] |= {"model": "qwen3:8b", "modelName": "Qwen 3", "done": True}
    messages["b"] |= {"model": "llama3", "done": True}
    messages["c"] |= {"model": "qwen3:8b", "error": {"content": "Connection refused"}}
    messages["u2"] |= {"files": [{"type": "file", "name": "map.pdf"}]}
    chat = {
        "id": "c0ffee00-0000-4000-8000-000000000000",
        "user_id": "u",
        "title": "Oolong",
        "chat": {
            "title": "Oolong",
            "models": ["qwen3:8b"],
            "params": {"system": "You sell tea.", "temperature": 0.4},
            "history": {"messages": messages, "currentId": "c"},
            "timestamp": JANUARY * 1000,
        },
        "created_at": JANUARY,
        "updated_at": JANUARY + 60,
        "archived": True,
        "pinned": False,
        "meta": {"tags": ["Tea Time"]},
    }
    return json.dumps([chat]).encode()


def librechat(tree: bool = False) -> bytes:
    """One chat with a branch, as a list or as a tree."""
    nobody = "00000000-0000-0000-0000-000000000000"

    def message(id: str, parent: str, mine: bool, text: str, **more: Any) -> dict[str, Any]:
        made = {"messageId": id, "parentMessageId": parent, "isCreatedByUser": mine, "text": text, "sender": "GPT-4o"}
        return made | {"createdAt": "2026-01-03T08:00:00.000Z", "error": False, "unfinished": False} | more

    said = [{"type": "think", "think": "Warm it."}, {"type": "text", "text": {"value": "Warm the pot first."}}]
    call = {"type": "tool_call", "tool_call": {"name": "search", "args": "{}", "output": "…"}}
    list_of = [
        message("m1", nobody, True, "How do I brew?"),
        message("m2", "m1", False, "", content=[*said, call], model="gpt-4o", endpoint="openAI"),
        message("m3", "m1", False, "Boil water.", model="mistral", unfinished=True),
        message("m4", "m2", True, "And then?"),
        message("m5", "m4", False, "It broke.", error=True),
    ]
    whole: dict[str, Any] = {"conversationId": "lc-1", "endpoint": "openAI", "title": "Brewing", "branches": True}
    whole |= {"recursive": tree, "options": {"model": "gpt-4o", "promptPrefix": "Be brief.", "temperature": 0.5}}
    if not tree:
        return json.dumps(whole | {"messages": list_of}).encode()
    by = {each["messageId"]: each | {"children": []} for each in list_of}
    for each in list_of[1:]:
        by[each["parentMessageId"]]["children"].append(by[each["messageId"]])
    return json.dumps(whole | {"messagesTree": [by["m1"]]}).encode()
