"""A chat's own settings: what the model is told first, and how it writes."""

from collections.abc import Mapping
from typing import Any

from fasthtml.components import Div, Form, P

from components.addresses import url
from components.parts import Button, Dialog, Field, FormErrors, Select, TextArea

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
    errors, names = errors or {}, ("system", "temperature", "top_p", "max_tokens", "effort")
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
        Div(cls="actions")(
            Button("Cancel", "quiet", type="button", commandfor="chat-settings", command="close"),
            Button("Save", "primary"),
        ),
    )
