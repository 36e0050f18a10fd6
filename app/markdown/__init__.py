"""Markdown: text of people and models to HTML that is safe on any page."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from app.markdown.growing import Blocks
from app.markdown.parsing import words_of
from app.markdown.rendering import answered, asked, normal, whole

__all__ = ["Blocks", "Heading", "headings", "plain", "questions", "render"]

# Signs that turn the direction of what follows: in a title they would reach into the page around it.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")


@dataclass(frozen=True)
class Heading:
    """A heading of a text: its level on the page (2 to 4), the id that `render(text, ids=True)` gives it, its words."""

    level: int
    id: str
    title: str


def render(text: str, ids: bool = False, shut: bool = False) -> str:
    """The safe HTML of a finished text; with `ids`, headings can be linked to (for our own texts only); with `shut`,
    images are links: for texts into which a stranger may have spoken."""
    return whole(answered, normal(text), ids, shut)


def questions(text: str) -> str:
    """The safe HTML of a person's own message: as `render`, but a single newline breaks the line."""
    return whole(asked, normal(text), False)


def headings(text: str) -> list[Heading]:
    """The headings of a text with the ids that `render(text, ids=True)` gives them."""
    env: dict[str, Any] = {"ids": {}}
    tokens = answered.parse(normal(text), env)
    return [
        Heading(int(token.tag[1]), str(token.attrs["id"]), words_of(tokens[i + 1]))
        for i, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0
    ]


def plain(text: str, limit: int = 80) -> str:
    """The first words of a text without its marks, on one line, at most `limit` characters."""
    words: list[str] = []
    for token in answered.parse(normal(text[: limit * 4 + 1_000])):
        if token.type == "inline":
            words += words_of(token).split()
        elif token.type in ("fence", "code_block", "formula_block"):
            words += token.content[: limit * 2].split()
        if sum(map(len, words)) > limit:
            break
    line = TURNING.sub("", " ".join(words))
    line = "".join(c for c in line if unicodedata.category(c) != "Cc")
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[limit // 2 :] else cut).rstrip(" ,;:-–") + "…"
