"""A paste inside the page of others: no rail, no script, nothing about the one who looks."""

from html import escape
from typing import Any

from fastcore.xml import NotStr
from fasthtml.components import H1, A, Body, Code, Figcaption, Figure, Head, Html, Link, Main, Meta, P, Pre, Span, Title
from fasthtml.components import B as Bold

from components.addresses import asset

# More than this is read on the paste's own page.
LONGEST = 64 * 1024


def EmbedPage(link: str, paste: Any) -> Any:
    """The parts of a paste, each with a link to its page."""
    return _document(paste.title or "Paste", *(EmbedFigure(link, paste, part) for part in paste.parts))


def EmbedNotice(link: str, words: str) -> Any:
    """What is not shown in the page of others, and where it is."""
    return _document("Paste", P(cls="no-text")(words, " ", _link(link, "Open it")))


def EmbedFigure(link: str, paste: Any, part: Any) -> Any:
    """One part under its name."""
    head = Figcaption(Span(Bold(part.name)), Span(cls="acts")(_link(link, "Open")))
    if not part.is_text or part.size > LONGEST:
        return Figure(cls="code file")(head, P(cls="no-text")("It is shown on its own page. ", _link(link, "Open it")))
    html = paste.html(part) or escape(part.content, quote=False)
    digits = min(6, max(2, len(str(part.lines))))
    return Figure(cls="code file")(head, Pre(cls=f"numbered w{digits}", tabindex="0")(Code(_numbered(html))))


def _numbered(html: str) -> Any:
    # Numbers, and no links: an address inside of a frame leads nowhere.
    lines = html.removesuffix("\n").split("\n")
    return NotStr("".join(f'<span class="line"><i></i>{line}\n</span>' for line in lines))


def _link(link: str, words: str) -> Any:
    return A(href=link, target="_blank", rel="noopener")(words)


def _document(title: str, *content: Any) -> Any:
    head = Head(
        Meta(charset="utf-8"),
        Title(title),
        Meta(name="viewport", content="width=device-width, initial-scale=1"),
        Meta(name="color-scheme", content="light dark"),
        Meta(name="robots", content="noindex"),
        Link(rel="stylesheet", href=asset("inglenook.css")),
    )
    return Html(head, Body(cls="embed")(Main(H1(cls="unseen")(title), *content)), lang="en")
