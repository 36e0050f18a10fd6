"""The recovery key: shown once to be saved, and asked for where the stored keys do not open."""

from collections.abc import Mapping
from typing import Any

from fasthtml.components import A, Code, Div, Figcaption, Figure, Form, P, Pre, Span

from app import children, secrets
from app.rights import Caller
from components.accounts import PasswordAgain
from components.addresses import url
from components.page import Page, PageHead, Part, Threshold
from components.parts import Button, Callout, Field, FormErrors, Hidden
from components.shelves import AdminShelf

PLACE = "/admin/backups/key"
Texts = Mapping[str, str]
NOTHING: Texts = {}
WHY = (
    "The keys of the providers are stored encrypted. This key opens them, and no backup holds it: you need it to "
    "restore on another disk, and nobody can tell it to you again."
)


def FirstKeyPage(me: Caller, key: str, workspace: str) -> Any:
    """The last step of the first start: the recovery key, to be saved."""
    return Threshold(
        P(cls="soft")(WHY),
        KeyFigure(key),
        SavedForms("welcome"),
        title="Recovery key",
        heading="Save the recovery key",
        lead="It is shown once. Write it down, or keep it where you keep passwords.",
        broad=True,
        floor=("Not now? ", A(href=url("/welcome"))("Go on without it"), ". A line on each page reminds you."),
        scripts=("house.js",),
        theme=me.theme,
        workspace=workspace,
    )


def KeyPage(
    me: Caller, workspace: str, posted: Texts = NOTHING, errors: Texts = NOTHING, key: str = "", told: Any = ""
) -> Any:
    """The recovery key as it stands: locked, to be saved, or saved; `key` is shown, once."""
    if key:
        content = KeyParts(key)
    elif secrets.locked():
        content = LockedParts(me, posted, errors)
    elif secrets.is_given():
        content = [Callout("note", "INGLENOOK_SECRET is the recovery key.", "Keep it where you keep passwords.")]
    elif secrets.is_saved():
        content = SavedParts(me, posted, errors)
    else:
        content = UnsavedParts(me, posted, errors)
    return Page(
        me,
        Div(PageHead("Recovery key", "It opens the stored keys of the providers after a restore."), told, *content),
        title="Recovery key",
        place="admin",
        shelf=AdminShelf("/admin/backups"),
        crumbs=(("Admin", url("/admin")), ("Backups", url("/admin/backups")), ("Recovery key", None)),
        banner="",
        workspace=workspace,
    )


def KeyParts(key: str) -> list[Any]:
    """The key, now and never again."""
    return [Div(cls="form")(P(cls="soft")(WHY), KeyFigure(key), SavedForms())]


def KeyFigure(key: str) -> Any:
    """The key in its groups, to be copied or written down."""
    copy = Button("Copy", "quiet", short=True, data_copy="#recovery-key")
    return Figure(cls="code wrap recovery")(
        Figcaption(Span("Recovery key"), Span(cls="acts")(copy)),
        Pre(tabindex="0", role="region", aria_label="Recovery key")(Code(id="recovery-key")(key)),
    )


def SavedForms(onward: str = "") -> Any:
    """The key as a file, and the word that it is saved."""
    return Div(cls="actions recovery-deeds")(
        Form(method="post", action=url(PLACE, "confirmation"))(
            Hidden("onward", onward) if onward else "", Button("I have saved it", "primary")
        ),
        Form(method="post", action=url(PLACE, "file"))(Button("Keep as a file", icon="download")),
    )


def UnsavedParts(me: Caller, posted: Texts, errors: Texts) -> list[Any]:
    """Nobody confirmed it yet: to be shown after one's own password."""
    return [
        Callout("warn", "Nobody has confirmed that the recovery key is saved.", WHY),
        DeedForm(me, "showing", posted, errors, button=Button("Show the recovery key", "primary")),
    ]


def SavedParts(me: Caller, posted: Texts, errors: Texts) -> list[Any]:
    """It is saved: it is not shown again, but a new one can be made."""
    lost = P(cls="soft")("On the machine itself, ", Code(f"{children.name()} secrets show"), " prints it.")
    gist = "Everything is sealed with it at once. The present one goes on opening earlier moments as long as they last."
    make = Button(
        "Make a new key", "danger", data_confirm="Make a new recovery key?", data_confirm_word="Make a new key"
    )
    return [
        Callout("good", "The recovery key is saved.", "It is not shown again on a page."),
        Div(cls="spaced")(lost),
        Part("A new one", DeedForm(me, "rotation", posted, errors, P(cls="soft")(gist), button=make)),
    ]


def LockedParts(me: Caller, posted: Texts, errors: Texts) -> list[Any]:
    """What is stored does not open: the key is asked for; without it, the stored keys can be given up."""
    field = Field(
        "Recovery key",
        "key",
        posted.get("key", ""),
        hint="13 groups of four letters and digits, as it was shown. Blanks, dashes and capitals do not matter.",
        error=errors.get("key"),
        autocomplete="off",
        spellcheck="false",
        autocapitalize="none",
        required=True,
    )
    gist = "The stored keys of the providers are forgotten, and nothing else. You put them in again under Providers."
    forget = Button(
        "Go on without it",
        "danger",
        data_confirm="Forget the stored keys of the providers?",
        data_confirm_word="Forget them",
    )
    return [
        Callout(
            "warn",
            "The stored keys of the providers are locked.",
            "They were sealed with another key than the one at hand. All but the models behind them works.",
        ),
        Part("Give the key", DeedForm(me, "opening", posted, errors, field, button=Button("Open them", "primary"))),
        Part("The key is lost", DeedForm(me, "loss", posted, errors, P(cls="soft")(gist), button=forget)),
    ]


def DeedForm(me: Caller, deed: str, posted: Texts, errors: Texts, *parts: Any, button: Any) -> Any:
    """A form that asks for one's own password where that is no longer fresh; errors show in the one that was sent."""
    own = dict(errors) if posted.get("deed", "") == deed else {}
    return Form(cls="form", method="post", action=url(PLACE, deed))(
        FormErrors(own, "Nothing was changed."),
        Hidden("deed", deed),
        *parts,
        PasswordAgain(me, own, id=f"password-{deed}"),
        Div(cls="actions")(button),
    )


def Opened() -> Any:
    """The word that all is open again."""
    return Callout("good", "The stored keys open again.", "The models that were locked answer.", role="status")
