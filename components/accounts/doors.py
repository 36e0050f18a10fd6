"""The doors: sign in, first start, invitation, new password."""

from collections.abc import Mapping
from typing import Any

from fasthtml.components import Form

from app.accounts import Ticket
from app.clock import now
from components.addresses import url
from components.page import Threshold
from components.parts import Button, Callout, Field, FormErrors, Hidden

Texts = Mapping[str, str]
NOTHING: Texts = {}


def SigninPage(
    workspace: str,
    posted: Texts = NOTHING,
    errors: Texts = NOTHING,
    onward: str = "",
    transport: str = "https",
    public: str = "",
    theme: str = "",
) -> Any:
    """Sign in; over unprotected http, the one sentence that says what to do instead."""
    return Threshold(
        Unprotected(public) if transport == "refused" else SigninForm(posted, errors, onward),
        title="Sign in",
        lead="to Inglenook" if workspace == "Inglenook" else f"to Inglenook at {workspace}",
        floor="No account? Ask the person who runs this house for an invitation.",
        theme=theme,
        workspace=workspace,
    )


def UnlitPage(workspace: str) -> Any:
    """Instead of signing in, before the first account: where the setup link is."""
    return Threshold(
        Button("Read the handbook", full=True, href=url("/docs/handbook")),
        title="Not lit yet",
        lead="Nobody has an account here. Open the setup link that the server printed when it started.",
        fire="logs",
        floor="The setup link works once, for 30 minutes. Start the server again to get a new one.",
        workspace=workspace,
    )


def SigninForm(posted: Texts, errors: Texts, onward: str) -> Any:
    """Address and password."""
    onward = onward or posted.get("next", "")
    return Form(method="post", action=url("/signin"))(
        FormErrors(errors),
        Hidden("next", onward) if onward else "",
        Field(
            "E-mail address",
            "email",
            posted.get("email", ""),
            type="email",
            error=errors.get("email"),
            autocomplete="username",
            required=True,
            autofocus=not posted.get("email"),
        ),
        Field(
            "Password",
            "password",
            type="password",
            error=errors.get("password"),
            autocomplete="current-password",
            required=True,
            autofocus=bool(posted.get("email")),
        ),
        Button("Sign in", "primary", full=True),
    )


def Unprotected(public: str) -> Any:
    """Why nobody can sign in here, and what to do."""
    if public.startswith("https:"):
        return (
            Callout("warn", "", "Here a password could be read on the way: go on at the protected address."),
            Button("Go on over https", "primary", full=True, href=public),
        )
    return Callout(
        "warn",
        "",
        "Here a password could be read on the way: open this house over https or through an SSH tunnel to localhost, "
        "or let whoever runs it start it with --insecure-http in a network that you trust.",
    )


def LinkPage(
    ticket: Ticket,
    token: str,
    workspace: str,
    posted: Texts = NOTHING,
    errors: Texts = NOTHING,
    transport: str = "https",
    public: str = "",
) -> Any:
    """What a one-time link opens: the first start, an invitation, or a new password. Opening it spends nothing."""
    shown = {"setup": _first_start, "invitation": _invitation, "password": _new_password}[ticket.kind]
    title, lead, fields, button = shown(ticket, workspace, posted, errors)
    form = Form(method="post", action=url("/links", token))(
        FormErrors(errors, "Only the password has to be typed again."), *fields, Button(button, "primary", full=True)
    )
    first = ticket.kind == "setup"
    return Threshold(
        Unprotected(public) if transport == "refused" else form,
        title="First start" if first else title,
        heading=title,
        lead=lead,
        broad=first,
        fire="logs" if first else "ember",
        floor=_life(ticket),
        workspace=workspace,
    )


def _first_start(ticket: Ticket, workspace: str, posted: Texts, errors: Texts) -> tuple[Any, ...]:
    fields = (
        Field(
            "Name of the workspace",
            "workspace",
            posted.get("workspace", ""),
            error=errors.get("workspace"),
            autocomplete="organization",
            required=True,
        ),
        *_oneself(posted, errors),
        Field(
            "E-mail address",
            "email",
            posted.get("email", ""),
            type="email",
            hint="Only to sign in. Nothing is sent to it.",
            error=errors.get("email"),
            autocomplete="username",
            required=True,
        ),
        NewPassword("Password", "password", errors),
    )
    lead = "This makes the first account. It runs the house: it invites people and adds models."
    return "Light the fire", lead, fields, "Make the account"


def _invitation(ticket: Ticket, workspace: str, posted: Texts, errors: Texts) -> tuple[Any, ...]:
    fields = (
        *_oneself(posted, errors),
        _address(ticket),
        NewPassword("Password", "password", errors),
    )
    what = "as an admin, who runs this house with others" if ticket.role == "admin" else "as a member"
    return f"Welcome to {workspace}", f"You are invited {what}.", fields, "Make the account"


def _new_password(ticket: Ticket, workspace: str, posted: Texts, errors: Texts) -> tuple[Any, ...]:
    fields = (_address(ticket), NewPassword("New password", "password", errors))
    return "A new password", "It signs you in here and signs you out everywhere else.", fields, "Keep it and sign in"


def _oneself(posted: Texts, errors: Texts) -> tuple[Any, ...]:
    return (
        Field(
            "Your name",
            "name",
            posted.get("name", ""),
            error=errors.get("name"),
            autocomplete="name",
            required=True,
        ),
    )


def _address(ticket: Ticket) -> Any:
    # Shown so that password managers keep the pair; what is posted in it is not read.
    return Field(
        "E-mail address",
        "email",
        ticket.email,
        type="email",
        id="field-address",
        autocomplete="username",
        readonly=True,
    )


def NewPassword(label: str, name: str, errors: Texts) -> Any:
    """The field for a password that is chosen."""
    return Field(
        label,
        name,
        type="password",
        hint=None if errors.get(name) else "At least 10 characters; a short sentence is good.",
        error=errors.get(name),
        autocomplete="new-password",
        required=True,
    )


def _life(ticket: Ticket) -> str:
    if ticket.kind == "setup":
        return "The setup link works once, for 30 minutes after the start."
    hours = max(1, round((ticket.expires_at - now()) / 3_600_000_000))
    left = f"{hours} more hour{'' if hours == 1 else 's'}" if hours < 48 else f"{round(hours / 24)} more days"
    return f"This link works once, for {left}."
