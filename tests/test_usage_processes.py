"""Calls of two processes on one ledger: what binds the one binds the other, at once."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from app import db, rights, usage
from app.errors import OverLimit
from app.rights import Caller
from app.usage import budgets, purses
from tests.test_usage_charges import CENT, PRICED

ADMIN = rights.machine()
HOUSE = Path(__file__).resolve().parent.parent
# Another process: makes so many calls at once as this person when it is told to, and ends them when it is told to.
OTHER = """
import asyncio, sys
from dataclasses import replace
from pathlib import Path
from app import config, db, usage
from app.errors import OverLimit
from app.rights import Caller
from tests.test_usage_charges import PRICED
data, user, count = sys.argv[1:]
config.use(replace(config.Config(), data=Path(data), replica="off"))
db.open(Path(data) / "inglenook.db")
me = Caller(id=user, door="job")

async def one():
    try:
        return await usage.reserve(me, PRICED, tokens_in=5, tokens_out=5)
    except OverLimit as over:
        return over.kind

async def calls():
    await asyncio.to_thread(sys.stdin.readline)
    held = await asyncio.gather(*(one() for _ in range(int(count))))
    print(sum(not isinstance(each, str) for each in held), flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await asyncio.gather(*(each.settle("done", usage.Count(5, 5)) for each in held if not isinstance(each, str)))

print("ready", flush=True)
asyncio.run(calls())
db.close()
print("ended", flush=True)
"""


class Other:
    """The other process."""

    def __init__(self, house, person, count):
        words = [sys.executable, "-c", OTHER, str(house.data), person.id, str(count)]
        self.process = subprocess.Popen(
            words, cwd=HOUSE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout.readline() == "ready\n", self.process.stderr.read()

    def go_on(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def admitted(self):
        return int(self.process.stdout.readline())

    def end(self):
        self.go_on()
        assert self.process.stdout.readline() == "ended\n", self.process.stderr.read()
        self.process.communicate(timeout=20)


@pytest.fixture
def other(house, bob):
    made = []

    def make(count):
        made.append(Other(house, bob, count))
        return made[-1]

    yield make
    for each in made:
        if each.process.poll() is None:
            each.process.kill()
            each.process.communicate()
    budgets.limit(ADMIN, "user", bob.id, None, None, None)
    for each in budgets.all(ADMIN):
        if each.target_id == bob.id:
            budgets.remove(ADMIN, each.id)


def reserve(bob):
    return usage.reserve(Caller(id=bob.id), PRICED, tokens_in=5, tokens_out=5)


def test_two_processes_pass_a_budget_by_one_reservation_at_most(bob, other):
    budgets.put(ADMIN, "user", bob.id, "total", "money", 495 * CENT)
    second = other(150)

    async def calls():
        second.go_on()
        tries = [asyncio.create_task(reserve(bob)) for _ in range(150)]
        held = await asyncio.gather(*tries, return_exceptions=True)
        mine = [each for each in held if not isinstance(each, OverLimit)]
        theirs = await asyncio.to_thread(second.admitted)
        for each in mine:
            await each.settle(usage.DONE, usage.Count(5, 5))
        return len(mine), theirs

    mine, theirs = asyncio.run(calls())
    second.end()
    assert 0 < mine + theirs <= 50
    (spent,) = db.fetch("select sum(cost) from usage where user_id = ?", bob.id)
    assert spent == (mine + theirs) * 10 * CENT <= 500 * CENT
    with purses.lock:
        purses.here().look()
    assert [(each.spent, each.held) for each in budgets.all(ADMIN) if each.target_id == bob.id] == [(spent, 0)]


def test_a_call_of_another_process_takes_a_place_and_is_a_request(bob, other):
    budgets.limit(ADMIN, "user", bob.id, 4, None, 2)
    second = other(2)
    second.go_on()
    assert second.admitted() == 2

    async def call():
        held = await reserve(bob)
        await held.settle(usage.DONE, usage.Count(5, 5))

    with pytest.raises(OverLimit, match="2 calls at the same time"):
        asyncio.run(call())
    second.end()
    asyncio.run(call())
    asyncio.run(call())
    with pytest.raises(OverLimit, match="4 times a minute"):
        asyncio.run(call())


def test_tokens_that_another_process_used_count(bob, other):
    budgets.limit(ADMIN, "user", bob.id, None, 25, None)
    second = other(2)
    second.go_on()
    assert second.admitted() == 2
    second.end()
    with pytest.raises(OverLimit, match="25 tokens a minute"):
        asyncio.run(reserve(bob))


def test_a_limit_that_this_process_meets_late_knows_the_last_minute(bob, other):
    second = other(3)
    second.go_on()
    assert second.admitted() == 3
    budgets.limit(ADMIN, "user", bob.id, 3, None, 3)
    with pytest.raises(OverLimit, match="3 times a minute"):
        asyncio.run(reserve(bob))
    budgets.limit(ADMIN, "user", bob.id, None, None, 3)
    with pytest.raises(OverLimit, match="3 calls at the same time"):
        asyncio.run(reserve(bob))
    second.end()
    held = asyncio.run(reserve(bob))
    asyncio.run(held.settle(usage.DONE, usage.Count(5, 5)))
