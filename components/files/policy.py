"""What an admin decides of files: how large one may be, which types are refused, and how much people store."""

from collections.abc import Mapping
from typing import Any

from fasthtml.components import A, Div, Form, P

from app.rights import Caller
from components.addresses import url
from components.page import PageHead, Part
from components.parts import Button, Callout, Field, FormErrors, TextArea
from components.people import admin_page

PLACE = "/admin/files"
Texts = Mapping[str, str]


def PolicyPage(
    me: Caller, now: Mapping[str, Any], errors: Texts, *, saved: bool = False, workspace: str = "Inglenook"
) -> Any:
    """The limits as they are, or as they were posted."""
    form = Form(cls="form", method="post", action=url(PLACE))(
        FormErrors(errors),
        Part(
            "What may come",
            Field(
                "The largest file, in MiB",
                "file_mb",
                now.get("file_mb", ""),
                error=errors.get("file_mb"),
                inputmode="numeric",
                autocomplete="off",
                hint="For uploads, and for what is fetched from an address.",
            ),
            TextArea(
                "Types that are refused",
                "file_types_refused",
                str(now.get("file_types_refused", "")),
                error=errors.get("file_types_refused"),
                spellcheck="false",
                hint="One a line, as media types: application/x-dosexec, video/*. The type is told by what is in a "
                "file, not by its name.",
            ),
            id="types",
        ),
        Part(
            "Room",
            Field(
                "Of each person, in MiB",
                "quota_mb",
                now.get("quota_mb", ""),
                error=errors.get("quota_mb"),
                inputmode="numeric",
                autocomplete="off",
                hint="Files and pastes together, with all versions and what lies in the trash.",
            ),
            P(cls="small soft")(
                "What stays free on the disk is set with the ", A(href=url("/admin/pastes"))("pastes"), "."
            ),
            id="room",
        ),
        Div(cls="actions")(Button("Keep", "primary")),
    )
    head = PageHead("Files", "How large a file may be, what is refused, and how much people store.")
    kept = Callout("good", "Kept.", "It holds from now on. What is stored already stays.", role="status")
    return admin_page(me, "Files", PLACE, workspace, head, kept if saved else "", form)
