"""Telling: what a budget is called, and that it is nearly or wholly used up, once in each of its periods."""

from typing import Any

from app import clock
from app.rights import Caller
from app.usage import windows
from app.usage.pots import GROUP, KEY, MONEY, TOKENS, USER, WORKSPACE, Pot

STEPS = (100, 80)
NANO = 1_000_000_000
OWNERS = {WORKSPACE: "the workspace's", GROUP: "your group's", USER: "your", KEY: "this key's"}
TIMES = {windows.DAY: "for today", windows.MONTH: "for this month", windows.TOTAL: "in total"}
# Told once, whichever process meets it first.
AUDIT = """insert into audit (at, user_id, door, address, request_id, verb, object_id, note)
    select ?, ?, ?, ?, ?, 'budgets.told', ?, ? from budget where id = ? and (told_at <> ? or told < ?)"""
TOLD = "update budget set told = ?, told_at = ? where id = ? and (told_at <> ? or told < ?)"


def money(nano: int) -> str:
    """An amount for people: $12.50, and small ones as exact as they have to be."""
    units = nano / NANO
    if nano % (NANO // 100) == 0 or units >= 1:
        return f"${units:,.2f}"
    return "$" + f"{units:.9f}".rstrip("0").rstrip(".")


def span(period: str) -> str:
    """A budget's period after its amount: a day, a month, in total."""
    return "in total" if period == "total" else f"a {period}"


def amount(number: int, unit: str) -> str:
    """So much money, or so many tokens."""
    return f"{number:,} tokens" if unit == TOKENS else money(number)


def written(number: int, unit: str) -> str:
    """An amount as a form takes it: 12.5 or 100000."""
    return f"{number / NANO:.9f}".rstrip("0").rstrip(".") if unit == MONEY else str(number)


def budget(pot: Pot) -> str:
    """A budget in words, to somebody whom it binds: your budget for this month."""
    return f"{OWNERS[pot.kind]} budget {TIMES[pot.period]}"


def warning(pot: Pot) -> str:
    """The sentence for somebody whose budget is nearly or wholly used up."""
    if pot.spent >= pot.amount:
        return used_up(pot)
    words = budget(pot)
    return f"{pot.spent * 100 // pot.amount} % of {words}, {amount(pot.amount, pot.unit)}, is spent."


def used_up(pot: Pot) -> str:
    """The sentence of a refusal."""
    words = budget(pot)
    if not pot.spent >= pot.amount:
        held = f"Of {words} ({amount(pot.amount, pot.unit)}) all that is left is held by calls that run now. "
        return held + "Try again when they have ended."
    ends = {
        windows.DAY: "It begins anew at midnight UTC. ",
        windows.MONTH: "It begins anew with the next month (UTC). ",
    }
    said = f"{words[0].upper()}{words[1:]}, {amount(pot.amount, pot.unit)}, is used up. "
    return f"{said}{ends.get(pot.period, '')}An admin can raise it."


def due(me: Caller, pots: list[Pot]) -> list[tuple[str, tuple[Any, ...]]]:
    """The statements that tell of budgets of which 80 or 100 % are now spent. The caller holds the lock."""
    found: list[tuple[str, tuple[Any, ...]]] = []
    for pot in pots:
        step = next((step for step in STEPS if pot.spent * 100 >= step * pot.amount), 0)
        if step > (pot.told if pot.told_at == pot.since else 0):
            pot.told, pot.told_at = step, pot.since
            note = (
                f"{step} % of {amount(pot.amount, pot.unit)} {span(pot.period)} for {pot.kind} {pot.target_id}".strip()
            )
            who = (clock.now(), me.id, me.door, me.address, me.request_id)
            found.append((AUDIT, (*who, pot.id, note, pot.id, pot.since, step)))
            found.append((TOLD, (step, pot.since, pot.id, pot.since, step)))
    return found
