"""The gateway in Anthropic's dialect."""

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app import gateway
from routes.dialects import ANTHROPIC
from routes.exchanges import Exchanged, seconds
from routes.machines import Machines, posted

ar = Machines("/v1/messages", ANTHROPIC)


@ar.post()
async def create(request: Request) -> Response:
    """A message."""
    exchange = gateway.Messaging(request.state.me, await posted(request), dict(request.headers), seconds(request))
    return Exchanged(exchange, numbered(request))


@ar.post("/count_tokens")
async def count(request: Request) -> Response:
    """How many tokens a message would have before its answer."""
    tokens = await gateway.count(request.state.me, await posted(request), dict(request.headers))
    body = orjson.dumps({"input_tokens": tokens})
    return Response(body, media_type="application/json", headers=numbered(request))


def numbered(request: Request) -> dict[str, str]:
    """The number of the request, where Anthropic's clients look for it."""
    return {"request-id": f"req_{request.state.request_id}"}
