"""The overview of usage: figures, bars over time, tables by model, person, key and door, and budgets."""

from collections.abc import Callable, Sequence
from typing import Any

from fasthtml.components import A, Div, Li, Nav, P, Small, Span, Ul

from app.rights import Caller
from app.usage import Sum
from app.usage.budgets import Standing
from app.usage.reporting import Line, Report
from components.addresses import url
from components.budgets import EACH, For, Spent, whole
from components.page import Page, PageHead, Part, Shelf, ShelfGroup, ShelfLink
from components.parts import Ago, Button, Empty, Figures, Table
from components.usage.charts import COLOURS, Chart, ShareBar, Swatch, models
from components.usage.words import DOORS, SHOWS, amount, cost, counted, date, measured, money

PLACE = "/usage"
PERIODS = (("week", "7 days"), ("month", "30 days"), ("year", "12 months"))


def usage_page(me: Caller, title: str, here: str, workspace: str, keys: Sequence[Any], *content: Any) -> Any:
    """A page below Usage; `keys` are the person's own, and `here` is the address of the present one."""
    crumbs = (("Usage", url(PLACE)), (title, None)) if title != "Usage" else (("Usage", None),)
    return Page(
        me,
        Div(cls="wide usage")(*content),
        title=title,
        place="usage",
        shelf=UsageShelf(here, keys),
        crumbs=crumbs,
        workspace=workspace,
    )


def UsageShelf(here: str, keys: Sequence[Any]) -> Any:
    """The pages about usage, and one for each of one's own keys."""
    pages = (("Overview", PLACE), ("Calls", f"{PLACE}/calls"), ("Statements", f"{PLACE}/statements"))
    own = [ShelfLink(each.key.name, url(PLACE, key_id=each.key.id), here=here == each.key.id) for each in keys]
    return Shelf(
        "Usage pages",
        *ShelfGroup("Usage", *(ShelfLink(words, url(path), here=here == path) for words, path in pages)),
        *(ShelfGroup("Your keys", *own) if own else ()),
    )


def UsagePage(
    me: Caller, seen: Report, show: str, budgets: Sequence[Standing], keys: Sequence[Any], workspace: str
) -> Any:
    """What was used in a period, by whom it was asked for; `show` is what the chart measures."""
    own = {"user_id": seen.user_id if seen.user_id != me.id or me.is_admin else None, "key_id": seen.key_id or None}
    asked = {name: value or None for name, value in own.items()}
    csv = Button("CSV", icon="download", href=url(f"{PLACE}.csv", period=seen.period, **asked))
    periods = Switcher("Period", PERIODS, "period", seen.period, show, asked)
    head = PageHead(title_of(me, seen), span(seen), periods, csv)
    content = Tables(me, seen, show, asked) if seen.total.calls else (Nothing(me, seen),)
    return usage_page(
        me,
        "Usage",
        seen.key_id or PLACE,
        workspace,
        keys,
        Whose(me, seen),
        head,
        *content,
        BudgetsPart(me, budgets),
    )


def title_of(me: Caller, seen: Report) -> str:
    """Whose usage it is."""
    if seen.key_id:
        return f"Usage of “{seen.name}”"
    return f"Usage of {seen.name}" if seen.user_id and (me.is_admin and seen.user_id != me.id) else "Usage"


def span(seen: Report) -> str:
    """The days in words."""
    since, until = date(seen.since, year=seen.period == "year"), date(seen.until - 1, year=True)
    doors = "by this key" if seen.key_id else "through every door: pages, gateway, jobs, agents"
    return f"{since} to {until}, days of UTC, {doors}."


def Whose(me: Caller, seen: Report) -> Any:
    """For admins: everybody's or one's own; back from a person or key."""
    if not me.is_admin:
        return ""
    tabs = [("Everybody", url(PLACE, period=seen.period), not seen.user_id)]
    tabs.append(("Yours", url(PLACE, period=seen.period, user_id=me.id), seen.user_id == me.id and not seen.key_id))
    if seen.user_id not in ("", me.id) or seen.key_id:
        tabs.append((seen.name, url(PLACE, period=seen.period, user_id=seen.user_id, key_id=seen.key_id or None), True))
    links = (Li(A(href=to, aria_current="page" if here else None)(words)) for words, to, here in tabs)
    return Nav(aria_label="Whose usage")(Ul(cls="tabs")(*links))


