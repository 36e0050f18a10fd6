"""Sealed pastes: encrypted and decrypted in the browser; the server keeps what it cannot read."""

from typing import Any

from fastcore.xml import ft
from fasthtml.components import (
    B,
    Code,
    Div,
    Figcaption,
    Figure,
    Form,
    Input,
    Label,
    P,
    Pre,
    Span,
    Template,
    Textarea,
)

from components.parts import Button, Callout, Field

INSECURE = (
    "Browsers encrypt and decrypt only on pages that came by https (or from this very machine). "
    "This page came by plain http."
)


def SealedBox(envelope: str) -> Any:
    """What the server has, and the places where the script puts what it means."""
    return Div(cls="sealed", data_sealed=True)(
        Textarea(hidden=True, name=False, data_envelope=True, aria_hidden="true", readonly=True)("\n", envelope),
        ft("noscript", Callout("warn", "This paste is sealed.", "It is decrypted in the browser, by a script.")),
        P(cls="soft", role="status", data_status=True)("Sealed: only who has the whole link can read it."),
        Div(cls="insecure", hidden=True)(Callout("warn", "This cannot be opened here.", INSECURE)),
        Form(cls="form key-form", hidden=True, data_key_form=True)(
            Field(
                "The key",
                "key",
                id="sealed-key",
                hint="The part of the link behind its #.",
                autocomplete="off",
                spellcheck="false",
            ),
            Button("Open"),
        ),
        Form(cls="form password-form", hidden=True, data_password_form=True)(
            Field("Password", "password", type="password", id="sealed-password", autocomplete="off"),
            Button("Open", "primary"),
        ),
        Div(cls="files-of-paste", data_opened=True, data_lines=True),
        Template(data_figure=True)(
            Figure(cls="code file")(
                Figcaption(
                    Span(B(), " ", Span(cls="faint")),
                    Span(cls="acts")(Button("Copy", "quiet", short=True, type="button", data_copy="")),
                ),
                Pre(tabindex="0", cls="numbered w4")(Code()),
            )
        ),
    )


def SealSwitch() -> Any:
    """The switch that encrypts before anything is sent; it says why it is off where browsers do not allow it."""
    about = {"type": "checkbox", "role": "switch", "disabled": True, "aria_describedby": "seal-why", "data_seal": True}
    return Div(cls="seal")(
        Div(cls="choice")(
            Input(cls="switch", id="seal", name=False, autocomplete="off", **about),
            Label(fr="seal")("Encrypt in this browser"),
        ),
        P(cls="small faint", id="seal-why", data_why=True, data_insecure=INSECURE)(
            "Needs a script: the text is encrypted before it is sent."
        ),
    )
