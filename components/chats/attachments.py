"""What is attached: beside the composer before it is sent, and under the question that it went with."""

from collections.abc import Sequence
from typing import Any

from fasthtml.components import A, Button, Div, Form, Img, Input, Label, Li, P, Span, Ul
from fasthtml.components import B as Bold

from app.chats import material, targets
from components.addresses import url
from components.files.words import is_pictured
from components.page import Page, PageHead
from components.parts import Ago, Callout, Dialog, Hidden, Icon, IconButton, Toast
from components.parts import Button as Press
from components.parts.choices import ChoiceRow, Choices

ICONS = {"file": "file", "paste": "paste", "chat": "chat"}
KINDS = {"file": "File", "paste": "Paste", "chat": "Chat"}
DETACH = "detach"


def place(chat_id: str, *parts: str) -> str:
    """The address of what lies beside a draft."""
    return url("/drafts", chat_id or "new", "attachments", *parts)


def opens(kind: str, id: str, revision: int = 0, current: int = 0) -> str:
    """Where something that is attached opens, at the version that was sent."""
    path = {"file": "/files", "paste": "/p", "chat": "/chats"}[kind]
    return url(path, id, *(("revisions", revision) if revision and current and revision != current else ()))


# ── before it is sent ─────────────────────────────────────────────────────────────────────────────────────────────────
def AttachButton(chat_id: str) -> Any:
    """What opens the box of things that can be attached; without a script, their page."""
    return IconButton(
        "attach",
        "Attach files, pastes or chats",
        href=place(chat_id),
        data_attach=True,
        data_uploads=url("/files/uploads"),
    )


def AttachedTray(chat_id: str, tray: Any = None) -> Any:
    """What lies beside the draft, what it weighs, and what is to be known before it is sent; without a tray it is
    fetched."""
    if tray is None:
        return Div(id="attached", data_attached=place(chat_id), data_coming=True)
    told = {"data_attached": place(chat_id), "data_coming": tray.is_coming or None}
    return Div(id="attached", **told)(
        Ul(cls="attached", role="list", aria_label="Attached")(*(Laid(tray.chat_id, each) for each in tray.laid))
        if tray.laid
        else "",
        Always(tray) if tray.always else "",
        Weights(tray) if tray.laid or tray.always else "",
    )


def Weights(tray: Any) -> Any:
    """What is to be known before it is sent."""
    warned = (_warning(each) for each in (*tray.laid, *tray.always) if each.words)
    return Div(cls="weight")(*warned, Weight(tray))


def Always(tray: Any) -> Any:
    """What lies beside the chat and its project."""
    return Div(cls="always")(
        Span("With each message:"),
        Ul(cls="attached", role="list", aria_label="Attached to each message")(
            *(Laid(tray.chat_id, each, always=True) for each in tray.always)
        ),
    )


def Laid(chat_id: str, laid: Any, always: bool = False) -> Any:
    """One thing that will be sent, and the way to take it away; what is of a project is taken off there."""
    row, target = laid.row, laid.target
    name = target.name if target else row.name
    size = "gone" if target is None else f"{laid.tokens:,} tokens" if laid.tokens else _state(target)
    return Li(cls="chip gone" if target is None else "chip")(
        _picture(target, row.kind),
        A(cls="name", href=opens(row.kind, row.target_id), target="_blank")(name) if target else Span(cls="name")(name),
        Span(cls="size")(size) if size else "",
        Button(
            type="submit",
            name="always" if always else "target",
            value=f"{row.kind}:{row.target_id}",
            form=DETACH,
            formaction=place(chat_id, "removal"),
            aria_label=f"Take away {name}",
            data_detach=True,
        )(Icon("close", small=True))
        if row.holder_kind != "project"
        else A(href=url("/projects", row.holder_id), cls="size")("of the project"),
    )


def _state(target: Any) -> str:
    if target.state == targets.COMING:
        return "being read"
    return "picture" if target.is_picture else "no text"


