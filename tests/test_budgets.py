"""Budgets: what may be spent is held before a call is made, and no crowd of calls gets past it."""

import asyncio
import json
import time
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from app import clock, db, keys, providers, rights, usage
from app.accounts import groups
from app.errors import Forbidden, Invalid, NotFound, NotWritten, OverLimit
from app.providers.catalogue import Model
from app.rights import Caller
from app.usage import budgets, purses, windows

ADMIN = rights.machine()
CENT = 10_000_000
# A cent for a token, in or out.
PRICED = Model(
    id="m", provider_id="p", name="some", created_at=0, price_in=CENT * 10**6, price_cached=0, price_out=CENT * 10**6
)
UNPRICED = Model(id="u", provider_id="p", name="mystery", created_at=0)
FREE = Model(id="f", provider_id="p", name="free", created_at=0, price_in=0, price_cached=0, price_out=0)


@pytest.fixture
def bob(bob):
    bob.me = Caller(id=bob.id, name="Bob", role="member", door="api", key=f"key-{bob.id}")
    return bob


@pytest.fixture(autouse=True)
def no_other_budgets(house):
    yield
    for each in budgets.all(ADMIN):
        budgets.remove(ADMIN, each.id)


def limited(bob, amount, unit="money", period="month"):
    return budgets.put(ADMIN, "user", bob.id, period, unit, amount)


async def called(me, model=PRICED, into=5, out=5, **options):
    held = await usage.reserve(me, model, tokens_in=into, tokens_out=out)
    await asyncio.sleep(0.005)
    await held.settle(usage.DONE, usage.Count(into, out), **options)
    return held


def run(*calls):
    async def all_of_them():
        return await asyncio.gather(*calls, return_exceptions=True)

    return asyncio.run(all_of_them())


def stands(bob):
    return next(each for each in budgets.all(ADMIN) if each.target_id == bob.id)


def column(id, names):
    return db.fetch(f"select {names} from usage where id = ?", id)


def test_a_thousand_parallel_calls_against_a_budget_for_a_hundred(bob):
    limited(bob, 100 * 10 * CENT)
    ends = Counter(type(each).__name__ for each in run(*(called(bob.me) for _ in range(1000))))
    assert ends == {"Reservation": 100, "OverLimit": 900}
    assert db.fetch("select count(*), sum(cost) from usage where user_id = ?", bob.id) == (100, 100 * 10 * CENT)
    assert stands(bob).percent == 100 and stands(bob).held == 0


def test_calls_that_use_less_than_they_hold_leave_the_rest_to_others(bob):
    limited(bob, 100 * CENT)

    async def one_after_the_other():
        for _ in range(12):
            held = await usage.reserve(bob.me, PRICED, tokens_in=5, tokens_out=50)
            await held.settle(usage.DONE, usage.Count(5, 5))

    with pytest.raises(OverLimit, match="Your budget for this month, .1.00, is used up") as over:
        asyncio.run(one_after_the_other())
    assert over.value.kind == "budget" and over.value.retry_after > 0
    assert stands(bob).spent == 100 * CENT


def test_parallel_streams_pass_a_budget_by_one_reservation_at_most(bob):
    limited(bob, 100 * CENT)
    # What a call really needs is twice what was held: the estimate of the prompt was wrong.
    run(*(called(bob.me, into=15, out=15) for _ in range(40)))
    assert 100 * CENT <= stands(bob).spent < 100 * CENT + 30 * CENT


def test_a_row_is_committed_before_the_call_is_made_with_what_it_may_cost(bob):
    async def reserved():
        held = await usage.reserve(bob.me, PRICED, tokens_in=5, tokens_out=7, alias="fast")
        seen = column(held.id, "state, reserved, reserved_tokens, key_id, alias, boot")
        await held.settle(usage.DONE, usage.Count(5, 1))
        return seen, held

    seen, held = asyncio.run(reserved())
    assert seen == ("open", 12 * CENT, 12, bob.me.key, "fast", clock.BOOT)
    assert column(held.id, "state, cost, estimated") == ("done", 6 * CENT, 0) and held.cost == 6 * CENT


def test_an_unset_limit_holds_4096_tokens_or_what_the_model_can_write(bob):
    async def reserved(limit):
        model = Model(**{**PRICED.model_dump(), "output_limit": limit})
        held = await usage.reserve(bob.me, model, tokens_in=4)
        await held.settle(usage.STOPPED, usage.Count())
        return column(held.id, "reserved_tokens")[0]

    assert asyncio.run(reserved(None)) == 4100 and asyncio.run(reserved(1000)) == 1004


