"""Routing: what a name stands for, who is asked next when one fails, who rests, and whose turn it is."""

import asyncio
import json
from collections import Counter

import pytest

from app import clock, db, gateway, providers, rights, usage
from app.errors import Forbidden, Invalid, NotFound, OverLimit, Upstream
from app.gateway import cache, queueing, resting, routing
from app.usage import budgets
from tests.test_gateway import ME, asked, body, said
from tests.upstream import Upstream as Fake
from tests.upstream import text_of


@pytest.fixture(autouse=True)
def rested():
    resting.reset()
    cache.clear()
    yield
    resting.reset()


@pytest.fixture
def other(house):
    """A second upstream with a provider of its own."""
    with Fake() as server:
        server.provider = providers.add(ME, f"other {clock.new_id()[-6:]}", server.url)
        yield server
        providers.enable(ME, server.provider.id, False)


def at(server, name):
    """The id of a model at the second provider."""
    return providers.add_model(ME, server.provider.id, name).id


def alias(*ids, strategy="order", weights=None):
    name = f"alias-{clock.new_id()[-8:]}"
    gateway.add_alias(ME, name, list(zip(ids, weights or [1] * len(ids), strict=True)), strategy)
    return name


@pytest.mark.parametrize(
    "failing", ["fail-500", "fail-429-long", "fail-401", "fail-context", "fail-slow-first", "fail-html"]
)
def test_the_next_one_answers_when_the_first_fails(model, other, failing):
    name = alias(model(failing), at(other, "words-20"))
    answer, data = asked(name)
    assert said(data) == text_of("words-20")
    assert (answer.fallbacks, answer.alias, answer.provider.id) == (1, name, other.provider.id)
    assert answer.headers["x-inglenook-fallbacks"] == "1"
    row = db.fetch("select state, model, provider_id from usage where id = ?", answer.usage_id)
    assert row == ("done", "words-20", other.provider.id)


def test_nobody_else_is_asked_after_the_first_token(model, other):
    answer, data = asked(alias(model("fail-cut"), at(other, "words-20")))
    assert answer.state == "failed" and b'"error"' in data and other.count == 0


def test_a_provider_that_is_not_there_is_passed_over(model, house):
    gone = providers.add(ME, f"gone {clock.new_id()[-6:]}", "http://127.0.0.1:9/v1")
    name = alias(providers.add_model(ME, gone.id, "any").id, model("words-20"))
    answer, _ = asked(name, stream=False)
    assert answer.fallbacks == 1
    providers.enable(ME, gone.id, False)


def test_five_failures_in_a_row_rest_a_provider(model, other):
    bad, good = at(other, "fail-500"), model("words-20")
    name = alias(bad, good)
    for n in range(7):
        answer, _ = asked(name)
        assert answer.fallbacks == (1 if n < 5 else 0)
    assert other.count == 5 and 29 < resting.left(other.provider.id) <= 30
    with pytest.raises(Upstream) as refused:
        asked(f"{other.provider.name}/fail-500")
    assert refused.value.kind == "resting" and 0 < refused.value.retry_after <= 30 and other.count == 5


def test_a_good_answer_ends_the_count(other):
    at(other, "fail-500"), at(other, "words-20")
    for name in ["fail-500"] * 4 + ["words-20"] + ["fail-500"] * 4:
        try:
            asked(f"{other.provider.name}/{name}")
        except Upstream:
            continue
    assert resting.left(other.provider.id) == 0 and other.count == 9


def test_a_request_that_is_wrong_is_told_and_not_tried_elsewhere(model, other):
    name = alias(model("fail-field"), at(other, "words-20"))
    with pytest.raises(Upstream) as refused:
        asked(name)
    assert (refused.value.status, refused.value.field, other.count) == (400, "temperature", 0)


def test_weights_are_shares(model, other):
    route = routing.find(ME, alias(model("words-20"), at(other, "words-20"), strategy="weight", weights=[3, 1]))
    first = Counter(route.ordered(0, 0)[0].provider.name for _ in range(4000))
    assert 0.70 < first["fake"] / 4000 < 0.80


