"""Many things at once: tables, rows, facts, figures, folds, and nothing yet."""

from collections.abc import Iterable, Sequence
from typing import Any

from fastcore.xml import ft
from fasthtml.components import H2, A, Details, Div, Li, P, Small, Span, Summary, Tbody, Td, Tfoot, Th, Thead, Tr, Ul
from fasthtml.components import Table as TableTag

from components.parts.marks import Icon


def Table(head: Sequence[Any], rows: Iterable[Sequence[Any]], label: str, foot: Sequence[Any] | None = None) -> Any:
    """Rows under three rules. A head is words or (words, 'num' | 'acts' | 'soft'), the class of its column."""
    columns = [cell if isinstance(cell, tuple) else (cell, "") for cell in head]
    kinds = [kind for _, kind in columns]
    heads = (Th(scope="col", cls=kind or None)(_head_words(words, kind)) for words, kind in columns)
    body = Tbody(*(Tr(*_cells(row, kinds)) for row in rows))
    closing = Tfoot(Tr(*_cells(foot, kinds))) if foot else ""
    return Div(cls="scroll", tabindex="0", role="region", aria_label=label)(
        TableTag(cls="table")(Thead(Tr(*heads)), body, closing)
    )


def _head_words(words: Any, kind: str) -> Any:
    return Span(cls="unseen")(words or "Actions") if kind == "acts" else words


def _cells(row: Sequence[Any], kinds: list[str]) -> list[Any]:
    first, *others = row
    return [
        Th(scope="row")(first),
        *(Td(cls=kind or None)(cell) for cell, kind in zip(others, kinds[1:], strict=True)),
    ]


def Rows(*rows: Any, **attrs: Any) -> Any:
    """A list of things that open."""
    return Ul(cls="rows", **attrs)(*rows)


def Row(
    name: str,
    href: str,
    gist: Any = None,
    facts: Sequence[Any] = (),
    actions: Sequence[Any] = (),
    before: Any = "",
    **attrs: Any,
) -> Any:
    """One thing that opens: its name, what it says, up to three facts (the last one at the end), and buttons. A box to
    choose it stands `before` it."""
    last = ["", "", ""][len(facts) :] + [*facts]
    return Li(**attrs)(
        before,
        Div(cls="row with-actions" if actions else "row")(
            A(cls="name", href=href)(name),
            Span(cls="gist")(gist) if gist else "",
            Span(cls="facts")(*(_fact(fact) for fact in last)) if facts else "",
            Div(cls="actions")(*actions) if actions else "",
        ),
    )


def _fact(fact: Any) -> Any:
    return Span(fact) if isinstance(fact, str) else fact


def Facts(*pairs: tuple[Any, Any]) -> Any:
    """Names and values beside the text."""
    return ft("dl", *(part for name, value in pairs for part in (ft("dt", name), ft("dd", value))), cls="facts-list")


def Figures(*figures: tuple[Any, ...]) -> Any:
    """Numbers in a row: (name, number) or (name, number, unit, remark)."""
    return ft("dl", *(_figure(*figure) for figure in figures), cls="figures")


def _figure(name: str, number: Any, unit: str = "", remark: Any = None) -> Any:
    return Div(
        ft("dt", name),
        ft("dd", number, " " if unit else "", Small(unit) if unit else ""),
        ft("dd", remark, cls="trend") if remark else "",
    )


def Fold(icon: str, what: Any, *inside: Any, cost: Any = None, open: bool = False, **attrs: Any) -> Any:
    """One line that says what and how long, and opens."""
    kind = f"fold {attrs.pop('cls', '')}".strip()
    return Details(cls=kind, open=open, **attrs)(
        Summary(Icon(icon, small=True), Span(cls="what")(what), Span(cls="cost")(cost) if cost else ""),
        Div(cls="inside")(*inside),
    )


def Empty(title: str, text: Any, *actions: Any) -> Any:
    """Nothing yet: what this place is for, and the next step."""
    return Div(cls="empty")(
        Icon("hearth", view="0 0 96 96"), H2(title), P(text), Div(cls="actions")(*actions) if actions else ""
    )