@pytest.mark.parametrize(
    ("state", "count", "sent", "cost", "estimated"),
    [
        (usage.CUT, usage.Count(), 3, 8, 1),
        (usage.STOPPED, usage.Count(into=4), 3, 7, 1),
        (usage.FAILED, usage.Count(), 2, 7, 1),
        (usage.FAILED, usage.Count(), 0, 0, 0),
        (usage.DONE, usage.Count(), 0, 12, 1),
        (usage.DONE, usage.Count(4, 2, cached=1), 0, 5, 0),
    ],
)
def test_a_stream_that_is_cut_is_charged_for_what_was_sent(bob, state, count, sent, cost, estimated):
    async def ended():
        held = await usage.reserve(bob.me, PRICED, tokens_in=5, tokens_out=7)
        return held.id, await held.settle(state, count, sent_tokens=sent)

    id, charged = asyncio.run(ended())
    assert charged == cost * CENT and column(id, "cost, estimated") == (cost * CENT, estimated)


def test_a_cached_token_whose_price_is_unknown_costs_no_more_than_another(bob):
    model = Model(**{**PRICED.model_dump(), "price_cached": None})

    async def ended():
        held = await usage.reserve(bob.me, model, tokens_in=5, tokens_out=5)
        await held.settle(usage.DONE, usage.Count(5, 5, cached=4))
        return held.id

    assert column(asyncio.run(ended()), "cost, estimated, tokens_cached") == (10 * CENT, 1, 4)


def test_a_stream_grows_with_its_reservation_until_the_budget_is_used_up(bob):
    limited(bob, 20 * CENT)

    async def stream():
        held = await usage.reserve(bob.me, PRICED, tokens_in=1, tokens_out=9)
        grown = [await held.extend(9), await held.extend(9), await held.extend(9)]
        seen = column(held.id, "reserved, reserved_tokens")
        await held.settle(usage.DONE, usage.Count(), sent_tokens=27)
        return grown, seen

    assert asyncio.run(stream()) == ([True, True, False], (28 * CENT, 28))
    assert stands(bob).spent == 28 * CENT


def test_where_the_price_is_unknown_money_is_refused_and_tokens_are_counted(bob):
    limited(bob, 1000, "tokens")
    assert column(run(called(bob.me, UNPRICED))[0].id, "cost, reserved, reserved_tokens") == (None, None, 10)
    limited(bob, 100 * CENT)
    (refused,) = run(called(bob.me, UNPRICED))
    assert isinstance(refused, Forbidden) and refused.kind == "price" and "An admin can set its price" in str(refused)
    assert type(run(called(bob.me, FREE))[0]).__name__ == "Reservation"
    # What was called before the budget was set is told as missing in its sum.
    assert next(each for each in budgets.all(ADMIN) if each.unit == "money").unpriced == 1


def test_the_budgets_of_the_workspace_the_group_the_person_and_the_key_all_bind(bob, charlie):
    family = groups.create(ADMIN, f"Family {clock.new_id()}")
    groups.join(ADMIN, family.id, bob.id)
    groups.join(ADMIN, family.id, charlie.id)
    other = Caller(id=charlie.id, door="page")
    budgets.put(ADMIN, "group", family.id, "day", "money", 30 * CENT)
    run(called(bob.me), called(other))
    assert stands(family).spent == 20 * CENT
    (refused,) = [each for each in run(called(bob.me), called(other)) if isinstance(each, Exception)]
    assert "Of your group's budget" in str(refused)
    # Who leaves the group takes along what they have spent.
    groups.leave(ADMIN, family.id, charlie.id)
    assert stands(family).spent in (10 * CENT, 20 * CENT)
    groups.leave(ADMIN, family.id, bob.id)
    assert stands(family).spent == 0
    with db.write() as tx:
        tx.add(usage.Budget(id=clock.new_id(), kind="key", target_id=bob.me.key, period="total", unit="tokens",
                            amount=5, created_at=0))  # fmt: skip
    (refused,) = run(called(bob.me))
    assert "This key's budget in total, 5 tokens, is used up" in str(refused) and refused.retry_after == 0
    budgets.put(ADMIN, "workspace", "", "total", "tokens", 1)
    (refused,) = run(called(other))
    assert "The workspace's budget in total" in str(refused)


