"""The gateway in OpenAI's dialect: the list of models, chat completions and completions."""

from datetime import UTC, datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app import clock, gateway
from app.gateway.dialects.chat import ChatRequest, CompletionRequest
from app.gateway.dialects.checking import Open, checked, parsed
from app.gateway.models import Named
from routes.machines import Machines, posted
from routes.relays import Relay

ar = Machines("/v1")


@ar.get("/models")
async def models(request: Request) -> Response:
    """Every name that may be asked for."""
    data = [described(each) for each in gateway.offered(request.state.me)]
    ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]} if data else {"first_id": None, "last_id": None}
    return told({"object": "list", "data": data, "has_more": False} | ends)


@ar.get("/models/{name:path}")
async def model(request: Request) -> Response:
    """One of them."""
    return told(described(gateway.named(request.state.me, request.path_params["name"])))


@ar.post("/chat/completions")
async def chat(request: Request) -> Response:
    """An answer in a chat."""
    return Relay(asked(request, read(await posted(request), ChatRequest), "chat"))


@ar.post("/completions")
async def completions(request: Request) -> Response:
    """The continuation of a text, from providers that have it."""
    return Relay(asked(request, read(await posted(request), CompletionRequest), "completions"))


def asked(request: Request, body: dict[str, Any], kind: str) -> gateway.Ask:
    """The question in a request of OpenAI's dialect."""
    me, headers = request.state.me, request.headers
    seconds = headers.get("x-inglenook-cache", "")
    return gateway.Ask(
        me,
        body["model"],
        body,
        kind=kind,
        stream=body.get("stream") is True,
        cache_seconds=int(seconds) if seconds.isdigit() and len(seconds) < 9 else me.cache_seconds,
    )


def read(data: bytes, kind: type[Open]) -> dict[str, Any]:
    """The body as it came, checked for what it needs. Raises Invalid naming the member."""
    body = parsed(data)
    checked(kind, body)
    return body


def described(each: Named) -> dict[str, Any]:
    """One name, with the members that OpenAI's and Anthropic's clients read."""
    seconds = each.created_at // clock.SECOND
    return {
        "id": each.id,
        "object": "model",
        "created": seconds,
        "owned_by": each.owner,
        "type": "model",
        "display_name": each.title,
        "created_at": datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z"),
        "context_length": each.context,
        "max_output_tokens": each.output_limit,
    }


def told(body: Any) -> Response:
    """JSON."""
    return Response(orjson.dumps(body), media_type="application/json")
