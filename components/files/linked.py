"""Upload links: how one is made, and its page, on which somebody without an account sends one file."""

from typing import Any

from fasthtml.components import Div, Form, Input, Label, P, Span

from app.rights import Caller
from components.addresses import url
from components.holdings.sharing import SharedNotice
from components.page import Page, PageHead, Threshold
from components.parts import Ago, Button, Dialog, Hidden, Select

LIVES = (("3600", "For an hour"), ("86400", "For a day"), ("604800", "For a week"))


def AskBox(folder: Any, space: str) -> Any:
    """How long the link is to work."""
    place = (("folder_id", folder.id if folder else ""), ("space_id", space))
    close = Button("Leave it", "quiet", type="button", commandfor="ask-box", command="close")
    form = Form(method="post", action=url("/files/links"))(
        *(Hidden(name, value) for name, value in place if value),
        P(cls="soft")("Whoever has the link sends you one file by it, without an account. It lands here."),
        Select("It works", "life", LIVES, "86400", id="ask-life"),
        Div(cls="actions")(close, Button("Make the link")),
    )
    return Dialog("ask-box", "Ask somebody for a file", form)


def AskedPage(me: Caller, link: str, until: int, back: str, *, shelf: Any = None, workspace: str = "Inglenook") -> Any:
    """The link, which is shown once."""
    content = (
        PageHead("Ask somebody for a file", "Give them this link. It works once."),
        SharedNotice(link),
        P(cls="soft")("It ends ", Ago(until, me), Span(", or as soon as a file has come by it.")),
        Div(cls="actions")(Button("Back", href=back)),
    )
    return Page(
        me,
        Div(cls="column asked")(*content),
        title="Ask somebody for a file",
        place="files",
        shelf=shelf,
        crumbs=(("Files", url("/files")), ("Ask somebody for a file", None)),
        workspace=workspace,
    )


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
