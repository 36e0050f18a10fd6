"""The events of an answer that is being written, as bytes that all its viewers share."""

import re
from collections.abc import Mapping
from typing import Any

from components.chats.calls import CallCard, mark
from components.page import document

LARGEST = 8
PLACE = re.compile(r"([0-9a-z]{29})\.(\d{1,9})")


def encoded(chat: Any, id: str, step: Any) -> bytes:
    """What a viewer lacks of an answer. The event's id is the place."""
    return event(lacking(chat, id, step), str(step.number))


def lacking(chat: Any, id: str, step: Any) -> str:
    """What a viewer lacks: finished blocks come before the open tail, the tail is morphed; calls stand among the text,
    and those that changed are replaced."""
    texts, changed = "", {}
    for bit in step.blocks:
        if bit.kind == "text":
            texts += bit.html
        elif bit.kind == "call" and not bit.again:
            texts += document(CallCard(chat, bit.thing))
        elif bit.kind == "call":
            changed[bit.thing.call.n] = bit.thing
    thoughts = "".join(bit.html for bit in step.blocks if bit.kind == "reasoning")
    tail = {step.tail.kind: step.tail.html}
    pieces = _grown(f"#rt-{id}", thoughts, tail.get("reasoning", "")) if thoughts or "reasoning" in tail else ""
    cards = "".join(
        _partial(f"#{mark(each)}", "outerHTML", document(CallCard(chat, each))) for each in changed.values()
    )
    return pieces + _grown(f"#t-{id}", texts, tail.get("text", "")) + cards


def place(held: Mapping[str, int]) -> str:
    """How many blocks a viewer of several answers holds of each, as the id of an event and in an address."""
    return "_".join(f"{id}.{number}" for id, number in held.items())


def placed(text: str) -> dict[str, int]:
    """The same, read."""
    found = (PLACE.fullmatch(each) for each in text.split("_")[:LARGEST])
    return {each[1]: int(each[2]) for each in found if each}


def _grown(tail: str, finished: str, html: str) -> str:
    added = _partial(tail, "beforebegin", finished) if finished else ""
    return added + _partial(tail, "innerMorph" if html else "innerHTML", html)


def last(pieces: Any) -> bytes:
    """The finished answer, and the event at which the page closes the stream."""
    return event(document(pieces)) + b"event: done\ndata: done\n\n"


def event(html: str, id: str = "") -> bytes:
    """One message of the stream."""
    name = f"id: {id}\n" if id else ""
    # A bare carriage return would end the line for the browser.
    lines = "".join(f"data: {line}\n" for line in html.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return f"{name}{lines}\n".encode()


def _partial(target: str, swap: str, html: str) -> str:
    return f'<hx-partial hx-target="{target}" hx-swap="{swap}">{html}</hx-partial>'
