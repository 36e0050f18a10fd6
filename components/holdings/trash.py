"""What went into the trash, and the ways back."""

from collections.abc import Sequence
from typing import Any

from fasthtml.components import Div, Form, Li, Span

from app.rights import Caller
from components.addresses import url
from components.parts import Ago, Button, Callout, Rows


def TrashedCallout(path: str, id: str, word: str) -> Any:
    """It lies in the trash since just now, and can be taken back at once."""
    back = Form(method="post", action=url(path, id, "restoration"))(Button("Take it back", short=True))
    return Callout("", f"The {word} is in the trash.", "It stays there for 30 days.", back, icon="trash", role="status")


def TrashRows(me: Caller, path: str, rows: Sequence[Any], sign: str = "") -> Any:
    """All that lies there, each with both ways out; `sign` stands before each title."""
    return Rows(*(TrashRow(me, path, each.item, sign) for each in rows))


def TrashRow(me: Caller, path: str, item: Any, sign: str) -> Any:
    """One thing in the trash."""
    title = f"{sign}{item.title}"
    ask = f"Delete “{title}” for good? This cannot be undone."
    return Li(
        Div(cls="row with-actions put-away")(
            Span(cls="name")(title),
            Span(cls="gist"),
            Span(cls="facts")(Span(), Span(), Ago(item.trashed_at, me)),
            Div(cls="actions")(
                Form(method="post", action=url(path, item.id, "restoration"))(Button("Restore", short=True)),
                Form(
                    method="post",
                    action=url(path, item.id, "removal"),
                    data_confirm=ask,
                    data_confirm_word="Delete",
                )(Button("Delete for good", "danger", short=True)),
            ),
        )
    )
