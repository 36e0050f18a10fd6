"""The lists that open in the composer while a word behind a sign is written: `/` for prompts, and others like it."""

from typing import Any

from fasthtml.components import Div, P, Span

from components.parts.marks import Icon


def Choices(sign: str, label: str, address: str, id: str) -> Any:
    """A list that is closed still: `address` answers `?q=word` with ChoiceRows. It may stand anywhere on the page."""
    return Div(cls="choices", data_choices=sign, data_list=address)(
        Div(role="listbox", id=id, aria_label=label, hidden=True), P(cls="unseen", role="status")
    )


def ChoiceRow(words: str, icon: str, aside: str = "", **attrs: Any) -> Any:
    """One line of such a list; its data attributes say to its script what it is."""
    return Div(role="option", aria_selected="false", **attrs)(
        Icon(icon, small=True), Span(cls="name")(words), Span(cls="aside")(aside) if aside else ""
    )
