"""Links to a chat: the page on which its owner makes and revokes them, and what others see by one."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastcore.xml import NotStr
from fasthtml.components import H1, Article, B, Div, Form, Header, Label, P, Small
from fasthtml.components import Input as InputTag

from app.chats import sharing
from components.addresses import url
from components.chats import attachments
from components.chats.calls import parted
from components.page import Page, PageHead, Part
from components.parts import (
    Ago,
    Button,
    Callout,
    Clock,
    FormErrors,
    Hidden,
    Icon,
    MenuLink,
    Select,
    Table,
)

AUDIENCES = (("known", "Whoever is signed in and has the link"), ("link", "Whoever has the link"))
EXTENTS = (
    ("snapshot", "The chat as it is now"),
    ("live", "The chat with what is said later"),
    ("one", "The last question and its answer"),
)
HERE = (("snapshot", "The chat up to this message"), ("one", "This question and its answer"))
SHOWN = {"snapshot": "Up to a message", "live": "Live", "one": "One answer"}
# Seconds, and what they are called; '' is never.
LIVES = (
    ("3600", "After an hour"),
    ("86400", "After a day"),
    ("604800", "After a week"),
    ("2592000", "After 30 days"),
    ("", "Never"),
)
WEEK = "604800"
STATES = {"failed": "failed", "interrupted": "interrupted", "stopped": "stopped"}


def ShareItem(chat: Any) -> Any:
    """The line of the chat's menu that leads to its links."""
    return MenuLink("Share", "share", href=url("/chats", chat.id, "shares"))


def SharesPage(
    me: Any,
    chat: Any,
    doors: Sequence[Any],
    *,
    message: str = "",
    posted: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    link: str = "",
    now: int = 0,
    shelf: Any = None,
    workspace: str = "Inglenook",
) -> Any:
    """The links to a chat, and the form for another; `link` is one that was made in this moment, `message` the id of
    the one up to which it is to be shared."""
    lead = f"Links by which others read “{chat.title}”. They see what was said, not what was thought or looked up."
    content = (
        PageHead("Share this chat", lead),
        LinkNotice(link) if link else "",
        ShareForm(chat, message, posted or {}, errors or {}),
        Part("Links", DoorTable(me, chat, doors, now), id="links"),
    )
    crumbs = (("Chats", url("/chats")), (chat.title, url("/chats", chat.id)), ("Share", None))
    title = f"Share {chat.title}"
    return Page(
        me, Div(cls="wide")(*content), title=title, place="chats", shelf=shelf, crumbs=crumbs, workspace=workspace
    )


def LinkNotice(link: str) -> Any:
    """A link that is shown once: only its hash is kept."""
    return Div(cls="once", role="status")(
        Div(cls="secret")(
            Label(cls="unseen", fr="share-link")("The link"),
            InputTag(cls="input", id="share-link", name=False, value=link, readonly=True, spellcheck="false"),
            Button("Copy", "primary", icon="copy", data_copy="#share-link"),
        ),
        Small("It is shown only now: what is kept of it cannot be read."),
    )


def ShareForm(chat: Any, message: str, posted: Mapping[str, str], errors: Mapping[str, str]) -> Any:
    """One more link."""
    ends = errors.get("life") or errors.get("expires_in")
    return Form(cls="form broad", method="post", action=url("/chats", chat.id, "shares"))(
        FormErrors(errors),
        Hidden("message_id", message) if message else "",
        Select("What they see", "extent", HERE if message else EXTENTS, posted.get("extent", "snapshot")),
        Div(cls="duo")(
            Select("Who", "audience", AUDIENCES, posted.get("audience", "known"), error=errors.get("audience")),
            Select("It ends", "life", LIVES, posted.get("life", WEEK), error=ends),
        ),
        Div(cls="actions")(
            Button("Make the link", "primary"), Button("To the chat", "quiet", href=url("/chats", chat.id))
        ),
    )


def DoorTable(me: Any, chat: Any, doors: Sequence[Any], now: int) -> Any:
    """Every link that was not revoked, and the button that revokes it."""
    if not doors:
        return Callout("", "Not shared.", "Only you read this chat.")
    rows = [
        (
            dict(AUDIENCES)[door.audience],
            SHOWN[sharing.extent_of(door)],
            Ago(door.created_at, me),
            _ends(door, me, now),
            Form(
                method="post",
                action=url("/chats", chat.id, "shares", door.id, "removal"),
                data_confirm="Revoke this link? Who has it sees nothing any more.",
                data_confirm_word="Revoke it",
            )(Button("Revoke", "danger", short=True)),
        )
        for door in doors
    ]
    return Div(cls="doors")(Table(("Who", "Sees", "Made", "Ends", ("", "acts")), rows, "Links to this chat"))


def _ends(door: Any, me: Any, now: int) -> Any:
    if door.expires_at is None:
        return "never"
    return "it is over" if door.expires_at <= now else Ago(door.expires_at, me)


# ── what others see ───────────────────────────────────────────────────────────────────────────────────────────────────
def SharedPage(me: Any, shown: sharing.Shared, token: str, workspace: str = "Inglenook") -> Any:
    """A chat for those who have a link to it: to be read, and nothing else."""
    chat, at = shown.chat, url("/shared", token)
    older = P(cls="older")(Button("Older messages", "quiet", short=True, icon="up", href=_older(at, shown)))
    told = "It shows what is said later, too." if shown.is_live else "It stays as it was then."
    # Names are for people of the house: whoever finds a link learns none.
    by = f"Shared by {shown.owner}. " if me else ""
    head = Header(cls="head")(Div(H1(chat.title), P(f"{by}A chat to read. {told}")))
    turns = Div(cls="conversation", id="turns")(
        older if shown.more else "", *(SharedTurn(me, turn, at) for turn in shown.turns)
    )
    text = Button("As text", "quiet", short=True, icon="download", href=f"{at}.md")
    return Page(
        me,
        head,
        turns,
        title=chat.title,
        place=None,
        here=chat.title,
        actions=(text,),
        banner="" if not me else None,
        workspace=workspace,
    )


def _older(at: str, shown: sharing.Shared) -> str:
    return f"{at}?before={shown.turns[0].message.id}" if shown.turns else at


def SharedTurn(me: Any, turn: Any, at: str) -> Any:
    """A question or an answer without anything that can be done to it."""
    message = turn.message
    asked = message.role == "user"
    kind, name, icon = ("question", "Question", "chat") if asked else ("answer", message.model, "mark")
    label = "Question" if asked else f"Answer by {message.model}"
    ending = STATES.get(message.state, "")
    return Article(cls=f"turn {kind}", id=f"m-{message.id}", aria_label=label)(
        Header(cls="byline")(Icon(icon), B(name), Clock(message.created_at, me)),
        Div(cls="prose")(NotStr("".join(parted(message.html)[0])))
        if message.html
        else P(cls="faint")("This answer is still being written. Load the page again to read it.")
        if turn.is_unfinished
        else "",
        attachments.Names(turn),
        P(cls="small faint")(f"This answer was {ending}." if ending != "failed" else "No answer came.")
        if ending
        else "",
    )
