"""Our own JSON interface at /api/v1, and the description of it and of /v1 as one OpenAPI document.

FastAPI takes 0.4 seconds and 12 MB to load, so it is loaded by the first request that needs it.
"""

from functools import lru_cache
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount

from app import config, db
from app.errors import NotFound, Refusal
from routes.dialects import OPENAI, spoken
from routes.machines import ANYONE, Machines
from routes.noting import told

ABOUT = "One address and one key for every model. Members that are not described may be sent, and are passed on."
SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A key of yours, from /keys."},
    "x-api-key": {"type": "apiKey", "in": "header", "name": "x-api-key", "description": "The same key."},
}

ar = Machines("/api/v1", scope="")


class Late:
    """An app that is made by the first request for it."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        app = await db.in_thread(interface)
        await app(scope, receive, send)


@ar.get("/openapi.json", who=ANYONE)
async def openapi(request: Request) -> Response:
    """The description, for everybody: it holds nothing of this workspace."""
    return Response(await db.in_thread(document), media_type="application/json")


ar.add(Mount("/api/v1", app=Late()))


@lru_cache(maxsize=1)
def interface() -> Any:
    """Our own JSON interface."""
    import fastapi

    handlers = {Refusal: refuse, 404: nothing_here}
    return fastapi.FastAPI(openapi_url=None, docs_url=None, redoc_url=None, exception_handlers=handlers)


async def refuse(request: Any, refusal: Any) -> Response:
    """A refusal in the shape that it has at /v1."""
    status, body, headers = spoken(OPENAI, refusal, request.state.request_id)
    return Response(body, status, headers)


async def nothing_here(request: Any, error: Any) -> Response:
    """An address that is not there."""
    return await refuse(request, NotFound(f"There is nothing at {request.method} {told(request.url.path)}."))


@lru_cache(maxsize=1)
def document() -> bytes:
    """The description of /v1 and /api/v1: OpenAPI 3.1."""
    from fastapi import APIRouter
    from fastapi.openapi.utils import get_openapi

    from routes import operations

    own = APIRouter()
    own.include_router(interface().router, prefix="/api/v1")
    described = get_openapi(
        title="Inglenook",
        version=config.VERSION,
        description=ABOUT,
        servers=[{"url": "/"}],
        routes=[*map(operations.described, operations.OPERATIONS), *own.routes],
        separate_input_output_schemas=False,
    )
    described = operations.mended(described)
    described["components"]["securitySchemes"] = SCHEMES
    described["security"] = [{name: []} for name in SCHEMES]
    return orjson.dumps(described)
