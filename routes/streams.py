"""Following an answer while it is written, and what a page that comes back has missed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from sse_starlette.sse import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response

from app import accounts, chats, clock, db, live
from app.doors import handing
from components.chats import Spent, streams, title_mark, updates
from components.page import document
from routes.chats import awaits_title, shelf_update
from routes.messages import choice_of
from routes.pages import Me, Pages, Query, answer

ar = Pages("/chats")

# A title takes a model a few seconds; a page asks for it once and waits this long.
TITLE_WAITS = 40
TITLE_WAIT = 0.25
# Between the commit of an answer and the beginning of its task lie milliseconds.
STARTING = 0.3
# Seconds that a stream may still take when the server is told to stop.
FAREWELL = 2
# Seconds after which it is seen that somebody who follows an answer was signed out or shut out.
LOOKS = 1.0


class Seen(Query):
    """What a page shows: its last message with its state, and a mark of its title."""

    seen: str = ""
    title: str = ""


@ar.get("/{id:id}/newer")
def newer(me: Me, id: str, query: Seen):
    chat = chats.find(id, me)
    changes: list[Any] = []
    if query.seen != last_seen(me, chat):
        changes += updates.Branch(me, chat, chats.view(me, chat), choice_of(me, chat))
    if query.title != title_mark(chat):
        changes += updates.Titled(chat)
    return (*changes, shelf_update(me, id)) if changes else None


def last_seen(me: Me, chat: chats.Chat) -> str:
    """The mark of the message at which the chat is now, or of all that stand side by side there."""
    view = chats.view(me, chat, limit=1)
    return " ".join(updates.seen_mark(turn.message) for turn in view.compared or view.turns)


@ar.get("/{id:id}/title/late")
async def late(me: Me, id: str, query: Seen):
    await chats.in_thread(chats.find, id, me)
    for _ in range(TITLE_WAITS):
        if handing.ending or db.fetch("select 1 from chat where id = ? and user_id = ? and title_by <> ''", id, me.id):
            break
        await asyncio.sleep(TITLE_WAIT)
    return answer(await chats.in_thread(titled, me, id, query.title))


def titled(me: Me, id: str, mark: str) -> Any:
    """The title, if it is another than the page shows."""
    chat = chats.find(id, me)
    return (*updates.Titled(chat), shelf_update(me, id)) if title_mark(chat) != mark else None


@ar.plain("GET", "/{id:id}/messages/{mid:id}/stream")
async def stream(request: Request) -> Response:
    me, id, mid = request.state.me, request.path_params["id"], request.path_params["mid"]
    chat = await chats.in_thread(holding, me, id, [mid])
    # A reconnecting page tells by its last event what it holds; a fresh one by its address.
    after = request.headers.get("last-event-id") or request.query_params.get("after", "0")
    held = int(after) if after.isdecimal() and len(after) < 10 else 0
    return streamed(follow(me, chat, mid, held))


@ar.plain("GET", "/{id:id}/stream")
async def stream_together(request: Request) -> Response:
    me, id = request.state.me, request.path_params["id"]
    held = streams.placed(request.headers.get("last-event-id") or request.query_params.get("after", ""))
    chat = await chats.in_thread(holding, me, id, list(held))
    return streamed(follow_together(me, chat, held))


def streamed(steps: AsyncIterator[bytes]) -> Response:
    """These events as an answer."""
    headers = {"cache-control": "no-store, no-transform"}
    # At a planned stop the answers are ended first, and each viewer gets that as its last event.
    return EventSourceResponse(steps, sep="\n", headers=headers, shutdown_grace_period=FAREWELL)


def holding(me: Me, id: str, mids: list[str]) -> chats.Chat:
    """The chat that holds these messages: a feed is found by the message's id alone. Raises NotFound."""
    chat = chats.find(id, me)
    for mid in mids:
        chats.turn(me, chat, mid)
    return chat


async def follow(me: Me, chat: chats.Chat, mid: str, held: int):
    """The steps of an answer as bytes, and after the last one its finished form."""
    feed = live.find(mid) or await started(me, chat.id, mid)
    looked = clock.ticks()
    if feed is not None:
        async for step in feed.follow(held):
            if step.outcome:
                break
            if clock.ticks() - looked > LOOKS:
                looked = clock.ticks()
                if not accounts.is_in(me):
                    return
            if not step.wire:
                step.wire = streams.encoded(chat, mid, step)
            yield step.wire
    yield await ended(me, chat.id, mid)


async def follow_together(me: Me, chat: chats.Chat, held: dict[str, int]):
    """The steps of several answers as they come, each in its finished form when it ends, and what comes after all."""
    feeds = {mid: live.find(mid) or await started(me, chat.id, mid) for mid in held}
    looked = clock.ticks()
    for mid in [mid for mid, feed in feeds.items() if feed is None]:
        yield await chats.in_thread(settled, me, chat.id, mid, held)
    async for mid, step in live.together({mid: feed for mid, feed in feeds.items() if feed is not None}, held):
        if clock.ticks() - looked > LOOKS:
            looked = clock.ticks()
            if not accounts.is_in(me):
                return
        held[mid] = step.number
        if step.outcome:
            yield await chats.in_thread(settled, me, chat.id, mid, held)
        else:
            yield streams.event(streams.lacking(chat, mid, step), streams.place(held))
    yield await chats.in_thread(all_ended, me, chat.id)


def settled(me: Me, id: str, mid: str, held: dict[str, int]) -> bytes:
    """One of several answers in its finished form."""
    chat = chats.find(id, me)
    return streams.event(document(updates.Settled(me, chat, chats.turn(me, chat, mid))), streams.place(held))


def all_ended(me: Me, id: str) -> bytes:
    """The last event of the stream of several answers."""
    chat = chats.find(id, me)
    spent = Spent(chats.view(me, chat, limit=1).turns, choice_of(me, chat))
    return streams.last((*updates.Ended(chat, spent, awaits_title(me, chat)), shelf_update(me, id)))


async def started(me: Me, id: str, mid: str) -> live.Feed | None:
    """The feed of an answer that was asked for and begins in this moment, or None."""
    turn = await chats.in_thread(lambda: chats.turn(me, chats.find(id, me), mid))
    if turn.is_unfinished:
        await asyncio.sleep(STARTING)
    return live.find(mid)


endings: dict[str, asyncio.Task[bytes]] = {}


async def ended(me: Me, id: str, mid: str) -> bytes:
    """The finished answer and the event that closes the stream; made once for all who are watching."""
    if mid not in endings:
        endings[mid] = asyncio.create_task(chats.in_thread(finished, me, id, mid))
        endings[mid].add_done_callback(lambda _: endings.pop(mid, None))
    return await asyncio.shield(endings[mid])


def finished(me: Me, id: str, mid: str) -> bytes:
    """The last event of the stream of an answer."""
    chat = chats.find(id, me)
    turn = chats.turn(me, chat, mid)
    spent = Spent([turn], choice_of(me, chat))
    change = updates.Finished(me, chat, turn, spent, late=awaits_title(me, chat))
    return streams.last((*change, shelf_update(me, id)))
