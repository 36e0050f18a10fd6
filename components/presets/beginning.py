"""What a new chat shows of presets: the one that it begins with, and those that it could begin with."""

from collections.abc import Sequence
from typing import Any

from fasthtml.components import A, Div, Li, Nav, P, Section, Span, Ul

from components.addresses import url
from components.holdings.words import counted
from components.parts import Callout, Fold, Hidden, Icon
from components.presets.words import attached_place, verb_words

SHOWN = 6


def Chosen(beginning: Any, form: str) -> Any:
    """The preset of a chat that is about to begin, posted with the form of this id; '' where there is none."""
    if beginning is None:
        return ""
    preset, settings = beginning.preset, beginning.preset.settings
    head = P(cls="chosen-name")(
        Icon("grid", small=True),
        A(href=url("/presets", preset.id))(preset.name),
        Span(cls="faint")(settings.about) if settings.about else "",
        A(cls="without", href=url("/"))("Without it"),
    )
    facts = (
        counted(len(beginning.verbs), "tool") if beginning.verbs else "",
        counted(len(beginning.attachments), "attachment") if beginning.attachments else "",
    )
    inside = (
        P(cls="instructions")(settings.instructions) if settings.instructions else "",
        P(cls="small faint")("Tools: ", ", ".join(verb_words(name) for name in beginning.verbs), ".")
        if beginning.verbs
        else "",
        Ul(cls="attached-names")(*(Li(A(href=attached_place(each))(each.name)) for each in beginning.attachments)),
    )
    fold = Fold("doc", "What it says", *inside, cost=", ".join(filter(None, facts)) or None)
    has_more = settings.instructions or beginning.verbs or beginning.attachments
    return Section(cls="chosen", aria_label="Preset")(
        Hidden("preset", preset.id, form=form), head, fold if has_more else "", Missing(beginning.told)
    )


def Missing(told: Sequence[str]) -> Any:
    """What of a preset this person may not use; '' where that is nothing."""
    if not told:
        return ""
    lead = "Not all of it is there for you." if len(told) > 1 else ""
    return Callout("warn", lead, Span(" ".join(told)))


def BeginWith(found: Sequence[Any], here: str = "") -> Any:
    """The presets that a new chat can begin with; '' where there are none."""
    if not found:
        return ""
    links = (
        Li(
            A(
                cls="chip",
                href=url("/chats/new", preset=each.item.id),
                aria_current="true" if each.item.id == here else None,
            )(each.item.title)
        )
        for each in found[:SHOWN]
    )
    every = Li(A(cls="chip more", href=url("/presets"))("All presets" if len(found) > SHOWN else "Presets"))
    return Nav(cls="begin-with", aria_label="Presets")(Div(cls="small faint")("Begin with"), Ul(*links, every))
