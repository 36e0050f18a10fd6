"""Which models a name stands for, for this person and key, and in which order they are asked."""

import random
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app import db, usage
from app.errors import Forbidden, NotFound
from app.providers import Model, Provider, choosing
from app.rights import Caller

# Our own model for embeddings; it is no provider's.
OURS = "wordllama"
ORDER, WEIGHT, CHEAPEST = "order", "weight", "cheapest"
STRATEGIES = (ORDER, WEIGHT, CHEAPEST)
# The learned number is last: it changes with every call, and the rows that are kept need not follow it.
MODEL = [name for name in Model.model_fields if name != "bytes_per_token"]
PROVIDER = list(Provider.model_fields)
COLUMNS = ", ".join([*(f"m.{name}" for name in MODEL), *(f"p.{name}" for name in PROVIDER), "m.bytes_per_token"])
USABLE = """m.enabled and p.enabled and p.kind not in (?, ?) and (
    not exists (select 1 from modelgroup g where g.model_id = m.id)
    or exists (select 1 from modelgroup g join groupmember u on u.group_id = g.group_id
               where g.model_id = m.id and u.user_id = ?))"""
FROM = "from model m join provider p on p.id = m.provider_id"
# Where several providers have a model of this name, the first is meant, as in the list of models.
AGE = "order by p.kind = 'bundled', not m.listed, p.created_at, p.id limit 1"
BY_NAME = f"select {COLUMNS} {FROM} where m.name = ? and {USABLE} {AGE}"
BY_ID = f"select {COLUMNS} {FROM} where m.id = ? and {USABLE}"
BY_BOTH = f"select {COLUMNS} {FROM} where lower(p.name) || '/' || m.name = lower(?) || '/' || ? and {USABLE} {AGE}"
BY_ALIAS = f"""select {COLUMNS}, t.position, t.weight {FROM} join aliastarget t on t.model_id = m.id
    where t.alias_id = ? and {USABLE} order by t.position"""


@dataclass(frozen=True)
class Target:
    """A model that may be asked, and whose it is."""

    model: Model
    provider: Provider
    position: int = 0
    weight: int = 1

    @property
    def name(self) -> str:
        """The name that is good for this one model alone."""
        return f"{self.provider.name}/{self.model.name}"


@dataclass(frozen=True)
class Route:
    """What a name stands for. `alias` is the name where people chose it, '' where it is a model's own."""

    name: str
    alias: str
    strategy: str
    targets: tuple[Target, ...]

    def ordered(self, tokens_in: int, tokens_out: int) -> list[Target]:
        """The targets as they are to be tried for a call of this size."""
        if self.strategy == WEIGHT:
            # Efraimidis and Spirakis: a weighted draw without putting back.
            return sorted(self.targets, key=lambda each: -(random.random() ** (1 / max(each.weight, 1))))
        if self.strategy == CHEAPEST:
            count = usage.Count(into=tokens_in, out=tokens_out)
            prices = {each.model.id: usage.cost(each.model, count) for each in self.targets}
            # One whose price nobody knows is not the cheapest.
            return sorted(self.targets, key=lambda each: (prices[each.model.id] is None, prices[each.model.id] or 0))
        return list(self.targets)


def find(me: Caller, name: str) -> Route:
    """What this name stands for. Raises NotFound, and Forbidden where the key may not use it; both of kind model."""
    who = (*choosing.shut(), me.id)
    alias = db.fetch("select id, name, strategy from alias where name = ? and enabled", name)
    if alias is not None:
        id, name, strategy = alias
        check(me, name)
        targets = tuple(target(row[:-2], *row[-2:]) for row in db.fetch_all(BY_ALIAS, id, *who))
        if not targets:
            raise NotFound(f"None of the models behind “{name}” is there for you now.", "model", "model")
        return Route(name, name, strategy, targets)
    row = db.fetch(BY_NAME, name, *who)
    if row is None and "/" in name:
        owner, _, rest = name.partition("/")
        row = db.fetch(BY_BOTH, owner, rest, *who)
    if row is None and len(name) == 29:
        row = db.fetch(BY_ID, name, *who)
    if row is None and name == OURS:
        raise NotFound(f"“{OURS}” makes embeddings and nothing else.", "model", "model")
    if row is None:
        raise NotFound(
            f"There is no model called “{name[:200]}”. GET /v1/models lists those that are.", "model", "model"
        )
    found = target(row)
    check(me, found.model.name, found.name, name)
    return Route(name, "", ORDER, (found,))


def check(me: Caller, *names: str) -> None:
    """Raises Forbidden when the key that asks is for other models."""
    if me.models and not me.models.intersection(names):
        raise Forbidden(f"This key may not use “{names[0]}”.", "model", "model")


def may(me: Caller, *names: str) -> bool:
    """Whether the key that asks is for one of these names."""
    return not me.models or not me.models.isdisjoint(names)


def target(row: tuple[Any, ...], position: int = 0, weight: int = 1) -> Target:
    """A target from a row of COLUMNS."""
    model, provider = kept(row[:-1])
    model.bytes_per_token = row[-1]
    return Target(model, provider, position, weight)


@lru_cache(maxsize=2048)
def kept(row: tuple[Any, ...]) -> tuple[Model, Provider]:
    """The rows' objects, made once for as long as nothing in them changes; they are never written back."""
    model = Model(**dict(zip(MODEL, row[: len(MODEL)], strict=True)))
    return model, Provider(**dict(zip(PROVIDER, row[len(MODEL) :], strict=True)))
