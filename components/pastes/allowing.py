"""What an admin decides of pastes: how much people may store, and what is posted without an account."""

from collections.abc import Mapping
from typing import Any

from fasthtml.components import Div, Form, Li, P, Ul

from app.rights import Caller
from components.addresses import url
from components.page import PageHead, Part
from components.parts import Button, Callout, Field, FormErrors, Switch
from components.people import admin_page

PLACE = "/admin/pastes"
Texts = Mapping[str, str]
ROOM = (
    ("quota_mb", "Of each person, in MiB", "All pastes with all revisions, and what lies in the trash."),
    ("spare_mb", "Left free on the disk, in MiB", "With less than that, nothing more is stored by anybody."),
)
ANONYMOUS = (
    ("anonymous_hour", "Pastes an hour from one address", "A home's IPv6 network counts as one address."),
    ("anonymous_kb", "The largest of them, in KiB", None),
    ("anonymous_quota_mb", "All of them together, in MiB", "When that is full, nobody posts without an account."),
)


def PastesAdminPage(
    me: Caller, now: Mapping[str, Any], errors: Texts, *, saved: bool = False, workspace: str = "Inglenook"
) -> Any:
    """The limits as they are, or as they were posted."""
    form = Form(cls="form", method="post", action=url(PLACE))(
        FormErrors(errors),
        Part("Room", *_fields(ROOM, now, errors), id="room"),
        Part("Without an account", *AnonymousPart(now, errors), id="anonymous"),
        Div(cls="actions")(Button("Keep", "primary")),
    )
    head = PageHead("Pastes", "How much people store, and what is posted without an account.")
    kept = Callout("good", "Kept.", "It holds from now on.", role="status") if saved else ""
    return admin_page(me, "Pastes", PLACE, workspace, head, kept, form)


def AnonymousPart(now: Mapping[str, Any], errors: Texts) -> tuple[Any, ...]:
    """The switch, what it means, and its limits."""
    return (
        Switch("Let people post without an account", "anonymous_pastes", checked=bool(now.get("anonymous_pastes"))),
        Ul(cls="small soft")(
            Li("Whoever reaches this address can store text here, and has its link to give away."),
            Li("Such pastes are unlisted, and end after a year at the latest."),
        ),
        *_fields(ANONYMOUS, now, errors),
        P(cls="small soft")("What is posted already stays until it ends."),
    )


def _fields(rows: Any, now: Mapping[str, Any], errors: Texts) -> list[Any]:
    return [
        Field(
            words, name, now.get(name, ""), hint=hint, error=errors.get(name), inputmode="numeric", autocomplete="off"
        )
        for name, words, hint in rows
    ]
