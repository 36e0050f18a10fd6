"""What was used: charts, calls and statements, for oneself, and for admins of all."""

from typing import Literal

from starlette.responses import Response

from app import accounts, keys
from app.accounts import groups
from app.usage import budgets, exporting, reporting, statements
from components.usage import CallsPage, StatementPage, UsagePage
from routes.accounts import house
from routes.pages import Me, Pages, Query

ar = Pages("/usage")
PAGE = 50


class Asked(Query):
    """Which days, whose, by which key, and what the chart measures."""

    period: Literal["week", "month", "year"] = "month"
    show: Literal["cost", "tokens", "calls"] = "cost"
    user_id: str = ""
    key_id: str = ""


class Before(Query):
    """Whose calls, and before which one."""

    before: str = ""
    user_id: str = ""
    key_id: str = ""


class Month(Query):
    """Which month, and whose: nothing for oneself, `user:id` or `group:id`."""

    month: str = ""
    whom: str = ""


@ar.get()
def show(me: Me, query: Asked):
    seen = reporting.report(me, query.period, query.user_id, query.key_id)
    return UsagePage(me, seen, query.show, standings(me, seen), keys.mine(me), house())


@ar.get(".csv", scope="usage:read")
def csv(me: Me, query: Asked):
    text = exporting.by_day(me, query.period, query.user_id, query.key_id)
    return table(text, f"usage-{query.period}")


@ar.get("/calls")
def calls(me: Me, query: Before):
    found = reporting.made(me, query.user_id, query.key_id, query.before, PAGE + 1)
    asked = {name: value or None for name, value in query.model_dump().items()}
    older = found[PAGE - 1].id if len(found) > PAGE else ""
    return CallsPage(me, found[:PAGE], older, asked, keys.mine(me), house())


@ar.get("/statements")
def statement(me: Me, query: Month):
    return StatementPage(me, month(me, query), months(), targets(me), query.whom, keys.mine(me), house())


@ar.get("/statements.csv", scope="usage:read")
def statement_csv(me: Me, query: Month):
    found = month(me, query)
    return table(exporting.statement(found), f"statement-{found.month}")


def month(me: Me, query: Month) -> statements.Statement:
    """The statement that is asked for."""
    kind, _, id = query.whom.partition(":")
    return statements.month(me, query.month, **({f"{kind}_id": id} if kind in ("user", "group") and id else {}))


def months() -> list[tuple[str, str]]:
    """The months of which there can be a statement, the newest first."""
    return reporting.months()


def targets(me: Me) -> list:
    """Whose statements an admin may choose."""
    if not me.is_admin:
        return []
    people = [(f"user:{user.id}", f"{user.name}, {user.email}") for user in accounts.all(me) if user.id != me.id]
    own = [(f"group:{group.id}", group.name) for group, _ in groups.all(me)]
    return [("", "Yours"), *((head, some) for head, some in (("Groups", own), ("People", people)) if some)]


def standings(me: Me, seen: reporting.Report) -> list[budgets.Standing]:
    """The budgets that belong to a report: those that bind oneself, for admins all, or those of a person or key."""
    if seen.key_id:
        found = budgets.all(me) if me.is_admin else budgets.mine(me)
        return [each for each in found if each.target_id == seen.key_id]
    if me.is_admin and not seen.user_id:
        return budgets.all(me)
    return budgets.mine(me) if seen.user_id == me.id else budgets.of(me, "user", seen.user_id)


def table(text: str, name: str) -> Response:
    """A table to keep as a file."""
    named = {"content-disposition": f'attachment; filename="inglenook-{name}.csv"', "cache-control": "no-store"}
    return Response(text, media_type="text/csv; charset=utf-8", headers=named)
