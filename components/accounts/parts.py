"""Parts of accounts that several pages show."""

from typing import Any

from fasthtml.components import B, Div, Input, Label, P, Small, Span

from app import accounts
from app.rights import Caller
from components.parts import Avatar, Button, Field


def Person(name: str, email: str) -> Any:
    """Who: a letter, a name and an address."""
    return Div(cls="person")(Avatar(name), Span(B(name), Small(email)))


def PasswordAgain(me: Caller, errors: dict[str, str], id: str = "field-password") -> Any:
    """The field for one's own password in a form that needs it fresh; nothing while it is."""
    if accounts.is_fresh(me) and "password" not in errors:
        return ""
    return Field(
        "Your own password, again",
        "password",
        type="password",
        id=id,
        hint="This changes who may do what, and you gave your password more than ten minutes ago.",
        error=errors.get("password"),
        autocomplete="current-password",
        required=True,
    )


def OnceLink(address: str, what: str, life: str) -> Any:
    """A one-time link that is shown now and never again, with a button that copies it."""
    return Div(cls="once", role="status")(
        P(what),
        Div(cls="secret")(
            Label(cls="unseen", fr="once-link")("The link"),
            Input(cls="input", id="once-link", name=False, value=address, readonly=True),
            Button("Copy", icon="copy", data_copy="#once-link"),
        ),
        P(cls="small soft")(f"It is shown only now and works once, {life}. Send it in a way that you trust."),
    )
