"""Words for numbers: what is not known is unknown, and never 0."""

import math
from datetime import UTC, datetime
from typing import Any

from fasthtml.components import Small, Span

from app.usage import Sum, telling

CENT = 10_000_000
# A unit, from which number on it is used, its size, and its decimal places.
SHORT = (("B", 10**9, 10**9, 2), ("M", 10**6, 10**6, 2), ("k", 10**4, 10**3, 1))
COST, TOKENS, CALLS = "cost", "tokens", "calls"
SHOWS = ((COST, "Cost"), (TOKENS, "Tokens"), (CALLS, "Calls"))
DOORS = {
    "page": "Pages",
    "api": "Gateway",
    "job": "Jobs",
    "mcp": "Agents",
    "chat": "Tools in chats",
    "cli": "Command line",
}


def cost(each: Sum) -> Any:
    """What calls cost: in money, unknown, or in money with the number of those that are missing in it."""
    if not each.unpriced:
        return money(each.cost)
    if not each.cost:
        return Span(cls="unknown")("unknown")
    return Span(money(each.cost), " ", Small(cls="faint")(f"+ {each.unpriced:,} unknown"))


def money(nano: int) -> str:
    """An amount for people: in cents, below one to the two digits that count; what is not nothing is never $0."""
    if nano >= CENT or not nano:
        return telling.money(nano if nano >= 100 * CENT else round(nano / CENT) * CENT)
    return f"${nano / 1e9:.{1 - math.floor(math.log10(nano / 1e9))}f}" if nano >= 1_000 else "< $0.000001"


def amount(number: int) -> str:
    """A number of tokens or calls, short from ten thousand on: 9,310; 88.2 k; 12.59 M; 3.07 B."""
    for unit, least, size, places in SHORT:
        if number >= least:
            return f"{number / size:,.{places}f} {unit}"
    return f"{number:,}"


def measured(each: Sum, show: str) -> int:
    """The number that a chart draws: nano-units, tokens or calls."""
    return {COST: each.cost, TOKENS: each.tokens_in + each.tokens_out, CALLS: each.calls}[show]


def said(each: Sum, show: str) -> Any:
    """The number of a chart's bar in words."""
    return cost(each) if show == COST else amount(measured(each, show))


def plain(each: Sum, show: str) -> str:
    """As `said`, as a text."""
    if show != COST or not each.unpriced:
        return money(each.cost) if show == COST else amount(measured(each, show))
    return f"{money(each.cost)} and {each.unpriced:,} calls of unknown cost" if each.cost else "unknown"


def date(day: int, year: bool = False) -> str:
    """A UTC day counted from 1970: 21 November."""
    at = moment(day)
    return f"{at.day} {at:%B %Y}" if year else f"{at.day} {at:%B}"


def moment(day: int) -> datetime:
    """The beginning of a UTC day counted from 1970."""
    return datetime.fromtimestamp(day * 86_400, UTC)


def counted(number: int, word: str) -> str:
    """One call, 2 calls."""
    return f"{number:,} {word}s" if number != 1 else f"one {word}"
