"""The gateway in OpenAI's Responses dialect: asked, kept, asked for again."""

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app import gateway
from app.errors import Invalid
from routes.exchanges import Exchanged, Followed, seconds
from routes.machines import Machines, posted

ar = Machines("/v1/responses")
MOST = 100


@ar.post()
async def create(request: Request) -> Response:
    """A response."""
    headers = dict(request.headers)
    exchange = gateway.Responding(request.state.me, await posted(request), headers, seconds(request))
    if not exchange.request.background:
        return Exchanged(exchange)
    run = await gateway.background.begin(exchange)
    return Followed(run.follow()) if exchange.request.stream else told(run.response)


@ar.post("/input_tokens")
async def count(request: Request) -> Response:
    """How many tokens a request would have."""
    asked = gateway.Responding(request.state.me, await posted(request), dict(request.headers)).ask
    return told({"object": "response.input_tokens", "input_tokens": gateway.estimated(asked)})


@ar.get("/{id}")
async def response(request: Request) -> Response:
    """A response that was kept, or is being made: as it is, or as its events."""
    id, me, wanted = request.path_params["id"], request.state.me, request.query_params
    if wanted.get("stream") != "true":
        return Response(gateway.background.told(id, me), media_type="application/json")
    after = wanted.get("starting_after", "-1")
    if not after.removeprefix("-").isdecimal() or len(after) > 9:
        raise Invalid(starting_after="`starting_after` is the number of an event.")
    await request.body()  # what comes next is that the caller leaves
    return Followed(gateway.background.followed(id, me, max(-1, int(after))))


@ar.delete("/{id}")
async def remove(request: Request) -> Response:
    """It is not kept any longer."""
    id = request.path_params["id"]
    await gateway.background.remove(id, request.state.me)
    return told({"id": id, "object": "response", "deleted": True})


@ar.get("/{id}/input_items")
async def input_items(request: Request) -> Response:
    """What a kept response answered, newest first unless asked otherwise, page by page."""
    items = gateway.stored.asked_with(request.path_params["id"], request.state.me)
    return told(paged(items, dict(request.query_params)))


@ar.post("/{id}/cancel")
async def cancel(request: Request) -> Response:
    """What is made in the background is ended."""
    data = await gateway.background.cancel(request.path_params["id"], request.state.me)
    return Response(data, media_type="application/json")


def paged(items: list[dict[str, Any]], wanted: dict[str, str]) -> dict[str, Any]:
    """One page of a list, as OpenAI has it. Raises Invalid."""
    limit, order, after = wanted.get("limit", "20"), wanted.get("order", "desc"), wanted.get("after")
    if not limit.isdecimal() or not 1 <= int(limit[:9]) <= MOST:
        raise Invalid(limit=f"`limit` is a number from 1 to {MOST}.")
    if order not in ("asc", "desc"):
        raise Invalid(order="`order` is asc or desc.")
    items = items if order == "asc" else items[::-1]
    if after is not None:
        place = next((n for n, each in enumerate(items) if each["id"] == after), None)
        if place is None:
            raise Invalid(after="There is no item with this id.")
        items = items[place + 1 :]
    page = items[: int(limit)]
    ends = {"first_id": page[0]["id"], "last_id": page[-1]["id"]} if page else {"first_id": "", "last_id": ""}
    return {"object": "list", "data": page, "has_more": len(items) > len(page)} | ends


def told(body: Any) -> Response:
    """JSON."""
    return Response(orjson.dumps(body), media_type="application/json")