def _picture(target: Any, kind: str, width: int = 96) -> Any:
    if target is not None and kind == "file" and is_pictured(target.type):
        source = url("/files", target.id, "thumbnail", width=width, v=target.revision)
        return Img(src=source, alt="", loading="lazy", decoding="async")
    return Icon(ICONS[kind], small=True)


def _warning(laid: Any) -> Any:
    name = laid.target.name if laid.target else laid.row.name
    return P(cls="warned")(Icon("warn", small=True), Span(Bold(name), ": ", laid.words))


def Weight(tray: Any) -> Any:
    """About how many tokens what is attached takes, and whether the model takes them."""
    if not tray.tokens:
        return ""
    said = f"About {tray.tokens:,} tokens are attached"
    if tray.room is None or tray.tokens <= tray.room:
        return P(f"{said}.")
    return P(cls="warned")(
        Icon("warn", small=True), Span(f"{said}; this model takes about {tray.room:,} of them. The rest is left out.")
    )


def DetachForm(chat_id: str) -> Any:
    """What the buttons send that take something away."""
    return Form(id=DETACH, method="post", action=place(chat_id, "removal"), hidden=True)


def AttachParts(chat_id: str) -> tuple[Any, ...]:
    """What the composer needs beside itself: the list behind `#`, the box, and the form that takes away."""
    return (
        Choices("#", "What can be attached", place(chat_id, "choices"), "attach-choices"),
        Dialog("attach-box", "Attach", Div(data_attach_panel=True), cls="attach-box"),
        DetachForm(chat_id),
    )


def OfferChoices(offers: Sequence[Any]) -> tuple[Any, ...]:
    """What is found behind `#`."""
    return tuple(
        ChoiceRow(
            offer.name or "Untitled", ICONS[offer.kind], KINDS[offer.kind], data_target=f"{offer.kind}:{offer.id}"
        )
        for offer in offers
    )


# ── the box, and the page ─────────────────────────────────────────────────────────────────────────────────────────────
def AttachPanel(me: Any, tray: Any, offers: Sequence[Any], words: str = "", error: str = "") -> Any:
    """Files from here, and what is in the workspace already."""
    at = place(tray.chat_id)
    chosen = {"type": "file", "name": "file", "multiple": True, "id": "attach-file", "cls": "input"}
    upload = Form(
        cls="attach-upload", method="post", action=at, enctype="multipart/form-data", data_attach_upload=True
    )(
        Label(fr="attach-file")("Files from this device"),
        Div(cls="duo")(Input(**chosen), Press("Upload and attach", "primary", icon="upload")),
    )
    camera = Div(cls="attach-camera")(
        Input(id="attach-camera", type="file", accept="image/*", capture="environment", hidden=True, name=False),
        Press("Take a picture", icon="image", type="button", data_attach_camera=True),
    )
    search = Form(cls="attach-search", method="get", action=at, role="search")(
        Label(fr="attach-words")("Files, pastes and chats in this workspace"),
        Input(
            cls="input", id="attach-words", type="search", name="q", value=words, autocomplete="off",
            placeholder="Part of a name",
        ),
    )  # fmt: skip
    return Div(cls="attach-panel")(
        Callout("bad", "Not attached.", error, role="alert") if error else "",
        upload,
        camera,
        search,
        OfferList(me, tray, offers),
    )


def OfferList(me: Any, tray: Any, offers: Sequence[Any]) -> Any:
    """What can be attached, each with its button."""
    laid = {(each.row.kind, each.row.target_id) for each in tray.laid}
    if not offers:
        return P(cls="soft", id="attach-offers")("Nothing has this name.")
    return Form(id="attach-offers", method="post", action=place(tray.chat_id), data_attach_offers=True)(
        Ul(cls="offers", role="list")(*(OfferRow(me, offer, (offer.kind, offer.id) in laid) for offer in offers))
    )


