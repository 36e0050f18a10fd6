"""The form of a prompt: its name, its text, and with which space it is shared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fasthtml.components import Code, Div, Form, P, Span

from app.rights import Caller
from components.addresses import url
from components.holdings import Frame
from components.holdings.fields import KeepOrLeave, MembersField, NoteField, TagsField
from components.holdings.library import LibraryNewPage
from components.page import PageHead
from components.parts import Field, FormErrors, Hidden, TextArea

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Filled:
    """A prompt as its form has it; all of it is text."""

    name: str = ""
    text: str = ""
    space: str = ""
    tags: str = ""
    note: str = ""
    base: str = ""
    spaces: Sequence[tuple[str, str]] = field(default=())


def NewPage(me: Caller, filled: Filled, errors: Texts, **around: Any) -> Any:
    """A new prompt."""
    form = Form(cls="form broad", method="post", action=url("/prompts"))(
        FormErrors(errors),
        NameField(filled, errors),
        TextField(filled, errors),
        MembersField(filled, errors),
        TagsField(filled.tags, errors),
        KeepOrLeave("Keep it", url("/prompts")),
    )
    lead = "A text that you bring into the composer by its name."
    return LibraryNewPage(me, "prompts", "New prompt", lead, form, **around)


def EditPage(frame: Frame, filled: Filled, errors: Texts, *, stale: Any = "") -> Any:
    """The next revision of a prompt."""
    form = Form(cls="form broad", method="post", action=frame.at("revisions"))(
        stale,
        FormErrors(errors),
        Hidden("base", filled.base),
        NameField(filled, errors),
        TextField(filled, errors),
        NoteField(filled.note, errors),
        KeepOrLeave("Keep", frame.at()),
    )
    head = PageHead("Edit", f"Revision {filled.base} stays in the history.")
    return frame.page("Edit", Div(cls="wide")(head, form))


def NameField(filled: Filled, errors: Texts) -> Any:
    """What is written behind the `/`."""
    return Field(
        "Name",
        "name",
        filled.name,
        error=errors.get("name"),
        required=True,
        maxlength=41,
        autocomplete="off",
        autocapitalize="none",
        spellcheck="false",
        hint="Written behind a / in the composer, like /review: letters, digits, - and _.",
    )


def TextField(filled: Filled, errors: Texts) -> Any:
    """What it says, and how variables are written."""
    return Div(cls="tall")(
        TextArea(
            "Text",
            "text",
            filled.text,
            error=errors.get("text"),
            required=True,
            rows=10,
            hint="What stands in double braces is asked each time.",
        ),
        Ways(),
    )


def Ways() -> Any:
    """The three ways to write a variable."""
    ways = (
        ("{{topic}}", "asks for a text"),
        ("{{language=English}}", "has a default"),
        ("{{tone|warm|dry}}", "offers a choice"),
    )
    return P(cls="ways small faint")(*(Span(Code(written), " ", words) for written, words in ways))
