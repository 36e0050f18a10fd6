"""Comparing: the answers of two or three models side by side, what is done with each, and how models are chosen."""

from collections.abc import Iterable
from typing import Any

from fasthtml.components import Details, Div, Label, P, Section, Select, Span, Summary

from components.addresses import url
from components.parts import Button, Icon, IconButton
from components.parts.fields import Options

NUMBERS = ("Second", "Third")


def Comparison(question_id: str, *columns: Any) -> Any:
    """Answers side by side; on a narrow screen one swipes from one to the next. Which of them said what it saw is
    asked of all of them, when the page is seen again."""
    side = Div(cls=f"columns of-{len(columns)}", role="group", aria_label="Answers side by side", tabindex=0)
    way = "Keep one to go on with it; the others stay as its versions. A question that is sent before goes on with "
    return Section(cls="turn comparison", id=f"side-{question_id}", aria_label="Comparison", data_compared=True)(
        side(*columns), P(cls="small faint")(way, "the first.")
    )


def Keep(chat: Any, message: Any) -> Any:
    """Go on with this answer. '' for one in which nothing is said."""
    if not message.html:
        return ""
    at = url("/chats", chat.id, "messages", message.id, "choice")
    return Button("Keep this", icon="check", short=True, data_keep=True, **_sends(at, hx_post=at))


def StopOne(chat: Any, message: Any) -> Any:
    """Stop this answer; those beside it go on."""
    at = url("/chats", chat.id, "messages", message.id, "reply")
    label = f"Stop {message.model}"
    return IconButton("stop", label, short=True, cls="stop-one", **_sends(f"{at}/stop", hx_delete=at))


def _sends(plainly: str, **asks: str) -> dict[str, str]:
    return {"form": "versions", "formaction": plainly, "hx_swap": "none", **asks}


def Beside(groups: Iterable[Any], chosen: Iterable[str] = ()) -> Any:
    """Where one or two more models are chosen, which answer the same question. '' where there is no other one."""
    groups = list(groups)
    if sum(len(options) for _, options in groups) < 2:
        return ""
    values = [*chosen, "", ""][: len(NUMBERS)]
    pickers = (_picker(n, label, groups, value) for n, (label, value) in enumerate(zip(NUMBERS, values, strict=True)))
    words = "Compare with other models"
    return Details(cls="with-others", id="beside", data_once=True, open=any(values) or None)(
        Summary(cls="icon-button", aria_label=words, title=words)(Icon("columns")), *pickers
    )


def _picker(n: int, label: str, groups: list[Any], value: str) -> Any:
    id = f"beside-{n}"
    options = Options([("", f"{label}: none"), *groups], value)
    return Span(cls="picker")(
        Label(cls="unseen", fr=id)(f"{label} model"),
        Select(cls="select model", id=id, name="beside", autocomplete="off")(*options),
    )
