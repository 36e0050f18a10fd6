"""The versions of a file: who brought each of them, an earlier one, and the next."""

from collections.abc import Sequence
from typing import Any

from fasthtml.components import A, Div, Form, Input, Label, Li, Ol, P, Span

from app.rights import Caller
from components.files.lists import crumbed
from components.files.words import place
from components.holdings.versions import DOORS
from components.page import Page, PageHead, Part
from components.parts import Ago, Button, Callout, Field, Hidden, IconButton
from components.pastes.words import size_words


def HistoryPage(
    me: Caller,
    file: Any,
    past: Sequence[Any],
    *,
    path: Sequence[Any] = (),
    error: str = "",
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """Every version, the newest first, and the form that brings the next."""
    rows = Ol(cls="revisions versions")(*(VersionRow(me, file, each) for each in past))
    column = Div(cls="column")(
        PageHead("Versions", f"Of “{file.name}”."),
        rows,
        NextForm(file, error) if file.can_write and me and not me.is_guest else "",
    )
    return Page(
        me,
        column,
        title=f"Versions of {file.name}",
        place="files",
        shelf=shelf,
        crumbs=crumbed(me, path, (file.name, place(file.item)), ("Versions", None)),
        workspace=workspace,
    )


def VersionRow(me: Caller, file: Any, past: Any) -> Any:
    """One version: who, when, through which door, and what for."""
    item, revision, number = file.item, past.revision, past.revision.number
    current = number == item.current
    note = revision.note or (f"Brings back version {revision.restores}." if revision.restores else "")
    who = " ".join(filter(None, (past.author or "Somebody", DOORS.get(revision.door, ""))))
    back = Form(method="post", action=place(item, "revisions", number, "restoration"))(
        Hidden("base", item.current), Button("Bring it back", short=True)
    )
    return Li(
        Div(cls="row with-actions")(
            Span(
                A(cls="name", href=place(item) if current else place(item, "revisions", number))(f"Version {number}"),
                Span(cls="badge")("current") if current else "",
            ),
            Span(cls="gist")(f"{who}: {note}" if note else who),
            Span(cls="facts")(Span(), Span(size_words(revision.size)), Ago(revision.created_at, me)),
            Div(cls="actions")(
                back if file.can_write and me and not current else "",
                IconButton(
                    "download",
                    f"Download version {number}",
                    href=place(item, "download", revision=number),
                    short=True,
                    download=True,
                ),
            ),
        )
    )


def NextForm(file: Any, error: str = "") -> Any:
    """The next version, by a plain form."""
    return Part(
        "The next version",
        Form(
            cls="form",
            method="post",
            action=place(file.item, "revisions"),
            enctype="multipart/form-data",
            data_makes=True,
        )(
            Callout("bad", "", error, role="alert") if error else "",
            Hidden("base", file.item.current),
            Field(
                "What is different",
                "note",
                maxlength=200,
                autocomplete="off",
                hint="For this list; may stay empty.",
            ),
            Div(cls="field")(
                Label(fr="field-file")("File"),
                Input(cls="input", id="field-file", name="file", type="file", required=True),
                P(cls="hint")("Earlier ones stay, and can be brought back."),
            ),
            Div(cls="actions")(Button("Upload it", "primary")),
        ),
        id="next",
    )


def EarlierNotice(me: Caller, file: Any) -> Any:
    """That this is not the current version, and the way back to it."""
    item, number = file.item, file.revision.number
    back = (
        Form(method="post", action=place(item, "revisions", number, "restoration"))(
            Hidden("base", item.current), Button("Bring it back", short=True)
        )
        if file.can_write and me
        else ""
    )
    now = Span("The file is at ", A(href=place(item))(f"version {item.current}"), ".")
    return Callout("note", f"This is version {number}.", now, back)
