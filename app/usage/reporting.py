"""Reports: what was used in some days of UTC, day by day and by model, person, key and door."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from app import clock, db
from app.errors import Invalid, NotFound
from app.rights import Caller
from app.usage import windows
from app.usage.summing import NUMBERS, Sum, sums

WEEK, MONTH, YEAR = "week", "month", "year"
PERIODS = {WEEK: 7, MONTH: 30, YEAR: 12}
RECENT = """select u.id, u.started_at, u.user_id, coalesce(a.name, ''), u.key_id, coalesce(k.name, ''), u.door,
    u.purpose, u.alias, u.model, coalesce(p.name, ''), u.state, u.status, u.tokens_in, u.tokens_cached, u.tokens_out,
    u.tokens_reasoning, u.cost, u.first_token_us, u.duration_us, u.estimated, u.cache, u.fallbacks from usage u
    left join account a on a.id = u.user_id left join apikey k on k.id = u.key_id
    left join provider p on p.id = u.provider_id"""


@dataclass(frozen=True)
class Line:
    """What has one name in a report: its id, what it is called, what tells it from others, and its numbers."""

    id: str
    name: str
    note: str
    sum: Sum


@dataclass(frozen=True)
class Bar:
    """A day or a month of a report, from day `since` to before `until`: a Sum for each model that was asked in it."""

    since: int
    until: int
    models: dict[str, Sum]
    sum: Sum


@dataclass(frozen=True)
class Report:
    """The days from `since` to before `until`, counted from 1970. `name` is whose, '' for everybody's; `earlier` are as
    many days before."""

    period: str
    since: int
    until: int
    user_id: str
    key_id: str
    name: str
    total: Sum
    earlier: Sum
    bars: tuple[Bar, ...]
    models: tuple[Line, ...]
    people: tuple[Line, ...]
    keys: tuple[Line, ...]
    doors: tuple[Line, ...]


@dataclass(frozen=True)
class Made:
    """A call as a list shows it. Tokens, cost and times are None where nobody knows them; times in microseconds."""

    id: str
    at: int
    user_id: str
    person: str
    key_id: str
    key: str
    door: str
    purpose: str
    alias: str
    model: str
    provider: str
    state: str
    status: str
    tokens_in: int | None
    tokens_cached: int | None
    tokens_out: int | None
    tokens_reasoning: int | None
    cost: int | None
    first_token_us: int | None
    duration_us: int | None
    estimated: bool
    cache: bool
    fallbacks: int


def report(me: Caller, period: str = MONTH, user_id: str = "", key_id: str = "") -> Report:
    """What was used in the last week, month (30 days) or year, until now: by oneself, for admins by everybody, by one
    person or with one key. Raises NotFound, Invalid(period)."""
    since, until = days(period)
    user_id, name = whose(me, user_id, key_id)
    users = [user_id] if user_id else None
    key = key_id or None
    by_model = sums(("day", "provider_id", "model"), since, until, users, key)
    before = sums((), since - (until - since), since, users, key)
    providers = dict(db.fetch_all("select id, name from provider"))
    return Report(
        *(period, since, until, user_id, key_id, name, added(by_model), added(before)),
        bars=tuple(bars(by_model, period, since, until)),
        models=lines(by_model, model_of, lambda each: (str(each.names[2]), providers.get(each.names[1], "(removed)"))),
        people=people(since, until, users, key),
        keys=keys(since, until, users, key),
        doors=lines(sums(("door",), since, until, users, key), first_name),
    )


def days(period: str, at: int | None = None) -> tuple[int, int]:
    """The first UTC day of a period that ends today, and the first after it; a year is twelve months of the calendar.

    Raises Invalid(period)."""
    if period not in PERIODS:
        raise Invalid(period=f"A report is for the last {', '.join(PERIODS)}.")
    at = clock.now() if at is None else at
    until = windows.day_of(at) + 1
    if period != YEAR:
        return until - PERIODS[period], until
    today = datetime.fromtimestamp(at // clock.SECOND, UTC)
    months = today.year * 12 + today.month - 1 - (PERIODS[YEAR] - 1)
    return windows.day_of(windows.month(f"{months // 12}-{months % 12 + 1:02}")[0]), until


def whose(me: Caller, user_id: str, key_id: str) -> tuple[str, str]:
    """The person whose calls are meant ('' for everybody's, which only admins see), and a name for them.

    Raises NotFound for strangers' people and keys."""
    me.must_be_known()
    if key_id:
        row = db.fetch("select user_id, name from apikey where id = ?", key_id)
        if row is None or not (me.is_admin or row[0] == me.id):
            raise NotFound("There is no such key.")
        return row[0], row[1]
    if not user_id and me.is_admin:
        return "", ""
    row = db.fetch("select id, name from account where id = ?", user_id or me.id)
    if row is None or not (me.is_admin or row[0] == me.id):
        raise NotFound("There is no such person.")
    return row[0], row[1]


def bars(found: list[Sum], period: str, since: int, until: int) -> Iterable[Bar]:
    """The days of a report, or the months of a year, each with its models."""
    edges = [*range(since, until + 1)]
    if period == YEAR:
        edges = [each for each in edges if datetime.fromtimestamp(each * 86_400, UTC).day == 1] + [until]
    edges = sorted({*edges})
    for begin, end in zip(edges, edges[1:], strict=False):
        inside = [each for each in found if begin <= int(each.names[0]) < end]
        models: dict[str, list[Sum]] = {}
        for each in inside:
            models.setdefault(model_of(each), []).append(each)
        yield Bar(begin, end, {id: added(some) for id, some in models.items()}, added(inside))


def people(since: int, until: int, users: list[str] | None, key_id: str | None) -> tuple[Line, ...]:
    """Who made the calls."""
    names = dict(db.fetch_all("select id, name from account"))
    return lines(
        sums(("user_id",), since, until, users, key_id),
        first_name,
        lambda each: (names.get(str(each.names[0]), "(gone)") if each.names[0] else "", ""),
    )


def keys(since: int, until: int, users: list[str] | None, key_id: str | None) -> tuple[Line, ...]:
    """The keys by which the calls came; '' stands for those that came without one."""
    held = "select k.id, k.name, a.name from apikey k join account a on a.id = k.user_id"
    names = {id: (name, person) for id, name, person in db.fetch_all(held)}
    return lines(
        sums(("key_id",), since, until, users, key_id),
        first_name,
        lambda each: names.get(str(each.names[0]), ("(gone)", "")) if each.names[0] else ("", ""),
    )


def lines(
    found: list[Sum], key: Callable[[Sum], str], named: Callable[[Sum], tuple[str, str]] | None = None
) -> tuple[Line, ...]:
    """One line for each name, the most expensive first."""
    alike: dict[str, list[Sum]] = {}
    for each in found:
        alike.setdefault(key(each), []).append(each)
    whole = []
    for id, some in alike.items():
        name, note = named(some[0]) if named else (id, "")
        whole.append(Line(id, name, note, added(some)))
    return tuple(sorted(whole, key=lambda line: (-line.sum.cost, -line.sum.calls, line.name.lower(), line.id)))


def model_of(each: Sum) -> str:
    """What stands for one model of one provider in sums by day, provider and model."""
    return f"{each.names[1]}/{each.names[2]}"


def first_name(each: Sum) -> str:
    """What stands for a line of sums by one thing."""
    return str(each.names[0])


def added(found: Iterable[Sum]) -> Sum:
    """All of them together."""
    some = list(found)
    return Sum((), *(sum(getattr(each, name) for each in some) for name in NUMBERS))


def made(me: Caller, user_id: str = "", key_id: str = "", before: str = "", limit: int = 50) -> list[Made]:
    """The newest calls older than the one with the id `before`: one's own, for admins everybody's or one person's.

    Raises NotFound."""
    user_id, _ = whose(me, user_id, key_id)
    where = [("u.user_id = ?", user_id), ("u.key_id = ?", key_id), ("u.id < ?", before)]
    asked = [(sql, value) for sql, value in where if value]
    sql = f" where {' and '.join(sql for sql, _ in asked)}" if asked else ""
    rows = db.fetch_all(f"{RECENT}{sql} order by u.id desc limit ?", *(value for _, value in asked), limit)
    return [Made(*row) for row in rows]


def months() -> list[tuple[str, str]]:
    """The months since the first call, the newest first, as 2026-11 and in words."""
    rows = db.fetch("select (select min(day) from usageday), (select min(started_at) from usage)") or (None, None)
    now = clock.now()
    first = min([now, *([rows[0] * clock.DAY] if rows[0] is not None else []), *([rows[1]] if rows[1] else [])])
    found, at = [], now
    while True:
        name = windows.month_of(at)
        since, _ = windows.month(name)
        found.append((name, f"{datetime.fromtimestamp(since // clock.SECOND, UTC):%B %Y}"))
        if since <= first:
            return found
        at = since - 1
