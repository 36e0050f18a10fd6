"""Usage: what calls cost, exactly, and a row for each from before it is made."""

import asyncio
from datetime import UTC, datetime

import pytest

from app import clock, db, providers, rights, settings, usage
from app.accounts import groups
from app.errors import Forbidden, Invalid, NotFound
from app.providers import prices
from app.providers.catalogue import Model
from tests.test_calls import HELLO, finished
from tests.upstream import text_of

ME = rights.machine()
FREE = Model(id="x", provider_id="y", name="z", created_at=0, price_in=0, price_cached=0, price_out=0)


def test_prices_are_money_and_stay_exact():
    assert prices.parse("0.15") == 150_000_000 and prices.parse(" ") is None and prices.parse("0") == 0
    assert prices.parse("0.000000001") == 1 and prices.parse("75") == 75_000_000_000
    assert [prices.shown(prices.parse(each)) for each in ("0.15", "75", "0.000000001", "0", "")] == [
        "0.15", "75", "0.000000001", "0", "",
    ]  # fmt: skip
    for wrong in ("free", "0,15", "-1", "nan", "1e30", "0.0000000001"):
        with pytest.raises(Invalid):
            prices.parse(wrong)


def test_costs_are_whole_nano_units_and_unknown_where_a_price_is():
    price = Model(id="x", provider_id="y", name="z", created_at=0, price_in=150_000_000, price_out=600_000_000)
    assert usage.cost(price, usage.Count(into=1000, out=500)) == 150_000 + 300_000
    assert usage.cost(price, usage.Count(into=1000, out=500, cached=10)) is None
    price.price_cached = 75_000_000
    assert usage.cost(price, usage.Count(into=1000, out=500, cached=400)) == 90_000 + 30_000 + 300_000
    assert usage.cost(price, usage.Count(into=None, out=5)) is None
    price.price_in = None
    assert usage.cost(price, usage.Count(into=1, out=1)) is None
    free = Model(id="x", provider_id="y", name="z", created_at=0, price_in=0, price_cached=0, price_out=0)
    assert usage.cost(free, usage.Count(into=9, out=9, cached=3)) == 0


def test_a_call_has_its_row_before_it_is_made_and_its_cost_after(model, upstream):
    id = model("words-23")
    providers.change_model(ME, id, price_in="1.5", price_cached="1", price_out="2")
    seen = []

    async def whole():
        call = await providers.call(ME, id, HELLO, purpose="title", chat_id="some chat")
        seen.append(db.fetch("select state, price_in, purpose, chat_id from usage where id = ?", call.usage_id))
        # A price that changes in the meantime does not change what this call costs.
        await db.in_thread(lambda: providers.change_model(ME, id, price_in="100"))
        text = "".join([delta.text async for delta in call])
        await providers.close()
        return call, text

    before = len(upstream.asked("words-23"))
    call, text = asyncio.run(whole())
    assert seen == [("open", 1_500_000_000, "title", "some chat")] and text == text_of("words-23")
    assert len(upstream.asked("words-23")) == before + 1
    assert call.cost == (call.tokens_in * 1_500_000_000 + call.tokens_out * 2_000_000_000) // 1_000_000
    row = db.fetch("select state, cost, tokens_in, tokens_out, status, boot from usage where id = ?", call.usage_id)
    assert row[:5] == ("done", call.cost, call.tokens_in, call.tokens_out, "stop") and row[5]
    assert 0 < call.first_token_us <= call.duration_us


def test_a_provider_that_counts_nothing_leaves_the_cost_unknown(model):
    _, _, call = finished(model("mystery"))
    assert call.tokens_in is None and call.cost is None
    assert db.fetch("select state, cost from usage where id = ?", call.usage_id) == ("done", None)


def test_what_a_dead_process_left_open_is_settled_at_what_was_sent_or_reserved(house):
    async def begin():
        return await usage.begin(ME, model, boot="a process that is gone", tokens_in=5, tokens_out=7)

    model = Model(id="x", provider_id="y", name="z", created_at=0, price_in=10**9, price_cached=0, price_out=2 * 10**9)
    nothing, noted = asyncio.run(begin()), asyncio.run(begin())
    model.price_in = None
    unknown = asyncio.run(begin())
    with db.write() as tx:
        tx.run("update usage set tokens_out = 3 where id = :id", id=noted)
    assert usage.sweep() >= 3
    columns = "select state, cost, tokens_in, tokens_out, estimated, settled_at > 0 from usage where id = ?"
    assert db.fetch(columns, nothing) == ("cut", 19_000, 5, 7, 1, 1)
    assert db.fetch(columns, noted) == ("cut", 11_000, 5, 3, 1, 1)
    assert db.fetch(columns, unknown) == ("cut", None, 5, 7, 1, 1)


def test_a_process_that_was_taken_for_dead_has_the_last_word(house):
    async def call():
        held = await usage.reserve(ME, FREE, tokens_in=5, tokens_out=7, boot="a process that is gone")
        await db.in_thread(usage.sweep)
        await held.settle(usage.DONE, usage.Count(5, 1))
        await held.settle(usage.STOPPED, usage.Count(9, 9))  # only the first counts
        return held.id

    row = db.fetch("select state, tokens_out, estimated from usage where id = ?", asyncio.run(call()))
    assert row == ("done", 1, 0)


# ── days, months and old rows ─────────────────────────────────────────────────────────────────────────────────────────
NOON = 20_000 * clock.DAY + clock.DAY // 2
ROW = """insert into usage (id, user_id, door, purpose, chat_id, message_id, provider_id, model_id, model, key_id,
    alias, state, boot, started_at, status, tokens_in, tokens_out, cost, reserved, estimated, cache, fallbacks,
    first_token_us, duration_us) values (:id, :user, 'api', 'gateway', '', '', 'gone', '', :model, :key,
    '', :state, '', :at, '', :into, :out, :cost, :held, :estimated, :cache, 0, 100, 200)"""


