"""Embeddings at `/v1/embeddings`."""

from dataclasses import replace
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from app.gateway import embedding
from app.gateway.dialects.checking import checked, parsed
from app.gateway.embedding import EmbeddingRequest
from routes.gateway import asked
from routes.machines import Machines, posted
from routes.relays import Relay

ar = Machines("/v1")


@ar.post("/embeddings")
async def embeddings(request: Request) -> Response:
    """Vectors for texts or token ids: a provider's, or our own model's."""
    body, me = parsed(await posted(request)), request.state.me
    wanted = checked(EmbeddingRequest, body)
    as_base64, inputs = wanted.encoding_format == "base64", wanted.inputs()
    if embedding.ours(me, wanted.model):
        found = await embedding.embed(me, inputs, wanted.dimensions or embedding.WIDTH, wanted.model)
        return Response(embedding.written(found, as_base64), headers=found.headers, media_type="application/json")
    question = replace(asked(request, body, "embeddings"), stream=False)
    return Relay(question, whole=partial(embedding.shaped, as_base64=as_base64))
