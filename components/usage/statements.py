"""A month's statement of a person or a group: a page that prints."""

from collections.abc import Sequence
from typing import Any

from fastcore.xml import ft
from fasthtml.components import Div, Form, P, Small, Span

from app.rights import Caller
from app.usage.reporting import added
from app.usage.statements import Line, Statement
from components.addresses import url
from components.page import PageHead
from components.parts import Button, Empty, FormErrors, Select, Table
from components.usage.pages import PLACE, usage_page
from components.usage.words import cost, counted, date, money

HERE = f"{PLACE}/statements"


def StatementPage(
    me: Caller,
    of: Statement,
    months: Sequence[tuple[str, str]],
    targets: Sequence[Any],
    whom: str,
    keys: Sequence[Any],
    workspace: str,
) -> Any:
    """The statement, and the form that chooses another."""
    days = f"{date(of.since // 86_400_000_000)} to {date(of.until // 86_400_000_000 - 1, year=True)}, UTC"
    lead = Span(ft("bdi", of.name), f" · {days}")
    csv = Button("CSV", icon="download", href=url(f"{HERE}.csv", month=of.month, whom=whom or None))
    return usage_page(
        me,
        f"Statement for {name_of(of.month, months)}",
        HERE,
        workspace,
        keys,
        ChooseForm(of, months, targets, whom),
        PageHead(f"Statement for {name_of(of.month, months)}", lead, csv),
        P(cls="statement-of")(workspace),
        StatementTable(of) if of.lines else Empty("Nothing to pay", "No model was asked in this month."),
        *Remarks(of),
    )


def name_of(month: str, months: Sequence[tuple[str, str]]) -> str:
    """A month in words."""
    return dict(months).get(month, month)


def ChooseForm(of: Statement, months: Sequence[tuple[str, str]], targets: Sequence[Any], whom: str) -> Any:
    """Which month, and for admins whose."""
    return Form(cls="choose", method="get", action=url(HERE))(
        FormErrors({}),
        Select("Month", "month", months, of.month),
        Select("Whose", "whom", targets, whom) if targets else "",
        Button("Show"),
    )


def StatementTable(of: Statement) -> Any:
    """A line for each model, and for each person in a group's."""
    group = any(line.person for line in of.lines)
    people = (("Person", ""),) if group else ()
    whole = added(line.sum for line in of.lines)
    numbers = ((name, "num") for name in ("Cost", "Calls", "Tokens in", "Cached", "Tokens out"))
    head = (*people, "Model", *numbers)
    empty = ("",) if group else ()
    foot = ("Together", *empty, cost(whole), f"{whole.calls:,}", *tokens(whole))
    return Table(head, (row(line, group) for line in of.lines), "Statement", foot)


def row(line: Line, group: bool) -> tuple[Any, ...]:
    """A line's cells."""
    flag = f" · {line.sum.estimated:,} estimated" if line.sum.estimated else ""
    model = Span(line.model, " ", Small(cls="faint note")(f"{line.provider}{flag}"))
    return (*((line.person,) if group else ()), model, cost(line.sum), f"{line.sum.calls:,}", *tokens(line.sum))


def tokens(each: Any) -> tuple[str, str, str]:
    """Tokens to the last one: it is a bill."""
    return f"{each.tokens_in:,}", f"{each.tokens_cached:,}", f"{each.tokens_out:,}"


def Remarks(of: Statement) -> list[Any]:
    """What is not final, not known, or not exact."""
    said = []
    if not of.is_over:
        said.append("This month is not over: more calls may come.")
    if of.unpriced:
        verb = "is" if of.unpriced == 1 else "are"
        said.append(f"{counted(of.unpriced, 'call').capitalize()} of unknown cost {verb} in no sum of money.")
    if of.estimated:
        said.append(f"The tokens of {counted(of.estimated, 'call')} are estimated: no provider reported them.")
    saved = sum(line.sum.saved for line in of.lines)
    if saved:
        said.append(f"Answers from the cache saved {money(saved)}.")
    return [Div(cls="remarks")(*(P(cls="soft small")(each) for each in said))] if said else []
