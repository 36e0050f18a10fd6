"""The models of a provider as admins keep them: in use or not, named, priced, given to groups."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from app import clock, db, settings
from app.errors import Invalid, NotFound
from app.providers import adding, prices
from app.providers.catalogue import Model, ModelGroup, Provider
from app.rights import Caller

# A longer list is not put into everybody's picker: an admin says which of its models are wanted.
MOST_ENABLED = 100


@dataclass(frozen=True)
class Listed:
    """A model as its provider lists it; None for what the provider does not tell. Prices as in Model."""

    name: str
    title: str = ""
    context: int | None = None
    output_limit: int | None = None
    price_in: int | None = None
    price_cached: int | None = None
    price_out: int | None = None
    reasons: bool = False
    sees: bool | None = None
    chats: bool = True


def models(me: Caller, provider_id: str) -> list[Model]:
    """A provider's models: those in use first, then by name."""
    me.must_be_admin()
    rows = select(Model).where(Model.provider_id == provider_id)
    with db.read() as session:
        found = session.exec(rows.order_by(Model.enabled.desc(), Model.listed.desc(), Model.name))  # type: ignore[attr-defined]
        return list(found)


def find_model(id: str, me: Caller) -> tuple[Model, Provider, list[str]]:
    """A model, its provider, and the ids of the groups that may use it (none: everybody). Raises NotFound."""
    me.must_be_admin()
    with db.read() as session:
        model = session.get(Model, id)
        provider = session.get(Provider, model.provider_id) if model else None
        if model is None or provider is None:
            raise NotFound("There is no such model.")
        return model, provider, list(session.exec(select(ModelGroup.group_id).where(ModelGroup.model_id == id)))


def add_model(me: Caller, provider_id: str, name: str, title: str = "") -> Model:
    """Keep a model that the provider does not list. Raises Invalid(model)."""
    provider, name = adding.find(provider_id, me), name.strip()
    if not 0 < len(name) <= 200:
        raise Invalid(model="Write the provider's own name of the model.")
    with db.write(durable=True) as tx:
        if tx.first(select(Model).where(Model.provider_id == provider.id, Model.name == name)):
            raise Invalid(model="This model is in the list already.")
        model = tx.add(Model.new(provider, name, title.strip()[:120]))
        tx.audit(me, "models.add", model, note=name)
    return model


def change_model(me: Caller, id: str, groups: Iterable[str] = (), **fields: Any) -> Model:
    """Set a model's title, enabled, reasons, sees, context, output_limit, its prices (texts) and who may use it.

    Raises Invalid naming the field.
    """
    find_model(id, me)
    for name in ("price_in", "price_cached", "price_out"):
        if name in fields:
            fields[name] = prices.parse(fields[name], name)
    for name in ("context", "output_limit"):
        if (fields.get(name) or 0) < 0:
            raise Invalid(**{name: "This has to be more than 0, or empty where it is not known."})
    with db.write(durable=True) as tx:
        model = tx.find(Model, id)
        if model is None:
            raise NotFound("There is no such model.")
        changed = [name for name, value in fields.items() if getattr(model, name) != value]
        for name in changed:
            setattr(model, name, fields[name])
        tx.add(model)
        tx.run("delete from modelgroup where model_id = :id", id=id)
        for group in groups:
            tx.run("insert into modelgroup select :id, id from people_group where id = :group", id=id, group=group)
        told = " ".join(f"{name}={fields[name]}" if name.startswith("price") else name for name in changed)
        tx.audit(me, "models.change", model, note=f"{model.name}: {told}")
    return model


def enable_models(me: Caller, provider_id: str, ids: Iterable[str]) -> None:
    """Put exactly these of the provider's models in use."""
    wanted = set(ids)
    adding.find(provider_id, me)
    with db.write(durable=True) as tx:
        for model in tx.rows(select(Model).where(Model.provider_id == provider_id)):
            if model.enabled != (model.id in wanted):
                model.enabled = not model.enabled
                tx.add(model)
        tx.audit(me, "models.enable", provider_id, note=f"{len(wanted)} in use")


def choose_default(me: Caller, model_id: str) -> None:
    """The model with which everybody begins who chose none; it is put in use. '' leaves it to the list's order."""
    if model_id:
        find_model(model_id, me)
    with db.write(durable=True) as tx:
        tx.run("update model set enabled = 1 where id = :id", id=model_id)
        settings.put(tx, "default_model", model_id)
        tx.audit(me, "models.default", model_id)


def take_in(provider: Provider, listed: list[Listed]) -> None:
    """Keep what the provider lists: what admins set stays, what is new is added, what is gone is marked."""
    there = {each.name: each for each in listed}
    enabled = sum(each.chats for each in listed) <= MOST_ENABLED
    with db.write(durable=True) as tx:
        for model in tx.rows(select(Model).where(Model.provider_id == provider.id)):
            told = there.pop(model.name, None)
            model.listed = told is not None
            for name in ("context", "output_limit", "price_in", "price_cached", "price_out", "sees"):
                if told is not None and getattr(model, name) is None:
                    setattr(model, name, getattr(told, name))
            tx.add(model)
        for each in there.values():
            known = {name: getattr(each, name) for name in ("context", "output_limit", "reasons", "sees")}
            known |= {name: getattr(each, name) for name in ("price_in", "price_cached", "price_out")}
            tx.add(Model.new(provider, each.name, each.title, enabled=enabled and each.chats, **known))
        tx.run("update provider set checked_at = :now, error = '' where id = :id", now=clock.now(), id=provider.id)
