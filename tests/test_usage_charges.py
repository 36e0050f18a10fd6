"""Charges: a call costs what was sent, however it ends, whoever ends it, and whatever number it is given."""

import asyncio
import json
from dataclasses import replace

import pytest

from app import config, db, gateway, providers, usage
from app.errors import Forbidden, OverLimit, Upstream
from app.gateway import paying, queueing, resting
from app.gateway.relay import Reader
from app.providers import estimates
from app.providers.catalogue import Model
from app.rights import Caller
from app.usage import budgets
from tests.test_chats_pages import finished, start
from tests.test_gateway import HELLO, ME, asked, body
from tests.test_gateway_routing import alias, at, other, rested  # noqa: F401

CENT = 10_000_000
PRICED = Model(
    id="m", provider_id="p", name="some", created_at=0, price_in=CENT * 10**6, price_cached=0, price_out=CENT * 10**6
)


def row(id, names="state, status, tokens_in, tokens_out, cost, estimated"):
    return db.fetch(f"select {names} from usage where id = ?", id)


def chunk(**more):
    return b"data: " + json.dumps({"id": "c", "choices": []} | more).encode() + b"\n\n"


def delta(text):
    return chunk(choices=[{"index": 0, "delta": {"content": text}, "finish_reason": None}])


# ── numbers that nobody can pay ───────────────────────────────────────────────────────────────────────────────────────
def test_a_limit_of_any_size_is_answered_and_keeps_no_budget_from_others(bob, model):
    id = model("words-28")
    providers.change_model(ME, id, price_in="1", price_cached="1", price_out="1")
    budgets.put(ME, "user", bob.id, "total", "tokens", 10**9)
    for limit in (2**64 - 1, 1e30, 10**12):
        answer, data = asked("fake/words-28", stream=False, me=Caller(id=bob.id), max_tokens=limit)
        assert answer.status == 200 and row(answer.usage_id, "state") == ("done",)
        assert row(answer.usage_id, "reserved_tokens")[0] < 2 * paying.LONGEST
    small = Model(**{**PRICED.model_dump(), "context": 8000})
    assert paying.wanted(small, {"max_tokens": 10**9}, "chat") == 8000
    assert paying.wanted(small, {"max_tokens": 10, "n": 1000}, "chat") == 10_000, "each choice is paid for"
    assert paying.wanted(small, {"max_tokens": 10, "best_of": 7}, "completions") == 70
    assert paying.wanted(small, {"n": 2**63}, "chat") == paying.MOST


def test_a_count_that_no_call_can_have_is_none():
    reader = Reader()
    reader.feed(chunk(usage={"prompt_tokens": 1e300, "completion_tokens": 2**63}))
    assert (reader.count.into, reader.count.out) == (None, None)


def test_a_number_that_does_not_fit_is_told_and_others_go_on(house):
    async def both():
        bad = db.append("update setting set value = ? where key = 'nothing'", 2**64)
        good = db.append("update setting set value = ? where key = 'nothing'", "1")
        return await asyncio.wait_for(asyncio.gather(bad, good, return_exceptions=True), 5)

    bad, good = asyncio.run(both())
    assert isinstance(bad, OverflowError) and good is None


# ── what was sent ─────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("state", "count", "sent", "cost", "estimated"),
    [
        # Anthropic tells of one token when it begins, and of all of them at the end, which this caller did not await.
        (usage.STOPPED, usage.Count(5, 1), 4, 9, 1),
        (usage.FAILED, usage.Count(5, 1), 4, 9, 1),
        (usage.STOPPED, usage.Count(5, 6), 4, 11, 0),
        (usage.DONE, usage.Count(5, 1), 4, 6, 0),
    ],
)
def test_a_count_from_the_beginning_of_a_stream_is_not_all_that_was_sent(bob, state, count, sent, cost, estimated):
    async def ended():
        held = await usage.reserve(Caller(id=bob.id), PRICED, tokens_in=5, tokens_out=7)
        await held.settle(state, count, sent_tokens=sent)
        return held

    held = asyncio.run(ended())
    assert held.cost == cost * CENT and row(held.id, "cost, estimated") == (cost * CENT, estimated)


def test_events_without_text_are_no_tokens():
    reader = Reader()
    reader.feed(chunk(choices=[{"index": 0, "delta": {"role": "assistant", "content": ""}}]))
    assert reader.coming(PRICED) == 0
    for _ in range(5):
        reader.feed(delta("word"))
    assert reader.coming(PRICED) == reader.unreported(PRICED) == 5
    reader.feed(chunk(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}]) + b"data: [DONE]\n\n")
    assert reader.unreported(PRICED) == 5, "why it ended and the end are none either"
    reader = Reader()
    reader.feed(delta("a") + delta("b") + chunk(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}]))
    reader.feed(chunk(usage={"prompt_tokens": 3, "completion_tokens": 2}))
    assert reader.unreported(PRICED) == 0, "the provider has counted"