def OfferRow(me: Any, offer: Any, laid: bool) -> Any:
    """One thing that can be attached."""
    name = offer.name or "Untitled"
    return Li(
        Button(type="submit", name="target", value=f"{offer.kind}:{offer.id}", disabled=laid or None)(
            Icon("check" if laid else ICONS[offer.kind], small=True),
            Span(cls="name")(name),
            Span(cls="aside")("attached" if laid else (KINDS[offer.kind], ", ", Ago(offer.changed_at, me))),
        )
    )


def AttachPage(me: Any, chat: Any, tray: Any, panel: Any, shelf: Any, workspace: str) -> Any:
    """The same as a page of its own, for browsers without a script."""
    back = url("/chats", chat.id) if chat else url("/")
    content = (
        PageHead("Attach", "What is attached goes with your next message."),
        AttachedTray(tray.chat_id, tray),
        DetachForm(tray.chat_id),
        panel,
        Div(cls="actions")(Press("Back to the message", href=back)),
    )
    path = ((chat.title if chat else "New chat", back), ("Attach", None))
    return Page(
        me, Div(cls="column")(*content), title="Attach", place="chats", shelf=shelf, crumbs=path, workspace=workspace
    )


# ── what was sent ─────────────────────────────────────────────────────────────────────────────────────────────────────
def Sent(me: Any, turn: Any) -> Any:
    """What went with a question, each of which opens; '' where there is nothing."""
    parts = material.attached(turn.parts)
    if not parts:
        return ""
    chips = (SentChip(part, target) for part, target in zip(parts, found(me, turn), strict=True))
    return Ul(cls="files", role="list", aria_label="Attached")(*chips)


def SentChip(part: Any, target: Any) -> Any:
    """One of them as it is now: a link, or that it was removed."""
    if target is None:
        state = Span(cls="size")("removed")
        return Li(Span(cls="chip gone")(Icon(ICONS[part.target_kind], small=True), Span(cls="name")(part.name), state))
    current = target.thing.item.current if part.target_kind != "chat" else 0
    href = opens(part.target_kind, part.target_id, part.revision, current)
    shown = target.is_picture and is_pictured(target.type)
    picture = _picture(target, part.target_kind, 320 if shown else 96)
    return Li(A(cls="chip pictured" if shown else "chip", href=href)(picture, Span(cls="name")(part.name)))


def there(me: Any, turn: Any) -> tuple[bool, ...]:
    """Which of the attachments of a turn are still to be seen, so that a page is not remembered wrongly."""
    return tuple(target is not None for target in found(me, turn))


def found(me: Any, turn: Any) -> list[Any]:
    """What was attached to a turn as it is now, looked up once for each page."""
    if turn.targets is None:
        turn.targets = [material.found(me, part) for part in material.attached(turn.parts)]
    return turn.targets


def Names(turn: Any) -> Any:
    """What went with a question, for those who may read the chat and not what was attached: its names."""
    parts = material.attached(turn.parts)
    chips = (
        Li(Span(cls="chip")(Icon(ICONS[each.target_kind], small=True), Span(cls="name")(each.name))) for each in parts
    )
    return Ul(cls="files", role="list", aria_label="Attached")(*chips) if parts else ""


def LeftOut(turn: Any) -> Any:
    """What was not sent of what is attached, under the answer that was written without it."""
    notes = turn.notes
    return P(cls="left-out")(Icon("info", small=True), Span(" ".join(notes))) if notes else ""


def AskAbout(kind: str, id: str) -> Any:
    """The button of a file's page that attaches it to the next new chat."""
    return Form(method="post", action=place(""))(Hidden("target", f"{kind}:{id}"), Press("Ask about this", icon="chat"))


def SavedToast(saved: Any) -> Any:
    """That a piece of an answer was saved, and the way to it."""
    words = f"Saved as the {saved.kind} “{saved.name}”."
    return Toast(words, Press("Open", "quiet", short=True, href=opens(saved.kind, saved.id)), icon=ICONS[saved.kind])
