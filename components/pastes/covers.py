"""What stands before a paste: the page that asks before it burns, the one that asks for a password, the trash."""

from typing import Any

from fasthtml.components import Div, Form, Input, Label, P

from app.rights import Caller
from components.page import Threshold
from components.parts import Button, Callout, Field
from components.pastes.words import place, title_of


def CoverPage(me: Caller, id: str, cover: Any, wrong: str = "", workspace: str = "Inglenook") -> Any:
    """Before a paste burns: nothing of it is told, and only the button opens it."""
    asks = Field(
        "Password", "password", type="password", error=wrong or None, autocomplete="off", required=True, autofocus=True
    )
    return Threshold(
        Form(cls="form", method="post", action=place(_Named(id), "reading"))(
            asks if cover.locked else "",
            Button("Read it, and burn it", "primary", full=True),
        ),
        P(cls="small soft")("Whoever opens it is the last one. Have a place ready to keep what it says."),
        title="A paste that burns",
        heading="It burns after reading",
        lead="Somebody left this for one reader. Opening it deletes it.",
        theme=me.theme,
        workspace=workspace,
    )


def LockedPage(me: Caller, id: str, wrong: str = "", workspace: str = "Inglenook") -> Any:
    """A paste that asks for its password."""
    return Threshold(
        Callout("bad", "", wrong, role="alert") if wrong else "",
        Form(cls="form", method="post", action=place(_Named(id), "opening"))(
            Field("Password", "password", type="password", autocomplete="off", required=True, autofocus=True),
            Button("Open", "primary", full=True),
        ),
        title="A paste with a password",
        heading="It asks for a password",
        lead="Whoever gave you the link can tell you.",
        theme=me.theme,
        workspace=workspace,
    )


def BurntNotice() -> Any:
    """What the last reader is told."""
    return Callout(
        "warn", "This was the only time.", "It is deleted. When you leave this page, nobody can read it again."
    )


def TrashedPage(me: Caller, item: Any, workspace: str = "Inglenook") -> Any:
    """One's own paste that lies in the trash."""
    return Threshold(
        Form(method="post", action=place(item, "restoration"))(Button("Restore it", "primary", full=True)),
        title="In the trash",
        lead=f"“{title_of(item)}” is in your trash. It stays there for 30 days.",
        fire="logs",
        theme=me.theme,
        workspace=workspace,
    )


def MadePage(me: Caller, link: str, edit: str, delete: str, workspace: str = "Inglenook") -> Any:
    """What somebody without an account is given once: the link, and the only ways to change or delete it later."""
    secrets = (("The link", "link", link), ("To change it: its edit token", "edit", edit))
    return Threshold(
        *(Told(*secret) for secret in (*secrets, ("To delete it: its delete token", "delete", delete))),
        P(cls="small soft")("The tokens are shown only now. A terminal sends them; the handbook says how."),
        Button("Read it", "primary", full=True, href=link),
        title="It is there",
        broad=True,
        scripts=("house.js",),
        theme=me.theme,
        workspace=workspace,
    )


def Told(words: str, name: str, value: str) -> Any:
    """One thing to keep, and the button that copies it."""
    id = f"made-{name}"
    line = Input(cls="input", id=id, name=False, value=value, readonly=True, spellcheck="false")
    copy = Button(
        "Copy", short=True, type="button", icon="copy", data_copy=f"#{id}", aria_label=f"Copy {words.lower()}"
    )
    return Div(cls="field")(Label(fr=id)(words), Div(cls="secret")(line, copy))


class _Named:
    """Something of which no more is known than its id."""

    def __init__(self, id: str) -> None:
        self.id = id
