"""Refusals: what was asked and not done, said in plain words with the way out."""

from typing import Any

from fasthtml.components import Code

from app.errors import Gone, NotFound, OverLimit, Refusal, StepUp, Unknown
from app.rights import Caller
from components.addresses import url
from components.page import Threshold
from components.parts import Button, ToastPartial

HEADINGS: dict[type[Refusal], str] = {
    NotFound: "A cold hearth",
    Gone: "A cold hearth",
    Unknown: "Sign in first",
    StepUp: "Your password, again",
    OverLimit: "A little patience",
}


def RefusalPage(me: Caller, refusal: Refusal, request_id: str, workspace: str) -> Any:
    """A whole page for a refusal: what happened, what to do, and the number under which the log tells more."""
    gone = refusal.status in (404, 410)
    tell = "tell it to the person who runs this house if you think this is wrong."
    return Threshold(
        *_ways(me, refusal),
        title=_heading(refusal) if not gone else "Nothing here",
        heading=_heading(refusal),
        lead=refusal.message + (" A link that worked before may have expired." if _plainly_missing(refusal) else ""),
        fire="smoke" if refusal.status in (404, 410, 500) else "ember",
        floor=(f"{refusal.status} · request ", Code(request_id), f" · {tell}"),
        theme=me.theme,
        workspace=workspace,
    )


def RefusalToast(refusal: Refusal) -> Any:
    """A refusal as a piece of an htmx answer."""
    actions = (Button("Sign in", short=True, href=url("/signin")),) if isinstance(refusal, Unknown) else ()
    return ToastPartial(refusal.message, *actions, icon="warn")


def _heading(refusal: Refusal) -> str:
    if refusal.status >= 500:
        return "The fire went out"
    for kind, words in HEADINGS.items():
        if isinstance(refusal, kind):
            return words
    return "That is not done here"


def _plainly_missing(refusal: Refusal) -> bool:
    return refusal.status == 404 and refusal.message == NotFound.title


def _ways(me: Caller, refusal: Refusal) -> tuple[Any, ...]:
    if isinstance(refusal, StepUp):
        return (
            Button("Give the password", "primary", full=True, href=url("/settings/confirm")),
            Button("Go home", "quiet", full=True, href=url("/")),
        )
    if me:
        return (
            Button("Go home", "primary", full=True, href=url("/")),
            Button("See all chats", "quiet", full=True, href=url("/chats")),
        )
    return (
        Button("Sign in", "primary", full=True, href=url("/signin")),
        Button("Read the handbook", "quiet", full=True, href=url("/docs/handbook")),
    )