def test_the_cheapest_is_asked_first(model, other):
    dear, cheap, unknown = model("words-20"), at(other, "words-20"), at(other, "words-21")
    providers.change_model(ME, dear, price_in="9", price_out="9")
    providers.change_model(ME, cheap, price_in="1", price_out="1")
    route = routing.find(ME, alias(unknown, dear, cheap, strategy="cheapest"))
    assert [each.model.id for each in route.ordered(100, 100)] == [cheap, dear, unknown]
    providers.change_model(ME, dear, price_in="", price_out="")


def test_a_key_opens_only_its_models(model, bob):
    model("words-20")
    narrow = rights.Caller(id=bob.id, door="api", key="k", models=frozenset({"fake/words-20"}))
    assert routing.find(narrow, "fake/words-20").targets
    with pytest.raises(Forbidden):
        routing.find(narrow, alias(model("words-20")))
    assert [each.id for each in gateway.offered(narrow)] in (["words-20"], ["fake/words-20"])


def test_what_a_person_may_not_use_is_not_behind_a_name(model, bob):
    from app.accounts import groups

    admin = rights.machine()
    group = groups.create(admin, f"few {clock.new_id()[-6:]}")
    secret = model("words-23")
    providers.change_model(ME, secret, groups=[group.id])
    me = rights.Caller(id=bob.id, role="member")
    with pytest.raises(NotFound):
        routing.find(me, "fake/words-23")
    with pytest.raises(NotFound):
        routing.find(me, alias(secret))


def test_an_alias_is_checked(model):
    id = model("words-20")
    for bad in (("", [(id, 1)]), ("a b", [(id, 1)]), ("x", []), ("x", [(id, 0)]), ("x", [(id, 1), (id, 1)])):
        with pytest.raises(Invalid):
            gateway.add_alias(ME, *bad)
    name = alias(id)
    with pytest.raises(Invalid):
        gateway.add_alias(ME, name, [(id, 1)])
    gateway.change_alias(ME, name, name, [(id, 5)], "weight", enabled=False)
    with pytest.raises(NotFound):
        routing.find(ME, name)
    gateway.remove_alias(ME, name)
    with pytest.raises(NotFound):
        gateway.find_alias(name, ME)


def test_a_provider_with_aliases_can_be_removed(other):
    name = alias(at(other, "words-20"))
    providers.remove(ME, other.provider.id)
    with pytest.raises(NotFound):
        routing.find(ME, name)
    other.provider = providers.add(ME, f"again {clock.new_id()[-6:]}", other.url)


def test_turns_go_round_by_person():
    async def play():
        gate, order = queueing.Gate(), []

        async def call(person):
            await gate.enter(person, 2)
            order.append(person)
            await asyncio.sleep(0.001)
            gate.leave(2)

        await asyncio.gather(*[call("greedy") for _ in range(8)], *[call("modest") for _ in range(2)])
        assert (gate.running, gate.queued) == (0, 0)
        return order

    order = asyncio.run(play())
    assert order[:2] == ["greedy"] * 2 and sorted(order[2:6]) == ["greedy", "greedy", "modest", "modest"]


def test_whoever_leaves_the_line_takes_no_place():
    async def play():
        gate = queueing.Gate()
        await gate.enter("a", 1)
        waiting = [asyncio.create_task(gate.enter(person, 1)) for person in "bcb"]
        await asyncio.sleep(0)
        waiting[0].cancel()
        gate.leave(1)
        waiting[1].cancel()  # in the moment in which its turn came
        await asyncio.wait(waiting)
        await waiting[2]
        gate.leave(1)
        assert (gate.running, gate.queued) == (0, 0)

    asyncio.run(play())


def test_a_provider_gets_no_more_at_once_than_it_takes(other):
    at(other, "pace-200-20")
    providers.tune(ME, other.provider.id, 2, "")

    async def ask():
        question = gateway.Ask(ME, f"{other.provider.name}/pace-200-20", body("x", stream=True), stream=True)
        answer = await gateway.ask(question)
        most.append(queueing.now(other.provider.id)[0])
        return await answer.whole()

    async def all_of_them():
        found = await asyncio.gather(*[ask() for _ in range(6)])
        await gateway.close()
        return found

    most = []
    assert len(asyncio.run(all_of_them())) == 6 and max(most) == 2 and queueing.now(other.provider.id) == (0, 0)


