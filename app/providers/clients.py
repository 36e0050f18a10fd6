"""Connections to providers: one client each, kept open between calls and made anew when its settings change."""

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app import config, secrets
from app.providers.catalogue import Provider
from app.providers.pacing import pace
from app.providers.presets import BUNDLED, ENVIRONMENT

if TYPE_CHECKING:
    from openai import AsyncOpenAI

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Line:
    """An open way to one provider. A replaced one is closed when its last call has ended."""

    def __init__(self, signature: tuple[str, str], client: "AsyncOpenAI") -> None:
        self.signature, self.client = signature, client
        self.calls = 0
        self.replaced = False

    def take(self) -> "Line":
        """Count a call that uses it."""
        self.calls += 1
        return self

    async def leave(self) -> None:
        """A call has ended."""
        self.calls -= 1
        if self.replaced and self.calls <= 0:
            await self.client.close()

    async def replace(self) -> None:
        """Nobody new will use it."""
        self.replaced = True
        if self.calls <= 0:
            await self.client.close()


# By provider and event loop: a connection lives on the loop that opened it.
lines: dict[tuple[str, asyncio.AbstractEventLoop], Line] = {}


def key_of(provider: Provider) -> str:
    """The key in the clear, '' without one. Raises Misconfigured when secret.key is another one."""
    if provider.kind == ENVIRONMENT:
        return config.current.openai_key
    return secrets.unseal(provider.key) if provider.key else ""


async def line(provider: Provider) -> Line:
    """The line to this provider, counted as used. The bundled model is started by it. Raises Upstream."""
    url, key = provider.url, key_of(provider)
    if provider.kind == BUNDLED:
        url, key = await started()
    place = (provider.id, asyncio.get_running_loop())
    known = lines.get(place)
    if known is not None and known.signature == (url, key):
        return known.take()
    # Importing the package and reading the certificates takes long enough to be felt by others on the loop.
    made = await asyncio.to_thread(client, url, key, provider.kind)
    known = lines.get(place)
    if known is not None and known.signature == (url, key):
        known.take()  # another call made one meanwhile
        await made.close()
        return known
    # Taken before anything is waited for: what nobody uses may be closed by the next call.
    lines[place] = fresh = Line((url, key), made).take()
    if known is not None:
        await known.replace()
    return fresh


async def started() -> tuple[str, str]:
    """The bundled model's address and key. Raises Upstream."""
    from app.providers.bundled import address

    # A start that nobody waits for any more goes on: half a start would leave a process without an address.
    starting = asyncio.ensure_future(address())
    starting.add_done_callback(lambda task: None if task.cancelled() else task.exception())
    return await asyncio.shield(starting)


def client(url: str, key: str, kind: str = "") -> "AsyncOpenAI":
    """An openai client for this address: no retries and no time-outs of its own, no redirects, no foreign headers."""
    import openai

    limits: dict[str, Any] = {"read": None, "write": 30.0, "pool": 10.0}
    headers: dict[str, Any] = {"User-Agent": f"Inglenook/{config.VERSION}"}
    if kind != ENVIRONMENT:
        # These would be read from the environment and tell another provider about an account at OpenAI.
        headers |= {"OpenAI-Organization": openai.Omit(), "OpenAI-Project": openai.Omit()}
    return openai.AsyncOpenAI(
        base_url=url,
        # Without one the package would take OPENAI_API_KEY, and send it to whoever lives at this address.
        api_key=key or "none",
        max_retries=0,
        default_headers=headers,
        timeout=openai.Timeout(connect=config.current.connect, **limits),
        http_client=pace(
            openai.DefaultAsyncHttpxClient(
                follow_redirects=False,
                # A proxy of the environment is for the world outside, never for this machine.
                trust_env=urlsplit(url).hostname not in LOOPBACK,
                timeout=openai.Timeout(connect=config.current.connect, **limits),
                event_hooks={"request": [] if key else [unsigned]},
            )
        ),
    )


async def unsigned(request: Any) -> None:
    """Send no key where there is none; the package wants to have one."""
    request.headers.pop("authorization", None)


async def close() -> None:
    """Close every line and end the bundled model's process, when this process ends."""
    from app.providers import bundled

    here = asyncio.get_running_loop()
    for place in [place for place in lines if place[1] is here]:
        await lines.pop(place).client.close()
    await bundled.stop()
