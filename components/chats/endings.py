"""How an answer ended, when it did not simply end: what happened, what was kept, and the ways on."""

from typing import Any

from fasthtml.components import Nav, Span

from components.addresses import url
from components.parts import Button, Callout, IconButton


def Ending(chat: Any, turn: Any) -> Any:
    """The callout under an answer that was cut, stopped or refused. '' under a whole one."""
    message = turn.message
    if message.state == "failed":
        return _told(chat, turn, "bad", "No answer." if not turn.text else "Failed.", message.error)
    if message.state == "interrupted":
        return _told(chat, turn, "warn", "Interrupted.", message.error)
    if message.state == "stopped":
        kept = "What had been written is kept." if _goes_on(turn) else "Nothing had been written yet."
        return _told(chat, turn, "", "Stopped.", kept)
    if message.finish == "calls":
        return _told(chat, turn, "", "Not finished.", "The model made as many calls as one answer may make.")
    if message.finish == "length":
        return _told(chat, turn, "", "Not finished.", "The answer reached the greatest length that is allowed.")
    if not turn.text.strip():
        return _told(chat, turn, "", "Empty.", "The model ended its answer without a word.")
    return ""


def _goes_on(turn: Any) -> bool:
    """Whether there is something from which the answer can go on: a text, or a call that was made."""
    return bool(turn.text) or any(part.kind == "call" for part in turn.parts)


def _told(chat: Any, turn: Any, kind: str, title: str, text: str) -> Any:
    message = turn.message
    at = url("/chats", chat.id, "messages", message.id)
    # A whole answer is asked for again by the button in its foot; a failure says all its ways on here.
    failed = message.state in ("failed", "interrupted") or not turn.text
    ways = (Continue(at) if _goes_on(turn) else "", Retry(at) if failed else "")
    another = Button(
        "Another model",
        "quiet",
        short=True,
        href=f"{at}/another",
        hx_get=f"{at}/another",
        hx_target=f"#m-{message.id} > .turn-foot",
        hx_swap="outerHTML",
    )
    return Callout(kind, title, text, *(way for way in ways if way), another, role="status")


def Continue(at: str) -> Any:
    """Go on from what was kept."""
    return Button("Continue", icon="play", short=True, name="proceed", value="1", **versions(at))


def Retry(at: str) -> Any:
    """Ask the same model again."""
    return Button("Retry", icon="again", short=True, **versions(at))


def Again(at: str) -> Any:
    """Ask for a new version of a whole answer."""
    return IconButton("again", "Answer again", short=True, **versions(at))


def versions(at: str) -> dict[str, Any]:
    """What makes a button ask for a new version of the message at this address, with and without a script."""
    address = f"{at}/versions"
    return {"form": "versions", "formaction": address, "hx_post": address, "hx_swap": "none"}


def Walker(chat: Any, turn: Any) -> Any:
    """‹ 2/3 › between the versions of a message."""
    if turn.versions < 2:
        return ""
    what = "question" if turn.message.role == "user" else "answer"
    # The same for all versions: who walks by keyboard stays on the button that he presses.
    place = f"walk-{turn.message.parent_id or chat.id}"
    return Nav(cls="walker", aria_label=f"Versions of this {what}")(
        _step(f"{place}-earlier", "left", "Earlier version", turn.earlier),
        Span(f"{turn.place}/{turn.versions}"),
        _step(f"{place}-later", "right", "Later version", turn.later),
    )


def _step(place: str, icon: str, label: str, id: str | None) -> Any:
    if id is None:
        return IconButton(icon, label, short=True, id=place, type="button", aria_disabled="true")
    return IconButton(icon, label, short=True, id=place, form="walk", name="message", value=id)
