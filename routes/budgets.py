"""Budgets and limits, for admins."""

from app import accounts, keys, settings
from app.accounts import groups
from app.errors import Invalid
from app.usage import budgets
from components.addresses import url
from components.budgets import PLACE, Bounds, BudgetsPage
from routes.accounts import house
from routes.pages import ADMIN, Form, Me, Pages, Query, see

ar = Pages("/admin/budgets", who=ADMIN)


class Chosen(Query):
    """What the forms begin with, and whether something was kept just now."""

    whom: str = ""
    amount: str = ""
    unit: str = "money"
    period: str = "month"
    kept: bool = False


class Budget(Form):
    """What somebody may spend in a period; `whom` is workspace, or a kind and an id."""

    whom: str = ""
    amount: str = ""
    unit: str = "money"
    period: str = "month"


class Pace(Form):
    """How fast somebody may ask; empty is no limit."""

    whom: str = ""
    requests: str = ""
    tokens: str = ""
    parallel: str = ""


class Days(Form):
    """For how long the row of each call is kept."""

    days: int


def budgets_page(me, posted=None, errors=None, chosen=None, kept=False, **path):
    seen = Bounds(budgets.all(me), budgets.limits(me), targets(me), settings.value("usage_days"))
    return BudgetsPage(me, seen, house(), posted or {}, errors or {}, chosen or {}, kept)


@ar.get()
def show(me: Me, query: Chosen):
    return budgets_page(me, chosen=query.model_dump(exclude={"kept"}), kept=query.kept)


@ar.post(again=budgets_page)
def put(me: Me, posted: Budget):
    kind, _, id = posted.whom.partition(":")
    amount = keys.money(posted.amount, "amount") if posted.unit == "money" else whole("amount", posted.amount)
    budgets.put(me, kind, id, posted.period, posted.unit, amount or 0)
    return see(url(PLACE, kept=1))


@ar.post("/limits", again=budgets_page)
def limit(me: Me, posted: Pace):
    kind, _, id = posted.whom.partition(":")
    numbers = [whole(name, getattr(posted, name)) for name in ("requests", "tokens", "parallel")]
    budgets.limit(me, kind, id, *numbers)
    return see(url(PLACE, kept=1))


@ar.post("/days", again=budgets_page)
def keep_rows(me: Me, posted: Days):
    budgets.keep_rows(me, posted.days)
    return see(url(PLACE, kept=1))


@ar.post("/{id:id}/removal")
def remove(me: Me, id: str):
    budgets.remove(me, id)
    return see(url(PLACE))


def targets(me):
    """Whom a budget can be for: the workspace, groups, people who can sign in, keys that open."""
    own = [(f"group:{group.id}", group.name) for group, _ in groups.all(me)]
    people = [(f"user:{user.id}", f"{user.name}, {user.email}") for user in accounts.all(me) if user.is_active]
    opened = [(f"key:{each.key.id}", f"{each.key.name} of {each.person}") for each in keys.all(me) if each.key.is_open]
    listed = (("Groups", own), ("People", people), ("Keys", opened))
    return [("workspace", "The workspace"), *((heading, options) for heading, options in listed if options)]


def whole(field, text):
    """A whole number as people write it, None where nothing is written. Raises Invalid."""
    plain = text.replace(",", "").replace(" ", "")
    if plain and not plain.isdecimal():
        raise Invalid(**{field: "Write a whole number like 100,000."})
    return int(plain[:20]) if plain else None