def Switcher(
    label: str, options: Sequence[tuple[str, str]], name: str, here: str, other: str, asked: dict[str, str | None]
) -> Any:
    """A few views side by side, as links."""
    fixed = {"show": other} if name == "period" else {"period": other}
    return Nav(cls="segments", aria_label=label)(
        *(
            A(href=url(PLACE, **{name: value}, **fixed, **asked), aria_current="true" if value == here else None)(words)
            for value, words in options
        )
    )


def Nothing(me: Caller, seen: Report) -> Any:
    """No calls yet, and what makes some."""
    if seen.key_id:
        look = Button("To the key", href=url("/keys", seen.key_id))
        return Empty("Nothing yet", "Nobody has used this key in this time.", look)
    ask, make = Button("Ask one", href=url("/")), Button("Make a key", "quiet", href=url("/keys"))
    return Empty("Nothing yet", "No model was asked in this time.", ask, make)


def Tables(me: Caller, seen: Report, show: str, asked: dict[str, str | None]) -> tuple[Any, ...]:
    """Everything that has numbers."""
    everybodys = not seen.user_id
    ids = [next(iter(each)) for name, each in models(seen, show) if name != "Others"]
    colours = {id: n + 1 for n, id in enumerate(ids)} if len(seen.models) > 1 else {}
    own = {"period": seen.period}
    return (
        NumbersRow(seen, url(f"{PLACE}/calls", **asked)),
        Div(cls="part")(Switcher("What the chart shows", SHOWS, "show", show, seen.period, asked), Chart(seen, show)),
        Part("By model", Lines("Model", seen.models, show, lambda line: Model(line, colours), colours)),
        Part("By person", Lines("Person", seen.people, show, lambda line: Person(line, own))) if everybodys else "",
        Part("By key", Lines("Key", seen.keys, show, lambda line: KeyName(line, own, everybodys)))
        if not seen.key_id and any(line.id for line in seen.keys)
        else "",
        Part("By door", Lines("Door", seen.doors, show, lambda line: DOORS.get(line.id, line.id)))
        if len(seen.doors) > 1
        else "",
        Remarks(seen.total),
    )


def NumbersRow(seen: Report, calls: str) -> Any:
    """The sums of the period; `calls` is where they are listed one by one."""
    total = seen.total
    failed = f"{total.failed * 100 / total.calls:.1f} % failed" if total.failed else "none failed"
    cached = f"{total.tokens_cached * 100 // max(total.tokens_in, 1)} % cached by providers"
    paced = total.duration_us and total.tokens_out
    rate = f"{total.tokens_out / (total.duration_us / 1e6):,.0f} a second" if paced else ""
    first: tuple[str, ...] = ("First word", "unknown")
    if total.timed:
        first = ("First word", f"{total.first_token_us / total.timed / 1e6:.2f}", "s", "on average")
    return Figures(
        ("Cost", money(total.cost) if total.cost or not total.unpriced else "unknown", "", trend(seen)),
        ("Calls", f"{total.calls:,}", "", Span(failed, ", ", A(href=calls)("list them"))),
        ("Tokens in", *split(total.tokens_in), cached),
        ("Tokens out", *split(total.tokens_out), rate),
        first,
    )


def trend(seen: Report) -> str:
    """How the cost compares with as many days before."""
    total, before = seen.total, seen.earlier
    if total.unpriced:
        return f"and {counted(total.unpriced, 'call')} of unknown cost" if total.cost else "nobody set the prices"
    if not before.cost or before.unpriced:
        return f"{money(total.saved)} saved by the cache" if total.saved else ""
    change = round((total.cost - before.cost) * 100 / before.cost)
    if abs(change) < 1:
        return "as in the time before"
    return f"{abs(change):,} % {'more' if change > 0 else 'less'} than in the time before"


