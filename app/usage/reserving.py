"""Reserving: what a call may cost is held before it is made, and what it did cost is written down after it."""

from typing import Any

from app import clock, db
from app.errors import Forbidden, NotWritten, OverLimit
from app.rights import Caller
from app.usage import purses, telling, windows, writing
from app.usage.ledger import DONE, FAILED, Count, Priced, cost
from app.usage.pacing import Part
from app.usage.pots import MONEY, Flight, Pot
from app.usage.purses import Bundle

# Tokens that are reserved for an answer whose length nobody limited.
UNSET = 4096
# Seconds between two notes of how much of a stream was sent, for the case that this process dies.
NOTED = 2.0
# What the status of a row says of a call that its provider has not seen.
QUEUED, UNBEGUN = "queued", "unbegun"
Also = tuple[tuple[str, tuple[object, ...]], ...]

BEGIN = """insert into usage (id, user_id, door, purpose, chat_id, message_id, provider_id, model_id, model,
    key_id, alias, state, boot, price_in, price_cached, price_out, started_at, status, tokens_in, reserved,
    reserved_tokens, estimated, cache, fallbacks)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, '', ?, ?, ?, 1, 0, ?)"""
# A row that another process took for that of a dead one (`sweep`) is settled all the same.
SETTLE = """update usage set state = ?, status = ?, tokens_in = ?, tokens_cached = ?, tokens_out = ?,
    tokens_reasoning = ?, cost = ?, estimated = ?, first_token_us = ?, duration_us = ?, settled_at = ?
    where id = ? and (state = 'open' or (state = 'cut' and estimated = 1))"""
EXTEND = "update usage set reserved = ?, reserved_tokens = ? where id = ? and state = 'open'"
NOTE = "update usage set tokens_out = ? where id = ? and state = 'open'"
STAND = "update usage set status = ? where id = ? and state = 'open'"

opened: dict[str, "Reservation"] = {}