def test_events_that_hold_many_tokens_count_for_as_many():
    assert estimates.spoken(PRICED, 100, 1600) == 100, "a token of sixteen bytes may be"
    assert estimates.spoken(PRICED, 100, 30_000) == 10_000
    reader = Reader()
    for _ in range(100):
        reader.feed(delta("x" * 300))
    assert reader.coming(PRICED) == 10_000
    reader = Reader()
    for _ in range(100):
        event = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "x" * 300}}
        reader.feed(b"event: content_block_delta\ndata: " + json.dumps(event).encode() + b"\n\n")
    assert reader.coming(PRICED) == 10_000


def test_who_hangs_up_in_a_stream_pays_for_what_came(bob, model):
    id = model("pace-100-900")
    providers.change_model(ME, id, price_in="1000", price_cached="1000", price_out="10000")

    async def left():
        answer = await gateway.ask(
            gateway.Ask(Caller(id=bob.id), "fake/pace-100-900", body("x", stream=True), stream=True)
        )
        data = b""
        while data.count(b'"content"') < 30:
            data += await answer.next()
        await answer.close()
        await gateway.close()
        return answer, data.count(b'"content"')

    answer, came = asyncio.run(left())
    state, status, into, out, cost, estimated = row(answer.usage_id)
    assert (state, status, estimated) == ("stopped", "", 1) and came <= out <= came + 3
    assert cost == into * CENT // 10 + out * CENT


# ── in the line of a provider ─────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def narrow(other):  # noqa: F811
    """A provider that takes one call at a time, with a priced model."""
    id = at(other, "pace-20-200")
    providers.change_model(ME, id, price_in="1000", price_cached="1000", price_out="10000")
    providers.tune(ME, other.provider.id, 1, "")
    return other


def test_a_call_that_leaves_the_line_costs_nothing(narrow, bob, charlie):
    first = gateway.Ask(Caller(id=bob.id), f"{narrow.provider.name}/pace-20-200", body("x", stream=True), stream=True)
    second = gateway.Ask(Caller(id=charlie.id), first.name, body("x", stream=True), stream=True)

    async def leave():
        answer = await gateway.ask(first)
        waiting = asyncio.create_task(gateway.ask(second))
        await asyncio.sleep(0.2)
        seen = db.fetch("select state, status from usage where user_id = ?", charlie.id)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await answer.close()
        await asyncio.sleep(0.1)
        await gateway.close()
        return seen

    assert asyncio.run(leave()) == ("open", "queued")
    (id,) = db.fetch("select id from usage where user_id = ?", charlie.id)
    assert row(id) == ("stopped", "", 0, 0, 0, 0) and narrow.count == 1
    assert queueing.now(narrow.provider.id) == (0, 0)


def test_a_question_of_the_pages_that_leaves_the_line_costs_nothing(narrow, bob):
    (id,) = db.fetch("select id from model where provider_id = ?", narrow.provider.id)
    me = Caller(id=bob.id, role="member")

    async def leave():
        call = await gateway.call(me, id, HELLO)
        await anext(call)
        waiting = asyncio.create_task(gateway.call(me, id, HELLO))
        await asyncio.sleep(0.2)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await call.close()
        await asyncio.sleep(0.1)
        await providers.close()

    asyncio.run(leave())
    rows = db.fetch_all("select tokens_in, tokens_out, cost from usage where user_id = ? order by id", bob.id)
    assert len(rows) == 2 and rows[0][2] > 0 and rows[1] == (0, 0, 0) and narrow.count == 1


def test_what_stood_in_the_line_when_the_process_died_costs_nothing(bob):
    async def begin(waits):
        held = await usage.reserve(Caller(id=bob.id), PRICED, tokens_in=5, tokens_out=7, boot="a process that is gone")
        held.stand(True)
        if not waits:
            held.stand(False)
        await asyncio.sleep(0.1)
        return held.id

    stood, sent = asyncio.run(begin(True)), asyncio.run(begin(False))
    usage.sweep()
    assert row(stood, "state, cost, tokens_in, tokens_out") == ("cut", 0, 0, 0)
    assert row(sent, "state, cost, tokens_in, tokens_out") == ("cut", 12 * CENT, 5, 7)


