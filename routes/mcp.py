"""MCP at /mcp, by the `mcp` package: stateless streamable HTTP, present and earlier revisions at one address.

The package takes a second and 20 MB to load, so the first request loads it; its manager runs until the server stops.
"""

import asyncio
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.routing import Route

from app import config, db, tools
from app.errors import Forbidden
from routes.dialects import OAUTH
from routes.machines import Machines, token

LARGEST = 5 << 20  # a paste of 4 MiB, and its envelope

ar = Machines("/mcp", OAUTH, scope=tools.TOOLS, largest=LARGEST, enter=tools.caller)


class Serving:
    """The package's manager in a task of its own: what it began it has to end in the same task."""

    def __init__(self) -> None:
        self.ready: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.ended = asyncio.Event()
        self.task = asyncio.create_task(self.run())

    async def run(self) -> None:
        """Load, serve, and end when told so."""
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        # Streams and not JSON: their pings keep a proxy from cutting a tool that waits for a model.
        server = await db.in_thread(tools.made)
        manager = StreamableHTTPSessionManager(
            server, stateless=True, json_response=False, max_request_body_size=LARGEST
        )
        async with manager.run():
            self.ready.set_result(manager)
            await self.ended.wait()


# By event loop: there is one in the server, and several in a process of tests.
serving: dict[asyncio.AbstractEventLoop, Serving] = {}


class Endpoint:
    """What answers at /mcp, for whom the door let in."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        must_be_ours(request)
        loop = asyncio.get_running_loop()
        mine = serving.get(loop) or serving.setdefault(loop, Serving())
        manager = await asyncio.shield(mine.ready)
        if token(request.headers).startswith(tools.START):
            body = await request.body()
            tools.must_open(request.state.me, body)
            receive = again(body, receive)
        await manager.handle_request(scope, receive, send)


def again(body: bytes, receive: Any) -> Any:
    """`receive` with a body that was read already."""
    left = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Any:
        return left.pop() if left else await receive()

    return received


ar.add(Route("/mcp", Endpoint(), methods=["POST"]))


def must_be_ours(request: Request) -> None:
    """A page of another site that got hold of a token does not ask here by a browser. Raises Forbidden."""
    origin = request.headers.get("origin", "")
    allowed = (*config.current.cors_origins, f"{request.scope['scheme']}://{request.headers.get('host', '')}")
    # A scheme of its own is a program's window: no page of the web has one.
    if urlsplit(origin).scheme in ("http", "https", "") and origin and origin not in allowed and "*" not in allowed:
        raise Forbidden(f"Pages of {origin} may not ask here: see INGLENOOK_CORS_ORIGINS.", "origin")


async def close() -> None:
    """End what the first request began. Called when the server stops."""
    mine = serving.pop(asyncio.get_running_loop(), None)
    if mine is not None:
        mine.ended.set()
        await asyncio.wait({mine.task})