class Reservation:
    """A call that may be made: its row is committed. Settle it once, whatever happens."""

    def __init__(self, me: Caller, model: Priced, bundle: Bundle, flight: Flight, into: int, out: int) -> None:
        self.me, self.model, self.bundle, self.flight = me, model, bundle, flight
        self.id = flight.id
        self.tokens_in, self.tokens_out = into, out
        self.parts: list[Part] = []
        self.sent, self.noted = 0, clock.ticks()
        self.running, self.unsent = True, False
        self.cost: int | None = None

    async def extend(self, tokens_out: int) -> bool:
        """Hold so many more tokens for the answer; False when a budget has nothing left for them."""
        with purses.lock:
            if any(is_empty(pot, self.flight.money) for pot in self.flight.pots):
                return False
            self.tokens_out += tokens_out
            tokens = self.tokens_in + self.tokens_out
            money = cost(self.model, Count(into=self.tokens_in, out=self.tokens_out))
            purses.here().revise(self.flight, money, tokens)
            self.correct(tokens)
        await writing.note((EXTEND, (money, tokens, self.id)))
        return True

    async def outrun(self) -> None:
        """Raises OverLimit when another process has taken the last of a budget while the row was written: each looks
        again behind its own row, so that the later one sees the other."""
        if not self.bundle.pots:
            return
        with purses.lock:
            purses.here().look()
            full = next((pot for pot in self.flight.pots if self.was_empty(pot)), None)
        if full is not None:
            await self.settle(FAILED, Count(), status=UNBEGUN, unsent=True)
            raise used_up(full)

    def was_empty(self, pot: Pot) -> bool:
        """Whether a budget was used up without this call, by calls that were written before it."""
        own = self.flight.amount(pot.unit)
        if pot.gone - own < pot.amount or (pot.unit == MONEY and own == 0):
            return False
        return purses.here().before(self.flight, pot) >= pot.amount

    def note(self, sent_tokens: int) -> None:
        """So many tokens were sent: every two seconds it is written down, without waiting, for the case of a crash."""
        self.sent = sent_tokens
        now = clock.ticks()
        if now - self.noted > NOTED:
            self.noted = now
            writing.unwaited(writing.note((NOTE, (sent_tokens, self.id))))

    def stand(self, waits: bool) -> None:
        """It waits in the line of its provider, or its turn has come: nothing was sent until then."""
        writing.unwaited(writing.note((STAND, (QUEUED if waits else "", self.id))))

    async def settle(
        self,
        state: str,
        count: Count,
        *,
        sent_tokens: int | None = None,
        first_token_us: int | None = None,
        duration_us: int | None = None,
        status: str = "",
        unsent: bool = False,
        also: Also = (),
    ) -> int | None:
        """Close the row, once; the cost. What the provider did not report is charged as it was sent.

        `unsent` says that the provider has not seen the request: it costs nothing. `also` are statements that are
        committed with it.
        """
        self.unsent = unsent
        sent = self.sent if sent_tokens is None else sent_tokens
        statements = self.close(state, count, sent, first_token_us, duration_us, status)
        if statements:
            await writing.put([*statements, *also], self.flight)
        return self.cost

    def close(
        self,
        state: str,
        count: Count,
        sent: int,
        first_token_us: int | None,
        duration_us: int | None,
        status: str,
    ) -> list[Any]:
        """Give back what was held too much, and let the next call run; the statements that close the row."""
        opened.pop(self.id, None)
        with purses.lock:
            if not self.running:
                return []
            self.running = False
            used, estimated = self.used(state, count, sent)
            self.cost, guessed = (0, False) if self.unsent else charged(self.model, used, state)
            tokens = (used.into or 0) + (used.out or 0)
            purses.here().end(self.flight, self.cost, tokens)
            self.correct(tokens)
            for pace in self.bundle.paces:
                pace.running -= 1
            told = telling.due(self.me, self.flight.pots)
        columns = (used.into, used.cached, used.out, used.reasoning, self.cost, estimated or guessed)
        times = (first_token_us, duration_us, clock.now())
        return [(SETTLE, (state, status, *columns, *times, self.id)), *told]

    def used(self, state: str, count: Count, sent: int) -> tuple[Count, bool]:
        """The tokens that are charged, and whether they are an estimate."""
        if self.unsent:
            return Count(0, 0), False
        if count.into is not None and count.out is not None and (state == DONE or sent <= count.out):
            return count, False
        if state == FAILED and not sent and count.into is None and count.out is None:
            return count, False  # nothing came: nothing is charged
        # What was told in the middle of an answer that was cut may be less than what came after it.
        out = max(count.out, sent) if count.out is not None else sent
        if count.out is None and not sent and state == DONE:
            out = self.tokens_out
        into = count.into if count.into is not None else self.tokens_in
        return Count(into, out, count.cached, count.reasoning), True

    def correct(self, tokens: int) -> None:
        """Count so many tokens in the minute in which the call began."""
        for pace, part in zip(self.bundle.paces, self.parts, strict=True):
            pace.correct(part, tokens)

    def headers(self) -> dict[str, str]:
        """What a program is told of its limits, and how much of the fullest budget is gone in percent."""
        told: dict[str, str] = {}
        now = clock.ticks()
        with purses.lock:
            for pace in self.bundle.paces:
                for unit, (limit, left, back) in pace.left(now).items():
                    if left <= int(told.get(f"x-ratelimit-remaining-{unit}", left)):
                        told[f"x-ratelimit-limit-{unit}"] = str(limit)
                        told[f"x-ratelimit-remaining-{unit}"] = str(left)
                        told[f"x-ratelimit-reset-{unit}"] = f"{back:.3f}s"
            if self.bundle.pots:
                told["x-inglenook-budget"] = str(max(pot.percent for pot in self.bundle.pots))
        return told


