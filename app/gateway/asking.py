"""Asking for a model by name: the right one is found, paid for, asked, and when it fails the next one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from app import clock, config, usage
from app.errors import Forbidden, Invalid, OverLimit, Refusal, Upstream
from app.gateway import cache, ending, lines, paying, queueing, resting, routing
from app.gateway.answers import HIT, LARGEST, MISS, WHOLE, Answer
from app.gateway.relay import Reader
from app.gateway.routing import Route, Target
from app.providers import failures, requests
from app.providers.presets import preset
from app.rights import Caller

if TYPE_CHECKING:
    from aiohttp import ClientResponse

PATHS = {"chat": "/chat/completions"}
TOLD = ("anthropic-version", "anthropic-beta", "openai-beta")


@dataclass
class Ask:
    """One call of a model by name.

    `body` is the request in the dialect of chat completions (or of the path that `kind` names: embeddings, moderations,
    images/generations ...). `raw` is the request in the dialect `native` (responses, messages), for providers that
    speak it themselves. `written` makes the bytes for a model's name, where they are no JSON; `content_type` is theirs.
    `headers` are the caller's, in small letters. `cache_seconds` is how old a kept answer may be. `optional` are
    members of the body for providers that know them; `left_out` are those that the one who was asked does not.
    """

    me: Caller
    name: str
    body: dict[str, Any] = field(default_factory=dict)
    raw: bytes | None = None
    stream: bool = False
    kind: str = "chat"
    purpose: str = "gateway"
    native: str = ""
    written: Callable[[str], bytes] | None = None
    content_type: str = lines.JSON
    headers: dict[str, str] = field(default_factory=dict)
    cache_seconds: int = 0
    optional: tuple[str, ...] = ()
    left_out: list[str] = field(default_factory=list)

    @property
    def caches(self) -> bool:
        """Whether an older answer will do."""
        return self.cache_seconds > 0 and self.written is None and self.purpose == "gateway"


async def ask(asked: Ask) -> Answer:
    """The answer of the first model behind the name that answers; nothing of it has been read by others.

    Raises NotFound and Forbidden (kind model), OverLimit, and Upstream of the last that failed.
    """
    if not isinstance(asked.name, str) or not asked.name:
        raise Invalid(model="Name the model: GET /v1/models lists those that are.")
    began = clock.ticks()
    route = routing.find(asked.me, asked.name)
    size = paying.size(asked.body)
    key = cache.key(asked.me, asked.kind, asked.name, asked.body, asked.native, asked.raw) if asked.caches else b""
    if key and (answer := await remembered(asked, route, key)) is not None:
        return answer
    targets = route.ordered(size // 3, paying.wanted(route.targets[0].model, asked.body, asked.kind))
    refusal: Refusal | None = None
    tried = 0
    for n, target in enumerate(targets):
        if resting.left(target.provider.id):
            refusal = refusal or resting.refusal(target.provider)
            continue
        call = Attempt(asked, target, route.alias, tried, n + 1 < len(targets), key)
        try:
            answer = await call.make(size)
        except Upstream as failure:
            if failure.kind == "other" and failure.status == 400:
                raise  # the request itself is wrong, and would be elsewhere
            refusal = failure
        except (OverLimit, Forbidden) as over:
            if over.kind not in ("budget", "price"):
                raise
            refusal = refusal or over
            continue
        else:
            answer.head_us = int((clock.ticks() - began) * clock.SECOND)
            return answer
        tried += 1
    assert refusal is not None
    raise refusal


async def remembered(asked: Ask, route: Route, key: bytes) -> Answer | None:
    """The kept answer of a model that the name still stands for, with a row of its own; None without one."""
    kept = cache.find(key, asked.cache_seconds)
    target = next((each for each in route.targets if kept and each.model.id == kept.model_id), None)
    if kept is None or target is None:
        return None
    id = await usage.hit(asked.me, target.model, kept.count, purpose=asked.purpose, alias=route.alias)
    answer = Answer(target, paying.Hit(id), queueing.Place(None, 0), route.alias, 0)
    answer.cache, answer.kind, answer.native, answer.count = HIT, kept.kind, kept.native, kept.count
    answer.held.append(kept.data)
    answer.state, answer.closing = usage.DONE, True
    return answer


class Attempt:
    """One try at one model. `hold` keeps what comes before the first token, because another model may be tried."""

    def __init__(self, asked: Ask, target: Target, alias: str, fallbacks: int, hold: bool, key: bytes) -> None:
        self.asked, self.target, self.alias, self.fallbacks, self.hold = asked, target, alias, fallbacks, hold
        self.key = key
        speaks = target.provider.speaks.split() if asked.native else ()
        self.native = asked.native if asked.native in speaks and asked.raw is not None else ""

    async def make(self, size: int) -> Answer:
        """Reserve, wait for a place, ask. Raises OverLimit, Forbidden, Upstream; the row is settled then."""
        me, target = self.asked.me, self.target
        limit = paying.wanted(target.model, self.asked.body, self.asked.kind)
        paid = await usage.reserve(
            me,
            target.model,
            tokens_in=paying.estimate(target.model, size),
            tokens_out=limit,
            purpose=self.asked.purpose,
            alias=self.alias,
            fallbacks=self.fallbacks,
        )
        answer = Answer(target, paid, queueing.Place(None, 0), self.alias, self.fallbacks)
        answer.native, answer.allowed, answer.size = self.native, limit, size
        if self.key:
            answer.cache, answer.copy = MISS, cache.Copy(self.key)
        try:
            answer.place = await queueing.enter(target.provider, me.id, paid.stand)
            await self.begin(answer)
        except Upstream as failure:
            await answer.fail(failure)
            raise
        except BaseException:
            # Cancelled, because whoever asked has left, or a mistake: what was begun is ended in either case.
            ending.keep(answer.close())
            raise
        return answer

    async def begin(self, answer: Answer) -> None:
        """Send the request and read until it is known that it will be answered. Raises Upstream."""
        stream = self.asked.stream
        patience = config.current.first_token * (1 if stream else WHOLE)
        answer.began = answer.heard = clock.ticks()
        answer.patience = patience
        path = "/" + self.native if self.native else PATHS.get(self.asked.kind, "/" + self.asked.kind)
        response = answer.response = await self.sent(answer, path, patience)
        answer.kind = response.headers.get("content-type", lines.JSON)
        answer.status = response.status
        answer.watch()
        if answer.streams:
            answer.reader = Reader(hide_usage=self.adds_usage)
            await self.listen(answer)
        elif "json" in answer.kind or answer.kind.startswith("text/html") or stream:
            await answer.take(await self.whole(answer, response), stream and not self.native)

    async def sent(self, answer: Answer, path: str, patience: float) -> "ClientResponse":
        """The head of a good answer. Raises Upstream."""
        provider, name = self.target.provider, self.target.model.name
        answer.sent = True
        headers = {"content-type": self.asked.content_type if not self.native else lines.JSON}
        headers |= {name: self.asked.headers[name] for name in TOLD if name in self.asked.headers}
        if self.native == "messages":
            headers.setdefault("anthropic-version", lines.ANTHROPIC)
        try:
            response, answer.key = await lines.send(provider, name, path, self.body(), headers, patience)
        except Upstream as failure:
            if not (self.adds_usage and "stream_options" in failure.detail):
                raise
            # An older server that does not know how to tell the usage of a stream.
            requests.plain.add((provider.id, provider.url))
            response, answer.key = await lines.send(provider, name, path, self.body(), headers, patience)
        return response

    @property
    def adds_usage(self) -> bool:
        """Whether the usage is asked for by us, and not by the caller."""
        if not self.asked.stream or self.native or self.asked.kind not in ("chat", "completions"):
            return False
        options = self.asked.body.get("stream_options")
        return not (isinstance(options, dict) and options.get("include_usage"))

    def body(self) -> bytes:
        """The request as it is sent: the caller's, with the model's own name, and with usage for streams."""
        name = self.target.model.name
        if self.native:
            return orjson.dumps(orjson.loads(self.asked.raw or b"{}") | {"model": name})
        if self.asked.written is not None:
            return self.asked.written(name)
        knows = preset(self.target.provider.kind).knows
        self.asked.left_out = [each for each in self.asked.optional if each in self.asked.body and each not in knows]
        body = {each: value for each, value in self.asked.body.items() if each not in self.asked.left_out}
        body["model"] = name
        if self.asked.native and "max_tokens" in body:
            # Another dialect was translated, so the name of the limit is ours to choose.
            body[preset(self.target.provider.kind).limit] = body.pop("max_tokens")
        if self.adds_usage and (self.target.provider.id, self.target.provider.url) not in requests.plain:
            body["stream_options"] = (body.get("stream_options") or {}) | {"include_usage": True}
        return orjson.dumps(body)

    async def listen(self, answer: Answer) -> None:
        """Read the first events; with `hold` until the first token, so that a failure before it is no answer."""
        assert answer.reader is not None
        while not answer.closing:
            block = await answer.read()
            answer.held.append(block)
            if answer.reader.begun or not block or (not self.hold and answer.reader.events):
                break
        if answer.failure is not None:
            raise answer.failure

    async def whole(self, answer: Answer, response: "ClientResponse") -> bytes:
        """The body of an answer in one piece. Raises Upstream."""
        import aiohttp

        data, found = bytearray(), response.content
        try:
            while more := await found.readany():
                data += more
                if len(data) > LARGEST:
                    raise lines.told(failures.malformed(self.target.provider, "more than can be taken"))
        except (aiohttp.ClientError, OSError) as error:
            raise answer.broke(error) from None
        return bytes(data)