def wrote(user, at, cost=7, state="done", model="some", key="", held=None, estimated=0, cache=0):
    row = {"user": user, "at": at, "cost": cost, "state": state, "model": model, "key": key, "held": held}
    row |= {"id": clock.new_id(), "estimated": estimated, "cache": cache, "into": 3, "out": 4}
    with db.write() as tx:
        tx.run(ROW, **row)
    return row["id"]


@pytest.fixture
def ledger(house, monkeypatch):
    """An empty ledger, two days after noon of day 20,000, of which nothing is rolled up."""

    def emptied():
        with db.write() as tx:
            tx.run("delete from usage")
            tx.run("delete from usageday")
            settings.put(tx, "usage_rolled", 0)

    emptied()
    monkeypatch.setattr(clock, "now", lambda: NOON + 2 * clock.DAY)
    yield
    emptied()


def test_a_day_that_is_over_is_rolled_up_once_and_sums_stay_what_they_were(bob, ledger):
    for at in (NOON, NOON + 1, NOON + clock.DAY // 2, NOON + clock.DAY, NOON + 2 * clock.DAY):
        wrote(bob.id, at)
    wrote(bob.id, NOON, cost=None, state="cut", estimated=1)
    wrote(bob.id, NOON, cost=0, state="failed")
    wrote(bob.id, NOON, cost=0, cache=1, held=9)
    by = (("day",), ("user_id", "model"), ())
    before = [usage.sums(each, 20_000, 20_003, [bob.id]) for each in by]
    assert usage.roll() == 2 and usage.roll() == 0
    assert [usage.sums(each, 20_000, 20_003, [bob.id]) for each in by] == before
    first = before[0][0]
    assert (first.calls, first.failed, first.unpriced, first.estimated, first.cached) == (5, 1, 1, 1, 1)
    assert (first.cost, first.saved, first.timed, first.first_token_us, first.duration_us) == (14, 9, 5, 500, 1000)
    assert db.fetch("select count(*) from usageday where day = 20000 and user_id = ?", bob.id) == (1,)


def test_a_day_with_an_open_call_waits(bob, ledger):
    wrote(bob.id, NOON)
    id = wrote(bob.id, NOON + clock.DAY, cost=None, state="open", held=5)
    assert usage.roll() == 1
    with db.write() as tx:
        tx.run("update usage set state = 'done', cost = 1 where id = :id", id=id)
    assert usage.roll() == 1 and usage.sums((), 20_000, 20_003)[0].cost == 8


def test_rows_go_after_their_days_and_their_sums_stay(bob, ledger):
    old, young = wrote(bob.id, NOON), wrote(bob.id, NOON + clock.DAY)
    usage.budgets.keep_rows(ME, 1)
    try:
        assert usage.forget() == 0  # nothing is rolled up yet
        usage.roll()
        assert usage.forget() == 1
    finally:
        usage.budgets.keep_rows(ME, 90)
    assert db.fetch("select count(*) from usage where id in (?, ?)", old, young) == (1,)
    assert usage.sums((), 20_000, 20_003, [bob.id])[0].cost == 14


def test_a_budget_counts_what_is_rolled_up_and_gone(bob, ledger):
    wrote(bob.id, NOON)
    wrote(bob.id, NOON + clock.DAY)
    usage.roll()
    with db.write() as tx:
        tx.run("delete from usage where started_at < :at", at=NOON + 1)
    wrote(bob.id, NOON + 2 * clock.DAY)
    for period, spent in (("day", 7), ("total", 21)):
        budget = usage.budgets.put(ME, "user", bob.id, period, "money", 1000)
        assert [each.spent for each in usage.budgets.all(ME) if each.id == budget.id] == [spent]
        usage.budgets.remove(ME, budget.id)


def test_a_statement_is_a_month_of_utc(bob, charlie, ledger):
    # Day 20,000 is 4 October 2024.
    november = int(datetime(2024, 11, 1, tzinfo=UTC).timestamp()) * clock.SECOND
    for at, model in ((NOON, "some"), (NOON, "other"), (november - 1, "some"), (november, "some")):
        wrote(bob.id, at, model=model)
    wrote(charlie.id, NOON, cost=None)
    own = rights.Caller(id=bob.id, role="member")
    stated = usage.statements.month(own, "2024-10")
    assert [(line.model, line.sum.calls, line.sum.cost) for line in stated.lines] == [("some", 2, 14), ("other", 1, 7)]
    assert (stated.cost, stated.unpriced, stated.month, stated.name) == (21, 0, "2024-10", "Bob")
    assert stated.lines[0].provider == "(removed)" and stated.until == november and not stated.is_over
    assert usage.statements.month(own, "2024-11").cost == 7
    group = groups.create(ME, f"House {clock.new_id()}")
    groups.join(ME, group.id, bob.id)
    groups.join(ME, group.id, charlie.id)
    stated = usage.statements.month(ME, "2024-10", group_id=group.id)
    assert [line.person for line in stated.lines] == ["Bob", "Bob", "Charlie"] and stated.unpriced == 1
    with pytest.raises(NotFound):
        usage.statements.month(own, "2024-10", user_id=charlie.id)
    with pytest.raises(Forbidden):
        usage.statements.month(own, "2024-10", group_id=group.id)
    for wrong in ("2024", "2024-13", "yesterday", "0000-01"):
        with pytest.raises(Invalid):
            usage.statements.month(own, wrong)
