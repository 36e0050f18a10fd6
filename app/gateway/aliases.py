"""Names that admins choose for models: each stands for a list of them, and how one is taken from the list."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import select

from app import clock, db
from app.db import Transaction
from app.errors import Invalid, NotFound
from app.gateway.routing import ORDER, STRATEGIES
from app.gateway.rows import Alias, AliasTarget
from app.providers import Model
from app.rights import Caller

MOST = 20
HEAVIEST = 1_000


@dataclass(frozen=True)
class Behind:
    """A model behind an alias, for its page: ids, names, its share, and whether it can be asked now."""

    model_id: str
    model: str
    provider_id: str
    provider: str
    weight: int
    usable: bool


BEHIND = """select t.alias_id, m.id, m.name, p.id, p.name, t.weight, m.enabled and p.enabled from aliastarget t
    join model m on m.id = t.model_id join provider p on p.id = m.provider_id order by t.alias_id, t.position"""


def aliases(me: Caller) -> list[tuple[Alias, list[Behind]]]:
    """Every alias by name, with the models behind it in their order. Raises Forbidden for members."""
    me.must_be_admin()
    behind: dict[str, list[Behind]] = {}
    for alias_id, model_id, model, provider_id, provider, weight, usable in db.fetch_all(BEHIND):
        one = Behind(model_id, model, provider_id, provider, weight, bool(usable))
        behind.setdefault(alias_id, []).append(one)
    with db.read() as session:
        rows = session.exec(select(Alias).order_by(Alias.name)).all()
    return [(row, behind.get(row.id, [])) for row in rows]


def find_alias(id: str, me: Caller) -> tuple[Alias, list[Behind]]:
    """The alias with this id or name. Raises NotFound, and Forbidden for members."""
    for alias, behind in aliases(me):
        if id in (alias.id, alias.name):
            return alias, behind
    raise NotFound(f"There is no alias called “{id}”.")


def add_alias(me: Caller, name: str, targets: Sequence[tuple[str, int]], strategy: str = ORDER) -> Alias:
    """A new name for models, given as (model's id, weight) in their order. Raises Invalid(name, strategy, models)."""
    me.must_be_admin()
    with db.write(durable=True) as tx:
        checked(tx, name, strategy, targets)
        alias = tx.add(Alias(id=clock.new_id(), name=name.strip(), strategy=strategy, created_at=clock.now()))
        put(tx, alias, targets)
        tx.audit(me, "aliases.add", alias, note=alias.name)
    return alias


def change_alias(
    me: Caller, id: str, name: str, targets: Sequence[tuple[str, int]], strategy: str = ORDER, enabled: bool = True
) -> Alias:
    """Change all of an alias. Raises Invalid(name, strategy, models), NotFound."""
    old, _ = find_alias(id, me)
    with db.write(durable=True) as tx:
        checked(tx, name, strategy, targets, old.id)
        alias = tx.find(Alias, old.id) or old
        alias.name, alias.strategy, alias.enabled = name.strip(), strategy, enabled
        tx.add(alias)
        tx.run("delete from aliastarget where alias_id = :id", id=alias.id)
        put(tx, alias, targets)
        tx.audit(me, "aliases.change", alias, note=alias.name)
    return alias


def remove_alias(me: Caller, id: str) -> None:
    """Take an alias away; what was asked by it keeps its name in the ledger. Raises NotFound."""
    old, _ = find_alias(id, me)
    with db.write(durable=True) as tx:
        tx.run("delete from aliastarget where alias_id = :id", id=old.id)
        tx.run("delete from alias where id = :id", id=old.id)
        tx.audit(me, "aliases.remove", old.id, note=old.name)


def put(tx: Transaction, alias: Alias, targets: Sequence[tuple[str, int]]) -> None:
    """Write the models behind an alias."""
    for position, (model_id, weight) in enumerate(targets):
        tx.add(AliasTarget(alias_id=alias.id, model_id=model_id, position=position, weight=weight))


def checked(tx: Transaction, name: str, strategy: str, targets: Sequence[tuple[str, int]], own: str = "") -> None:
    """Raises Invalid for what an alias cannot be."""
    name = name.strip()
    if not 0 < len(name) <= 80 or not name.isprintable() or any(each.isspace() for each in name):
        raise Invalid(name="Give it a name of at most 80 characters, without blanks.")
    if tx.first(select(Alias).where(Alias.name == name, Alias.id != own)):
        raise Invalid(name=f"There is an alias called “{name}” already.")
    if strategy not in STRATEGIES:
        raise Invalid(strategy=f"Choose one of {', '.join(STRATEGIES)}.")
    ids = [id for id, _ in targets]
    if not 0 < len(ids) <= MOST or len(set(ids)) < len(ids):
        raise Invalid(models=f"Choose from one to {MOST} models, each once.")
    if any(not 1 <= weight <= HEAVIEST for _, weight in targets):
        raise Invalid(models=f"A weight is a number from 1 to {HEAVIEST:,}.")
    if any(tx.find(Model, id) is None for id in ids):
        raise Invalid(models="One of these models is not there any more. Choose another one.")
