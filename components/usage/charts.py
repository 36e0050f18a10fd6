"""Charts as the server draws them: bars over time, and a bar in a table's line. All words are HTML."""

import math
from collections.abc import Sequence
from typing import Any

from fastcore.xml import ft
from fasthtml.components import H2, Div, Figcaption, Figure, Span

from app.usage import Sum, telling
from app.usage.reporting import Bar, Line, Report, added
from components.parts import Fold, Table
from components.usage.words import COST, TOKENS, measured, moment, plain, said
from components.usage.words import amount as short

WIDTH, HEIGHT, GAP = 900, 192, 1.5
# A chart tells three colours apart; from the fourth model on they are one.
COLOURS = 3
TITLES = {"cost": "Cost", "tokens": "Tokens", "calls": "Calls"}
MONEY_STEPS = 1_000


def Chart(seen: Report, show: str) -> Any:
    """Bars of the days or months, parted by model, with the same as a table behind them."""
    series = models(seen, show)
    by_month = seen.period == "year"
    title = f"{TITLES[show]} by {'month' if by_month else 'day'}"
    heights = [measured(bar.sum, show) for bar in seen.bars]
    top = ceiling(max(heights, default=0), show)
    label = f"{title}, parted by model; the table below has the numbers"
    columns = (each for n, bar in enumerate(seen.bars) for each in Column(n, bar, seen, series, show, top))
    floor = ft("line", cls="floor-line", x1="0", x2=str(WIDTH), y1=str(HEIGHT), y2=str(HEIGHT))
    plot = ft("svg", *Grid(), *columns, floor)
    plot.attrs.update({"class": "plot", "viewBox": f"0 0 {WIDTH} {HEIGHT}", "preserveAspectRatio": "none"})
    plot.attrs.update({"role": "img", "aria-label": label})
    keys = [Key(n + 1, name) for n, (name, _) in enumerate(series)] if len(series) > 1 else []
    return Figure(cls="chart")(
        Figcaption(H2(title), *keys),
        Div(cls="scale", aria_hidden="true")(*(Span(mark(top * step // 4, show)) for step in (4, 3, 2, 1, 0))),
        plot,
        Div(cls="axis even" if seen.period != "month" else "axis", aria_hidden="true")(
            *(Span(words) for words in axis(seen))
        ),
        Behind(seen, series, show, title),
    )


def models(seen: Report, show: str) -> list[tuple[str, frozenset[str]]]:
    """The colours of a chart: the largest models, and all the others together."""
    largest = sorted(seen.models, key=lambda line: (-measured(line.sum, show), line.name))
    alone = largest if len(largest) <= COLOURS else largest[: COLOURS - 1]
    found = [(named(line, largest), frozenset({line.id})) for line in alone]
    rest = frozenset(line.id for line in largest[len(alone) :])
    return [*found, ("Others", rest)] if rest else found


def named(line: Line, lines: Sequence[Line]) -> str:
    """A model's name, with its provider's where two have the same."""
    alike = sum(each.name == line.name for each in lines)
    return f"{line.name}, {line.note}" if alike > 1 else line.name


def ceiling(highest: int, show: str) -> int:
    """The top of the scale: 1, 2, 4 or 8 times a power of ten above the highest bar, that can be parted in four."""
    least = 4 if show != COST else MONEY_STEPS
    highest = max(highest, least)
    power = 10 ** int(math.log10(highest))
    steps = (step * power for step in (1, 2, 4, 8, 10, 20))
    return next(top for top in steps if top >= highest and top % 4 == 0)


def mark(number: int, show: str) -> str:
    """A number beside the scale, to its last digit: a rounded one would stand at the wrong place."""
    return telling.money(number) if show == COST else short(number)


def Grid() -> list[Any]:
    """The lines of the scale."""
    ys = (str(HEIGHT * step // 4) for step in range(4))
    return [ft("line", cls="grid", x1="0", x2=str(WIDTH), y1=y, y2=y) for y in ys]


def Column(n: int, bar: Bar, seen: Report, series: Sequence[tuple[str, frozenset[str]]], show: str, top: int) -> Any:
    """The pieces of one bar, from the floor up."""
    step = WIDTH / len(seen.bars)
    x, width, y = n * step + step / 6, step * 2 / 3, float(HEIGHT)
    pieces = []
    for colour, (_, ids) in enumerate(series):
        tall = HEIGHT * measured(part(bar, ids), show) / top
        if tall <= 0:
            continue
        y -= tall
        box = {"x": x, "y": y, "width": width, "height": max(tall - GAP, 0.75)}
        pieces.append(ft("rect", cls=f"s-{colour + 1}", **{side: f"{value:.1f}" for side, value in box.items()}))
    if pieces:
        yield ft("g", ft("title", f"{name_of(bar, seen)}: {plain(bar.sum, show)}"), *pieces)


def part(bar: Bar, ids: frozenset[str]) -> Sum:
    """Some of a bar's models together."""
    return added(each for id, each in bar.models.items() if id in ids)


def name_of(bar: Bar, seen: Report) -> str:
    """What a bar is called."""
    at = moment(bar.since)
    return f"{at:%B %Y}" if seen.period == "year" else f"{at:%a}, {at.day} {at:%b}"


def axis(seen: Report) -> list[str]:
    """Words below the bars: each of few, some of many."""
    names = [f"{moment(bar.since):%b}" if seen.period == "year" else name_of(bar, seen) for bar in seen.bars]
    if seen.period == "week":
        return [f"{moment(bar.since):%a}" for bar in seen.bars]
    if seen.period == "year":
        return names
    chosen = [round(step * (len(names) - 1) / 4) for step in range(5)]
    return [f"{moment(seen.bars[n].since).day} {moment(seen.bars[n].since):%b}" for n in chosen]


def Key(colour: int, words: str) -> Any:
    """A colour and what it stands for."""
    return Span(cls="key")(Swatch(colour), words)


def Swatch(colour: int) -> Any:
    """A small square of a chart's colour."""
    box = ft("svg", ft("rect", cls=f"s-{colour}", width="10", height="10"), aria_hidden="true")
    box.attrs["viewBox"] = "0 0 10 10"
    return box


def Behind(seen: Report, series: Sequence[tuple[str, frozenset[str]]], show: str, title: str) -> Any:
    """The chart's numbers, the newest first."""
    columns = [(name, "num") for name, _ in series] if len(series) > 1 else []
    rows = [
        (
            name_of(bar, seen),
            *(said(part(bar, ids), show) if set(bar.models) & ids else "" for _, ids in series if columns),
            said(bar.sum, show) if bar.sum.calls else "",
            f"{bar.sum.calls:,}" if bar.sum.calls else "",
        )
        for bar in reversed(seen.bars)
    ]
    whole = "Tokens" if show == TOKENS else "Cost" if show == COST else "All"
    unit = "Month" if seen.period == "year" else "Day"
    head = (unit, *columns, ("Together" if columns else whole, "num"), ("Calls", "num"))
    foot = (
        "Together",
        *(said(added(line.sum for line in seen.models if line.id in ids), show) for _, ids in series if columns),
        said(seen.total, show),
        f"{seen.total.calls:,}",
    )
    table = Table(head, rows, title, foot)
    return Fold("log", "The same as a table", table, cost=f"{len(rows)} {unit.lower()}s", cls="behind")


def ShareBar(number: int, whole: int, colour: int = 2) -> Any:
    """How much of the whole a line is; the number stands beside it."""
    width = f"{100 * number / whole:.1f}" if whole else "0"
    filled = ft("rect", cls=f"s-{colour}", width=width, height="6")
    box = ft("svg", ft("rect", cls="rest", width="100", height="6"), filled, aria_hidden="true", cls="share-bar")
    box.attrs.update({"viewBox": "0 0 100 6", "preserveAspectRatio": "none"})
    return box