def test_an_older_answer_will_do_where_that_is_said(model, upstream, bob, charlie):
    model("words-437")

    def ask(person, **options):
        async def whole():
            asked = body("x", stream=options.pop("stream", False), **options.pop("more", {}))
            question = gateway.Ask(
                rights.Caller(id=person.id), "fake/words-437", asked, stream=asked["stream"], **options
            )
            answer = await gateway.ask(question)
            data = await answer.whole()
            await gateway.close()
            return answer, data

        return asyncio.run(whole())

    first, data = ask(bob, cache_seconds=60)
    again, same = ask(bob, cache_seconds=60)
    assert (first.cache, again.cache) == ("miss", "hit") and data == same and len(upstream.asked("words-437")) == 1
    assert ask(bob)[0].cache == "" and ask(charlie, cache_seconds=60)[0].cache == "miss"
    assert ask(bob, cache_seconds=60, more={"temperature": 1})[0].cache == "miss"
    assert ask(bob, cache_seconds=60, stream=True)[0].cache == "miss"
    streamed, events = ask(bob, cache_seconds=60, stream=True)
    assert streamed.cache == "hit" and said(events) == text_of("words-437")
    row = db.fetch("select state, cache, cost, tokens_out from usage where id = ?", again.usage_id)
    assert row == ("done", 1, 0, 0), "nobody was asked"


def test_kept_answers_do_not_outgrow_their_room(monkeypatch):
    monkeypatch.setattr(cache, "ROOM", 10_000)
    for n in range(50):
        cache.keep(b"%d" % n, cache.Kept("x", b"y" * 1000, "m", "", usage.Count(), clock.ticks()))
    assert len(cache.kept) == 5 and cache.used <= 10_000 and cache.find(b"49", 60) and not cache.find(b"0", 60)


def test_pages_use_the_same_ways(model, other, bob):
    async def whole(id):
        call = await gateway.call(rights.Caller(id=bob.id, role="member"), id, [{"role": "user", "content": "Hi"}])
        text = "".join([delta.text async for delta in call])
        await gateway.close()
        await providers.close()
        return text, call

    name = alias(model("fail-401"), at(other, "words-20"))
    found, _ = gateway.find_alias(name, ME)
    choice = next(each for each in providers.available(rights.Caller(id=bob.id)) if each.id == found.id)
    assert (choice.title, choice.provider) == (name, "Aliases")
    text, call = asyncio.run(whole(found.id))
    assert text == text_of("words-20") and call.provider.id == other.provider.id and call.state == "done"


def test_signs_of_life_do_not_count_as_a_token(model, other):
    answer, data = asked(alias(model("fail-sighs"), at(other, "words-20")))
    assert said(data) == text_of("words-20") and answer.fallbacks == 1


def test_a_server_that_does_not_stream_is_read_as_a_stream(model):
    model("whole-20")
    answer, data = asked("fake/whole-20")
    chunks = [json.loads(line[6:]) for line in data.split(b"\n") if line.startswith(b"data: {")]
    assert len(chunks) == 1 and chunks[0]["object"] == "chat.completion.chunk" and data.endswith(b"[DONE]\n\n")


def test_an_empty_budget_leads_to_the_model_that_costs_nothing(model, other, bob):
    dear, free = model("words-26"), at(other, "words-26")
    providers.change_model(ME, dear, price_in="9", price_cached="9", price_out="9")
    providers.change_model(ME, free, price_in="0", price_cached="0", price_out="0")
    budgets.put(ME, "user", bob.id, "total", "money", 1)
    me, name = rights.Caller(id=bob.id, role="member"), alias(dear, free)
    first, _ = asked(name, stream=False, me=me)
    again, _ = asked(name, stream=False, me=me)
    assert (first.provider.name, again.provider.id) == ("fake", other.provider.id)
    with pytest.raises(OverLimit) as refused:
        asked("fake/words-26", me=me)
    assert refused.value.kind == "budget"


def test_a_model_whose_price_nobody_knows_is_passed_over_where_money_is_counted(model, other, bob):
    unknown, free = model("words-27"), at(other, "words-27")
    providers.change_model(ME, free, price_in="0", price_cached="0", price_out="0")
    budgets.put(ME, "user", bob.id, "total", "money", 1_000_000)
    answer, _ = asked(alias(unknown, free), stream=False, me=rights.Caller(id=bob.id, role="member"))
    assert answer.provider.id == other.provider.id
