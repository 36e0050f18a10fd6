"""The form of a preset: model, instructions, parameters, tools, and what goes along."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fasthtml.components import Div, Fieldset, Form, Input, Label, Legend, P, Span

from app.rights import Caller
from components.addresses import url
from components.chats.settings import EFFORTS, ToolSwitches
from components.holdings import Frame
from components.holdings.fields import KeepOrLeave, MembersField, NoteField, TagsField
from components.holdings.library import LibraryNewPage
from components.holdings.words import counted
from components.page import PageHead
from components.parts import Button, Choice, Field, Fold, FormErrors, Hidden, Icon, Select, State, TextArea
from components.presets.words import ICONS

Texts = Mapping[str, str]
OWN_DEFAULT = ("", "Each person's own default")


@dataclass(frozen=True)
class Offered:
    """Something that can go along; its value in the form is `kind:id`."""

    value: str
    name: str
    chosen: bool = False

    @property
    def kind(self) -> str:
        """file or paste."""
        return self.value.partition(":")[0]


@dataclass(frozen=True)
class Filled:
    """A preset as its form has it; all of it is text. `models` are the choices, `offered` what can go along."""

    name: str = ""
    about: str = ""
    instructions: str = ""
    model: str = ""
    temperature: str = ""
    top_p: str = ""
    max_tokens: str = ""
    effort: str = ""
    verbs: str = ""
    space: str = ""
    tags: str = ""
    note: str = ""
    base: str = ""
    find: str = ""
    offered: Sequence[Offered] = ()
    models: Sequence[tuple[str, Any]] = field(default=())
    spaces: Sequence[tuple[str, str]] = field(default=())


def NewPage(me: Caller, filled: Filled, errors: Texts, **around: Any) -> Any:
    """A new preset."""
    afterwards = "A link for everybody here, and single people, can be chosen afterwards."
    form = Form(cls="form broad preset-form", method="post", action=url("/presets"))(
        *Fields(filled, errors),
        MembersField(filled, errors, afterwards),
        TagsField(filled.tags, errors),
        KeepOrLeave("Keep it", url("/presets")),
    )
    lead = "What is left empty is not sent: the model's own default holds."
    return LibraryNewPage(me, "presets", "New preset", lead, form, **around)


def EditPage(frame: Frame, filled: Filled, errors: Texts, *, stale: Any = "") -> Any:
    """The next revision of a preset."""
    form = Form(cls="form broad preset-form", method="post", action=frame.at("revisions"))(
        stale,
        Hidden("base", filled.base),
        *Fields(filled, errors),
        NoteField(filled.note, errors),
        KeepOrLeave("Keep", frame.at()),
    )
    head = PageHead("Edit", f"Revision {filled.base} stays in the history. Chats that began with it stay as they are.")
    return frame.page("Edit", Div(cls="wide")(head, form))


def Fields(filled: Filled, errors: Texts) -> Iterable[Any]:
    """All that a preset says."""
    numbers = {"inputmode": "decimal", "autocomplete": "off"}

    def number(label: str, name: str, hint: str) -> Any:
        return Field(label, name, getattr(filled, name), hint=hint, error=errors.get(name), **numbers)

    return (
        FormErrors(errors),
        # The first button of a form is the one that Enter presses: not the one that finds.
        Button("Keep", cls="unseen", tabindex="-1", aria_hidden="true"),
        Field("Name", "name", filled.name, error=errors.get("name"), required=True, maxlength=80, autocomplete="off"),
        Field(
            "What it is for",
            "about",
            filled.about,
            error=errors.get("about") or errors.get("title"),
            maxlength=200,
            autocomplete="off",
        ),
        Select("Model", "model", (OWN_DEFAULT, *filled.models), filled.model, error=errors.get("model")),
        Div(cls="tall")(
            TextArea(
                "Instructions",
                "instructions",
                filled.instructions,
                error=errors.get("instructions"),
                rows=8,
                hint="What the model is told before the first question.",
            )
        ),
        Div(cls="trio")(
            number("Temperature", "temperature", "0 to 2"),
            number("Top-p", "top_p", "0 to 1"),
            number("Maximum length", "max_tokens", "Tokens"),
        ),
        Select("Reasoning effort", "effort", EFFORTS, filled.effort, error=errors.get("effort")),
        AttachFields(filled, errors),
        Fold(
            "tool",
            "Tools that are on from the start",
            ToolSwitches(filled.verbs, errors.get("verbs")),
            cost=counted(len(filled.verbs.split()), "tool") if filled.verbs else "none",
            open="verbs" in errors,
        ),
    )


def AttachFields(filled: Filled, errors: Texts) -> Any:
    """What goes along: what does already, and what was found."""
    boxes = (
        Choice(
            State(each.name, icon=ICONS.get(each.kind, "attach")),
            "attach",
            each.value,
            each.chosen,
            id=f"attach-{n}",
        )
        for n, each in enumerate(filled.offered)
    )
    find = Div(cls="find-along")(
        Label(cls="unseen", fr="attach-find")("Words in the name"),
        Input(
            cls="input", id="attach-find", name="find", value=filled.find, autocomplete="off",
            placeholder="Find a file or paste by its name",
        ),
        Button("Find", short=True, name="more", value="1", formnovalidate=True),
    )  # fmt: skip
    error = P(cls="error")(Icon("bad", small=True), Span(errors["attachments"])) if "attachments" in errors else ""
    return Fieldset(cls="switches along")(
        Legend("Goes along"),
        error,
        P(cls="hint small faint")(
            "Files and pastes that every chat begins with. Who may not read them is told so, and gets the rest."
        ),
        Div(cls="boxes")(*boxes) if filled.offered else "",
        find,
    )
