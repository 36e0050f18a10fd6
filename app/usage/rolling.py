"""Rolling up: the calls of a UTC day become a few sums, and after a while the rows themselves go."""

from app import clock, db, settings
from app.usage.summing import ALIKE, CALL, NUMBERS, rolled_until
from app.usage.windows import day_of

# Rows that go in one transaction, so that nobody waits long for the write lock.
BATCH = 2_000
LINES = ", ".join((*ALIKE, *NUMBERS))
ROLL = f"""insert into usageday ({LINES}) select {", ".join(ALIKE)}, {", ".join(f"sum({name})" for name in NUMBERS)}
    from (select {CALL} from usage where started_at >= :since and started_at < :until) group by {", ".join(ALIKE)}"""


def roll() -> int:
    """Roll up the days that are over and in which no call is open; how many."""
    first = db.fetch("select min(started_at) from usage")
    if first is None or first[0] is None:
        return 0
    began, today = max(rolled_until(), day_of(first[0])), day_of(clock.now())
    opened = db.fetch("select min(started_at) from usage where state = 'open'")
    ends = min(today, day_of(opened[0])) if opened and opened[0] is not None else today
    for day in range(began, ends):
        with db.write() as tx:
            tx.run("delete from usageday where day = :day", day=day)
            tx.run(ROLL, since=day * clock.DAY, until=(day + 1) * clock.DAY)
            settings.put(tx, "usage_rolled", day + 1)
    return max(0, ends - began)


def forget() -> int:
    """Delete the rows of calls that are rolled up and older than the setting `usage_days`; how many."""
    days = int(settings.value("usage_days"))
    before = min(day_of(clock.now()) - days, rolled_until()) * clock.DAY
    sql = "delete from usage where id in (select id from usage where started_at < :before limit :most)"
    gone = 0
    while True:
        with db.write() as tx:
            count = int(tx.run(sql, before=before, most=BATCH).rowcount)
        gone += count
        if count < BATCH:
            return gone
