"""Ollama's addresses under `/api`, for editors and programs that know only those."""

from functools import partial
from typing import Any, TypeVar

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app import clock, gateway
from app.errors import Invalid, NotFound, Upstream
from app.gateway import embedding, routing
from app.gateway.dialects.checking import Open, checked, parsed
from app.gateway.dialects.ollama import asked as questions
from app.gateway.dialects.ollama import told as answers
from app.providers import preset
from routes.dialects import OLLAMA
from routes.exchanges import seconds
from routes.machines import ANYONE, Machines, posted
from routes.relays import Relay, start

JSON = "application/json"
Kind = TypeVar("Kind", bound=Open)

ar = Machines("/api", OLLAMA)


class Lines(Relay):
    """A relayed answer as lines of JSON."""

    def last(self, failure: Upstream) -> bytes:
        """The last line of an answer that breaks off."""
        return orjson.dumps({"error": failure.message}) + b"\n"

    async def stream(self, answer: gateway.Answer, send: Any) -> None:
        """Lines, as they come."""
        assert self.events is not None
        await send(start(answer.status, answer.headers | {"content-type": "application/x-ndjson"}))
        async for line in self.events(answer):
            await send({"type": "http.response.body", "body": line, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


@ar.get("/version", who=ANYONE)
async def version(request: Request) -> Response:
    """The version of Ollama whose dialect is spoken here."""
    return told({"version": answers.VERSION})


@ar.get("/tags")
async def tags(request: Request) -> Response:
    """Every name that may be asked for."""
    models = gateway.offered(request.state.me)
    return told({"models": [answers.listed(each.id, each.owner, each.created_at) for each in models]})


@ar.get("/ps")
async def running(request: Request) -> Response:
    """No model is held in memory here."""
    return told({"models": []})


@ar.post("/show")
async def show(request: Request) -> Response:
    """One model: its window, and what it can do."""
    asked = await read(request, questions.ShowRequest)
    found = gateway.named(request.state.me, meant(request, asked.model or asked.name or ""))
    embeds = embedding.EMBEDS.search(found.id) is not None or found.id == embedding.OURS
    return told(answers.shown(found.owner, found.created_at, found.context, embeds))


@ar.post("/chat")
async def chat(request: Request) -> Response:
    """An answer in a chat."""
    asked = await read(request, questions.ChatRequest)
    name = meant(request, asked.model)
    if not asked.messages:
        return told(answers.loaded(asked.model, answers.CHAT, asked.keep_alive == 0))
    return spoken(request, name, asked, answers.CHAT, "chat", questions.chat_body(asked, limit(request, name)))


@ar.post("/generate")
async def generate(request: Request) -> Response:
    """An answer to a prompt, or its continuation."""
    asked = await read(request, questions.GenerateRequest)
    name = meant(request, asked.model)
    if not (asked.prompt or asked.suffix or asked.images):
        return told(answers.loaded(asked.model, answers.GENERATE, asked.keep_alive == 0))
    kind, body = questions.prompt_body(asked, limit(request, name))
    return spoken(request, name, asked, answers.GENERATE, kind, body)


@ar.post("/embed")
async def embed(request: Request) -> Response:
    """Vectors for texts."""
    asked = await read(request, questions.EmbedRequest)
    texts = [asked.input] if isinstance(asked.input, str) else asked.input
    if not any(texts):
        return told({"model": asked.model, "embeddings": []})
    return await embedded(request, asked.model, texts, asked.dimensions)


@ar.post("/embeddings")
async def old_embed(request: Request) -> Response:
    """A vector for a text, as it was asked before there was /api/embed."""
    asked = await read(request, questions.OldEmbedRequest)
    return await embedded(request, asked.model, [asked.prompt], None, alone=True)


async def read(request: Request, kind: type[Kind]) -> Kind:
    """The body as what it has to be. Raises Invalid."""
    return checked(kind, parsed(await posted(request)))


def meant(request: Request, name: str) -> str:
    """The name that is known here: at Ollama a model without a tag is its latest. Raises NotFound, Forbidden."""
    if not name:
        raise Invalid(model="`model` is needed.")
    other = name.removesuffix(":latest") if ":" in name.rpartition("/")[2] else f"{name}:latest"
    unknown: NotFound | None = None
    for each in (name, other):
        try:
            routing.find(request.state.me, each)
        except NotFound as refusal:
            unknown = unknown or refusal  # in the caller's own word for it
            continue
        return each
    if name == embedding.OURS or other == embedding.OURS:
        return embedding.OURS
    assert unknown is not None
    raise unknown


def limit(request: Request, name: str) -> str:
    """The word for the longest answer of the provider that is asked first."""
    return preset(routing.find(request.state.me, name).targets[0].provider.kind).limit


def spoken(
    request: Request, name: str, asked: questions.Question, shape: str, kind: str, body: dict[str, Any]
) -> Response:
    """The answer to a question, as lines or in one piece."""
    stream, speaker = asked.stream is not False, answers.Speaker(asked.model, shape)
    body |= {"model": name} | ({"stream": True} if stream else {})
    question = gateway.Ask(request.state.me, name, body, kind=kind, stream=stream, cache_seconds=seconds(request))
    question.optional = questions.OPTIONAL
    return Lines(question, events=speaker.lines, whole=speaker.whole)


async def embedded(request: Request, name: str, texts: list[str], width: int | None, alone: bool = False) -> Response:
    """Vectors from a provider or from our own model. Raises what `embedding.embed` raises."""
    began, me = clock.ticks(), request.state.me
    try:
        known = meant(request, name)
    except NotFound:
        known = name  # our own model may answer to it
    wanted = embedding.EmbeddingRequest(model=known, input=texts, dimensions=width)
    shape = partial(answers.embedded, name, began, alone)
    if embedding.ours(me, known):
        found = await embedding.embed(me, wanted.inputs(), width or embedding.WIDTH)
        return Response(orjson.dumps(shape(embedding.written(found, False))), headers=found.headers, media_type=JSON)
    return Relay(gateway.Ask(me, known, wanted.model_dump(exclude_none=True), kind="embeddings"), whole=shape)


def told(body: Any) -> Response:
    """JSON."""
    return Response(orjson.dumps(body), media_type=JSON)
