"""Aliases: names that admins choose for models."""

from fasthtml.core import form2dict, parse_form
from pydantic import field_validator

from app import gateway, providers
from app.errors import Invalid
from components.addresses import url
from components.aliases import PLACE, AliasesPage, AliasPage
from routes.accounts import house
from routes.pages import ADMIN, Form, Me, Pages, Query, parsed, see

ar = Pages(PLACE, who=ADMIN)
SEVERAL = ("models", "weights")


class AliasInput(Form):
    """An alias; models and weights line by line, of which some are empty."""

    name: str = ""
    strategy: str = "order"
    models: list[str] = []
    weights: list[str] = []
    enabled: bool = False

    @classmethod
    async def __from_request__(cls, req) -> "AliasInput":
        data = form2dict(await parse_form(req))
        # Several fields of one name are one text, so that a form that was refused comes back as it was.
        joined = {key: ",".join(map(str, each)) if isinstance(each, list) else each for key, each in data.items()}
        req.state.posted = {key: each for key, each in joined.items() if isinstance(each, str)}
        return parsed(cls, data)

    @field_validator(*SEVERAL, mode="before")
    @classmethod
    def listed(cls, given):
        return [given] if isinstance(given, str) else given

    def targets(self) -> list[tuple[str, int]]:
        """The models with their weights, without the empty lines. Raises Invalid(models)."""
        weights = self.weights + ["1"] * len(self.models)
        chosen = [(id, weight.strip() or "1") for id, weight in zip(self.models, weights, strict=False) if id]
        if any(not (weight.isascii() and weight.isdigit()) or len(weight) > 6 for _, weight in chosen):
            raise Invalid(models="A weight is a whole number from 1 on.")
        return [(id, int(weight)) for id, weight in chosen]


class Moved(Form):
    """The model that goes one place up."""

    model_id: str


class Saved(Query):
    """Whether something was kept just now."""

    kept: bool = False


def aliases_page(me, posted=None, errors=None, **path):
    return AliasesPage(me, gateway.aliases(me), models(me), house(), posted or {}, errors or {})


@ar.get()
def index(me: Me):
    return aliases_page(me)


@ar.post(again=aliases_page)
def create(me: Me, posted: AliasInput):
    alias = gateway.add_alias(me, posted.name, posted.targets(), posted.strategy)
    return see(url(PLACE, alias.id, kept=1))


def alias_page(me, posted, errors, id, kept=False):
    alias, behind = gateway.find_alias(id, me)
    return AliasPage(me, alias, behind, models(me, behind), house(), posted, errors, kept)


@ar.get("/{id:id}")
def show(me: Me, id: str, query: Saved):
    return alias_page(me, {}, {}, id, query.kept)


@ar.post("/{id:id}", again=alias_page)
def change(me: Me, id: str, posted: AliasInput):
    gateway.change_alias(me, id, posted.name, posted.targets(), posted.strategy, posted.enabled)
    return see(url(PLACE, id, kept=1))


@ar.post("/{id:id}/order")
def move_up(me: Me, id: str, posted: Moved):
    alias, behind = gateway.find_alias(id, me)
    targets = raised([(each.model_id, each.weight) for each in behind], posted.model_id)
    gateway.change_alias(me, id, alias.name, targets, alias.strategy, alias.enabled)
    return see(url(PLACE, id))


@ar.post("/{id:id}/removal")
def remove(me: Me, id: str):
    gateway.remove_alias(me, id)
    return see(url(PLACE))


def raised(targets: list[tuple[str, int]], model_id: str) -> list[tuple[str, int]]:
    """The models with this one a place higher."""
    for n in range(1, len(targets)):
        if targets[n][0] == model_id:
            targets[n - 1 : n + 1] = [targets[n], targets[n - 1]]
            break
    return targets


def models(me: Me, chosen=()) -> list:
    """The models in use and those that are chosen already, by provider, as the options of a select."""
    kept = {each.model_id for each in chosen}
    found = []
    for provider in providers.all(me):
        own = [(each.id, each.title or each.name) for each in providers.models(me, provider.id)
               if each.enabled or each.id in kept]  # fmt: skip
        found += [(provider.name, own)] if own else []
    return found
