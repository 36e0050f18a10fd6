"""The way to providers for bytes that are not read: one HTTP session for this process and loop."""

import asyncio
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from app import config
from app.errors import Misconfigured, Upstream
from app.providers import Provider, clients, failures
from app.providers.presets import BUNDLED, preset

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession

# Of an error's body; more says nothing more.
ERROR = 64 << 10
ERROR_SECONDS = 5.0
JSON = "application/json"
# What every provider has; the rest some have.
CHAT = "/chat/completions"
ANTHROPIC = "2023-06-01"
# What is told to programs that ask, by how a provider failed.
STATUS = {"context": 400, "no_model": 404, "rate": 429, "slow": 504, "stalled": 504, "busy": 503}

sessions: dict[asyncio.AbstractEventLoop, "ClientSession"] = {}


async def session() -> "ClientSession":
    """This loop's session, opened by its first call."""
    loop = asyncio.get_running_loop()
    if loop not in sessions:
        context = await asyncio.to_thread(trusted)
        import aiohttp

        if loop not in sessions:
            sessions[loop] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, ssl=context, keepalive_timeout=30),
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=config.current.connect),
                # Answers come as they are; one that is packed could not be measured.
                headers={"user-agent": f"Inglenook/{config.VERSION}", "accept-encoding": "identity"},
            )
    return sessions[loop]


def trusted() -> Any:
    """The certificates that are trusted, the same as those of the chats; imports what the first call needs."""
    import aiohttp  # noqa: F401
    import httpx2

    return httpx2.create_ssl_context()


@lru_cache(maxsize=256)
def proxy(url: str) -> Any:
    """The environment's proxy for this address, None without one; never for this machine."""
    from aiohttp import helpers
    from yarl import URL

    if urlsplit(url).hostname in clients.LOOPBACK:
        return None
    try:
        return helpers.get_env_proxy_for_url(URL(url))[0]
    except LookupError:
        return None


async def send(
    provider: Provider, model: str, path: str, body: bytes, headers: Mapping[str, str], patience: float
) -> "tuple[ClientResponse, str]":
    """Post the body and wait for the head of a good answer; also the key, which no error may tell. Raises Upstream."""
    import aiohttp

    try:
        url, key = provider.url, clients.key_of(provider)
        if provider.kind == BUNDLED:
            url, key = await clients.started()
    except Misconfigured as error:
        raise Upstream(error.message, "unauthorized") from None
    line, signed = await session(), dict(headers) | signature(provider, path, key)
    options: dict[str, Any] = {"data": body, "headers": signed, "allow_redirects": False, "proxy": proxy(url)}
    try:
        async with asyncio.timeout(patience):
            try:
                response = await line.post(url + path, **options)
            except (aiohttp.ServerDisconnectedError, ConnectionResetError, BrokenPipeError):
                # A kept connection that the other side had closed: nobody has read the request.
                response = await line.post(url + path, **options)
            if not 200 <= response.status < 300:
                raise await refusal(provider, model, path, response, key)
    except aiohttp.ClientError as error:
        raise told(failures.unreachable(provider, error)) from None
    except TimeoutError:
        raise told(failures.slow(provider, patience)) from None
    except OSError as error:
        raise told(failures.unreachable(provider, error)) from None
    return response, key


def signature(provider: Provider, path: str, key: str) -> dict[str, str]:
    """The headers that say who we are to the provider."""
    if not key:
        return {}
    if path == "/messages" or path.startswith("/messages/"):
        return {"x-api-key": key} if preset(provider.kind).kind == "anthropic" else {"authorization": f"Bearer {key}"}
    return {"authorization": f"Bearer {key}"}


async def refusal(provider: Provider, model: str, path: str, response: "ClientResponse", key: str) -> Upstream:
    """The provider's error in plain words."""
    data = b""
    try:
        async with asyncio.timeout(ERROR_SECONDS):
            data = await response.content.read(ERROR)
            while len(data) < ERROR and (more := await response.content.read(ERROR - len(data))):
                data += more
    finally:
        response.close()
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError:
        body = data.decode(errors="replace")
    status = response.status
    failure = failures.refused(provider, model, status, body, response.headers, key)
    if status in (404, 405, 501) and path != CHAT and failure.kind != "no_model":
        # It does well what it has: that counts as no failure of its own.
        failure = Upstream(f"{provider.name} does not offer {path[1:]} for {model}.", "no_model", failure.detail)
    if failure.kind == "other" and status in (400, 413, 415, 422):
        error = body.get("error") if isinstance(body, dict) else None
        failure.field = str((isinstance(error, dict) and error.get("param")) or "")
        failure.status = 400
    return told(failure)


def told(failure: Upstream) -> Upstream:
    """The failure with the status that a program is given."""
    failure.status = STATUS.get(failure.kind, failure.status)
    return failure


async def close() -> None:
    """Close this loop's session, when the process ends."""
    found = sessions.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.close()
