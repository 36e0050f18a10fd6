"""What opens inside a turn: editing a question, and choosing another model for an answer."""

from collections.abc import Iterable
from typing import Any

from fasthtml.components import Div, Form, Label, P, Select, Span, Textarea

from app.clock import new_id
from components.addresses import url
from components.chats.composer import LARGEST
from components.page import Page, PageHead
from components.parts import Button, Callout, Hidden
from components.parts.fields import Options


def EditForm(chat: Any, turn: Any, text: str | None = None, error: str = "") -> Any:
    """A question that is written anew: what is sent becomes a version beside the old one."""
    id = turn.message.id
    at = url("/chats", chat.id, "messages", id)
    return Form(cls="mending", method="post", action=f"{at}/versions", hx_post=f"{at}/versions", hx_swap="none")(
        Callout("bad", "Not sent.", error, role="alert") if error else "",
        Hidden("key", new_id()),
        Label(cls="unseen", fr=f"mend-{id}")("Your question"),
        Textarea(
            cls="input", id=f"mend-{id}", name="text", rows=3, autofocus=True, data_limit=LARGEST, autocomplete="off"
        )("\n", turn.text if text is None else text),
        P(cls="hint small faint")("The old version and its answers stay; ‹ 1/2 › walks between them."),
        Div(cls="actions")(_cancel(chat, id), Button("Send", "primary", short=True)),
    )


def AnotherForm(chat: Any, turn: Any, choices: Iterable[Any]) -> Any:
    """The models that may answer instead."""
    id = turn.message.id
    at = url("/chats", chat.id, "messages", id)
    others = [choice for choice in choices if choice.id != turn.message.model_id] or list(choices)
    groups: dict[str, list[tuple[str, str]]] = {}
    for choice in others:
        groups.setdefault(choice.provider, []).append((choice.id, choice.label))
    return Form(cls="another", method="post", action=f"{at}/versions", hx_post=f"{at}/versions", hx_swap="none")(
        Hidden("key", new_id()),
        Label(fr=f"another-{id}")("Answer again with"),
        Select(cls="select", id=f"another-{id}", name="model", autofocus=True)(*Options(groups.items())),
        Span(cls="actions")(Button("Ask", "primary", icon="again", short=True), _cancel(chat, id)),
    )


def _cancel(chat: Any, id: str) -> Any:
    back = url("/chats", chat.id, "messages", id)
    return Button(
        "Cancel",
        "quiet",
        short=True,
        href=back,
        hx_get=back,
        hx_target=f"#m-{id}",
        hx_swap="outerHTML",
        data_cancel=True,
    )


def FormPage(me: Any, chat: Any, title: str, form: Any, shelf: Any, workspace: str) -> Any:
    """The same form as a page of its own, for browsers without a script."""
    path = ((chat.title, url("/chats", chat.id)), (title, None))
    content = Div(PageHead(title), form)
    return Page(me, content, title=title, place="chats", shelf=shelf, crumbs=path, workspace=workspace)
