"""The pages about usage: one's own, everybody's for admins; what is not known is unknown and never 0."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest

from app import clock, db, keys, rights, usage
from app.accounts import groups
from app.rights import Caller
from app.usage import budgets, exporting, reporting

ADMIN = rights.machine()
DOLLAR = 10**9


def called(who, *, ago=0, model="words-20", cost=DOLLAR, into=100, out=50, **more):
    """A call that this person made so many days ago."""
    facts = {"door": "page", "model": model, "state": "done", "cost": cost, "tokens_in": into, "tokens_out": out}
    with db.write() as tx:
        # Other tests may have rolled up the days behind us; calls that come late are not in those sums.
        tx.run("delete from setting where key = 'usage_rolled'")
        at = clock.now() - ago * clock.DAY
        tx.add(usage.Usage(id=clock.new_id(), user_id=who.id, started_at=at, **facts | more))


def key_of(who, name="laptop", **more):
    return keys.create(Caller(id=who.id, name="Somebody"), name, **more)


def words(page):
    """The text of a page, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2]).split())


def table(page):
    assert page.status_code == 200 and page.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(page.text)))


def test_a_person_sees_what_they_used(bob, charlie):
    called(bob, cost=2 * DOLLAR, model="large")
    called(bob, cost=DOLLAR // 2, model="small")
    called(charlie, cost=100 * DOLLAR, model="of-a-stranger")
    page = bob.get("/usage")
    assert page.status_code == 200 and "$2.50" in words(page) and "Cost by day" in words(page)
    assert 'class="plot"' in page.text and "style=" not in page.text
    assert "of-a-stranger" not in page.text and "By person" not in page.text


def test_a_page_without_calls_says_what_to_do(bob):
    assert "No model was asked in this time." in words(bob.get("/usage"))
    assert "No calls" in words(bob.get("/usage/calls"))
    assert "Nothing to pay" in words(bob.get("/usage/statements"))


def test_an_unknown_cost_is_unknown_and_never_nothing(bob):
    called(bob, cost=None, model="mystery", estimated=True)
    page = words(bob.get("/usage"))
    assert "Cost unknown" in page and "$0.00 " not in page.partition("The same as a table")[2]
    assert "mystery" in page and "1 estimated" in page
    called(bob, cost=3 * DOLLAR, model="large")
    page = words(bob.get("/usage"))
    assert "$3.00 and one call of unknown cost" in page and "$3.00 + 1 unknown" in page
    assert "One call has no known cost" in page and "The tokens of one call are estimated" in page
    lines = {line["model"]: line for line in table(bob.get("/usage.csv"))}
    assert lines["mystery"]["cost_usd"] == "" and lines["mystery"]["calls_of_unknown_cost"] == "1"
    assert lines["large"]["cost_usd"] == "3" and lines["mystery"]["estimated"] == "1"
    assert "unknown" in words(bob.get("/usage/calls")) and "about 100" in words(bob.get("/usage/calls"))
    assert "One call of unknown cost is in no sum of money" in words(bob.get("/usage/statements"))


def test_a_period_is_days_or_months(bob):
    called(bob, ago=20, cost=DOLLAR)
    assert "No model was asked" in words(bob.get("/usage", params={"period": "week"}))
    month = bob.get("/usage")
    assert month.text.count("<title>") == 2 and "30 days" in words(month)
    called(bob, ago=100, cost=5 * DOLLAR)
    year = bob.get("/usage", params={"period": "year", "show": "tokens"})
    assert "Tokens by month" in words(year) and "12 months" in words(year) and "$6.00" in words(year)
    assert bob.get("/usage", params={"period": "century"}).status_code == 422


def test_a_year_is_twelve_months_of_the_calendar():
    at = int(datetime(2026, 2, 15, tzinfo=UTC).timestamp()) * clock.SECOND
    since, until = reporting.days("year", at)
    assert (exporting.day_name(since), exporting.day_name(until - 1)) == ("2025-03-01", "2026-02-15")
    bars = list(reporting.bars([], "year", since, until))
    assert len(bars) == 12 and bars[-1].until == until and exporting.day_name(bars[-1].since) == "2026-02-01"


def test_only_an_admin_sees_everybody_and_others(alice, bob, charlie):
    called(bob, model="of-bob")
    called(charlie, model="of-charlie")
    page = alice.get("/usage")
    assert "of-bob" in page.text and "of-charlie" in page.text and "By person" in page.text
    page = alice.get("/usage", params={"user_id": bob.id})
    assert "Usage of Bob" in words(page) and "of-charlie" not in page.text
    for address in ("/usage", "/usage.csv", "/usage/calls"):
        assert bob.get(address, params={"user_id": charlie.id}).status_code == 404
    assert bob.get("/usage/statements", params={"whom": f"user:{charlie.id}"}).status_code == 404
    assert "of-charlie" not in bob.get("/usage/calls").text and "of-charlie" in alice.get("/usage/calls").text


def test_what_a_key_used_is_its_owners_business(alice, bob, charlie):
    key, _ = key_of(bob, "nightly")
    called(bob, model="by-key", key_id=key.id, door="api")
    called(bob, model="by-hand")
    page = bob.get("/usage", params={"key_id": key.id})
    assert "Usage of “nightly”" in words(page) and "by-key" in page.text and "by-hand" not in page.text
    assert "By key" in words(bob.get("/usage"))
    assert alice.get("/usage", params={"key_id": key.id}).status_code == 200
    assert charlie.get("/usage", params={"key_id": key.id}).status_code == 404


def test_budgets_stand_on_the_page_with_what_is_used(alice, bob):
    called(bob, cost=9 * DOLLAR)
    budget = budgets.put(ADMIN, "user", bob.id, "month", "money", 10 * DOLLAR)
    page = words(bob.get("/usage"))
    assert "Yours $10.00 a month $9.00, 90 %" in page
    assert "$9.00, 90 %" in words(alice.get("/usage", params={"user_id": bob.id}))
    budgets.remove(ADMIN, budget.id)


def test_a_table_has_a_line_for_whatever_differs(bob):
    key, token = key_of(bob, "=cmd()", scopes=["usage:read"])
    called(bob, key_id=key.id, cost=1)
    called(bob, ago=1)
    lines = table(bob.get("/usage.csv"))
    assert [line["key"] for line in lines] == ["", "'=cmd()"]
    assert lines[1]["cost_usd"] == "0.000000001" and lines[0]["person"] == "Bob"
    # A program comes with a key, and with one that may.
    asked = {"authorization": f"Bearer {token}"}
    assert table(bob.get("/usage.csv", headers=asked)) == lines
    _, other = key_of(bob)
    assert bob.get("/usage.csv", headers={"authorization": f"Bearer {other}"}).status_code == 403


def test_a_statement_is_a_month_of_a_person(bob):
    called(bob, cost=7 * DOLLAR, model="large", into=1_234_567)
    month = f"{datetime.now(UTC):%Y-%m}"
    page = words(bob.get("/usage/statements", params={"month": month}))
    assert "large" in page and "1,234,567" in page and "Together" in page and "$7.00" in page
    assert "This month is not over" in page
    [line] = table(bob.get("/usage/statements.csv", params={"month": month}))
    assert (line["month"], line["person"], line["cost_usd"]) == (month, "Bob", "7")
    assert bob.get("/usage/statements", params={"month": "soon"}).status_code == 422


def test_a_groups_statement_names_its_people(alice, bob):
    group = groups.create(ADMIN, f"Kitchen {clock.new_id()}")
    groups.join(ADMIN, group.id, bob.id)
    called(bob, model="large")
    page = words(alice.get("/usage/statements", params={"whom": f"group:{group.id}"}))
    assert "Person Model" in page and "Bob large" in page
    assert bob.get("/usage/statements", params={"whom": f"group:{group.id}"}).status_code == 403


def test_the_calls_are_listed_with_what_answered(bob):
    called(bob, model="large", alias="quick", fallbacks=1, first_token_us=430_000, duration_us=2_000_000)
    called(bob, model="small", cache=True, cost=0)
    page = words(bob.get("/usage/calls"))
    assert "large" in page and "asked for as quick" in page and "fallback" in page and "0.43 s" in page
    assert "cache" in page


def test_a_call_that_runs_or_failed_has_no_cost_yet_or_none(bob):
    called(bob, state="open", cost=None)
    called(bob, state="failed", cost=None, into=None, out=None)
    page = words(bob.get("/usage/calls"))
    assert "not yet" in page and "none" in page and "$" not in page


def test_older_calls_are_one_page_away(bob):
    for n in range(51):
        called(bob, model=f"number-{n}")
    first = bob.get("/usage/calls")
    assert "number-50" in first.text and "number-0<" not in first.text
    older = re.search(r'href="(/usage/calls\?before=[^"]+)"', first.text).group(1)
    assert "number-0<" in bob.get(older).text and "Newest" in bob.get(older).text


@pytest.mark.parametrize("show", ["cost", "tokens", "calls"])
def test_the_chart_and_its_table_say_the_same(bob, show):
    for n, model in enumerate(("a", "b", "c", "d")):
        called(bob, model=model, cost=DOLLAR * (4 - n), into=4000 - n, ago=n)
    page = bob.get("/usage", params={"show": show})
    text = words(page)
    # Four models are two colours and the others.
    assert "Others" in text and page.text.count('class="s-3"') >= 2
    seen = reporting.report(Caller(id=bob.id, name="Bob"))
    assert seen.total.calls == 4 and sum(bar.sum.cost for bar in seen.bars) == seen.total.cost == 10 * DOLLAR
    assert {"cost": "$10.00", "tokens": "16.2 k", "calls": "4"}[show] in text


def test_rolled_up_days_are_on_the_page_too(bob):
    called(bob, ago=2, cost=DOLLAR)
    before = reporting.report(Caller(id=bob.id, name="Bob")).total
    usage.roll()
    assert reporting.report(Caller(id=bob.id, name="Bob")).total == before


def test_an_admin_comes_from_a_person_or_a_group_to_what_they_used(alice, bob, charlie):
    group = groups.create(rights.machine(), f"Users {clock.new_id()}")
    for each in (bob, charlie):
        groups.join(rights.machine(), group.id, each.id)
        called(each, cost=2 * DOLLAR, model=f"of-{each.id[-6:]}")
    person = alice.get(f"/admin/people/{bob.id}").text
    assert f"/usage?user_id={bob.id}" in person and f"/usage/statements?whom=user%3A{bob.id}" in person
    assert f"/usage/statements?whom=group%3A{group.id}" in alice.get(f"/admin/groups/{group.id}").text
    page = alice.get("/usage/statements", params={"whom": f"group:{group.id}"})
    assert all(f"of-{each.id[-6:]}" in page.text for each in (bob, charlie)) and "$4.00" in words(page)
    lines = table(alice.get("/usage/statements.csv", params={"whom": f"group:{group.id}"}))
    assert [line["person"] for line in lines] == ["Bob", "Charlie"]
    assert bob.get("/usage/statements", params={"whom": f"group:{group.id}"}).status_code == 403
