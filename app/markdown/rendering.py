"""Rendering: the two parsers of the product, and what they make of a finished text."""

from typing import Any

from markdown_it import MarkdownIt

from app.markdown import parsing, safety

answered = parsing.build(breaks=False)
asked = parsing.build(breaks=True)


def normal(text: str) -> str:
    """The text with newlines only, and without what no page can carry (NUL, halves of characters)."""
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def whole(parser: MarkdownIt, text: str, ids: bool = False, shut: bool = False) -> str:
    """The safe HTML of a normalised text; with `shut`, nothing in it is loaded by itself."""
    env: dict[str, Any] = {"shut": shut} | ({"ids": {}} if ids else {})
    source = text.split("\n")
    html = "".join(parsing.rendered(parser, group, source, env) for group in parsing.groups(parser.parse(text, env)))
    return (safety.handbook if ids else safety.prose).clean(html)
