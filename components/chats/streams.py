"""The events of an answer that is being written, as bytes that all its viewers share."""

from typing import Any

from components.page import document


def encoded(id: str, step: Any) -> bytes:
    """What a viewer lacks: finished blocks come before the open tail, the tail is morphed. The id is the place."""
    texts = "".join(bit.html for bit in step.blocks if bit.kind == "text")
    thoughts = "".join(bit.html for bit in step.blocks if bit.kind == "reasoning")
    tail = {step.tail.kind: step.tail.html}
    pieces = _grown(f"#rt-{id}", thoughts, tail.get("reasoning", "")) if thoughts or "reasoning" in tail else ""
    return event(pieces + _grown(f"#t-{id}", texts, tail.get("text", "")), str(step.number))


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
