"""Responses that are kept for their owner: asked for again, continued, deleted, and removed after their time."""

import re
from collections.abc import Iterator
from typing import Any

import orjson

from app import clock, db
from app.errors import Invalid, NotFound
from app.rights import Caller

Item = dict[str, Any]
DAYS = 30
# A conversation is a chain of responses; nobody goes on with one as long as this.
LONGEST = 2_000
KEEP = """insert into response (id, user_id, key_id, previous_id, model, status, input, body, created_at)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing"""
FIND = "select body from response where id = ? and user_id = ?"
CHAIN = """with recursive chain (n, id, previous_id, model, input, body) as (
    select 0, id, previous_id, model, input, body from response where id = ? and user_id = ?
    union all
    select n + 1, r.id, r.previous_id, r.model, r.input, r.body from response r
        join chain on r.id = chain.previous_id where r.user_id = ? and n < ?
) select id, previous_id, model, input, body from chain order by n desc"""
# What another kept response goes on from is kept as long as that one.
SWEEP = """delete from response where created_at < :before
    and id not in (select previous_id from response where previous_id is not null)"""
OURS = re.compile(r"[a-z]+_([0-9a-z]{29})(?:_(i?)([0-9]{1,6}))?")
CHANGE = "update response set status = ?, body = ? where id = ? and user_id = ?"
# What is made in the background; nothing else has a row before its end.
RUNNING = ("queued", "in_progress")
LOST = """update response set status = 'failed', body = json_set(body, '$.status', 'failed', '$.error',
    json_object('code', 'server_error', 'message', :said)) where id = :id"""
LEFT = "select id from response where status in ('queued', 'in_progress') and created_at < ?"
ENDED = "This workspace was stopped while the response was made. Ask again."


async def keep(me: Caller, previous_id: str | None, model: str, items: list[Item], response: Item) -> None:
    """Keep a response and the items that it answered; it is committed when this returns."""
    row = (response["id"], me.id, me.key, previous_id, model, str(response.get("status", "")))
    await db.append(KEEP, *row, orjson.dumps(items).decode(), orjson.dumps(response).decode(), clock.now())


async def change(me: Caller, response: Item) -> None:
    """Keep what a response has become; one that was removed in the meantime stays away."""
    await db.append(CHANGE, str(response["status"]), orjson.dumps(response).decode(), response["id"], me.id)


def settle(before: int) -> int:
    """Mark as failed what was begun before a moment by a process that is gone; how many."""
    # Searched by reading: there may be many responses, and whoever writes must not wait for that.
    left = [id for (id,) in db.fetch_all(LEFT, before)]
    for id in left:
        with db.write() as tx:
            tx.run(LOST, id=id, said=ENDED)
    return len(left)


def response(id: str, me: Caller) -> bytes:
    """A kept response, as JSON. Raises NotFound."""
    row = db.fetch(FIND, id, me.id)
    if row is None:
        raise NotFound(f"There is no response with the id “{id[:100]}” that is yours.", field="response_id")
    return str(row[0]).encode()


def earlier(id: str, me: Caller) -> list[Item]:
    """All that was said until the end of this response: items that went in and came out. Raises Invalid."""
    row = db.fetch("select status from response where id = ? and user_id = ?", id, me.id)
    if row is not None and row[0] in RUNNING:
        raise Invalid(previous_response_id=f"The response “{id[:100]}” is still being made: wait for its end.")
    return [item for _, asked, answered in conversation(id, me) for item in (*asked, *answered)]


def conversation(id: str, me: Caller) -> Iterator[tuple[str, list[Item], list[Item]]]:
    """The responses that lead to this one, oldest first: id, what went in, what came out. Raises Invalid."""
    rows = db.fetch_all(CHAIN, id, me.id, me.id, LONGEST)
    if not rows:
        raise missing(id)
    if rows[0][1] is not None:
        raise missing(rows[0][1])
    for each in rows:
        yield each[0], orjson.loads(each[3]), orjson.loads(each[4]).get("output") or []


def missing(id: str) -> Invalid:
    """The refusal for a response that one cannot go on from."""
    refusal = Invalid(previous_response_id=f"Previous response with id “{id[:100]}” not found.")
    refusal.kind = "previous_response_not_found"
    return refusal


def asked_with(id: str, me: Caller) -> list[Item]:
    """The items that a kept response answered, those of earlier turns first, each with an id. Raises NotFound."""
    response(id, me)
    told: list[Item] = []
    before: list[Item] = []
    for each, asked, answered in conversation(id, me):
        told += before + [with_id(item, each, n) for n, item in enumerate(asked)]
        before = answered
    return told


def with_id(item: Item, response_id: str, n: int) -> Item:
    """An item as the list of them shows it."""
    told: Item = {"type": "message", "status": "completed"} | item
    if told["type"] == "message" and isinstance(told.get("content"), str):
        kind = "output_text" if told.get("role") == "assistant" else "input_text"
        told["content"] = [{"type": kind, "text": told["content"]}]
    return told | {"id": item.get("id") or f"item_{response_id.partition('_')[2]}_i{n}"}


def referred(id: str, me: Caller, place: str) -> Item | None:
    """The item that an id of ours stands for; None for ids of others. Raises Invalid when it is not there."""
    match = OURS.fullmatch(id)
    if match is None or match[3] is None:
        return None
    row = db.fetch("select input, body from response where id = ? and user_id = ?", f"resp_{match[1]}", me.id)
    items = [] if row is None else orjson.loads(row[0]) if match[2] else orjson.loads(row[1]).get("output") or []
    n = int(match[3])
    if n >= len(items):
        raise Invalid(**{place: f"Item with id “{id[:100]}” not found: `{place}`."})
    found: Item = items[n]
    return found


def is_ours(id: str) -> bool:
    """Whether a response was made here, and not by a provider that speaks the dialect itself."""
    return OURS.fullmatch(id) is not None


def made_with(id: str, me: Caller) -> str:
    """The name of the model that was asked for a kept response, '' when there is none."""
    row = db.fetch("select model from response where id = ? and user_id = ?", id, me.id)
    return str(row[0]) if row else ""


def remove(id: str, me: Caller) -> None:
    """Delete a kept response. Raises NotFound."""
    response(id, me)
    with db.write() as tx:
        tx.run("delete from response where id = :id and user_id = :user", id=id, user=me.id)


def sweep() -> None:
    """Remove the responses whose time is over, with nothing that still goes on from them."""
    before = clock.now() - DAYS * clock.DAY
    removed = 1
    while removed:
        with db.write() as tx:
            removed = tx.run(SWEEP, before=before).rowcount
