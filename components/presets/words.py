"""Presets in words: their parameters, their model, what goes along with them."""

from typing import Any

from app import verbs
from components.addresses import url

READERS = {
    "private": "Only you",
    "space": "The members of its space",
    "unlisted": "Everybody here who has the link",
}
CHOICES = (
    ("private", "Only me"),
    ("space", "The members of a space"),
    ("unlisted", "Everybody here who has the link"),
)
EFFORTS = {"minimal": "Minimal", "low": "Low", "medium": "Medium", "high": "High"}
PLACES = {"file": "/files", "paste": "/p", "chat": "/chats"}
ICONS = {"file": "file", "paste": "paste", "chat": "chat"}


def parameters(settings: Any) -> list[tuple[str, str]]:
    """The parameters that are set, by their names."""
    found = (
        ("Temperature", f"{settings.temperature:g}" if settings.temperature is not None else ""),
        ("Top-p", f"{settings.top_p:g}" if settings.top_p is not None else ""),
        ("Maximum length", f"{settings.max_tokens:,} tokens" if settings.max_tokens else ""),
        ("Reasoning effort", EFFORTS.get(settings.effort, settings.effort)),
    )
    return [(name, value) for name, value in found if value]


def verb_words(name: str) -> str:
    """What a tool does."""
    verb = verbs.ALL.get(name)
    return verb.title if verb else "A tool that is not there any more"


def attached_place(each: Any) -> str:
    """The address of what goes along."""
    return url(PLACES[each.kind], each.id)
