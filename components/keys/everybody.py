"""Everybody's keys, for admins: what is known of them, never the keys."""

from collections.abc import Sequence
from typing import Any

from fasthtml.components import A, Div, Form, Small

from app.keys import Held, Key
from app.rights import Caller
from components.addresses import url
from components.keys.forms import NOTHING, PLACE, Texts
from components.keys.pages import Bound, KeyName, KeyState, LastUse
from components.page import PageHead, Part
from components.parts import Button, Callout, Empty, Field, FormErrors, Table
from components.people import admin_page


def AllKeysPage(
    me: Caller,
    kept: Sequence[Held],
    most: int,
    workspace: str,
    posted: Texts = NOTHING,
    errors: Texts = NOTHING,
    saved: bool = False,
) -> Any:
    """All keys, and how often one address may ask."""
    opened = sum(held.key.is_open for held in kept)
    lead = f"{opened:,} of {len(kept):,} can be used. Nobody can see a key itself."
    rows = [
        (
            KeyName(held),
            Owner(held),
            KeyState(me, held.key),
            ("" if held.key.revoked_at else Small(scope_words(held.key))),
            Bound(held),
            LastUse(me, held.key),
        )
        for held in kept
    ]
    head = ("Key", "Whose", "State", "Opens", ("Budget", "num"), ("Last used", "num"))
    gist = "People make their own on their page Keys; on the command line you make one for anybody."
    nothing = Empty("No keys yet", gist, Button("Make your own", href=url(PLACE, "new")))
    limit = Form(cls="form", method="post", action=url("/admin/keys/limit"))(
        FormErrors(errors),
        Field(
            "Requests a minute",
            "requests",
            posted.get("requests", str(most or "")),
            hint="Counted before a key is looked at. Empty: no limit. Wrong keys are slowed down in any case.",
            error=errors.get("requests"),
            inputmode="numeric",
            autocomplete="off",
        ),
        Button("Keep"),
    )
    return admin_page(
        me,
        "Keys",
        "/admin/keys",
        workspace,
        PageHead("Keys", lead if kept else "What programs come in with."),
        Callout("good", "Kept.", "It holds from now on.", role="status") if saved else "",
        Table(head, rows, "All keys") if kept else nothing,
        Part("Requests from one address", limit),
    )


def Owner(held: Held) -> Any:
    """Whose key it is."""
    return Div(cls="key-name")(
        A(href=url("/admin/people", held.key.user_id))(held.person), Small(cls="faint")(held.email)
    )


def scope_words(key: Key) -> str:
    """What it opens, and with which models, in a few words."""
    names = key.names
    some = "only one model" if len(names) == 1 else f"only {len(names)} models"
    return f"{key.scopes.replace(' ', ', ')}{f' · {some}' if names else ''}"
