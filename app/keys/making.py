"""The life of a key: made, changed, rotated, revoked. What lets somebody in is told once and never stored."""

from collections.abc import Iterable
from typing import Any

import orjson
from sqlmodel import select

from app import clock, db, secrets
from app.db import Transaction
from app.errors import Conflict, Forbidden, Invalid, NotFound, OverLimit
from app.keys.checking import MODELS, check
from app.keys.entering import START
from app.keys.rows import Key, Pace, Spend
from app.rights import Caller
from app.usage.rows import Budget, Limit

SHOWN = 11
MOST_KEYS = 200
LONGEST_OVERLAP = 30 * 86_400


def create(
    me: Caller,
    name: str,
    *,
    user: str | None = None,
    scopes: Iterable[str] = (MODELS,),
    models: Iterable[str] = (),
    addresses: Iterable[str] = (),
    expires_at: int | None = None,
    budget: Spend | None = None,
    limits: Pace | None = None,
    cache_seconds: int = 0,
) -> tuple[Key, str]:
    """A new key and what it is written as, which is told only now. Raises Invalid, Forbidden, OverLimit.

    `user` is somebody else only at the machine's own terminal: who makes a key can act as its person.
    """
    me.must_be_known()
    owner = user or me.id
    if me.key or not owner or (owner != me.id and me.door != "cli"):
        raise Forbidden("People make their own keys, on the page Keys.")
    scopes, models, addresses = list(scopes), list(models), list(addresses)
    check(name, scopes, models, addresses, expires_at, budget, limits, cache_seconds)
    token, now = START + secrets.token(), clock.now()
    key = Key(
        id=clock.new_id(),
        user_id=owner,
        name=name.strip(),
        digest=secrets.digest(token),
        prefix=token[:SHOWN],
        created_at=now,
        expires_at=expires_at,
        cache_seconds=cache_seconds,
        **as_kept(scopes, models, addresses),
    )
    with db.write(durable=True) as tx:
        must_be_active(tx, owner)
        must_have_room(tx, owner)
        tx.add(key)
        grant(tx, key, budget, limits)
        tx.audit(me, "keys.create", key, note=key.prefix)
    return key, token


def as_kept(scopes: list[str], models: list[str], addresses: list[str]) -> dict[str, Any]:
    """Lists as the row keeps them."""
    return {
        "scopes": " ".join(dict.fromkeys(scopes)),
        "models": orjson.dumps(list(dict.fromkeys(models))).decode(),
        "addresses": " ".join(dict.fromkeys(addresses)),
    }


def must_be_active(tx: Transaction, user: str) -> None:
    """Raises NotFound for nobody, Conflict for a person who cannot sign in."""
    row = tx.run("select deactivated_at from account where id = :id", id=user).fetchone()
    if row is None:
        raise NotFound("There is no such person.")
    if row[0] is not None:
        raise Conflict("This account is deactivated.")


def must_have_room(tx: Transaction, user: str) -> None:
    """Raises OverLimit when a person has as many open keys as anybody may."""
    held = "select count(*) from apikey where user_id = :id and revoked_at is null and replaced_by is null"
    if tx.run(held, id=user).fetchone()[0] >= MOST_KEYS:
        raise OverLimit(f"One person has at most {MOST_KEYS} keys. Revoke those that are no longer used.")


def grant(tx: Transaction, key: Key, budget: Spend | None, limits: Pace | None) -> None:
    """Put the key's own budget and limits in the place of those it had; one in tokens stays beside one in money."""
    unit = budget.unit if budget else "money"
    tx.run("delete from budget where kind = 'key' and target_id = :id and unit = :unit", id=key.id, unit=unit)
    tx.run("delete from usage_limit where kind = 'key' and target_id = :id", id=key.id)
    if budget is not None:
        tx.add(
            Budget(
                id=clock.new_id(),
                kind="key",
                target_id=key.id,
                period=budget.period,
                unit=budget.unit,
                amount=budget.amount,
                created_at=clock.now(),
            )
        )
    if limits:
        tx.add(Limit(kind="key", target_id=key.id, **vars(limits)))


