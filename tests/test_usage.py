"""Usage: what calls cost, exactly, and a row for each from before it is made."""

import asyncio

import pytest

from app import db, providers, rights, usage
from app.errors import Invalid
from app.providers import prices
from app.providers.catalogue import Model
from tests.test_calls import HELLO, finished
from tests.upstream import text_of

ME = rights.machine()


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


def test_what_a_dead_process_left_open_is_settled_as_cut(model):
    async def begin():
        return await usage.begin(ME, providers.chosen(ME, model_id), boot="a process that is gone")

    model_id = model("echo")
    id = asyncio.run(begin())
    assert usage.sweep() >= 1
    state, cost, settled = db.fetch("select state, cost, settled_at from usage where id = ?", id)
    assert state == "cut" and cost is None and settled
