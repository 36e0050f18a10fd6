"""Which models a person may use, and which one answers when none was named."""

from dataclasses import dataclass
from typing import TypeVar

from app import config, db, settings
from app.errors import Invalid
from app.providers import bundled
from app.providers.catalogue import Model, Provider
from app.providers.presets import BUNDLED, ENVIRONMENT
from app.rights import Caller

Row = TypeVar("Row", Model, Provider)

AVAILABLE = """select m.id, m.title, m.name, p.name, p.kind, m.reasons, m.context, m.sees from model m
    join provider p on p.id = m.provider_id
    where m.enabled and p.enabled and p.kind not in (?, ?) and (
        not exists (select 1 from modelgroup g where g.model_id = m.id)
        or exists (select 1 from modelgroup g join groupmember u on u.group_id = g.group_id
                   where g.model_id = m.id and u.user_id = ?))
    order by p.kind = 'bundled', not m.listed, p.created_at, p.id, lower(coalesce(nullif(m.title, ''), m.name))"""

# Names that admins chose for several models; the window is the smallest of those behind them.
ALIASES = """select a.id, a.name, max(m.reasons), min(m.context), min(m.output_limit), min(m.id), min(m.sees)
    from alias a
    join aliastarget t on t.alias_id = a.id join model m on m.id = t.model_id join provider p on p.id = m.provider_id
    where a.enabled and m.enabled and p.enabled and p.kind not in (?, ?) and (
        not exists (select 1 from modelgroup g where g.model_id = m.id)
        or exists (select 1 from modelgroup g join groupmember u on u.group_id = g.group_id
                   where g.model_id = m.id and u.user_id = ?))
    group by a.id order by lower(a.name)"""

# Set at start, when no file for the demo model is here.
demo_missing = False


@dataclass(frozen=True)
class Choice:
    """A model that a person may use, for pickers. `context` is in tokens, None where it is not known, as
    `sees` is where nobody knows whether it takes pictures."""

    id: str
    title: str
    provider: str
    demo: bool = False
    reasons: bool = False
    context: int | None = None
    sees: bool | None = None

    @property
    def label(self) -> str:
        """Its title, and that it is the tiny demo model where it is."""
        return f"{self.title} (tiny demo model)" if self.demo else self.title


def shut() -> tuple[str, str]:
    """The kinds of providers that this process's settings leave out ('' for none)."""
    chosen = config.current
    return (
        "" if chosen.openai_key or chosen.openai_url else ENVIRONMENT,
        BUNDLED if chosen.demo_model == "off" or demo_wanted() else "",
    )


def is_shut(provider: Provider) -> bool:
    """Whether a setting of this process leaves the provider out."""
    return provider.kind in shut()


def available(me: Caller) -> list[Choice]:
    """The models that this person may use, the demo model last."""
    rows = db.fetch_all(AVAILABLE, *shut(), me.id)
    models = [
        Choice(id, title or name, provider, kind == BUNDLED and demo_file(), bool(reasons), context, sight(sees))
        for id, title, name, provider, kind, reasons, context, sees in rows
    ]
    aliases = [
        Choice(id, name, "Aliases", reasons=bool(reasons), context=context, sees=sight(sees))
        for id, name, reasons, context, _, _, sees in db.fetch_all(ALIASES, *shut(), me.id)
    ]
    return sorted([*models, *aliases], key=lambda choice: choice.demo)


def sight(value: int | None) -> bool | None:
    """Whether a model takes pictures, as it stands in its row."""
    return None if value is None else bool(value)


def default(me: Caller) -> str:
    """The id of the model that answers when none was named: the person's, the workspace's, the first; or ''."""
    ids = [choice.id for choice in available(me)]
    row = db.fetch("select model_id from account where id = ?", me.id)
    wanted = (row[0] if row else None, settings.value("default_model"))
    return next((id for id in wanted if id in ids), ids[0] if ids else "")


def chosen(me: Caller, model_id: str | None = None) -> Model:
    """The model with this id, or the default one. Raises Invalid(model=...) when it is not there for this person.

    An alias is given as a model with the alias' id and name, and the smallest window of those behind it.
    """
    wanted = model_id or default(me)
    for id, name, reasons, context, limit, first, sees in db.fetch_all(ALIASES, *shut(), me.id) if wanted else ():
        if id == wanted:
            known = {"context": context, "output_limit": limit, "reasons": bool(reasons), "created_at": 0}
            known["sees"] = sight(sees)
            return Model(id=id, provider_id=loaded(Model, first).provider_id, name=name, title=name, **known)
    return usable(me, wanted)[0]


def usable(me: Caller, model_id: str | None) -> tuple[Model, Provider]:
    """The model and its provider. Raises Invalid(model=...)."""
    ids = {choice.id for choice in available(me)}
    if not ids and not model_id:
        raise Invalid(model="There is no model to ask yet. An admin can add a provider on the Providers page.")
    if model_id and model_id not in ids:
        raise Invalid(model="That model is not there any more. Choose another one.")
    model = loaded(Model, model_id or default(me))
    return model, loaded(Provider, model.provider_id)


def loaded(kind: type[Row], id: str) -> Row:
    """One row by a single keyed statement: calls begin on the event loop."""
    names = list(kind.model_fields)
    row = db.fetch(f"select {', '.join(names)} from {kind.__tablename__} where id = ?", id)
    if row is None:
        raise Invalid(model="That model is not there any more. Choose another one.")
    return kind(**dict(zip(names, row, strict=True)))


def demo_wanted() -> bool:
    """Whether there would be a demo model if only its file were here."""
    return demo_file() and demo_missing and not bundled.added().is_file()


def demo_file() -> bool:
    """Whether the bundled model is the tiny one, and not a file of the admin's choice."""
    return config.current.demo_model == "bundled"


def is_demo(model: Model) -> bool:
    """Whether this is the tiny demo model, whose answers need a warning and whose prompts have to be short."""
    row = db.fetch("select kind from provider where id = ?", model.provider_id)
    return row is not None and row[0] == BUNDLED and demo_file()
