"""Budgets and limits: what may be spent and how fast, for the workspace, a group, a person or a key."""

from dataclasses import dataclass

from sqlmodel import select

from app import clock, db, settings
from app.accounts.people import must_still_be_admin
from app.db import Transaction
from app.errors import Invalid, NotFound
from app.rights import Caller
from app.usage import purses, telling
from app.usage.pots import GROUP, KEY, MONEY, TOKENS, USER, WORKSPACE, Pot
from app.usage.rows import Budget, Limit
from app.usage.windows import PERIODS

KINDS = (WORKSPACE, GROUP, USER, KEY)
UNITS = (MONEY, TOKENS)
MOST = 1 << 53
NEARLY = 80
MOST_DAYS = 3650
NAMES = {
    GROUP: "select name from people_group where id = ?",
    USER: "select name from account where id = ?",
    KEY: "select k.name || ' of ' || a.name from apikey k join account a on a.id = k.user_id where k.id = ?",
}
COLUMNS = "id, kind, target_id, period, unit, amount, told, told_at"


@dataclass(frozen=True)
class Standing:
    """A budget and how it stands now: `spent` by calls that have ended, `held` by calls that run, `unpriced` calls that
    are missing in the sum because nobody knows what they cost. `until` is the first moment of the next period."""

    id: str
    kind: str
    target_id: str
    name: str
    period: str
    unit: str
    amount: int
    spent: int
    held: int
    unpriced: int
    since: int
    until: int

    @property
    def percent(self) -> int:
        """How much of it is spent, in whole percent rounded down."""
        return self.spent * 100 // max(self.amount, 1)

    @property
    def left(self) -> int:
        """What may still be spent."""
        return max(0, self.amount - self.spent - self.held)

    @property
    def is_short(self) -> bool:
        """Whether 80 % of it or more are spent."""
        return self.percent >= NEARLY


def all(me: Caller) -> list[Standing]:
    """Every budget of the house, the workspace's first, then by name. Raises Forbidden for members."""
    me.must_be_admin()
    order = {kind: n for n, kind in enumerate(KINDS)}
    found = standings(db.fetch_all(f"select {COLUMNS} from budget"))
    return sorted(found, key=lambda each: (order[each.kind], each.name.lower(), PERIODS.index(each.period), each.unit))


def of(me: Caller, kind: str, target_id: str = "") -> list[Standing]:
    """The budgets of one group, person or key, or of the workspace. Raises Forbidden for members."""
    return [each for each in all(me) if (each.kind, each.target_id) == (kind, target_id)]


def mine(me: Caller) -> list[Standing]:
    """The budgets that bind this person: the workspace's, those of the groups, the own, and those of the own keys."""
    me.must_be_known()
    rows = db.fetch_all(
        f"""select {COLUMNS} from budget where kind = 'workspace' or (kind = 'user' and target_id = ?)
        or (kind = 'group' and target_id in (select group_id from groupmember where user_id = ?))
        or (kind = 'key' and target_id in (select id from apikey where user_id = ? and revoked_at is null))""",
        *(me.id, me.id, me.id),
    )
    return sorted(standings(rows), key=lambda each: (KINDS.index(each.kind), PERIODS.index(each.period), each.unit))


def short(me: Caller) -> list[Standing]:
    """The budgets of which 80 % or more are spent: of the whole house for admins, else those that bind this person."""
    return [each for each in (all(me) if me.is_admin else mine(me)) if each.is_short]


def warnings(me: Caller) -> list[str]:
    """A sentence for each budget that binds this person (and key) and of which 80 % or more are spent; from memory."""
    if not me.id or db.database is None:
        return []
    with purses.lock:
        pots = purses.here().of(me.id, me.key).pots
        return [telling.warning(pot) for pot in pots if pot.spent * 100 >= NEARLY * pot.amount]


def standings(rows: list[tuple]) -> list[Standing]:  # type: ignore[type-arg]
    """Budgets' rows with what is gone of each."""
    found = []
    with purses.lock:
        house, at = purses.here(), clock.now()
        for row in rows:
            pot = house.pot(row)
            if not pot.since <= at < pot.until:
                house.load(pot, at)
            found.append(standing(pot))
    return found


def standing(pot: Pot) -> Standing:
    """How a pot stands."""
    who = (pot.id, pot.kind, pot.target_id, named(pot.kind, pot.target_id))
    numbers = (pot.amount, pot.spent, pot.held, pot.unpriced, pot.since, pot.until)
    return Standing(*who, pot.period, pot.unit, *numbers)


