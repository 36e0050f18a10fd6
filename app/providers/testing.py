"""Asking a provider what it has, and saying exactly what failed; finding servers on this machine."""

import asyncio
import re
from dataclasses import dataclass, field
from typing import Any

import orjson

from app import config, db
from app.errors import Misconfigured, Upstream
from app.providers import adding, clients, failures, keeping, prices
from app.providers.catalogue import Provider
from app.providers.keeping import Listed
from app.providers.presets import BUNDLED, PRESETS, preset
from app.rights import Caller

LIMIT = 12.0
LOCAL_LIMIT = 0.8
# Words in the names of models that do not chat: they are kept and not enabled.
OTHER_WORK = re.compile(
    r"embed|whisper|\btts|-tts|dall-e|moderation|rerank|realtime|transcri|-audio|image|imagen|\bveo|sora|\baqa\b"
    r"|davinci|babbage|\bocr\b|-ocr|bge-|guard|speech",
    re.I,
)


@dataclass(frozen=True)
class Report:
    """What a test found: whether it is well, one sentence, and the names of the models."""

    ok: bool
    message: str
    models: list[str] = field(default_factory=list)
    kind: str = ""


@dataclass(frozen=True)
class Local:
    """A model server found on this machine."""

    kind: str
    name: str
    url: str
    models: list[str]
    added: bool = False


async def test(me: Caller, id_or_name: str) -> Report:
    """Ask the provider for its models, keep them, and say how it went. Raises NotFound; failures are in the report."""
    provider = await db.in_thread(adding.find, id_or_name, me)
    try:
        async with asyncio.timeout(LIMIT):
            listed = await ask(provider)
    except TimeoutError:
        failure = failures.slow(provider, LIMIT)
    except Upstream as error:
        failure = error
    except Misconfigured as error:
        failure = Upstream(error.message, "unauthorized")
    else:
        await db.in_thread(keeping.take_in, provider, listed)
        return Report(True, welcome(provider, listed), [each.name for each in listed])
    said = failure.message + (
        f" ({failure.detail})" if failure.kind in ("other", "malformed") and failure.detail else ""
    )
    await db.in_thread(adding.note_failure, provider, said)
    return Report(False, said, kind=failure.kind)


async def ask(provider: Provider) -> list[Listed]:
    """The models that the provider lists, its key proved. Raises Upstream."""
    line = await clients.line(provider)
    try:
        if proof := preset(provider.kind).proof:
            await fetch(provider, line.client, proof, line.signature[1])
        try:
            return understood(provider, await fetch(provider, line.client, "/models", line.signature[1]))
        except Upstream as failure:
            if failure.kind in ("no_path", "malformed") and (better := await elsewhere(provider)):
                message = f"{provider.name}: nothing is at {provider.url}, and {better} answers. Use that address."
                raise Upstream(message, "no_path", failure.detail) from None
            raise
    finally:
        await line.leave()


async def fetch(provider: Provider, client: Any, path: str, key: str = "") -> Any:
    """One GET at the provider, as JSON. Raises Upstream."""
    import httpx2
    import openai

    headers = {"x-api-key": key, "anthropic-version": "2023-06-01"} if provider.kind == "anthropic" and key else {}
    try:
        answer = await client.get(
            path,
            cast_to=httpx2.Response,
            options={"headers": headers, "timeout": openai.Timeout(LIMIT, connect=min(LIMIT, config.current.connect))},
        )
    except openai.APIStatusError as error:
        refusal = failures.refused(provider, "", error.status_code, error.body, error.response.headers, key)
        raise refusal from None
    except openai.OpenAIError as error:
        raise failures.unreachable(provider, error) from None
    try:
        return orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        start = answer.content[:80].decode(errors="replace")
        raise failures.malformed(provider, f"not JSON: {start}", key) from None


async def elsewhere(provider: Provider) -> str:
    """The address with /v1 at its end, if models are listed there; else ''."""
    if re.search(r"/v\d", provider.url):
        return ""
    url = f"{provider.url}/v1"
    trial = Provider(id="", name=provider.name, kind=provider.kind, url=url, created_at=0)
    key = clients.key_of(provider)
    client = clients.client(url, key, provider.kind)
    try:
        understood(trial, await fetch(trial, client, "/models", key))
    except Upstream:
        return ""
    finally:
        await client.close()
    return url


