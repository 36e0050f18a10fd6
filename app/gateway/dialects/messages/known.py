"""Tools that Anthropic defines and the caller runs: other models are told their members, which the original knows.

https://docs.anthropic.com/en/docs/agents-and-tools/tool-use/overview
"""

from typing import Any

from app.gateway.dialects.messages.asked import Tool

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
LINE: Schema = {"type": "integer"}
PATH: Schema = TEXT | {"description": "An absolute path."}
RANGE: Schema = {
    "type": "array",
    "items": LINE,
    "description": "For view: the first and the last line, counted from 1; -1 is the end of the file.",
}
EDITS: Schema = {
    "path": PATH,
    "view_range": RANGE,
    "file_text": TEXT | {"description": "For create: the whole text of the file."},
    "old_str": TEXT | {"description": "For str_replace: the text that is there, exactly and only once."},
    "new_str": TEXT | {"description": "For str_replace: what comes in its place."},
    "insert_line": LINE | {"description": "For insert: the line behind which the text goes, 0 for the beginning."},
}


def commands(*names: str) -> Schema:
    """Which of a tool's commands is meant."""
    return {"command": {"type": "string", "enum": list(names)}}


def needs(properties: Schema, *required: str) -> Schema:
    """An object with these members."""
    return {"type": "object", "properties": properties, "required": list(required)}


BASH = needs(
    {
        "command": TEXT | {"description": "The command to run."},
        "restart": {"type": "boolean", "description": "Begin a new shell instead."},
    }
)
INSERTED: Schema = {"insert_text": TEXT | {"description": "For insert: the text."}}
EDITOR = needs(commands("view", "create", "str_replace", "insert") | EDITS | INSERTED, "command", "path")
# The first versions take the text of an insertion as new_str, and can take back the last change.
OLD_EDITOR = needs(commands("view", "create", "str_replace", "insert", "undo_edit") | EDITS, "command", "path")
MOVED: Schema = {"old_path": PATH, "new_path": PATH}
MEMORY = needs(
    commands("view", "create", "str_replace", "insert", "delete", "rename") | EDITS | INSERTED | MOVED, "command"
)
# By how their types begin, the longest first.
TOOLS = (
    ("bash_", "Run a command in a shell that stays open between calls.", BASH),
    ("text_editor_2024", "View and edit text files.", OLD_EDITOR),
    ("text_editor_20250124", "View and edit text files.", OLD_EDITOR),
    ("text_editor_", "View and edit text files.", EDITOR),
    ("memory_", "Keep notes as files below /memories, and look at them before beginning.", MEMORY),
)


def known(given: dict[str, Any]) -> Tool | None:
    """A tool of this kind with its members told; None where it is no such tool."""
    kind, name = given.get("type"), given.get("name")
    if not isinstance(kind, str) or not isinstance(name, str) or not name:
        return None
    found = next((each for each in TOOLS if kind.startswith(each[0])), None)
    return None if found is None else Tool(name=name, description=found[1], input_schema=found[2])
