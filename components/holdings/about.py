"""What a page says of one thing of the library: who wrote it when, what can be done with it, its tags."""

from collections.abc import Callable, Sequence
from typing import Any

from fasthtml.components import A, P, Span

from app.rights import Caller
from components.addresses import url
from components.holdings.deeds import Deeds, Go, Post
from components.parts import Ago, Badge


def Written(me: Caller, thing: Any, author: str, space: str) -> Any:
    """Who wrote the revision that is shown, when, and the space that it is shared with."""
    revision = thing.revision
    return P(cls="about")(
        Span(author) if author else "",
        Ago(revision.created_at, me),
        Span(f"revision {revision.number}") if thing.item.current > 1 else "",
        Badge(space, icon="people") if space else "",
    )


def LibraryDeeds(thing: Any, at: Callable[..., str]) -> Any:
    """What this person can do with it; `at` gives the addresses below its own."""
    return Deeds(
        Go("edit", "Edit", at("edit")) if thing.can_write else "",
        Go("history", "History and differences", at("history")),
        Go("people", "Readers and tags", at("readers")) if thing.is_mine else "",
        Post("copy", "Make a copy of my own", at("copies")),
        Post("trash", "Move to the trash", at("trash"), danger=True) if thing.is_mine else "",
    )


def tag_facts(path: str, tags: Sequence[str]) -> tuple[tuple[str, Any], ...]:
    """The fact of its tags, each a link to all below `path` that have it; no fact where there are none."""
    linked = [part for name in tags for part in (", ", A(href=url(path, tag=name))(name))][1:]
    return (("Tags", Span(*linked)),) if tags else ()
