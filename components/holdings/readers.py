"""Readers: with which space and which people a thing is shared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fasthtml.components import Div, Form

from components.holdings.fields import SpaceField, TagsField
from components.holdings.frames import Frame
from components.page import PageHead, Part
from components.parts import Button, Callout, Field, FormErrors, Select, Table

Texts = Mapping[str, str]
NOTHING: Texts = {}
ROLES = (("reader", "Use it"), ("writer", "Use and change it"))
PERSON = {"email", "audience"}


@dataclass(frozen=True)
class Wanted:
    """The form of the readers: `readers` is a visibility, `space` the id of one of `spaces`, `choices` what can be
    chosen; all of it is text."""

    readers: str = "private"
    space: str = ""
    tags: str = ""
    spaces: Sequence[tuple[str, str]] = field(default=())
    choices: Sequence[tuple[str, str]] = field(default=())


def ReadersPage(
    frame: Frame,
    wanted: Wanted,
    shares: Sequence[Any],
    people: Texts,
    *,
    errors: Texts = NOTHING,
    saved: bool = False,
    link: Any = "",
) -> Any:
    """Who uses it. `people` are the names of those it is shared with, `link` what is to be said of its link."""
    title = "Readers and tags"
    content = (
        PageHead(title, f"Of “{frame.title}”."),
        Callout("good", "Kept.", "It holds from now on.", role="status") if saved else "",
        RightsForm(frame, wanted, errors),
        link,
        Part("Shared with", ShareTable(frame, shares, people), ShareForm(frame, errors), id="sharing"),
    )
    return frame.page(title, Div(cls="wide")(*content))


def RightsForm(frame: Frame, wanted: Wanted, errors: Texts) -> Any:
    """Who uses it, and the words by which its owner finds it."""
    choices = [each for each in wanted.choices if each[0] != "space" or wanted.spaces]
    return Form(cls="form broad", method="post", action=frame.at("readers"))(
        FormErrors(errors) if not set(errors) & PERSON else "",
        Select("Who can use it", "readers", choices, wanted.readers, error=errors.get("readers")),
        SpaceField(wanted, errors),
        TagsField(wanted.tags, errors),
        Div(cls="actions")(Button("Keep", "primary"), Button(f"To the {frame.word}", "quiet", href=frame.at())),
    )


def ShareTable(frame: Frame, shares: Sequence[Any], people: Texts) -> Any:
    """Every person it is shared with, and the form that ends it."""
    if not shares:
        return Callout("", "Nobody else.", f"Share the {frame.word} with single people here.")
    rows = [
        (
            people.get(share.user_id or "", "Somebody"),
            dict(ROLES).get(share.role, share.role),
            Form(
                method="post",
                action=frame.at("shares", share.id, "removal"),
                data_confirm="Share it no longer with this person?",
                data_confirm_word="End it",
            )(Button("End", "danger", short=True)),
        )
        for share in shares
    ]
    return Div(cls="doors")(Table(("Who", "May", ("", "acts")), rows, f"People who use this {frame.word}"))


def ShareForm(frame: Frame, errors: Texts) -> Any:
    """One more person."""
    return Form(cls="form broad share-form", method="post", action=frame.at("shares"), data_makes=True)(
        FormErrors(errors) if set(errors) & PERSON else "",
        Div(cls="duo")(
            Field("The person's e-mail address", "email", "", "email", error=errors.get("email"), autocomplete="off"),
            Select("Who may", "role", ROLES, "reader"),
        ),
        Button("Share it"),
    )
