"""Fields that the forms of all nouns share: who it is for, the owner's words for it, and what a revision changes."""

from collections.abc import Mapping, Sequence
from typing import Any

from fasthtml.components import Div

from app.items.rows import SPACE
from components.holdings.words import CHOICES
from components.parts import Button, Field, Select

Texts = Mapping[str, str]
ONLY_ME = ("", "Only me")


def ReadersField(filled: Any, errors: Texts) -> Any:
    """Who can read it; a space can only be chosen where there is one."""
    choices = CHOICES if filled.spaces else tuple(each for each in CHOICES if each[0] != SPACE)
    return Select("Who can read it", "visibility", choices, filled.visibility, error=errors.get("visibility"))


def SpaceField(filled: Any, errors: Texts) -> Any:
    """Which space's members; '' where there is none."""
    if not filled.spaces:
        return ""
    return Select("In which space", "space", filled.spaces, filled.space, error=errors.get("space"))


def MembersField(filled: Any, errors: Texts, hint: str | None = None) -> Any:
    """Whether a space's members can use it too; '' where there is no space."""
    if not filled.spaces:
        return ""
    choices: Sequence[tuple[str, str]] = (ONLY_ME, *((id, f"The members of {name}") for id, name in filled.spaces))
    return Select("Who can use it", "space", choices, filled.space, error=errors.get("space_id"), hint=hint)


def ViewsField(views: str, errors: Texts) -> Any:
    """How often it can be read."""
    return Field(
        "At most so many views",
        "views",
        views,
        error=errors.get("views"),
        inputmode="numeric",
        autocomplete="off",
        hint="Empty: as often as one likes.",
    )


def TagsField(tags: str, errors: Texts, hint: str = "With commas between them; only you see them.") -> Any:
    """The words by which its owner finds it."""
    return Field("Tags", "tags", tags, error=errors.get("tags"), autocomplete="off", hint=hint)


def NoteField(note: str, errors: Texts) -> Any:
    """What the next revision changes."""
    return Field(
        "What is different",
        "note",
        note,
        error=errors.get("note"),
        maxlength=200,
        autocomplete="off",
        hint="For the history; may stay empty.",
    )


def KeepOrLeave(words: str, away: str) -> Any:
    """The end of a form: the button that keeps it, and the address that one leaves to."""
    return Div(cls="actions")(Button(words, "primary"), Button("Leave it", "quiet", href=away))
