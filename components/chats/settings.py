"""A chat's own settings: what the model is told first, and how it writes."""

from collections.abc import Mapping
from typing import Any

from fasthtml.components import A, Div, Fieldset, Form, Legend, P, Small

from app import chats as app_chats
from app.chats import calls
from components.addresses import url
from components.parts import Button, Choice, Dialog, Field, FormErrors, Select, TextArea

EFFORTS = (("", "As the model likes"), ("minimal", "Minimal"), ("low", "Low"), ("medium", "Medium"), ("high", "High"))


def SettingsDialog(
    chat: Any, reasons: bool, posted: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None
) -> Any:
    """The box with the settings of this chat; `reasons` says whether its model has an effort to choose."""
    return Dialog("chat-settings", "Settings of this chat", SettingsForm(chat, reasons, posted, errors))


def SettingsForm(
    chat: Any, reasons: bool, posted: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None
) -> Any:
    """What is left empty is not sent, so that the model's own default holds."""
    errors, names = errors or {}, ("system", "temperature", "top_p", "max_tokens", "effort", "verbs")
    values = {name: posted.get(name, "") if posted is not None else getattr(chat, name) for name in names}
    numbers = {"inputmode": "decimal", "autocomplete": "off"}

    def line(label: str, name: str, hint: str) -> Any:
        return Field(label, name, values[name], hint=hint, error=errors.get(name), **numbers)

    address = url("/chats", chat.id, "settings")
    return Form(id="settings-form", method="post", action=address, hx_put=address, hx_swap="none")(
        FormErrors(errors),
        TextArea(
            "System prompt",
            "system",
            values["system"] or "",
            hint="What the model is told before your first question.",
            error=errors.get("system"),
            rows=5,
        ),
        Div(cls="trio")(
            line("Temperature", "temperature", "0 to 2"),
            line("Top-p", "top_p", "0 to 1"),
            line("Maximum length", "max_tokens", "Tokens"),
        ),
        Select("Reasoning effort", "effort", EFFORTS, values["effort"], error=errors.get("effort")) if reasons else "",
        P(cls="hint small faint")("What is left empty is not sent: the model's own default holds."),
        ToolSwitches(values["verbs"], errors.get("verbs")),
        "" if app_chats.is_temporary(chat) else Readers(chat),
        Div(cls="actions")(
            Button("Cancel", "quiet", type="button", commandfor="chat-settings", command="close"),
            Button("Save", "primary"),
        ),
    )


def Readers(chat: Any) -> Any:
    """The way to the links by which others read the chat."""
    links = A(href=url("/chats", chat.id, "shares"))("Make, see and revoke links")
    return P(cls="readers")("Who reads it: you, and whoever has a link. ", links)


def FirstTools(on: str, form: str) -> Any:
    """The box with the tools of a chat that is about to begin, posted with the form of this id."""
    done = Button("Done", "primary", type="button", commandfor="first-tools", command="close")
    return Dialog("first-tools", "Tools of the new chat", ToolSwitches(on, form=form), actions=(done,))


def ToolSwitches(on: Any, error: str | None = None, form: str | None = None) -> Any:
    """What the model may do in this chat: what reads runs freely, the rest after a click."""
    names = set(on.split() if isinstance(on, str) else on)
    offered = calls.offered()
    free = [verb for verb in offered if not verb.needs_click]
    asked = [verb for verb in offered if verb.needs_click]
    return Fieldset(cls="switches")(
        Legend("Tools"),
        P(cls="error")(error) if error else "",
        P(cls="hint small faint")(
            "What is on, the model may call with your rights. What it finds is sent to the model's provider."
        ),
        *_switches("Without asking: they only read", free, names, form),
        *_switches("After you allowed each call", asked, names, form),
    )


def _switches(title: str, verbs: list[Any], on: set[str], form: str | None) -> tuple[Any, ...]:
    boxes = (
        Choice(
            verb.title,
            "verbs",
            verb.name,
            verb.name in on,
            id=f"verb-{verb.tool_name}",
            title=verb.description,
            form=form,
            autocomplete="off",
        )
        for verb in verbs
    )
    return Small(cls="faint")(title), Div(cls="boxes")(*boxes)
