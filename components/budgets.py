"""Budgets and limits, for those who run the house: what may be spent, by whom, and how fast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fasthtml.components import A, Div, Form, P, Small, Span

from app.rights import Caller
from app.usage import Limit, telling
from app.usage.budgets import Standing
from components.addresses import url
from components.chats.figures import money
from components.page import PageHead, Part
from components.parts import Ago, Button, Callout, Empty, Field, FormErrors, Hidden, Progress, Select, State, Table
from components.people import admin_page

PLACE = "/admin/budgets"
PERIODS = (("month", "a month"), ("day", "a day"), ("total", "in total"))
UNITS = (("money", "dollars"), ("tokens", "tokens"))
Texts = Mapping[str, str]
NOTHING: Texts = {}
EACH = {"day": "a day", "month": "a month", "total": "in total"}
WHOLE = "Empty is no limit."


@dataclass(frozen=True)
class Bounds:
    """What the page shows; `targets` are the options of whom a budget can be for, as `kind` or `kind:id`."""

    standings: Sequence[Standing]
    limits: Sequence[tuple[str, Limit]]
    targets: Sequence[Any]
    days: int


def BudgetsPage(
    me: Caller,
    house: Bounds,
    workspace: str,
    posted: Texts = NOTHING,
    errors: Texts = NOTHING,
    chosen: Texts = NOTHING,
    kept: bool = False,
) -> Any:
    """Every budget and how it stands, every limit, and the forms that set them, which begin with what is `chosen`."""
    sent = posted.get("deed", "")

    def own(deed: str) -> tuple[Texts, Texts]:
        return (posted, errors) if sent == deed else (chosen, NOTHING)

    lead = "What may be spent, and how fast. A call is refused before it is made; days and months are those of UTC."
    nothing = Empty("No budgets yet", "Without one, everybody spends what they like. Set the first one below.")
    return admin_page(
        me,
        "Budgets",
        PLACE,
        workspace,
        PageHead("Budgets", lead),
        Callout("good", "Kept.", "It holds from the next call on.", role="status") if kept else "",
        StandingsTable(me, house.standings) if house.standings else nothing,
        Part("Set a budget", BudgetForm(house.targets, *own("budget")), id="budget"),
        Part(
            "Limits",
            LimitsTable(house.limits) if house.limits else P(cls="soft")("Everybody asks as fast as they like."),
        ),
        Part("Set a limit", LimitForm(house.targets, *own("limit")), id="limit"),
        Part(
            "The ledger",
            P(cls="soft")("The sums of each day stay for ever."),
            DaysForm(house.days, *own("days")),
            id="ledger",
        ),
    )


def StandingsTable(me: Caller, standings: Sequence[Standing]) -> Any:
    """A line for each budget."""
    return Table(
        ("For", ("Budget", "num"), "Spent", ("Left", "num"), "Begins anew", ("", "acts")),
        [
            (
                For(each.kind, each.target_id, each.name),
                f"{whole(each)} {EACH[each.period]}",
                Spent(each),
                amount(each.left, each.unit),
                Ago(each.until, me) if each.period != "total" else "never",
                Acts(each),
            )
            for each in standings
        ],
        "Budgets",
    )


def For(kind: str, target_id: str, name: str) -> Any:
    """Whom a budget or limit is for, with a link where they have a page."""
    places = {"user": "/admin/people", "group": "/admin/groups", "key": "/keys"}
    words = name or "(gone)"
    shown = A(href=url(places[kind], target_id))(words) if kind in places and name else words
    return Span(cls="bound-for")(shown, " ", Small(cls="faint")({"user": "person", "workspace": ""}.get(kind, kind)))


def Spent(each: Standing) -> Any:
    """How much is gone, in words and as a bar."""
    kind = "bad" if each.percent >= 100 else "warn" if each.is_short else ""
    gone = "under 1 %" if each.spent and not each.percent else f"{each.percent:,} %"
    said = f"{amount(each.spent, each.unit)}, {gone}"
    parts = [State(said, kind), Progress(min(each.percent, 100), f"{said} spent", kind=kind)]
    if each.held:
        parts.append(Small(cls="faint")(f"{amount(each.held, each.unit)} held by calls that run"))
    if each.unit == "money" and each.unpriced:
        calls = "one call" if each.unpriced == 1 else f"{each.unpriced:,} calls"
        parts.append(Small(cls="faint")(f"and {calls} of unknown cost"))
    return Div(cls="budget-gone")(*parts)


def amount(number: int, unit: str) -> str:
    """So much money in as many places as say something, or so many tokens, short where they are millions."""
    if unit == "money":
        return money(number)
    return telling.amount(number, unit) if number < 1_000_000 else f"{number / 1_000_000:,.2f} M tokens"


def whole(each: Standing) -> str:
    """What may be spent, exactly: round millions of tokens are short."""
    if each.unit == "tokens" and each.amount >= 1_000_000 and not each.amount % 10_000:
        return f"{each.amount / 1_000_000:,.2f}".rstrip("0").rstrip(".") + " M tokens"
    return telling.amount(each.amount, each.unit)


def Acts(each: Standing) -> Any:
    """What can be done with a budget: the form below is filled with it, or it goes."""
    whose = f"{each.name or 'somebody who is gone'} {EACH[each.period]}"
    written = telling.written(each.amount, each.unit)
    filled = {"whom": whom(each.kind, each.target_id), "unit": each.unit, "period": each.period, "amount": written}
    change = Button(
        "Change",
        short=True,
        href=url(PLACE, fragment_="budget", **filled),
        aria_label=f"Change the budget of {whose}",
    )
    return Div(cls="bound-acts")(change if each.name else "", RemoveForm(each))


def RemoveForm(each: Standing) -> Any:
    """The button that takes a budget away."""
    whose = "the workspace" if each.kind == "workspace" else each.name or "somebody who is gone"
    lost = f"Then nothing stops at {telling.amount(each.amount, each.unit)}."
    return Form(
        method="post",
        action=url(PLACE, each.id, "removal"),
        data_confirm=f"Remove the budget of {whose}? {lost}",
        data_confirm_word="Remove",
    )(Button("Remove", "danger", short=True, aria_label=f"Remove the budget of {whose} {EACH[each.period]}"))


def BudgetForm(targets: Sequence[Any], posted: Texts, errors: Texts) -> Any:
    """Whom, how much, for how long."""
    return Form(cls="form", method="post", action=url(PLACE))(
        FormErrors(errors),
        Hidden("deed", "budget"),
        Select("For", "whom", targets, posted.get("whom", ""), error=errors.get("whom"), id="budget-whom"),
        Div(cls="bound-numbers")(
            Field(
                "Amount",
                "amount",
                posted.get("amount", ""),
                error=errors.get("amount"),
                inputmode="decimal",
                autocomplete="off",
                required=True,
            ),
            Select("In", "unit", UNITS, posted.get("unit", "money"), error=errors.get("unit")),
            Select("Period", "period", PERIODS, posted.get("period", "month"), error=errors.get("period")),
        ),
        P(cls="soft small")(
            "Setting it again for the same period replaces it. A budget in dollars also refuses models whose price is "
            "not known."
        ),
        Div(cls="actions")(Button("Set the budget", "primary")),
    )


def LimitsTable(limits: Sequence[tuple[str, Limit]]) -> Any:
    """A line for each limit."""
    return Table(
        ("For", ("Requests a minute", "num"), ("Tokens a minute", "num"), ("At the same time", "num"), ("", "acts")),
        [
            (
                For(each.kind, each.target_id, name),
                *(
                    f"{number:,}" if number is not None else "any"
                    for number in (each.requests, each.tokens, each.parallel)
                ),
                LiftForm(name, each),
            )
            for name, each in limits
        ],
        "Limits",
    )


def LiftForm(name: str, each: Limit) -> Any:
    """The button that takes a limit away."""
    return Form(method="post", action=url(PLACE, "limits"))(
        Hidden("deed", "limit"),
        Hidden("whom", whom(each.kind, each.target_id)),
        Button("Lift", short=True, aria_label=f"Lift the limit of {name or 'somebody who is gone'}"),
    )


def whom(kind: str, target_id: str) -> str:
    """Somebody as the option of a form: workspace, or kind and id."""
    return f"{kind}:{target_id}" if target_id else kind


def LimitForm(targets: Sequence[Any], posted: Texts, errors: Texts) -> Any:
    """Whom, and three numbers of which any may be empty."""

    def number(label: str, name: str) -> Any:
        return Field(label, name, posted.get(name, ""), error=errors.get(name), inputmode="numeric", autocomplete="off")

    return Form(cls="form", method="post", action=url(PLACE, "limits"), data_makes=True)(
        FormErrors(errors),
        Hidden("deed", "limit"),
        Select("For", "whom", targets, posted.get("whom", ""), error=errors.get("whom"), id="limit-whom"),
        Div(cls="bound-numbers")(
            number("Requests a minute", "requests"),
            number("Tokens a minute", "tokens"),
            number("At the same time", "parallel"),
        ),
        P(cls="soft small")(f"{WHOLE} All three replace what was set before."),
        Div(cls="actions")(Button("Set the limit")),
    )


def DaysForm(days: int, posted: Texts, errors: Texts) -> Any:
    """For how long the row of each call is kept."""
    return Form(cls="line-form", method="post", action=url(PLACE, "days"))(
        Hidden("deed", "days"),
        Field(
            "Days that each call is kept",
            "days",
            posted.get("days", str(days)),
            error=errors.get("days"),
            inputmode="numeric",
            autocomplete="off",
            required=True,
        ),
        Button("Keep"),
    )