def understood(provider: Provider, answer: Any) -> list[Listed]:
    """A list of models in the shapes that providers use. Raises Upstream."""
    rows = answer.get("data", answer.get("models")) if isinstance(answer, dict) else answer
    if not isinstance(rows, list):
        raise failures.malformed(provider, "no list of models in the answer")
    listed = [described(row) for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)]
    if rows and not listed:
        raise failures.malformed(provider, "a list, but not of models")
    return list({each.name: each for each in listed if each.name}.values())


def described(row: dict[str, Any]) -> Listed:
    """One model of a list: what the provider tells of it, and nothing from memory."""
    meta, top, can, built = (inner(row, name) for name in ("meta", "top_provider", "capabilities", "architecture"))
    takes = built.get("input_modalities")
    parameters = row.get("supported_parameters") or ()
    contexts = ("context_length", "context_window", "max_context_length", "max_model_len", "max_input_tokens")
    name = row["id"]
    return Listed(
        name=name,
        title=str(row.get("display_name") or (row.get("name") if row.get("name") != name else "") or "")[:120],
        context=next(
            (found for key in contexts if (found := number(row.get(key)))),
            # llama.cpp: the window that the server was started with, else the one of the training.
            number(meta.get("n_ctx")) or number(meta.get("n_ctx_train")),
        ),
        output_limit=number(top.get("max_completion_tokens")) or number(row.get("max_completion_tokens")),
        reasons="reasoning" in parameters or bool(can.get("reasoning")),
        sees="image" in takes if isinstance(takes, list) else can["vision"] is True if "vision" in can else None,
        chats=not OTHER_WORK.search(name) and can.get("completion_chat") is not False,
        **told_prices(row.get("pricing")),
    )


def inner(row: dict[str, Any], name: str) -> dict[str, Any]:
    """The object in a field, or an empty one."""
    found = row.get(name)
    return found if isinstance(found, dict) else {}


def told_prices(pricing: Any) -> dict[str, int | None]:
    """OpenRouter's prices for a token. A price for each request cannot be kept, so the whole is then unknown."""
    if not isinstance(pricing, dict) or prices.told(pricing.get("request") or 0) != 0:
        return {}
    names = {"price_in": "prompt", "price_cached": "input_cache_read", "price_out": "completion"}
    return {ours: prices.told(pricing[theirs]) for ours, theirs in names.items() if pricing.get(theirs) is not None}


def number(value: Any) -> int | None:
    """A positive whole number, or None."""
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else None


def welcome(provider: Provider, listed: list[Listed]) -> str:
    """The sentence of a good test."""
    if not listed:
        return f"{provider.name} answers, and lists no models. Add one by its name."
    if provider.kind == BUNDLED:
        return f"{provider.name} answers."
    count = "one model" if len(listed) == 1 else f"{len(listed)} models"
    return f"{provider.name} answers and has {count}."


async def local_servers(me: Caller) -> list[Local]:
    """Model servers that listen on this machine's usual ports; asked all at once, within a second."""
    me.must_be_admin()
    known = {provider.url for provider in await db.in_thread(adding.all, me)}
    # Our own port may be one of the usual ones.
    asked = [each for each in PRESETS if each.port and each.port != config.current.port]
    found = await asyncio.gather(*(look(each.kind, each.title, each.url) for each in asked))
    return [
        Local(each.kind, each.name, each.url, each.models, added=each.url in known)
        for each in found
        if each is not None
    ]


async def look(kind: str, title: str, url: str) -> Local | None:
    """The server at this address, if there is one that lists models."""
    trial = Provider(id="", name=title, kind=kind, url=url, created_at=0)
    client = await asyncio.to_thread(clients.client, url, "", kind)
    try:
        async with asyncio.timeout(LOCAL_LIMIT):
            listed = understood(trial, await fetch(trial, client, "/models"))
    except (Upstream, TimeoutError):
        return None
    finally:
        await client.close()
    return Local(kind, title, url, [each.name for each in listed])
