"""Purses: what each budget has left, in memory, so that a call asks no table whether it may be made.

A call under way is a Flight: it holds what it may cost at most. Sums come from the ledger once and follow every call of
this process; those of other processes (`main.py work`) are read from it before each call that something binds. All of
it under one lock.
"""

import itertools
import threading
from dataclasses import dataclass

from app import clock, db
from app.usage import windows
from app.usage.pacing import MINUTE, Pace
from app.usage.pots import GROUP, KEY, TOKENS, USER, WORKSPACE, Flight, Pot

# Seconds after which others' calls, and what others set, are looked at again.
FRESH = 3.0
MOST = 10_000
SPENT = """sum(case when state = 'open' then coalesce(reserved, 0) else coalesce(cost, 0) end),
    sum(case when state = 'open' then coalesce(reserved_tokens, 0)
        else coalesce(tokens_in, 0) + coalesce(tokens_out, 0) end),
    sum(cost is null and state in ('done', 'stopped', 'cut'))"""
ROLLED = "sum(cost), sum(tokens_in + tokens_out), sum(unpriced)"
WHOSE = {
    WORKSPACE: "? = ''",
    GROUP: "user_id in (select user_id from groupmember where group_id = ?)",
    USER: "user_id = ?",
    KEY: "key_id = ?",
}
SEEN = """rowid, id, user_id, key_id, started_at, fallbacks, state, reserved, reserved_tokens, cost, tokens_in,
    tokens_out"""
# What others asked in the minute before a limit was first looked at.
ASKED = f"select {SEEN} from usage where boot <> ? and (state = 'open' or started_at > ?) and "

lock = threading.RLock()


@dataclass(slots=True)
class Bundle:
    """What binds one person with one key: budgets and limits, as they were read at `read`."""

    pots: tuple[Pot, ...]
    paces: tuple[Pace, ...]
    changes: int
    read: float


