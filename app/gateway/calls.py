"""Calls of the house's own pages and jobs, on the same ways as those of programs: aliases, fallback, rest, turns."""

from typing import Any

from app import db, providers, usage
from app.errors import Forbidden, OverLimit, Refusal, Upstream
from app.gateway import ending, queueing, resting, routing
from app.gateway.queueing import Place
from app.gateway.routing import Target
from app.providers import Call, Delta, calls, choosing, wire
from app.rights import Caller


class Routed:
    """A call as `providers.Call` is, which goes on to the next model when the first fails before its first token.

    `alias` is the name where it stands for several models, `fallbacks` how many of them failed before this one."""

    def __init__(self, me: Caller, alias: str, targets: list[Target], asked: dict[str, Any]) -> None:
        self.me, self.alias, self.targets, self.asked = me, alias, targets, asked
        self.fallbacks = 0
        self.place = Place(None, 0)
        self.call: Call

    async def start(self) -> None:
        """Begin with the next model that may be asked. Raises Upstream, OverLimit and Forbidden when there is none."""
        refusal: Refusal | None = None
        while self.targets:
            target = self.targets.pop(0)
            if resting.left(target.provider.id):
                refusal = refusal or resting.refusal(target.provider)
                continue
            try:
                await self.begin(target)
            except Upstream as failure:
                refusal, self.fallbacks = failure, self.fallbacks + 1
                continue
            except (OverLimit, Forbidden) as over:
                if over.kind not in ("budget", "price"):
                    raise
                refusal = refusal or over
                continue
            if any(not resting.left(each.provider.id) for each in self.targets):
                self.call.tries = calls.TRIES - 1  # another model is better than the same one again
            return
        assert refusal is not None
        raise refusal

    async def begin(self, target: Target) -> None:
        """Reserve, and wait for a place. Raises Upstream, OverLimit, Forbidden; the row is settled then."""
        named: dict[str, Any] = {"alias": self.alias, "fallbacks": self.fallbacks}
        self.call = call = await providers.call(self.me, target.model.id, **self.asked, **named)
        try:
            self.place = await queueing.enter(target.provider, self.me.id, call.reserved.stand)
        except Upstream as failure:
            await call.close(usage.FAILED, failure.kind)
            raise
        except BaseException:
            # Whoever asked has left the line: nothing was sent.
            ending.keep(call.close())
            raise
        call.begin()

    def __aiter__(self) -> "Routed":
        return self

    async def __anext__(self) -> Delta:
        while True:
            try:
                return await anext(self.call)
            except StopAsyncIteration:
                self.place.leave()
                if self.call.state == usage.DONE:
                    resting.answered(self.call.provider.id)
                raise
            except Upstream as failure:
                self.place.leave()
                resting.failed(self.call.provider, failure)
                if self.call.first_token_us is not None or not self.targets:
                    raise
                self.fallbacks += 1
                try:
                    await self.start()
                except (Upstream, OverLimit, Forbidden):
                    raise failure from None

    @property
    def served_by(self) -> str:
        """Which model answers, where an alias was asked for, and how many failed before: “fast: gpt-x of openai”."""
        if not self.alias:
            return ""
        others = f"{self.fallbacks} other{'' if self.fallbacks == 1 else 's'}"
        after = f", after {others} failed" if self.fallbacks else ""
        return f"{self.alias}: {self.call.model.title or self.call.model.name} of {self.call.provider.name}{after}"

    async def close(self, state: str = usage.STOPPED) -> None:
        """Close the connection to the provider at once and settle the row as `state`; again it does nothing."""
        self.place.leave()
        await self.call.close(state)

    @property
    def finish(self) -> str:
        """Why the answer ended, in the provider's word."""
        return self.call.finish

    @finish.setter
    def finish(self, why: str) -> None:
        self.call.finish = why

    def __getattr__(self, name: str) -> Any:
        if name == "call":
            raise AttributeError(name)
        return getattr(self.call, name)


async def call(me: Caller, model_id: str | None, messages: list[Any], **options: Any) -> Routed:
    """Begin a call of a model or alias by its id, as `providers.call` does.

    Raises Invalid, Upstream, OverLimit, Forbidden."""
    alias, found = route(me, model_id)
    routed = Routed(me, alias, found, {"messages": messages} | options)
    await routed.start()
    return routed


async def complete(me: Caller, model_id: str | None, messages: list[Any], **options: Any) -> str:
    """The whole text of an answer, for what nobody watches. Raises Upstream."""
    asked = await call(me, model_id, messages, **options)
    try:
        return "".join([delta.text async for delta in asked if delta.kind == wire.TEXT])
    finally:
        await asked.close()


def route(me: Caller, model_id: str | None) -> tuple[str, list[Target]]:
    """The alias behind an id ('' for a model's), and its models as they are to be tried. Raises Invalid(model)."""
    wanted = model_id or providers.default(me)
    alias = db.fetch("select name from alias where id = ? and enabled", wanted)
    if alias is not None:
        return alias[0], routing.find(me, alias[0]).ordered(0, 0)
    model, provider = choosing.usable(me, wanted)
    return "", [Target(model, provider)]
