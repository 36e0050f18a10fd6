"""Which keys there are. Admins see what is known of all of them; nobody sees a key again."""

from dataclasses import dataclass

from sqlmodel import select

from app import clock, db
from app.errors import NotFound
from app.keys.entering import told, used
from app.keys.rows import Key, Pace, Spend
from app.rights import Caller
from app.usage import budgets
from app.usage.rows import Limit


@dataclass(frozen=True)
class Held:
    """A key as lists show it: whose it is, what it may spend and how fast, and what a rotation left open; `used` is how
    much of each budget is spent, in percent."""

    key: Key
    person: str
    email: str
    budgets: tuple[Spend, ...]
    used: tuple[int, ...]
    limits: Pace | None
    earlier: Key | None


def mine(me: Caller) -> list[Held]:
    """The person's own keys, the open ones first, then the newest."""
    me.must_be_known()
    return held("k.user_id = ?", me.id)


def all(me: Caller) -> list[Held]:
    """Everybody's keys. Raises Forbidden for members."""
    me.must_be_admin()
    return held("1 = ?", 1)


def find(id: str, me: Caller) -> Held:
    """One's own key, or for admins anybody's. Raises NotFound."""
    me.must_be_known()
    found = held("k.id = ?", id)
    if not found or not (me.is_admin or found[0].key.user_id == me.id):
        raise NotFound("There is no such key.")
    return found[0]


def named(me: Caller, word: str) -> Held:
    """The key with this id or this beginning. Raises Forbidden for members, NotFound."""
    me.must_be_admin()
    found = held("k.id = ?", word) or (held("k.prefix = ?", word[:11]) if len(word) >= 11 else [])
    if len(found) != 1:
        raise NotFound("There is no such key: `main.py keys list` shows all, with their beginnings.")
    return found[0]


def held(where: str, value: object) -> list[Held]:
    """The keys for which `where` holds (one of our own conditions)."""
    ids = [row[0] for row in db.fetch_all(f"select k.id from apikey k where k.replaced_by is null and {where}", value)]
    if not ids:
        return []
    with db.read() as reading:
        chosen = set(ids)
        keys = [key for key in reading.exec(select(Key)).all() if key.id in chosen or key.replaced_by in chosen]
        limits = {row.target_id: row for row in reading.exec(select(Limit).where(Limit.kind == "key")).all()}
    spent = budgets.standings(db.fetch_all(f"select {budgets.COLUMNS} from budget where kind = 'key' order by id"))
    people = {id: (name, email) for id, name, email in db.fetch_all("select id, name, email from account")}
    now = clock.now()
    earlier = {key.replaced_by: key for key in keys if key.replaced_by and (key.ends_at or 0) > now}
    rows = []
    for key in keys:
        if key.replaced_by:
            continue
        if (use := used.get(key.id)) is not None:
            key.last_at, key.last_address, key.last_what = use[0], use[1], told(use[2], use[3])
        limit, own = limits.get(key.id), [each for each in spent if each.target_id == key.id]
        rows.append(
            Held(
                key,
                *people[key.user_id],
                tuple(Spend(each.amount, each.period, each.unit) for each in own),
                tuple(each.percent for each in own),
                Pace(limit.requests, limit.tokens, limit.parallel) if limit else None,
                earlier.get(key.id),
            )
        )
    return sorted(rows, key=lambda row: (row.key.is_open, row.key.created_at, row.key.id), reverse=True)
