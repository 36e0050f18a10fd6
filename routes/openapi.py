"""The description of /v1 and of /api/v1: one OpenAPI document."""

from functools import lru_cache

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app import config, db
from routes import api
from routes.machines import ANYONE, Machines

ABOUT = (
    "At /v1 one address and one key for every model; members that are not described may be sent, and are passed on. "
    "At /api/v1 what this workspace keeps; members that are not described are refused there."
)
SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A key of yours, from /keys."},
    "x-api-key": {"type": "apiKey", "in": "header", "name": "x-api-key", "description": "The same key."},
}

ar = Machines(api.PREFIX, scope="")


@ar.get("/openapi.json", who=ANYONE)
async def openapi(request: Request) -> Response:
    """The description, for everybody: it holds nothing of this workspace."""
    return Response(await db.in_thread(document), media_type="application/json")


@lru_cache(maxsize=1)
def document() -> bytes:
    """The description of /v1 and /api/v1: OpenAPI 3.1."""
    from fastapi.openapi.utils import get_openapi

    from routes import describing, operations

    own = [describing.described(verb, api.PREFIX) for verb in api.ordered()]
    described = get_openapi(
        title="Inglenook",
        version=config.VERSION,
        description=ABOUT,
        servers=[{"url": "/"}],
        routes=[*map(operations.described, operations.OPERATIONS), *own],
        separate_input_output_schemas=False,
    )
    described = describing.mended(operations.mended(described))
    described["components"]["securitySchemes"] = SCHEMES
    described["security"] = [{name: []} for name in SCHEMES]
    return orjson.dumps(described)