async def reserve(
    me: Caller,
    model: Priced,
    *,
    tokens_in: int,
    tokens_out: int | None = None,
    purpose: str = "gateway",
    chat_id: str = "",
    message_id: str = "",
    alias: str = "",
    fallbacks: int = 0,
    boot: str = "",
) -> Reservation:
    """Hold what a call may cost, and commit its row. An unset `tokens_out` is 4,096, or the model's limit if smaller.

    `fallbacks` are the models that failed before: a further try of the same request counts as no other one. Raises
    OverLimit (kind budget, rate, tokens or parallel), Forbidden for guests and (kind price) where a budget of money
    meets an unknown price, NotWritten.
    """
    me.must_not_be_guest()
    if tokens_out is None:
        tokens_out = min(UNSET, model.output_limit or UNSET)
    tokens, now, again = tokens_in + tokens_out, clock.ticks(), fallbacks > 0
    money = cost(model, Count(into=tokens_in, out=tokens_out))
    flight = Flight(clock.new_id(), me.id, me.key, clock.now(), money, tokens)
    with purses.lock:
        house = purses.here()
        bundle = house.of(me.id, me.key, exactly=True)
        for pot in bundle.pots:
            check(pot, model, money)
        for pace in bundle.paces:
            pace.check(now, tokens, again, SUBJECTS[pace.kind])
        house.take_off(flight, bundle.pots)
        reservation = Reservation(me, model, bundle, flight, tokens_in, tokens_out)
        reservation.parts = [pace.begin(now, tokens, again) for pace in bundle.paces]
    opened[flight.id] = reservation
    who = (flight.id, me.id, me.door, purpose, chat_id, message_id, model.provider_id, model.id, model.name, me.key)
    prices = (model.price_in, model.price_cached, model.price_out)
    rest = (alias, boot or clock.BOOT, *prices, flight.started_at, tokens_in, money, tokens, fallbacks)
    try:
        await db.append(BEGIN, *who, *rest)
    except BaseException as error:
        reservation.unsent = True
        closing = reservation.close(FAILED, Count(), 0, None, None, UNBEGUN)
        if isinstance(error, Exception):
            writing.land([([], flight)])
        else:
            # Only the waiting for the row was cancelled, so it is there: it is closed behind it.
            writing.unwaited(writing.put(closing, flight))
        if isinstance(error, db.Unwritable):
            said = db.FAULTS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
            if said is not None:
                raise NotWritten(said) from error
        raise
    await reservation.outrun()
    return reservation


def check(pot: Pot, model: Priced, money: int | None) -> None:
    """Raises OverLimit when nothing is left of a budget, and Forbidden for a price that it would need to know."""
    if pot.unit == MONEY and money is None:
        raise Forbidden(
            f"What {model.name} costs is not known here, and {telling.budget(pot)} is in money. "
            "An admin can set its price on the page of its provider.",
            "price",
        )
    if is_empty(pot, money):
        raise used_up(pot)


def used_up(pot: Pot) -> OverLimit:
    """The refusal of a call for which nothing is left."""
    wait = 0 if pot.until >= windows.FOREVER else -(-(pot.until - clock.now()) // clock.SECOND)
    return OverLimit(telling.used_up(pot), max(wait, 0), "budget")


def is_empty(pot: Pot, money: int | None) -> bool:
    """Whether nothing is left of a budget for this call; what costs nothing needs nothing of a budget in money."""
    return pot.gone >= pot.amount and not (pot.unit == MONEY and money == 0)


def charged(model: Priced, used: Count, state: str) -> tuple[int | None, bool]:
    """What these tokens are charged, and whether that is an estimate."""
    if used.into is None and used.out is None and state == FAILED:
        return (0 if model.price_in is not None else None), False
    exact = cost(model, used)
    if exact is None and used.cached:
        # What a cached token costs is not known: it costs no more than another one.
        return cost(model, Count(used.into, used.out)), True
    return exact, False


SUBJECTS = {"workspace": "This workspace", "group": "Your group", "user": "You", "key": "This key"}
