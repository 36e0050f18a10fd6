"""What stands before a file: the page that asks for a password, and the trash."""

from typing import Any

from fasthtml.components import Form, P

from app.rights import Caller
from components.addresses import url
from components.files.words import place
from components.page import Threshold
from components.parts import Button, Callout, Field, Hidden


def LockedPage(me: Caller, id: str, wrong: str = "", workspace: str = "Inglenook") -> Any:
    """A file that asks for its password."""
    return Threshold(
        Callout("bad", "", wrong, role="alert") if wrong else "",
        Form(cls="form", method="post", action=url("/files", id, "opening"))(
            Field("Password", "password", type="password", autocomplete="off", required=True, autofocus=True),
            Button("Open", "primary", full=True),
        ),
        title="A file with a password",
        heading="It asks for a password",
        lead="Whoever gave you the link can tell you.",
        theme=me.theme,
        workspace=workspace,
    )


def TrashedPage(me: Caller, item: Any, workspace: str = "Inglenook") -> Any:
    """One's own file that lies in the trash."""
    return Threshold(
        Form(method="post", action=url("/files/selection"))(
            Hidden("id", item.id),
            Hidden("back", place(item)),
            Button("Restore it", "primary", full=True, name="deed", value="untrash"),
        ),
        P(cls="small soft")("Until then nobody else finds it."),
        title="In the trash",
        lead=f"“{item.title}” is in your trash. It stays there for 30 days.",
        fire="logs",
        theme=me.theme,
        workspace=workspace,
    )
