"""What a program can be allowed to do, and the words in which a person is asked."""

from collections.abc import Iterable

TOOLS = "tools"
# In the order of the consent page.
WORDS = {
    "pastes:read": "Read your pastes, and those that were shared with you",
    "files:read": "Read your files, and those that were shared with you",
    "chats:read": "Read your chats",
    "prompts:read": "Read your prompts, and those that were shared with you",
    "presets:read": "Read your presets, and those that were shared with you",
    "spaces:read": "See your spaces and who is in them",
    "usage:read": "See what you use and what it costs",
    "keys:read": "See which keys you have, never the keys themselves",
    "pastes:write": "Write, change and share pastes, and put them into the trash",
    "files:write": "Write, change, fetch and share files, and put them into the trash",
    "prompts:write": "Write, change and share prompts, and put them into the trash",
    "presets:write": "Write, change and share presets, and put them into the trash",
    "chats:write": "Write in your chats and ask models, which can cost money",
}
# What is allowed where a program does not say what it wants.
READ = tuple(scope for scope in WORDS if scope.endswith(":read"))


def chosen(scopes: Iterable[str]) -> list[str]:
    """Those of `scopes` that can be allowed, in the order of the page."""
    wanted = set(scopes)
    return [scope for scope in WORDS if scope in wanted]


def known(scopes: Iterable[str]) -> list[str]:
    """Those of `scopes` that a program may ask for; all that reads where it names none."""
    return chosen(scopes) or list(READ)
