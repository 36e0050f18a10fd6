"""How many tokens a request has: as the provider counts them where it does, else the house's estimate."""

import asyncio
from typing import Any

import orjson

from app import config
from app.errors import Upstream
from app.gateway import lines, paying, resting, routing
from app.gateway.asking import TOLD, Ask
from app.gateway.dialects import messages
from app.gateway.dialects.checking import checked, parsed
from app.gateway.routing import Target
from app.providers import Model, Provider
from app.providers.presets import BUNDLED
from app.rights import Caller

PATH, NATIVE = "/messages/count_tokens", "messages"


async def count(me: Caller, data: bytes, headers: dict[str, str]) -> int:
    """The tokens of a request in the Messages dialect. Raises Invalid, NotFound (model), Upstream (kind other)."""
    given = parsed(data)
    request = checked(messages.CountRequest, given)
    target = routing.find(me, request.model).targets[0]
    if counts(target.provider) and not resting.left(target.provider.id):
        counted = await asked(target, given, headers)
        if counted is not None:
            return counted
    return estimate(target.model, messages.translate(request))


def counts(provider: Provider) -> bool:
    """Whether this provider counts: those that speak the dialect, and llama.cpp's server, which is our own model's."""
    return NATIVE in provider.speaks.split() or provider.kind in (BUNDLED, "llamacpp")


async def asked(target: Target, given: dict[str, Any], headers: dict[str, str]) -> int | None:
    """The provider's count, None where it has none. Raises Upstream where it finds the request wrong."""
    import aiohttp

    patience = config.current.first_token
    told = {"content-type": lines.JSON, "anthropic-version": lines.ANTHROPIC}
    told |= {name: headers[name] for name in TOLD if name in headers}
    body = orjson.dumps(messages.cleaned(given) | {"model": target.model.name})
    try:
        response, _ = await lines.send(target.provider, target.model.name, PATH, body, told, patience)
        async with asyncio.timeout(patience):
            answer = orjson.loads(await response.read())
    except Upstream as failure:
        if failure.kind == "other" and failure.status == 400:
            raise
        return None
    except (aiohttp.ClientError, TimeoutError, OSError, orjson.JSONDecodeError):
        return None
    number = answer.get("input_tokens") if isinstance(answer, dict) else None
    return number if isinstance(number, int) else None


def estimate(model: Model, body: dict[str, Any]) -> int:
    """Tokens of a body in the dialect of chat completions, from what this model's earlier prompts had."""
    return max(1, paying.estimate(model, paying.size(body)))


def estimated(ask: Ask) -> int:
    """Tokens of a question before it is asked. Raises NotFound (model)."""
    return estimate(routing.find(ask.me, ask.name).targets[0].model, ask.body)