class Purses:
    """The budgets and limits of one open database."""

    def __init__(self, database: db.Database) -> None:
        self.database = database
        self.flights: dict[str, Flight] = {}
        self.pots: dict[str, Pot] = {}
        self.paces: dict[tuple[str, str], Pace] = {}
        self.bundles: dict[tuple[str, str], Bundle] = {}
        self.looked = 0.0
        self.top: int | None = None

    # ── what binds whom ───────────────────────────────────────────────────────────────────────────────────────────────
    def of(self, user_id: str, key_id: str, exactly: bool = False) -> Bundle:
        """What binds this person with this key now. Reads tables only when something but the ledger has changed.

        With `exactly` the calls of other processes are those of this moment, else of the last seconds."""
        now = clock.ticks()
        if now - self.looked > FRESH or (exactly and (self.pots or self.paces)):
            self.look()
        bundle = self.bundles.get((user_id, key_id))
        if bundle is None or bundle.changes != self.database.changes or now - bundle.read > FRESH:
            bundle = self.read(user_id, key_id, now)
        at = clock.now()
        for pot in bundle.pots:
            if not pot.since <= at < pot.until:
                self.load(pot, at)
        return bundle

    def read(self, user_id: str, key_id: str, now: float) -> Bundle:
        """The bundle as the tables have it."""
        changes = self.database.changes
        groups = db.fetch_all("select group_id from groupmember where user_id = ?", user_id) if user_id else []
        targets = {(WORKSPACE, ""), *((GROUP, row[0]) for row in groups)}
        targets |= {each for each in ((USER, user_id), (KEY, key_id)) if each[1]}
        ids = sorted({id for _, id in targets})
        marks = ", ".join("?" * len(ids))
        budgets = db.fetch_all(
            f"select id, kind, target_id, period, unit, amount, told, told_at from budget where target_id in ({marks})",
            *ids,
        )
        limits = db.fetch_all(
            f"select kind, target_id, requests, tokens, parallel from usage_limit where target_id in ({marks})", *ids
        )
        pots = [self.pot(row) for row in budgets if (row[1], row[2]) in targets]
        paces = [self.pace(row) for row in limits if (row[0], row[1]) in targets]
        if len(self.bundles) > MOST:
            self.bundles.clear()
        bundle = self.bundles[user_id, key_id] = Bundle(tuple(pots), tuple(paces), changes, now)
        return bundle

    def pot(self, row: tuple) -> Pot:  # type: ignore[type-arg]
        """The pot of a budget's row: the one that is there, brought up to date, or a new one."""
        id, kind, target_id, _, _, amount, *_ = row
        pot = self.pots.get(id)
        if pot is None:
            if len(self.pots) > MOST:
                self.pots.clear()
                self.bundles.clear()
            pot = self.pots[id] = Pot(*row)
            for flight in self.flights.values():
                flight.pots = [each for each in flight.pots if self.pots.get(each.id) is each]
        elif pot.amount != amount:
            pot.amount, pot.told = amount, 0
        if kind == GROUP:
            members = self.members(target_id)
            if members != pot.members:
                pot.members, pot.until = members, 0  # what they have spent is read again
        return pot

    def pace(self, row: tuple) -> Pace:  # type: ignore[type-arg]
        """The pace of a limit's row."""
        kind, target_id, requests, tokens, parallel = row
        pace = self.paces.get((kind, target_id))
        new = pace is None
        if pace is None:
            pace = self.paces[kind, target_id] = Pace(kind, target_id)
        pace.requests, pace.tokens, pace.parallel = requests, tokens, parallel
        if kind == GROUP:
            pace.members = self.members(target_id)
        if new:
            since = clock.now() - int(MINUTE * clock.SECOND)
            for each in db.fetch_all(f"{ASKED}{WHOSE[kind]} order by rowid", clock.BOOT, since, target_id):
                self.count(self.flights.get(each[1]), pace, each)
        return pace

    def members(self, group_id: str) -> frozenset[str]:
        """Who is in a group."""
        return frozenset(row[0] for row in db.fetch_all("select user_id from groupmember where group_id = ?", group_id))

    def count(self, flight: Flight | None, pace: Pace, row: tuple) -> None:  # type: ignore[type-arg]
        """Count a call of another process in a limit; `flight` is None when it has ended."""
        *_, started_at, fallbacks, state, _, reserved_tokens, _, tokens_in, tokens_out = row
        tokens = (reserved_tokens if state == "open" else (tokens_in or 0) + (tokens_out or 0)) or 0
        part = pace.begin(clock.ticks() - (clock.now() - started_at) / clock.SECOND, tokens, fallbacks > 0)
        if flight is not None:
            flight.parts.append((pace, part))
        else:
            pace.running -= 1

    # ── sums ──────────────────────────────────────────────────────────────────────────────────────────────────────────
    def load(self, pot: Pot, at: int) -> None:
        """Read from the ledger what is spent in the pot's present window; calls under way are counted here."""
        connection = self.database.raw()
        connection.execute("begin")
        try:
            self.look()
            pot.since, pot.until = windows.window(pot.period, at)
            rolled = db.fetch("select value from setting where key = 'usage_rolled'")
            border = max(int(rolled[0]) if rolled else 0, windows.day_of(pot.since))
            whose, ids = WHOSE[pot.kind], list(self.flights)
            days = db.fetch(
                f"select {ROLLED} from usageday where {whose} and day >= ? and day < ?",
                *(pot.target_id, windows.day_of(pot.since), border),
            )
            calls = db.fetch(
                f"select {SPENT} from usage where {whose} and started_at >= ? and started_at < ? "
                f"and id not in ({', '.join('?' * len(ids))})",
                *(pot.target_id, max(pot.since, border * clock.DAY), pot.until, *ids),
            )
        finally:
            connection.execute("commit")
        money, tokens, pot.unpriced = (
            sum(part or 0 for part in parts) for parts in zip(days or (0,) * 3, calls or (0,) * 3, strict=True)
        )
        pot.spent, pot.held = (tokens if pot.unit == TOKENS else money), 0
        for flight in self.flights.values():
            if pot in flight.pots:
                flight.pots.remove(pot)
            if pot.takes(flight.user_id, flight.key_id, flight.started_at):
                flight.pots.append(pot)
                if flight.ended:
                    pot.spent += flight.amount(pot.unit)
                else:
                    pot.held += flight.amount(pot.unit)

    def before(self, flight: Flight, pot: Pot) -> int:
        """What is gone of a budget by those calls whose rows were written before this one's."""
        number = int((db.fetch("select rowid from usage where id = ?", flight.id) or (0,))[0])
        # Calls of this process are written in the order in which they are held.
        sooner = itertools.takewhile(lambda each: each is not flight, self.flights.values())
        held = [each for each in sooner if not each.elsewhere]
        held += [each for each in self.flights.values() if 0 < each.elsewhere < number]
        return pot.spent + sum(each.amount(pot.unit) for each in held if pot in each.pots and not each.ended)

    def take_off(self, flight: Flight, pots: tuple[Pot, ...] | list[Pot]) -> None:
        """Hold what a call may cost."""
        self.flights[flight.id] = flight
        for pot in pots:
            flight.pots.append(pot)
            pot.held += flight.amount(pot.unit)

    def revise(self, flight: Flight, money: int | None, tokens: int) -> None:
        """Hold another amount."""
        for pot in flight.pots:
            pot.held -= flight.amount(pot.unit)
        flight.money, flight.tokens = money, tokens
        for pot in flight.pots:
            pot.held += flight.amount(pot.unit)

    def end(self, flight: Flight, money: int | None, tokens: int) -> None:
        """What a call has cost is spent."""
        self.revise(flight, money, tokens)
        flight.ended = True
        for pot in flight.pots:
            pot.held -= flight.amount(pot.unit)
            pot.spent += flight.amount(pot.unit)

    def land(self, flight: Flight) -> None:
        """The ledger has what a call has cost: its sums hold it from now on."""
        self.flights.pop(flight.id, None)

    # ── other processes ───────────────────────────────────────────────────────────────────────────────────────────────
    def look(self) -> None:
        """Follow the calls that other processes make."""
        self.looked = clock.ticks()
        top = int((db.fetch("select max(rowid) from usage") or (0,))[0] or 0)
        if self.top is None:
            rows = db.fetch_all(f"select {SEEN} from usage where state = 'open' and boot <> ?", clock.BOOT)
        elif top > self.top:
            # In the order in which they were written, so each is seen once.
            rows = db.fetch_all(
                f"select {SEEN} from usage where rowid > ? and rowid <= ? and boot <> ?", self.top, top, clock.BOOT
            )
        else:
            rows = []
        self.top = top
        known = [flight.id for flight in self.flights.values() if flight.elsewhere]
        for row in rows:
            if row[1] not in self.flights:
                self.meet(row)
        self.follow_all(known)

    def follow_all(self, known: list[str]) -> None:
        """Bring the calls of other processes with these ids up to date."""
        if known:
            marks = ", ".join("?" * len(known))
            for row in db.fetch_all(f"select {SEEN} from usage where id in ({marks})", *known):
                self.follow(self.flights[row[1]], row)

    def meet(self, row: tuple) -> None:  # type: ignore[type-arg]
        """A call of another process is seen for the first time."""
        number, id, user_id, key_id, started_at, *_ = row
        flight = Flight(id, user_id, key_id, started_at, None, 0, elsewhere=number)
        self.take_off(flight, [pot for pot in self.pots.values() if pot.takes(user_id, key_id, started_at)])
        for pace in self.paces.values():
            if pace.takes(user_id, key_id):
                self.count(flight, pace, row)
        self.follow(flight, row)

    def follow(self, flight: Flight, row: tuple) -> None:  # type: ignore[type-arg]
        """Bring a call of another process up to date."""
        *_, state, reserved, reserved_tokens, cost, tokens_in, tokens_out = row
        tokens = (reserved_tokens if state == "open" else (tokens_in or 0) + (tokens_out or 0)) or 0
        for pace, part in flight.parts:
            pace.correct(part, tokens)
            pace.running -= state != "open"
        if state == "open":
            self.revise(flight, reserved, tokens)
        else:
            self.end(flight, cost, tokens)
            self.land(flight)


current: Purses | None = None


def here() -> Purses:
    """The purses of the open database. The caller holds `lock`."""
    global current
    if current is None or current.database is not db.here():
        current = Purses(db.here())
    return current