def test_days_and_months_are_those_of_utc(bob, monkeypatch):
    at = int(datetime(2031, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()) * clock.SECOND
    assert windows.window("day", at) == (at - clock.DAY + clock.SECOND, at + clock.SECOND)
    assert windows.window("month", at) == (at - 31 * clock.DAY + clock.SECOND, at + clock.SECOND)
    assert windows.month("2028-02")[1] - windows.month("2028-02")[0] == 29 * clock.DAY
    limited(bob, 10 * CENT, period="month")
    monkeypatch.setattr(clock, "now", lambda: at)
    run(called(bob.me))
    assert isinstance(run(called(bob.me))[0], OverLimit)
    monkeypatch.setattr(clock, "now", lambda: at + clock.SECOND)
    assert type(run(called(bob.me))[0]).__name__ == "Reservation" and stands(bob).spent == 10 * CENT
    monkeypatch.setattr(clock, "now", lambda: at)
    assert stands(bob).spent == 10 * CENT and isinstance(run(called(bob.me))[0], OverLimit)


def test_a_call_over_midnight_counts_for_the_day_on_which_it_began(bob, monkeypatch):
    midnight = windows.window("day", clock.now())[1] + 400 * clock.DAY
    limited(bob, 10 * CENT, period="day")

    async def over_midnight():
        monkeypatch.setattr(clock, "now", lambda: midnight - 1)
        held = await usage.reserve(bob.me, PRICED, tokens_in=5, tokens_out=5)
        monkeypatch.setattr(clock, "now", lambda: midnight)
        another = await usage.reserve(bob.me, PRICED, tokens_in=1, tokens_out=1)
        await held.settle(usage.DONE, usage.Count(5, 5))
        await another.settle(usage.DONE, usage.Count(1, 1))

    asyncio.run(over_midnight())
    assert stands(bob).spent == 2 * CENT


def test_80_and_100_percent_are_told_once_each(bob, alice):
    budget = limited(bob, 100 * CENT)

    def told():
        sql = "select note from audit where verb = 'budgets.told' and object_id = ?"
        return [row[0] for row in db.fetch_all(sql, budget.id)]

    run(called(bob.me, into=70, out=5))
    assert told() == [] and "of your budget" not in bob.get("/settings").text
    run(called(bob.me))
    assert [note.split(" %")[0] for note in told()] == ["80"]
    assert "85 % of your budget for this month, $1.00, is spent." in bob.get("/settings").text
    assert "85 % of a budget is spent" in alice.get("/admin").text
    run(called(bob.me), called(bob.me, into=1, out=1))
    assert len(told()) == 1
    run(called(bob.me, into=20, out=20))
    assert [note.split(" %")[0] for note in told()] == ["80", "100"]
    assert "Your budget for this month, $1.00, is used up." in bob.get("/chats").text
    # With more money it begins again.
    limited(bob, 200 * CENT)
    run(called(bob.me, into=30, out=20))
    assert [note.split(" %")[0] for note in told()] == ["80", "100", "80"]


def test_programs_are_told_how_much_is_gone(bob):
    assert run(called(bob.me))[0].headers() == {}
    limited(bob, 40 * CENT)
    assert run(called(bob.me))[0].headers()["x-inglenook-budget"] == "50"


def test_calls_of_another_process_count_here(bob):
    limited(bob, 100 * CENT)
    run(called(bob.me))
    started = clock.now()
    with db.write() as tx:
        for state, cost in (("open", None), ("done", 20 * CENT)):
            tx.run(
                """insert into usage (id, user_id, door, purpose, chat_id, message_id, provider_id, model_id, model,
                key_id, alias, state, boot, started_at, status, reserved, reserved_tokens, cost, estimated, cache,
                fallbacks) values (:id, :user, 'job', 'title', '', '', '', '', '', '', '', :state, 'elsewhere', :at, '',
                :held, 30, :cost, 1, 0, 0)""",
                id=f"{state}-{bob.id}", user=bob.id, state=state, at=started, held=30 * CENT, cost=cost,
            )  # fmt: skip
    with purses.lock:
        purses.here().look()
    assert (stands(bob).spent, stands(bob).held) == (30 * CENT, 30 * CENT)
    with db.write() as tx:
        tx.run("update usage set state = 'done', cost = 5 where id = :id", id=f"open-{bob.id}")
    with purses.lock:
        purses.here().look()
    assert (stands(bob).spent, stands(bob).held) == (30 * CENT + 5, 0)


def test_sums_that_are_read_anew_agree_with_those_that_were_followed(bob):
    limited(bob, 1000 * CENT)
    run(*(called(bob.me, into=n, out=n) for n in range(20)))
    followed = stands(bob)

    async def looked():
        held = [await usage.reserve(bob.me, PRICED, tokens_in=1, tokens_out=1) for _ in range(3)]
        ended = asyncio.gather(*(each.settle(usage.DONE, usage.Count(1, 1)) for each in held[:2]))
        await asyncio.sleep(0)
        with purses.lock:
            house = purses.here()
            before = [(pot.spent, pot.held) for pot in house.pots.values() if pot.target_id == bob.id]
            house.pots.clear()
            house.bundles.clear()
        after = stands(bob)
        await ended
        assert before == [(after.spent, after.held)] == [(followed.spent + 4 * CENT, 2 * CENT)]
        await held[2].settle(usage.DONE, usage.Count(1, 1))

    asyncio.run(looked())
    assert (stands(bob).spent, stands(bob).held) == (followed.spent + 6 * CENT, 0)


def test_a_call_that_nobody_waits_for_any_more_holds_nothing(bob):
    limited(bob, 100 * CENT)

    async def left():
        task = asyncio.create_task(usage.reserve(bob.me, PRICED, tokens_in=5, tokens_out=5))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.sleep(0.1)

    asyncio.run(left())
    assert (stands(bob).spent, stands(bob).held) == (0, 0)
    assert db.fetch("select state, cost from usage where user_id = ?", bob.id) == ("failed", 0)


def test_only_admins_set_budgets_and_what_cannot_be_is_said(bob):
    for refused in (lambda: budgets.all(bob.me), lambda: budgets.put(bob.me, "workspace", "", "day", "money", 1)):
        with pytest.raises(Forbidden):
            refused()
    with pytest.raises(Invalid):
        budgets.put(ADMIN, "user", bob.id, "week", "money", 1)
    with pytest.raises(Invalid):
        budgets.put(ADMIN, "user", bob.id, "day", "money", 0)
    with pytest.raises(NotFound):
        budgets.put(ADMIN, "user", "nobody", "day", "money", 1)
    with pytest.raises(NotFound):
        budgets.put(ADMIN, "workspace", bob.id, "day", "money", 1)


def test_an_admin_sets_a_budget_on_the_page(alice, bob):
    page = alice.get("/admin/budgets", params={"whom": f"user:{bob.id}"})
    assert page.status_code == 200
    posted = {"deed": "budget", "whom": f"user:{bob.id}", "amount": "12.50", "unit": "money", "period": "month"}
    page = alice.post("/admin/budgets", data=posted)
    assert page.status_code == 200 and "$12.50 a month" in page.text and "$0.00, 0 %" in page.text
    page = alice.post("/admin/budgets", data=posted | {"amount": "much"})
    assert page.status_code == 422 and 'value="much"' in page.text and "is no amount" in page.text
    page = alice.post("/admin/budgets", data=posted | {"amount": "100,000", "unit": "tokens"})
    assert "100,000 tokens a month" in page.text
    assert alice.post("/admin/budgets", data=posted | {"whom": "user:gone"}).status_code == 404
    id = next(each.id for each in budgets.all(ADMIN) if each.unit == "tokens")
    assert "100,000 tokens" not in alice.post(f"/admin/budgets/{id}/removal").text
    assert f"whom=user%3A{bob.id}" in alice.get(f"/admin/people/{bob.id}").text


def test_a_deleted_group_takes_its_budgets_along(alice):
    group = groups.create(ADMIN, f"Short {clock.new_id()}")
    budgets.put(ADMIN, "group", group.id, "day", "money", 1)
    budgets.limit(ADMIN, "group", group.id, 1, None, None)
    groups.delete(ADMIN, group.id)
    assert not [each for each in budgets.all(ADMIN) if each.target_id == group.id]
    assert not [each for _, each in budgets.limits(ADMIN) if each.target_id == group.id]


# ── through the doors ─────────────────────────────────────────────────────────────────────────────────────────────────
def ask(bob, name, key, **more):
    body = {"model": name, "messages": [{"role": "user", "content": "Hello there"}], **more}
    return bob.post("/v1/chat/completions", json=body, headers={"authorization": f"Bearer {key}"})


def test_a_program_meets_its_budget_in_its_own_dialect(bob, model):
    id = model("words-21")
    _, key = keys.create(Caller(id=bob.id, name="Bob", role="member"), "script")
    limited(bob, 5 * CENT)
    refused = ask(bob, "words-21", key)
    assert refused.status_code == 403 and "is not known here" in refused.json()["error"]["message"]
    providers.change_model(ADMIN, id, price_in="1", price_cached="1", price_out="10000")
    answered = ask(bob, "words-21", key)
    assert answered.status_code == 200 and int(answered.headers["x-inglenook-budget"]) > 100
    cost = db.fetch("select cost, estimated, purpose from usage where user_id = ?", bob.id)
    told = answered.json()["usage"]
    assert cost == (told["prompt_tokens"] * 1000 + told["completion_tokens"] * CENT, 0, "gateway")
    refused = ask(bob, "words-21", key)
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0
    assert "Your budget for this month, $0.05, is used up." in refused.json()["error"]["message"]


def test_a_stream_whose_budget_is_used_up_ends_with_length(bob, model):
    id = model("burst-9000")
    providers.change_model(ADMIN, id, price_in="0", price_cached="0", price_out="10000")
    _, key = keys.create(Caller(id=bob.id, name="Bob", role="member"), "script")
    limited(bob, 4000 * CENT)
    text = ask(bob, "burst-9000", key, stream=True).text
    events = [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]
    ends = [choice["finish_reason"] for event in events for choice in event["choices"] if choice["finish_reason"]]
    assert ends == ["length"] and text.rstrip().endswith("[DONE]")
    out, cost, status = db.fetch("select tokens_out, cost, status from usage where user_id = ?", bob.id)
    assert 4096 < out < 9000 and cost == out * CENT and status == "length"


def test_a_chat_says_that_the_budget_is_used_up_and_keeps_the_question(bob, model):
    id = model("words-22")
    providers.change_model(ADMIN, id, price_in="1", price_cached="1", price_out="1")
    limited(bob, 1)
    run(called(bob.me))
    page = bob.post("/chats", data={"text": "Is anything left?", "model": id})
    deadline = time.monotonic() + 10
    while "is used up" not in (text := bob.get(page.url.path).text.partition("<main")[2]):
        assert time.monotonic() < deadline, text
        time.sleep(0.05)
    assert "Is anything left?" in text
    assert db.fetch("select count(*) from usage where user_id = ? and purpose = 'chat'", bob.id) == (0,)


def test_what_costs_nothing_goes_on_when_the_money_is_spent(bob):
    limited(bob, 10 * CENT)
    run(called(bob.me))
    assert isinstance(run(called(bob.me))[0], OverLimit)
    assert type(run(called(bob.me, FREE))[0]).__name__ == "Reservation"


# ── disks ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
@contextmanager
def no_writes():
    """A disk that takes no writes, for as long as the block runs."""
    base = db.here()
    with base.lock:
        base.driver.execute("pragma query_only = on")
    try:
        yield
    finally:
        with base.lock:
            base.driver.execute("pragma query_only = off")


def test_the_end_of_a_call_that_meets_a_full_disk_is_written_later(bob):
    limited(bob, 100 * CENT)

    async def full():
        held = await usage.reserve(bob.me, PRICED, tokens_in=5, tokens_out=50)
        with no_writes():
            assert await held.extend(10)
            assert await held.settle(usage.DONE, usage.Count(5, 5)) == 10 * CENT
            with pytest.raises(NotWritten):
                await usage.reserve(bob.me, PRICED, tokens_in=5, tokens_out=5)
        return held.id

    id = asyncio.run(full())
    assert column(id, "state") == ("open",) and (stands(bob).spent, stands(bob).held) == (10 * CENT, 0)
    with purses.lock:
        purses.here().pots.clear()
    assert stands(bob).spent == 10 * CENT
    assert usage.catch_up() == 1 and usage.catch_up() == 0
    assert column(id, "state, cost") == ("done", 10 * CENT) and stands(bob).spent == 10 * CENT
    assert db.fetch("select count(*) from usage where user_id = ?", bob.id) == (1,)
