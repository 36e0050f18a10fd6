"""The page of an upload link: somebody without an account sends one file."""

from typing import Any

from fasthtml.components import Div, Form, Input, Label, P

from components.page import Threshold
from components.parts import Button


def UploadLinkPage(workspace: str, address: str, maker: str, name: str = "") -> Any:
    """The form. `maker` is who has asked for the file, `name` what it will be called where that is decided."""
    form = Form(cls="form", method="post", action=address, enctype="multipart/form-data")(
        Div(cls="field")(
            Label(fr="field-file")("The file"),
            Input(cls="input", id="field-file", name="file", type="file", required=True),
            P(cls="hint")(f"It will be called “{name}”.") if name else "",
        ),
        Button("Send it", "primary", full=True),
    )
    return Threshold(
        form,
        P(cls="small soft")("The link works once. Nobody else sees what you send by it."),
        title="Send a file",
        lead=f"{maker} has asked you for a file.",
        workspace=workspace,
    )
