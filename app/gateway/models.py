"""The names that may be asked for: aliases, models by their own names, and provider/name where several have one."""

from collections.abc import Iterator
from dataclasses import dataclass

from app import db
from app.errors import NotFound
from app.gateway import embedding, routing
from app.providers import choosing
from app.rights import Caller

ALL = f"""select m.id, m.name, m.title, m.context, m.output_limit, m.created_at, p.name {routing.FROM}
    where {routing.USABLE} order by p.kind = 'bundled', not m.listed, p.created_at, p.id, m.name"""
ALIASES = f"""select a.name, a.created_at, min(m.context), min(m.output_limit) from alias a
    join aliastarget t on t.alias_id = a.id join model m on m.id = t.model_id join provider p on p.id = m.provider_id
    where a.enabled and {routing.USABLE} group by a.id order by a.name"""


@dataclass(frozen=True)
class Named:
    """A name that may be asked for. `owner` is the provider's name, or inglenook for an alias; tokens as in Model."""

    id: str
    title: str
    owner: str
    created_at: int
    context: int | None = None
    output_limit: int | None = None
    alias: bool = False


def offered(me: Caller) -> list[Named]:
    """Every name that this person may ask for with this key, aliases first."""
    return [each for each, names in everything(me) if routing.may(me, *names)]


def named(me: Caller, name: str) -> Named:
    """What is told of one name. Raises NotFound and Forbidden (kind model)."""
    for each, names in everything(me):
        if name in (each.id, *names):
            routing.check(me, *names)
            return each
    raise NotFound(f"There is no model called “{name[:200]}”. GET /v1/models lists those that are.", "model", "model")


def everything(me: Caller) -> Iterator[tuple[Named, tuple[str, ...]]]:
    """What this person may use, each with all of its names."""
    who = (*choosing.shut(), me.id)
    taken = set()
    for name, created_at, context, output_limit in db.fetch_all(ALIASES, *who):
        taken.add(name)
        yield Named(name, name, "inglenook", created_at, context, output_limit, True), (name,)
    for _, name, title, context, output_limit, created_at, owner in db.fetch_all(ALL, *who):
        long = f"{owner}/{name}"
        short, names = (long, (long,)) if name in taken else (name, (name, long))
        taken.add(name)
        yield Named(short, title or name, owner, created_at, context, output_limit), names
    if embedding.OURS not in taken and embedding.installed():
        yield Named(embedding.OURS, "WordLlama (embeddings only)", "inglenook", 0), (embedding.OURS,)