def change(me: Caller, id: str, **attributes: Any) -> Key:
    """Change attributes of one's own key, named as for `create`. Raises Invalid, NotFound, Conflict."""
    with db.write(durable=True) as tx:
        key = own(tx, me, id)
        if not key.is_open:
            raise Conflict("This key has ended. Make another.")
        old = present(tx, key)
        new = old | attributes
        expires = {} if "expires_at" in attributes else {"expires_at": None}
        check(**(new | expires))
        key.name, key.expires_at, key.cache_seconds = new["name"].strip(), new["expires_at"], new["cache_seconds"]
        for field, value in as_kept(list(new["scopes"]), list(new["models"]), list(new["addresses"])).items():
            setattr(key, field, value)
        tx.add(key)
        if (new["budget"], new["limits"] or None) != (old["budget"], old["limits"]):
            grant(tx, key, new["budget"], new["limits"])
        tx.audit(me, "keys.change", key, note=" ".join(sorted(attributes)))
    return key


def present(tx: Transaction, key: Key) -> dict[str, Any]:
    """A key's attributes as `create` takes them."""
    of_key = select(Budget).where(Budget.kind == "key", Budget.target_id == key.id, Budget.unit == "money")
    budget = tx.first(of_key)
    limit = tx.find(Limit, ("key", key.id))
    return {
        "name": key.name,
        "scopes": key.opens,
        "models": key.names,
        "addresses": key.addresses.split(),
        "expires_at": key.expires_at,
        "budget": budget and Spend(budget.amount, budget.period, budget.unit),
        "limits": limit and Pace(limit.requests, limit.tokens, limit.parallel),
        "cache_seconds": key.cache_seconds,
    }


def rotate(me: Caller, id: str, overlap_seconds: int = 0) -> str:
    """A new key in the place of the old one, which still opens for `overlap_seconds`. Budget, limits and what was spent
    stay. Raises NotFound, Conflict, Invalid."""
    if not 0 <= overlap_seconds <= LONGEST_OVERLAP:
        raise Invalid(overlap=f"Both can be used for at most {LONGEST_OVERLAP // 86_400} days.")
    token, now = START + secrets.token(), clock.now()
    with db.write(durable=True) as tx:
        key = own(tx, me, id)
        if not key.is_open:
            raise Conflict("This key has ended. Make another.")
        earlier = key.model_dump() | {"id": clock.new_id(), "replaced_by": key.id, "revoked_at": None}
        key.digest, key.prefix = secrets.digest(token), token[:SHOWN]
        tx.add(key)
        if overlap_seconds:
            # Only one earlier key at a time: those before it end now.
            end_earlier(tx, key, now)
            tx.add(Key(**(earlier | {"ends_at": now + overlap_seconds * clock.SECOND})))
        tx.audit(me, "keys.rotate", key, note=f"{key.prefix}, {overlap_seconds} s")
    return token


def end_earlier(tx: Transaction, key: Key, now: int) -> int:
    """End what a rotation left open; how many."""
    sql = "update apikey set ends_at = :now where replaced_by = :id and coalesce(ends_at, :now + 1) > :now"
    return int(tx.run(sql, id=key.id, now=now).rowcount)


def settle(me: Caller, id: str) -> None:
    """End the overlap of a rotation at once. Raises NotFound, Conflict."""
    with db.write(durable=True) as tx:
        key = own(tx, me, id)
        if not end_earlier(tx, key, clock.now()):
            raise Conflict("The earlier key has ended already.")
        tx.audit(me, "keys.settle", key)


def revoke(me: Caller, id: str) -> Key:
    """End a key at once, and for ever: one's own, and for admins anybody's. Raises NotFound."""
    with db.write(durable=True) as tx:
        key = own(tx, me, id, others=me.is_admin)
        if key.revoked_at is None:
            key.revoked_at = clock.now()
            tx.add(key)
            tx.audit(me, "keys.revoke", key, note=key.prefix)
    return key


def own(tx: Transaction, me: Caller, id: str, others: bool = False) -> Key:
    """The key, if it is one's own, or if `others` and at the machine's terminal anybody's. Raises NotFound."""
    me.must_be_known()
    if me.key:
        raise Forbidden("A key changes no keys. Sign in for that.")
    key = tx.find(Key, id)
    if key is None or key.replaced_by or not (others or me.door == "cli" or key.user_id == me.id):
        raise NotFound("There is no such key.")
    return key


def sweep() -> int:
    """Delete what rotations left over, a month after its end; how many. Revoked keys stay: the ledger names them."""
    before = clock.now() - 30 * clock.DAY
    with db.write() as tx:
        return int(tx.run("delete from apikey where replaced_by is not null and ends_at < :at", at=before).rowcount)
