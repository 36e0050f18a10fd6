"""The composer: where a question is written, which model gets it, and how the answer is stopped."""

from collections.abc import Iterable
from typing import Any

from fastcore.xml import ft
from fasthtml.components import A, Div, Form, Label, P, Select, Span, Textarea

from app.clock import new_id
from components.addresses import url
from components.chats.attachments import AttachButton, AttachedTray, AttachParts
from components.chats.comparing import Beside
from components.parts import Button, Callout, Hidden, Icon, IconButton
from components.parts.fields import Options
from components.prompts.choices import PromptChoices

LARGEST = 256 * 1024
PROVIDERS = "/admin/providers"


def Composer(
    chat: Any,
    choices: Iterable[Any],
    model: str = "",
    text: str = "",
    leaf: str | None = None,
    running: bool = False,
    error: str = "",
    beside: str = "",
    tray: Any = None,
) -> Any:
    """The form of a chat, or with `chat` None of a new one. `text` is its draft, or what could not be sent, `beside`
    the models that are compared with `model`, `tray` what is attached (None: it is fetched by the page's script)."""
    id = chat.id if chat else ""
    where = url("/chats", chat.id, "messages") if chat else url("/chats")
    # A new chat is a new page; a question in a chat adds to the page that is there.
    sends = {"hx_post": where, "hx_swap": "none"} if chat else {}
    place = "Ask a follow-up" if chat else "Ask anything"
    form = Form(
        cls="composer",
        id="composer-form",
        method="post",
        action=where,
        aria_label="Message",
        data_composer=True,
        data_chat=chat.id if chat else "new",
        data_draft=url("/drafts", chat.id if chat else "new"),
        data_limit=LARGEST,
        **sends,
    )(
        Callout("bad", "Not sent.", error, role="alert") if error else "",
        Hidden("key", new_id(), autocomplete="off", data_key=True),
        SeenLeaf(leaf) if chat else "",
        AttachedTray(id, tray),
        Label(cls="unseen", fr="composer")("Your message"),
        # HTML drops the first line break of a textarea, so one is put before the text.
        Textarea(
            id="composer",
            name="text",
            rows=1,
            placeholder=place,
            aria_invalid="true" if error else None,
            autofocus=chat is None or None,
            autocomplete="off",
        )("\n", text),
        Div(cls="tools")(
            AttachButton(id),
            ModelPicker(choices, model),
            Beside(by_provider(choices), beside.split()),
            SendButton(running),
        ),
    )
    return form, StopForm(chat) if chat else "", *PromptChoices(), *AttachParts(id)


def SeenLeaf(leaf: str | None) -> Any:
    """The last message that this page shows: what is sent goes below it."""
    return Hidden("leaf", leaf or "", id="composer-leaf", autocomplete="off")


def SendButton(running: bool) -> Any:
    """Send, or while an answer is being written, Stop in its place."""
    if running:
        return IconButton("stop", "Stop the answer", "send halt", id="send", form="stop", data_stop=True)
    return IconButton("send", "Send", "send", id="send")


def StopForm(chat: Any) -> Any:
    """What the Stop button sends."""
    reply = url("/chats", chat.id, "reply")
    return Form(id="stop", method="post", action=f"{reply}/stop", hx_delete=reply, hx_swap="none", hidden=True)


def by_provider(choices: Iterable[Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The models as options, by the names of their providers."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for choice in choices:
        groups.setdefault(choice.provider, []).append((choice.id, choice.label))
    return list(groups.items())


def ModelOptions(choices: Iterable[Any], model: str) -> list[Any]:
    """What a picker of models offers."""
    return Options(by_provider(choices), model)


def ModelPicker(choices: Iterable[Any], model: str, id: str = "composer-model", name: str = "model") -> Any:
    """The models that one may use, by their providers."""
    options = ModelOptions(choices, model)
    return (
        Span(cls="picker")(
            Label(cls="unseen", fr=id)("Model"),
            Select(cls="select model", id=id, name=name, autocomplete="off")(*options),
        )
        if options
        else Span(cls="small faint")("No model yet")
    )


def Hints(chat: Any = None, spent: str = "") -> Any:
    """What is quiet below the composer: where the text stays, and the keys."""
    keys = (ft("kbd", "Enter"), " sends · ", ft("kbd", "Shift Enter"), " breaks · ", ft("kbd", "?"), " shortcuts")
    said = spent if chat else "Kept in this workspace. Nothing is sent until you press Enter."
    return P(cls="hints")(Span(id="spent")(said), Span(*keys))


def Line() -> Any:
    """What floats above the composer: the way to the end, and that the line is cut."""
    lost = "The connection is lost. What is written is not lost; trying again …"
    return (
        Button("Jump to the end", "to-end", icon="to-end", short=True, type="button", hidden=True, data_to_end=True),
        P(cls="lost", role="status", hidden=True, data_lost=True)(Icon("warn", small=True), lost),
    )


def DemoNote(me: Any) -> Any:
    """What is to be known of an answer by the tiny demo model."""
    way = A(href=url(PROVIDERS))("Add a provider") if me.is_admin else "An admin can add a provider."
    return P(cls="demo")(Icon("model", small=True), Span("The tiny demo model is often wrong. ", way))


def Dock(chat: Any, *composer: Any, spent: str = "", note: Any = "") -> Any:
    """The foot of a chat: the composer and what belongs to it."""
    return (*Line(), *composer, note, Hints(chat, spent))
