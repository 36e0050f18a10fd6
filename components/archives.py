"""The page from which people take along what is theirs."""

from collections.abc import Sequence
from typing import Any

from fasthtml.components import Code, Div, Li, P, Ul

from app import children
from app.archives.estimating import Estimate
from app.rights import Caller
from app.spaces import Place
from components.accounts.own import own_page
from components.addresses import url
from components.holdings.words import size_words
from components.page import PageHead, Part
from components.parts import Button, Facts, Link

HERE = "/settings/export"
LEAD = "Everything that you own here, as one ZIP file: to keep, to read, or to take to another Inglenook."
NOUNS = (("chats", "Chats"), ("projects", "Projects"), ("files", "Files"), ("pastes", "Pastes"), ("prompts", "Prompts"),
         ("presets", "Presets"))  # fmt: skip


def ExportPage(me: Caller, estimate: Estimate, places: Sequence[Place], workspace: str) -> Any:
    """What one's own archive would hold, and the buttons that make it."""
    counts = [(words, f"{estimate.counts.get(noun, 0):,}") for noun, words in NOUNS]
    get = Button("Export", "primary", icon="download", href=url(f"{HERE}/own"))
    return own_page(
        me,
        "Export",
        HERE,
        workspace,
        PageHead("Export", LEAD),
        Div(cls="form")(Facts(*counts, ("Size, about", size_words(estimate.size))), Div(cls="actions")(get)),
        Part("What is in it", Inside()),
        Part("Spaces that you manage", SpaceList(places)) if places else "",
    )


def Inside() -> Any:
    """What an archive holds, and what not."""
    return Div(cls="prose")(
        Ul(
            Li("Chats as Markdown, for reading, and as JSON with all branches, thoughts and calls of tools."),
            Li("Files and pastes as they are, with their earlier versions; also what lies in the trash."),
            Li("Projects, prompts, presets, folders, tags, stars, drafts, and with whom you share what."),
            Li("A list of all of it with SHA-256 sums, by which anybody can see whether it is whole."),
        ),
        P(
            "No password, key or link that opens anything is in it, and nothing that others own. Keep it as you would ",
            "keep the chats themselves. It is made while it is sent; what you change meanwhile may be in it or not. ",
            "An admin takes it in elsewhere with ",
            Code(f"{children.name()} import"),
            "; ",
            Link("the handbook", url("/docs/handbook/use/archives")),
            " has more.",
        ),
    )


def SpaceList(places: Sequence[Place]) -> Any:
    """The spaces, each with its button: what all members see in it."""
    return Ul(cls="rows", role="list")(*(Li(Div(cls="session")(Div(place.space.name), Get(place))) for place in places))


def Get(place: Place) -> Any:
    """The button for a space."""
    address = url(f"{HERE}/spaces", place.space.id)
    return Button("Export", short=True, href=address, aria_label=f"Export {place.space.name}")