def split(number: int) -> tuple[str, str]:
    """A number and its unit."""
    words, _, unit = amount(number).partition(" ")
    return words, {"B": "billion", "M": "million", "k": "thousand", "": ""}[unit]


def Lines(
    head: str,
    lines: Sequence[Line],
    show: str,
    name: Callable[[Line], Any],
    colours: dict[str, int] | None = None,
) -> Any:
    """A table with a bar in each line."""
    whole = sum(measured(line.sum, show) for line in lines)
    return Table(
        (head, ("Cost", "num"), ("Calls", "num"), ("Tokens in", "num"), ("Tokens out", "num"), ("Share", "share")),
        [
            (
                name(line),
                cost(line.sum),
                f"{line.sum.calls:,}",
                amount(line.sum.tokens_in),
                amount(line.sum.tokens_out),
                ShareBar(measured(line.sum, show), whole, (colours or {}).get(line.id, COLOURS if colours else 2)),
            )
            for line in sorted(lines, key=lambda line: -measured(line.sum, show))
        ],
        f"Usage by {head.lower()}",
    )


def Model(line: Line, colours: dict[str, int]) -> Any:
    """A model's name with its colour in the chart, whose it is, and what no provider reported."""
    name = Span(cls="key")(Swatch(colours.get(line.id, COLOURS)), line.name) if colours else line.name
    flag = f" · {line.sum.estimated:,} estimated" if line.sum.estimated else ""
    return Span(name, " ", Small(cls="faint note")(f"{line.note}{flag}"))


def Person(line: Line, own: dict[str, str]) -> Any:
    """A person with a link to what they used."""
    if not line.id:
        return Span("The workspace itself ", Small(cls="faint")("jobs of nobody"))
    return A(href=url(PLACE, user_id=line.id, **own))(line.name)


def KeyName(line: Line, own: dict[str, str], everybodys: bool) -> Any:
    """A key with a link to what was used with it."""
    if not line.id:
        return Span(cls="soft")("Without a key")
    link = A(href=url(PLACE, key_id=line.id, **own))(line.name)
    return Span(link, " ", Small(cls="faint note")(line.note)) if everybodys else link


def Remarks(total: Sum) -> Any:
    """What the numbers do not tell."""
    said = []
    if total.unpriced:
        verbs = ("has", "is") if total.unpriced == 1 else ("have", "are")
        calls = counted(total.unpriced, "call").capitalize()
        said.append(f"{calls} {verbs[0]} no known cost and {verbs[1]} in no sum of money.")
    if total.estimated:
        said.append(f"The tokens of {counted(total.estimated, 'call')} are estimated: no provider reported them.")
    if total.cached:
        saved = f", which saved {money(total.saved)}" if total.saved else ""
        said.append(f"{counted(total.cached, 'call').capitalize()} came from the cache{saved}.")
    return P(cls="faint small remarks")(" ".join(said)) if said else ""


def BudgetsPart(me: Caller, standings: Sequence[Standing]) -> Any:
    """What may be spent, and what is gone of it."""
    if not standings:
        return ""
    table = Table(
        ("Whose", ("Budget", "num"), "Spent", ("Begins anew", "num")),
        [
            (
                For(each.kind, each.target_id, each.name) if me.is_admin else whose_budget(me, each),
                f"{whole(each)} {EACH[each.period]}",
                Spent(each),
                Ago(each.until, me) if each.period != "total" else "never",
            )
            for each in standings
        ],
        "Budgets",
    )
    more = P(cls="small more")(A(href=url("/admin/budgets"))("Set budgets and limits")) if me.is_admin else ""
    return Part("Budgets", table, more)


def whose_budget(me: Caller, each: Standing) -> Any:
    """A budget's owner, for somebody whom it binds."""
    words = {"workspace": "The workspace", "user": "Yours", "group": each.name, "key": each.name}[each.kind]
    return Span(words, " ", Small(cls="faint")({"group": "group", "key": "key"}.get(each.kind, "")))