def named(kind: str, target_id: str) -> str:
    """The name of whoever a budget or limit is for, '' for somebody who is gone."""
    if kind == WORKSPACE:
        return "The workspace"
    row = db.fetch(NAMES[kind], target_id)
    return str(row[0]) if row else ""


def put(me: Caller, kind: str, target_id: str, period: str, unit: str, amount: int) -> Budget:
    """Set what may be spent in a period (day, month or total, UTC): nano-units of money, or tokens.

    Each has one budget for a period and unit; another amount takes the place of the old one. Raises Forbidden,
    NotFound, Invalid (period, unit, amount).
    """
    me.must_be_admin()
    wrong = {
        "period": period not in PERIODS and "A budget is for a day, a month or in total.",
        "unit": unit not in UNITS and "A budget is in money or in tokens.",
        "amount": not 0 < amount < MOST and f"A budget is more than 0 and less than {telling.amount(MOST, unit)}.",
    }
    if found := {field: said for field, said in wrong.items() if said}:
        raise Invalid(**found)
    with db.write(durable=True) as tx:
        must_still_be_admin(tx, me)
        must_be_there(tx, kind, target_id)
        same = (Budget.kind == kind, Budget.target_id == target_id, Budget.period == period, Budget.unit == unit)
        row: Budget | None = tx.first(select(Budget).where(*same))
        if row is None:
            row = Budget(id=clock.new_id(), kind=kind, target_id=target_id, period=period, unit=unit, amount=amount,
                         created_at=clock.now())  # fmt: skip
        elif row.amount != amount:
            row.amount, row.told, row.told_at = amount, 0, 0
        tx.add(row)
        said = f"{telling.amount(amount, unit)} {telling.span(period)}"
        tx.audit(me, "budgets.put", row, note=f"{said} for {kind} {target_id}".strip())
    return row


def remove(me: Caller, id: str) -> Budget:
    """Take a budget away. Raises Forbidden, NotFound."""
    me.must_be_admin()
    with db.write(durable=True) as tx:
        must_still_be_admin(tx, me)
        row = tx.find(Budget, id)
        if row is None:
            raise NotFound("There is no such budget.")
        tx.delete(row)
        tx.audit(me, "budgets.remove", row, note=f"{telling.span(row.period)} for {row.kind} {row.target_id}".strip())
    return row


def must_be_there(tx: Transaction, kind: str, target_id: str) -> None:
    """Raises NotFound for nobody, Invalid(kind) for what can have no budget."""
    if kind not in KINDS:
        raise Invalid(kind="A budget is for the workspace, a group, a person or a key.")
    if (kind == WORKSPACE) != (target_id == "") or (kind != WORKSPACE and not named(kind, target_id)):
        raise NotFound(f"There is no such {'person' if kind == USER else kind}.")


def limits(me: Caller) -> list[tuple[str, Limit]]:
    """Every limit with the name of whoever it is for. Raises Forbidden for members."""
    me.must_be_admin()
    with db.read() as reading:
        rows = list(reading.exec(select(Limit)).all())
    found = [(named(row.kind, row.target_id), row) for row in rows]
    return sorted(found, key=lambda each: (KINDS.index(each[1].kind), each[0].lower()))


def limit(
    me: Caller, kind: str, target_id: str, requests: int | None, tokens: int | None, parallel: int | None
) -> None:
    """Set how often somebody may ask: requests and tokens a minute, calls at the same time; None is no limit.

    Raises Forbidden, NotFound, Invalid (requests, tokens, parallel).
    """
    me.must_be_admin()
    given = {"requests": requests, "tokens": tokens, "parallel": parallel}
    if wrong := [name for name, number in given.items() if number is not None and not 0 < number < MOST]:
        raise Invalid(**dict.fromkeys(wrong, "Write a whole number from 1 on, or nothing for no limit."))
    with db.write(durable=True) as tx:
        must_still_be_admin(tx, me)
        if any(number is not None for number in given.values()):
            must_be_there(tx, kind, target_id)
        tx.run("delete from usage_limit where kind = :kind and target_id = :id", kind=kind, id=target_id)
        if any(number is not None for number in given.values()):
            tx.add(Limit(kind=kind, target_id=target_id, **given))
        said = " ".join(f"{name} {number}" for name, number in given.items() if number is not None)
        tx.audit(me, "limits.put", target_id, note=f"{kind} {said}".strip())


def keep_rows(me: Caller, days: int) -> None:
    """For how many days the row of each call is kept; the sums of days stay. Raises Forbidden, Invalid(days)."""
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(days=f"A number of days from 1 to {MOST_DAYS:,}.")
    settings.change(me, usage_days=days)
