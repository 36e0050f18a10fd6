"""Statements: what a person or a group has used in a month of UTC, line by line."""

from dataclasses import dataclass

from app import clock, db
from app.errors import Invalid, NotFound
from app.rights import Caller
from app.usage import windows
from app.usage.summing import Sum, sums


@dataclass(frozen=True)
class Line:
    """One model in a statement: whose it is, and its numbers. `person` is '' in a person's own statement."""

    person: str
    provider: str
    model: str
    sum: Sum


@dataclass(frozen=True)
class Statement:
    """A month (like 2026-11) of one person or group. `is_over` says that nothing more can come."""

    month: str
    name: str
    since: int
    until: int
    lines: tuple[Line, ...]

    @property
    def is_over(self) -> bool:
        """Whether the month has ended."""
        return self.until <= clock.now()

    @property
    def cost(self) -> int:
        """The sum of all known costs, in nano-units."""
        return sum(line.sum.cost for line in self.lines)

    @property
    def unpriced(self) -> int:
        """Calls that are missing in the sum, because nobody knows what they cost."""
        return sum(line.sum.unpriced for line in self.lines)

    @property
    def estimated(self) -> int:
        """Calls whose tokens nobody reported."""
        return sum(line.sum.estimated for line in self.lines)


def month(me: Caller, name: str = "", *, user_id: str = "", group_id: str = "") -> Statement:
    """The statement of a month (default: the present one) for oneself, or for admins of anybody or of a group.

    A group's is that of those who are in it now. Raises Forbidden, NotFound, Invalid(month).
    """
    me.must_be_known()
    try:
        since, until = windows.month(name or windows.month_of(clock.now()))
    except (ValueError, OverflowError):
        raise Invalid(month="Write a month like 2026-11.") from None
    people, title = whom(me, user_id or ("" if group_id else me.id), group_id)
    names = dict(db.fetch_all("select id, name from provider"))
    by = ("user_id", "provider_id", "model")
    found = sums(by, windows.day_of(since), windows.day_of(until), [*people]) if people else []
    lines = [
        Line(
            people[str(each.names[0])] if group_id else "",
            names.get(str(each.names[1]), "(removed)"),
            str(each.names[2]),
            each,
        )
        for each in found
    ]
    lines.sort(key=lambda line: (line.person.lower(), -line.sum.cost, line.provider.lower(), line.model))
    return Statement(windows.month_of(since), title, since, until, tuple(lines))


def whom(me: Caller, user_id: str, group_id: str) -> tuple[dict[str, str], str]:
    """The people of a statement with their names, and its title. Raises Forbidden, NotFound."""
    if group_id:
        me.must_be_admin()
        group = db.fetch("select name from people_group where id = ?", group_id)
        if group is None:
            raise NotFound("There is no such group.")
        rows = db.fetch_all(
            "select a.id, a.name from account a join groupmember g on g.user_id = a.id where g.group_id = ?", group_id
        )
        return dict(rows), group[0]
    row = db.fetch("select id, name from account where id = ?", user_id)
    if row is None or not (me.is_admin or user_id == me.id):
        raise NotFound("There is no such person.")
    return {row[0]: row[1]}, row[1]
