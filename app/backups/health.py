"""How the copies are: the replica at this moment, and what somebody has to look at."""

from dataclasses import dataclass

from app import clock, config, db
from app.backups import points, starting
from app.backups.state import State, of
from app.backups.target import Unreachable, chosen
from app.rights import Caller

# A replica that is further behind than this is no longer what was promised.
LATE = 60.0
# A verification is made each week; this one was missed twice.
STALE = 15 * clock.DAY
PAGE = "/admin/backups"


@dataclass(frozen=True)
class Need:
    """Something to look at: `kind` is bad, warn or note, `title` says what it is and `text` what to do."""

    kind: str
    title: str
    text: str
    link: str = PAGE


def state(me: Caller) -> State | None:
    """The replica as it is now, None where there is none. Raises Forbidden for members."""
    me.must_be_admin()
    if starting.running is not None:
        return starting.running.state()
    target = chosen()
    wal = db.here().path.with_name(f"{db.here().path.name}-wal")
    return None if target is None else of(target, wal.stat().st_size if wal.exists() else 0)


def needs(me: Caller) -> list[Need]:
    """What about the copies has to be looked at, the worst first. Raises Forbidden for members."""
    now = state(me)
    found = [*(replica_needs(now) if now is not None else [OFF]), *verification_needs(me, now is not None)]
    return sorted(found, key=lambda need: ("bad", "warn", "note").index(need.kind))


OFF = Need(
    "warn",
    "There is no replica.",
    "INGLENOOK_REPLICA is off: what was written since the last snapshot is lost with the disk.",
)


def replica_needs(now: State) -> list[Need]:
    """What is wrong with a replica that there is to be."""
    found = []
    if now.error:
        since = " Nothing has been copied since this server started." if now.confirmed_at is None else ""
        found.append(Need("bad", "The replica does not get what is written.", now.error + since))
    elif now.behind is not None and now.behind > LATE:
        found.append(Need("warn", "The replica is behind.", f"It lacks the last {now.behind / 60:.0f} minutes."))
    if now.wal_alarm:
        text = f"It has {now.wal / (1 << 20):,.0f} MiB, because nothing takes it into the database: look at the log."
        found.append(Need("bad", "The database's write-ahead log grows.", text))
    if now.unconfirmed_at is not None:
        text = "A change of accounts, keys or settings stands here, and the replica has not confirmed it yet."
        found.append(Need("warn", "The last change is only on this machine.", text))
    if now.same_disk:
        found.append(Need("note", "The replica lies on the disk of the database.", same_disk(now)))
    return found


def same_disk(now: State) -> str:
    """What a copy on the same disk is good for, and what not."""
    return (
        f"{now.words} brings back what was deleted or damaged, and does not protect against a lost disk: set "
        "INGLENOOK_REPLICA to another disk or to a bucket."
    )


def verification_needs(me: Caller, replicated: bool) -> list[Need]:
    """Whether the last trial of a restore went well, and is not long ago."""
    if not replicated:
        return []
    # A drill is the same, made after an upgrade.
    tried = [row for row in (points.last(me, "verify"), points.last(me, "drill")) if row is not None]
    last = max(tried, key=lambda row: row.started_at, default=None)
    if last is not None and last.ok is False:
        return [Need("bad", "The last verification failed.", last.note)]
    if last is not None and clock.now() - last.started_at > STALE:
        days = (clock.now() - last.started_at) // clock.DAY
        return [Need("warn", "No restore was tried for a while.", f"The last verification was {days} days ago.")]
    return []


def line(me: Caller) -> tuple[str, str]:
    """What `check` says of the copies: what is wrong and what to do, or what is well."""
    now = state(me)
    if now is None:
        return "", f"ok, but off: {OFF.text}"
    wrong = [need for need in needs(me) if need.kind == "bad"]
    if wrong:
        return f"{wrong[0].title} {wrong[0].text}", ""
    if starting.running is None and (silent := unreachable()):
        return silent, ""
    speed = f"{now.words}, {config.current.replica_speed}"
    if starting.running is not None and now.confirmed_at is None:
        speed += ", where not everything has arrived since the start yet"
    return "", f"ok: {speed}. {same_disk(now)}" if now.same_disk else f"ok: {speed}"


def unreachable() -> str:
    """Why the target cannot be used at this moment, '' when it can."""
    target = chosen()
    try:
        if target is not None:
            target.reachable()
    except Unreachable as refusal:
        return refusal.message
    return ""
