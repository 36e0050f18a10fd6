"""The form of a paste: its files, and who may read it until when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fasthtml.components import Div, Fieldset, Form, Input, Label, Legend, P, Span, Template, Textarea
from fasthtml.components import Select as SelectTag

from app.items.rows import PRIVATE
from app.rights import Caller
from components.addresses import url
from components.holdings.fields import KeepOrLeave, NoteField, ReadersField, SpaceField, TagsField, ViewsField
from components.page import Page, PageHead
from components.parts import Button, Callout, Choice, Field, Fold, FormErrors, Hidden, Icon, Options, Select
from components.pastes.lists import crumbed
from components.pastes.sealed import SealSwitch
from components.pastes.words import LIVES, SYNTAXES, WEEK, place, title_of

Texts = Mapping[str, str]
MOST_PARTS = 64


@dataclass(frozen=True)
class Written:
    """A file as a form has it. `kept` names the part of the earlier revision that stays because it is not text."""

    name: str = ""
    syntax: str = ""
    text: str = ""
    kept: str = ""


@dataclass(frozen=True)
class Filled:
    """A paste as its form has it; all of it is text."""

    title: str = ""
    parts: Sequence[Written] = (Written(),)
    visibility: str = PRIVATE
    space: str = ""
    life: str = WEEK
    password: str = ""
    burns: bool = False
    views: str = ""
    tags: str = ""
    note: str = ""
    base: str = ""
    spaces: Sequence[tuple[str, str]] = field(default=())


def NewPage(
    me: Caller, filled: Filled, errors: Texts, *, shelf: Any = None, secure: bool = True, workspace: str = "Inglenook"
) -> Any:
    """A new paste."""
    form = Form(
        cls="paste-form", method="post", action=url("/pastes"), enctype="multipart/form-data", data_paste_form=True
    )(
        FormErrors(errors, "What you wrote is still here; choose files to upload again."),
        TitleField(filled, errors),
        PartFields(filled.parts, errors),
        FileField(errors),
        ReaderFields(me, filled, errors) if me else AnonymousFields(filled, errors),
        SealSwitch(),
        KeepOrLeave("Make the paste", url("/pastes")),
    )
    head = PageHead("New paste", "Text is kept as it is; files are kept byte by byte.")
    return form_page(me, "New paste", (("New", None),), head, form, shelf=shelf, workspace=workspace)


def EditPage(
    me: Caller,
    item: Any,
    filled: Filled,
    errors: Texts,
    *,
    stale: Any = "",
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """The next revision of a paste."""
    form = Form(
        cls="paste-form",
        method="post",
        action=place(item, "revisions"),
        enctype="multipart/form-data",
        data_paste_form=True,
    )(
        stale,
        FormErrors(errors, "What you wrote is still here; choose files to upload again."),
        Hidden("base", filled.base),
        TitleField(filled, errors),
        PartFields(filled.parts, errors),
        FileField(errors),
        NoteField(filled.note, errors),
        KeepOrLeave("Keep", place(item)),
    )
    above = ((title_of(item), place(item)), ("Edit", None))
    head = PageHead("Edit", f"Revision {filled.base} stays in the history.")
    return form_page(me, f"Edit {title_of(item)}", above, head, form, shelf=shelf, workspace=workspace)


def form_page(me: Caller, title: str, path: Any, *content: Any, shelf: Any, workspace: str) -> Any:
    """A page with the form of a paste."""
    return Page(
        me,
        Div(cls="wide")(*content),
        title=title,
        place="pastes",
        shelf=shelf,
        crumbs=crumbed(me, *path),
        scripts=("pastes.js",),
        workspace=workspace,
    )


def TitleField(filled: Filled, errors: Texts) -> Any:
    """What it is called."""
    return Field(
        "Title",
        "title",
        filled.title,
        error=errors.get("title"),
        autocomplete="off",
        maxlength=200,
        hint="May stay empty: then the first file names it.",
    )


def PartFields(parts: Sequence[Written], errors: Texts) -> Any:
    """The files, one below the other, and the way to one more, which works without a script too."""
    more = Button(
        "Add a file", "", icon="plus", short=True, name="more", value="1", data_more=True, formnovalidate=True
    )
    return Div(cls="written", data_parts=True)(
        *(PartField(each, number, len(parts) > 1) for number, each in enumerate(parts, 1)),
        P(cls="error", id="parts-error")(Icon("bad", small=True), Span(errors["parts"])) if "parts" in errors else "",
        more,
        Template(data_part_template=True)(PartField(Written(), 0, True)),
    )


def PartField(part: Written, number: int, others: bool) -> Any:
    """One file: its name, its syntax, its text."""
    if part.kept:
        return Fieldset(cls="part-field kept")(
            Legend(cls="unseen")(f"File {number}"),
            Hidden("kept", part.kept),
            Choice(Span("Keep ", part.kept), "keeps", part.kept, True, id=f"keeps-{number}"),
        )
    syntaxes = SYNTAXES if part.syntax in dict(SYNTAXES) else (*SYNTAXES, (part.syntax, part.syntax))
    gone = Button("Take it out", "quiet", icon="close", short=True, type="button", data_out=True) if others else ""
    return Fieldset(cls="part-field")(
        Legend(cls="unseen")(f"File {number}"),
        Div(cls="part-head")(
            Label(cls="unseen", fr=f"name-{number}")("File name"),
            Input(
                cls="input",
                id=f"name-{number}",
                name="name",
                value=part.name,
                placeholder="File name, like notes.md",
                autocomplete="off",
                spellcheck="false",
                maxlength=200,
            ),
            Label(cls="unseen", fr=f"syntax-{number}")("Syntax"),
            SelectTag(cls="select", id=f"syntax-{number}", name="syntax")(*Options(syntaxes, part.syntax)),
            gone,
        ),
        Label(cls="unseen", fr=f"text-{number}")("Text"),
        Textarea(
            cls="input text", id=f"text-{number}", name="text", rows=12, spellcheck="false", wrap="off", data_text=True
        )("\n", part.text),
    )


def FileField(errors: Texts) -> Any:
    """Files of this machine, text or not."""
    return Field(
        "Or files of your own",
        "file",
        type="file",
        error=errors.get("file"),
        multiple=True,
        hint="Also by dropping them onto a text.",
        data_files=True,
    )


def ReaderFields(me: Caller, filled: Filled, errors: Texts) -> Any:
    """Who may read it, until when; what is asked for less often is folded."""
    rare = any((filled.password, filled.burns, filled.views, filled.tags)) or bool(
        {"password", "views", "tags"} & set(errors)
    )
    return Div(cls="readers")(
        Div(cls="duo")(
            ReadersField(filled, errors),
            Select("It expires", "life", LIVES, filled.life, error=errors.get("life")),
        ),
        SpaceField(filled, errors),
        Fold("lock", "Password, burn after reading, tags", *RareFields(filled, errors), open=rare),
    )


def RareFields(filled: Filled, errors: Texts) -> tuple[Any, ...]:
    """What few pastes need."""
    return (
        Field(
            "Password",
            "password",
            type="password",
            autocomplete="new-password",
            error=errors.get("password"),
            hint="Readers are asked for it. The server keeps its hash, and can read the text.",
        ),
        Choice("Burn after reading: whoever opens it first is the last one", "burns", checked=filled.burns),
        ViewsField(filled.views, errors),
        TagsField(filled.tags, errors, "Words with commas between them; only you see them."),
    )


def AnonymousFields(filled: Filled, errors: Texts) -> Any:
    """Without an account: anyone with the link may read it, for a time."""
    lives = [each for each in LIVES if each[0]]
    return Div(cls="readers")(
        Callout("note", "You are not signed in.", "Anyone with the link will be able to read this."),
        Select("It expires", "life", lives, filled.life, error=errors.get("life")),
        Choice("Burn after reading: whoever opens it first is the last one", "burns", checked=filled.burns),
    )


__all__ = ["EditPage", "Filled", "NewPage", "RareFields", "Written"]