def test_a_line_that_is_too_long_does_not_rest_its_provider(narrow, bob, monkeypatch):
    name = f"{narrow.provider.name}/pace-20-200"
    spare = alias(db.fetch("select id from model where provider_id = ?", narrow.provider.id)[0], at(narrow, "words-20"))
    me = Caller(id=bob.id)

    async def crowd():
        answer = await gateway.ask(gateway.Ask(ME, name, body("x", stream=True), stream=True))
        monkeypatch.setattr(config, "current", replace(config.current, first_token=0.1))
        questions = [gateway.ask(gateway.Ask(me, name, body("x", stream=True), stream=True)) for _ in range(6)]
        ends = await asyncio.gather(*questions, return_exceptions=True)
        with pytest.raises(Upstream, match="no place was free"):
            await gateway.call(Caller(id=bob.id, role="member"), gateway.find_alias(spare, ME)[0].id, HELLO)
        await answer.close()
        await gateway.close()
        return ends

    ends = asyncio.run(crowd())
    assert {(type(each), each.kind, each.status) for each in ends} == {(Upstream, "busy", 503)}
    assert resting.left(narrow.provider.id) == 0
    rows = set(db.fetch_all("select state, status, cost, fallbacks from usage where user_id = ?", bob.id))
    assert rows == {("failed", "busy", 0, 0), ("failed", "busy", 0, 1)}


# ── pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_row_of_a_page_says_which_alias_was_asked_and_how_many_failed(model, other, bob):  # noqa: F811
    name = alias(model("fail-401"), at(other, "words-20"))

    async def whole():
        call = await gateway.call(Caller(id=bob.id, role="member"), gateway.find_alias(name, ME)[0].id, HELLO)
        text = "".join([each.text async for each in call])
        await providers.close()
        return call, text

    call, text = asyncio.run(whole())
    rows = db.fetch_all("select state, model, alias, fallbacks from usage where user_id = ? order by id", bob.id)
    assert rows == [("failed", "fail-401", name, 0), ("done", "words-20", name, 1)]
    assert call.served_by == f"{name}: words-20 of {other.provider.name}, after 1 other failed" and text


def test_a_model_without_a_price_is_passed_over_by_the_pages_too(model, other, bob):  # noqa: F811
    unknown, free = model("words-29"), at(other, "words-29")
    providers.change_model(ME, free, price_in="0", price_cached="0", price_out="0")
    budgets.put(ME, "user", bob.id, "total", "money", 1_000_000)
    me, name = Caller(id=bob.id, role="member"), alias(unknown, free)

    async def whole(id):
        call = await gateway.call(me, id, HELLO)
        async for _ in call:
            continue
        await providers.close()
        return call

    assert asyncio.run(whole(gateway.find_alias(name, ME)[0].id)).provider.id == other.provider.id
    with pytest.raises(Forbidden, match="is not known here"):
        asyncio.run(whole(unknown))


def test_tries_after_a_failure_are_one_request(model, other, bob):  # noqa: F811
    budgets.limit(ME, "user", bob.id, 1, None, None)
    name = alias(model("fail-401"), at(other, "words-20"))
    me = Caller(id=bob.id, role="member")

    async def whole():
        call = await gateway.call(me, gateway.find_alias(name, ME)[0].id, HELLO)
        async for _ in call:
            continue
        with pytest.raises(OverLimit):
            await gateway.call(me, gateway.find_alias(name, ME)[0].id, HELLO)
        await providers.close()
        return call.state

    assert asyncio.run(whole()) == "done"
    budgets.limit(ME, "user", bob.id, None, None, None)


def test_a_chat_with_an_alias_says_what_served_it(model, other, bob):  # noqa: F811
    name = alias(model("fail-401"), at(other, "words-20"))
    chat = start(bob, gateway.find_alias(name, ME)[0].id)
    served = f"{name}: words-20 of {other.provider.name}, after 1 other failed"
    assert served in finished(bob, chat)
    assert served in bob.get(f"/chats/{chat}").text, "also when it is read again"
    rows = db.fetch_all("select alias, fallbacks, state from usage where chat_id = ? order by id", chat)
    assert rows[:2] == [(name, 0, "failed"), (name, 1, "done")]


# ── answers that are kept ─────────────────────────────────────────────────────────────────────────────────────────────
def test_an_answer_from_the_cache_is_a_request_and_costs_nothing(bob, model):
    id = model("words-439")
    providers.change_model(ME, id, price_in="1000", price_cached="1000", price_out="1000")
    budgets.limit(ME, "user", bob.id, 2, None, None)

    async def ask():
        question = gateway.Ask(Caller(id=bob.id), "fake/words-439", body("x", stream=False), cache_seconds=60)
        answer = await gateway.ask(question)
        await answer.whole()
        await gateway.close()
        return answer

    first, again = asyncio.run(ask()), asyncio.run(ask())
    assert (first.cache, again.cache) == ("miss", "hit")
    assert row(again.usage_id, "cost, reserved") == (0, row(first.usage_id, "cost")[0])
    with pytest.raises(OverLimit, match="2 times a minute"):
        asyncio.run(ask())
    budgets.limit(ME, "user", bob.id, None, None, None)
