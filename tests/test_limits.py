"""Limits: how often somebody may ask, how much, and how many calls at the same time."""

import asyncio

import pytest

from app import clock, rights, usage
from app.accounts import groups
from app.errors import Invalid, OverLimit
from app.rights import Caller
from app.usage import budgets
from tests.test_budgets import FREE

ADMIN = rights.machine()


@pytest.fixture
def me(bob):
    yield Caller(id=bob.id, door="api", key=f"key-{bob.id}")
    budgets.limit(ADMIN, "user", bob.id, None, None, None)


@pytest.fixture
def later(monkeypatch):
    """A clock that can be moved on by seconds."""
    ticks, ahead = clock.ticks, [0.0]
    monkeypatch.setattr(clock, "ticks", lambda: ticks() + ahead[0])
    return lambda seconds: ahead.__setitem__(0, ahead[0] + seconds)


def asked(me, tokens=10, used=None, **options):
    async def one():
        held = await usage.reserve(me, FREE, tokens_in=0, tokens_out=tokens, **options)
        await held.settle(usage.DONE, usage.Count(0, tokens if used is None else used))
        return held

    return asyncio.run(one())


def test_requests_a_minute(me, later):
    budgets.limit(ADMIN, "user", me.id, 3, None, None)
    left = [asked(me).headers()["x-ratelimit-remaining-requests"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    with pytest.raises(OverLimit, match="You may ask 3 times a minute") as over:
        asked(me)
    assert over.value.kind == "rate" and 55 <= over.value.retry_after <= 60
    asked(me, fallbacks=1)  # a further try of a request that was let in
    later(over.value.retry_after)
    assert asked(me).headers()["x-ratelimit-limit-requests"] == "3"


def test_a_burst_at_the_turn_of_a_minute_is_no_way_around(me, later):
    budgets.limit(ADMIN, "user", me.id, 3, None, None)
    asked(me)
    later(59)
    asked(me), asked(me)
    later(2)
    asked(me)
    with pytest.raises(OverLimit):
        asked(me)


def test_tokens_a_minute_count_what_was_used(me, later):
    budgets.limit(ADMIN, "user", me.id, None, 100, None)
    held = asked(me, tokens=90, used=40)
    assert held.headers()["x-ratelimit-remaining-tokens"] == "60"
    asked(me, tokens=60)
    with pytest.raises(OverLimit, match="You may use 100 tokens a minute") as over:
        asked(me, tokens=1)
    assert over.value.kind == "tokens"
    later(61)
    asked(me, tokens=500)  # larger than the limit, and alone


def test_calls_at_the_same_time(me):
    budgets.limit(ADMIN, "user", me.id, None, None, 2)

    async def three():
        held = [await usage.reserve(me, FREE, tokens_in=0, tokens_out=1) for _ in range(2)]
        with pytest.raises(OverLimit, match="2 calls at the same time") as over:
            await usage.reserve(me, FREE, tokens_in=0, tokens_out=1)
        assert over.value.kind == "parallel"
        await held[0].settle(usage.STOPPED, usage.Count())
        await held[0].settle(usage.STOPPED, usage.Count())  # once is enough
        held.append(await usage.reserve(me, FREE, tokens_in=0, tokens_out=1))
        with pytest.raises(OverLimit):
            await usage.reserve(me, FREE, tokens_in=0, tokens_out=1)
        for each in held:
            await each.settle(usage.DONE, usage.Count(0, 1))

    asyncio.run(three())
    asked(me)


def test_what_is_refused_for_one_limit_is_counted_for_none(me):
    few = groups.create(ADMIN, f"Few {clock.new_id()}")
    groups.join(ADMIN, few.id, me.id)
    budgets.limit(ADMIN, "user", me.id, 5, None, None)
    budgets.limit(ADMIN, "group", few.id, 1, None, None)
    asked(me)
    for _ in range(9):
        with pytest.raises(OverLimit, match="Your group may ask 1 time a minute"):
            asked(me)
    groups.delete(ADMIN, few.id)
    assert asked(me).headers()["x-ratelimit-remaining-requests"] == "3"


def test_an_admin_sets_and_lifts_a_limit_on_the_page(alice, bob):
    posted = {"deed": "limit", "whom": f"user:{bob.id}", "requests": "60", "tokens": "", "parallel": "4"}
    page = alice.post("/admin/budgets/limits", data=posted)
    assert page.status_code == 200 and ">60<" in page.text and "Lift the limit of Bob" in page.text
    page = alice.post("/admin/budgets/limits", data=posted | {"tokens": "-1"})
    assert page.status_code == 422 and 'value="-1"' in page.text
    with pytest.raises(Invalid):
        budgets.limit(ADMIN, "user", bob.id, 0, None, None)
    page = alice.post("/admin/budgets/limits", data={"deed": "limit", "whom": f"user:{bob.id}"})
    assert "Lift the limit of Bob" not in page.text
