"""Calls of tools in an answer: each a folded card with what was asked, what was told, and how long it took."""

import re
from collections.abc import Mapping
from typing import Any

import orjson
from fastcore.xml import NotStr
from fasthtml.components import Button as ButtonTag
from fasthtml.components import Code, Details, Div, Form, P, Pre, Span, Summary

from app import verbs
from app.chats.folding import Card
from components.addresses import url
from components.chats.figures import seconds
from components.page import document
from components.parts import Icon

# What stands in an answer's HTML where a call was made; no text can write it, because comments are taken out of texts.
PLACE = re.compile(r"<!--call:(\d+)-->")
ENDS = {"failed": "failed", "refused": "refused", "stopped": "stopped"}
SHOWN = 8_000  # characters of a result; the model was sent all of it


def parted(html: str) -> tuple[list[str], list[int]]:
    """The pieces of an answer's HTML, and the numbers of the calls between them."""
    pieces = PLACE.split(html)
    return pieces[::2], [int(n) for n in pieces[1::2]]


def among(chat: Any, html: str, cards: Mapping[int, Card]) -> str:
    """An answer's HTML with its calls in their places."""
    pieces, numbers = parted(html)
    made = [document(CallCard(chat, cards[n])) if n in cards else "" for n in numbers]
    return pieces[0] + "".join(card + piece for card, piece in zip(made, pieces[1:], strict=True))


def mark(card: Card) -> str:
    """The id of a call on the page."""
    return f"c-{card.call.message_id}-{card.call.n}"


def CallCard(chat: Any, card: Card) -> Any:
    """A call: folded, but open while it waits for the person's click."""
    call = card.call
    waits = call.state == "waiting"
    return Details(cls=f"fold call-card {call.state}", id=mark(card), open=waits or None)(
        Summary(Icon("tool", small=True), Span(cls="what")(title_of(call)), Span(cls="cost")(_end(call))),
        Div(cls="inside call")(
            _Ask(chat, card) if waits else "",
            P(cls="named")("Asked"),
            _text("Arguments", _asked(call)),
            *((P(cls="named")("Told"), _text("Result", shortened(laid_out(card.result.text)))) if card.result else ()),
        ),
    )


def title_of(call: Any) -> str:
    """What a call does, in the words of its verb."""
    verb = verbs.ALL.get(call.verb)
    return verb.title if verb else f"Unknown tool {call.name}"


def _end(call: Any) -> str:
    if call.state == "waiting":
        return "waits for you"
    if call.state == "running":
        return "running"
    took = "" if call.duration_us is None else took_words(call.duration_us)
    return " · ".join(filter(None, (ENDS.get(call.state, ""), took)))


def took_words(microseconds: int) -> str:
    """How long a call took: most take milliseconds."""
    return f"{max(1, microseconds // 1000)} ms" if microseconds < 1_000_000 else seconds(microseconds)


def _Ask(chat: Any, card: Card) -> Any:
    """The question to the person: these arguments, and no others."""
    call = card.call
    at = url("/chats", chat.id, "messages", call.message_id, "calls", call.n)
    verb = verbs.ALL.get(call.verb)
    told = "It can be undone only by hand." if verb and verb.destructive else "It is done as soon as you allow it."
    yes = ButtonTag(cls="button primary short", name="agreed", value="1")(Icon("check", small=True), "Allow")
    no = ButtonTag(cls="button quiet short", name="agreed", value="")("Refuse")
    return Form(cls="asking", method="post", action=at, hx_post=at, hx_swap="none")(
        P(role="status")(f"The model wants to do this for you: {title_of(call).lower()}. {told}"),
        Div(cls="actions")(yes, no),
    )


def _text(label: str, text: str) -> Any:
    # Text and nothing else: what a tool told is not rendered, so nothing in it is loaded or followed.
    return Pre(tabindex="0", aria_label=label)(Code(text))


def _asked(call: Any) -> str:
    """The arguments, without a sign that hides others: all of them while somebody is asked to agree to them."""
    text = verbs.plainly(laid_out(call.arguments))
    return text if call.state == "waiting" else shortened(text)


def laid_out(text: str) -> str:
    """JSON on several lines, anything else as it is."""
    try:
        return orjson.dumps(orjson.loads(text), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return text


def shortened(text: str) -> str:
    """As much of a text as a page shows."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}\n…"


def Prose(chat: Any, html: str, cards: Mapping[int, Card]) -> Any:
    """An answer's text with its calls."""
    return Div(cls="prose")(NotStr(among(chat, html, cards)))
