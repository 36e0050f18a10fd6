"""Deeds: what one can do with a thing, one below the other in the margin of its page."""

from typing import Any

from fasthtml.components import A, Form, Li, Ul
from fasthtml.components import Button as ButtonTag

from components.parts import Icon


def Deeds(*deeds: Any) -> Any:
    """All that are not ''."""
    return Ul(cls="acts-list")(*(Li(each) for each in deeds if each))


def Go(icon: str, words: str, href: str, **attrs: Any) -> Any:
    """A page to go to."""
    return A(href=href, **attrs)(Icon(icon), words)


def Post(icon: str, words: str, address: str, danger: bool = False, **attrs: Any) -> Any:
    """Something that is done at once."""
    button = ButtonTag(cls="danger" if danger else None, type="submit")(Icon(icon), words)
    return Form(method="post", action=address, **attrs)(button)
