"""Calls of the house's own pages and jobs, on the same ways as those of programs: aliases, fallback, rest, turns."""

from typing import Any

from app import db, providers, usage
from app.errors import OverLimit, Refusal, Upstream
from app.gateway import queueing, resting, routing
from app.gateway.queueing import Place
from app.gateway.routing import Target
from app.providers import Call, Delta, calls, choosing, wire
from app.rights import Caller


class Routed:
    """A call as `providers.Call` is, which goes on to the next model when the first fails before its first token."""

    def __init__(self, me: Caller, targets: list[Target], asked: dict[str, Any]) -> None:
        self.me, self.targets, self.asked = me, targets, asked
        self.place = Place(None, 0)
        self.call: Call

    async def start(self) -> None:
        """Begin with the next model that may be asked. Raises Upstream and OverLimit when there is none."""
        refusal: Refusal | None = None
        while self.targets:
            target = self.targets.pop(0)
            if resting.left(target.provider.id):
                refusal = refusal or resting.refusal(target.provider)
                continue
            try:
                await self.begin(target)
            except OverLimit as over:
                if over.kind != "budget":
                    raise
                refusal = over
                continue
            if any(not resting.left(each.provider.id) for each in self.targets):
                self.call.tries = calls.TRIES - 1  # another model is better than the same one again
            return
        assert refusal is not None
        raise refusal

    async def begin(self, target: Target) -> None:
        """Wait for a place, and begin. Raises Upstream and OverLimit."""
        place = await queueing.enter(target.provider, self.me.id)
        try:
            self.call = await providers.call(self.me, target.model.id, **self.asked)
        except BaseException:
            place.leave()
            raise
        self.place = place

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
                try:
                    await self.start()
                except (Upstream, OverLimit):
                    raise failure from None

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
    """Begin a call of a model or alias by its id, as `providers.call` does. Raises Invalid, Upstream, OverLimit."""
    routed = Routed(me, targets(me, model_id), {"messages": messages} | options)
    await routed.start()
    return routed


async def complete(me: Caller, model_id: str | None, messages: list[Any], **options: Any) -> str:
    """The whole text of an answer, for what nobody watches. Raises Upstream."""
    asked = await call(me, model_id, messages, **options)
    try:
        return "".join([delta.text async for delta in asked if delta.kind == wire.TEXT])
    finally:
        await asked.close()


def targets(me: Caller, model_id: str | None) -> list[Target]:
    """The models behind an id, as they are to be tried. Raises Invalid(model)."""
    wanted = model_id or providers.default(me)
    alias = db.fetch("select name from alias where id = ? and enabled", wanted)
    if alias is not None:
        return routing.find(me, alias[0]).ordered(0, 0)
    model, provider = choosing.usable(me, wanted)
    return [Target(model, provider)]
