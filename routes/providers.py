"""Providers and their models, for admins."""

from pydantic import Field, field_validator

from app import db, providers, settings
from app.accounts import groups
from components.addresses import url
from components.providers import AddPage, LocalPage, ModelPage, ProviderPage, ProvidersPage
from routes.accounts import house
from routes.pages import ADMIN, Form, Me, Pages, Query, see

ar = Pages("/admin/providers", who=ADMIN)


class Addition(Form):
    """A provider; `kind` is a preset's name."""

    kind: str = ""
    name: str = Field("", max_length=80)
    url: str = Field("", max_length=500)
    key: str = Field("", max_length=1000)
    forget_key: bool = False


class Kind(Query):
    """Which preset the form begins with."""

    kind: str = "other"


class Done(Query):
    """Whether one comes from a test, or from a form whose changes were kept."""

    tested: bool = False
    kept: bool = False


class Named(Form):
    """A model by the provider's own name."""

    model: str = Field(min_length=1, max_length=200)


class Chosen(Form):
    """The id of a model, or nothing."""

    model_id: str = ""


class Several(Form):
    """Ids of models, from boxes that are ticked."""

    use: list[str] = []

    @field_validator("use", mode="before")
    @classmethod
    def listed(cls, given):
        return [given] if isinstance(given, str) else given


class ModelInput(Form):
    """What an admin says of a model; prices as texts, because they are money."""

    enabled: bool = False
    title: str = Field("", max_length=120)
    context: int | None = Field(None, ge=1, le=1_000_000_000)
    output_limit: int | None = Field(None, ge=1, le=1_000_000_000)
    reasons: bool = False
    sees: bool | None = None
    price_in: str = ""
    price_cached: str = ""
    price_out: str = ""
    groups: list[str] = []

    @classmethod
    async def __from_request__(cls, req):
        try:
            return await super().__from_request__(req)
        finally:
            # A form that comes back shows the boxes as they were ticked.
            req.state.posted["groups"] = " ".join((await req.form()).getlist("groups"))

    @field_validator("sees", mode="before")
    @classmethod
    def known(cls, given):
        return given or None if isinstance(given, str) else given

    @field_validator("context", "output_limit", mode="before")
    @classmethod
    def number(cls, given):
        # People write 128,000 and 128 000.
        return "".join(each for each in given if each not in ", ._\u00a0\u202f") or None

    @field_validator("groups", mode="before")
    @classmethod
    def listed(cls, given):
        return [given] if isinstance(given, str) else given


class Tuning(Form):
    """How many calls at a time, and the dialects that it speaks."""

    parallel: int | None = None
    speaks: list[str] = []

    @classmethod
    async def __from_request__(cls, req):
        try:
            return await super().__from_request__(req)
        finally:
            # A form that comes back shows the boxes as they were ticked.
            req.state.posted["speaks"] = " ".join((await req.form()).getlist("speaks"))

    @field_validator("parallel", mode="before")
    @classmethod
    def number(cls, given):
        return given.strip().replace(",", "") or None

    @field_validator("speaks", mode="before")
    @classmethod
    def listed(cls, given):
        return [given] if isinstance(given, str) else given


@ar.get()
def index(me: Me):
    kept = [(each, sum(one.enabled for one in providers.models(me, each.id))) for each in providers.all(me)]
    return ProvidersPage(me, kept, providers.available(me), settings.value("default_model"), house())


def add_page(me, posted, errors):
    return AddPage(me, providers.preset(posted.get("kind", "")), house(), posted, errors)


@ar.get("/new")
def new(me: Me, query: Kind):
    return add_page(me, {"kind": query.kind}, {})


@ar.get("/local")
async def local(me: Me):
    return LocalPage(me, await providers.local_servers(me), house())


@ar.post(again=add_page)
async def create(me: Me, posted: Addition):
    provider = await db.in_thread(providers.add, me, posted.name, posted.url, posted.key, posted.kind)
    await providers.test(me, provider.id)
    return see(url("/admin/providers", provider.id, tested=1))


@ar.post("/default")
def choose_default(me: Me, posted: Chosen):
    providers.choose_default(me, posted.model_id)
    return see(url("/admin/providers"))


def provider_page(me, posted, errors, id, tested=False, kept=False):
    provider = providers.find(id, me)
    return ProviderPage(me, provider, providers.models(me, id), house(), posted, errors, tested, kept)


@ar.get("/{id:id}")
def show(me: Me, id: str, query: Done):
    return provider_page(me, {}, {}, id, query.tested, query.kept)


@ar.post("/{id:id}", again=provider_page)
def change(me: Me, id: str, posted: Addition):
    providers.change(me, id, posted.name, posted.url, posted.key, posted.forget_key)
    return see(url("/admin/providers", id, kept=1))


@ar.post("/{id:id}/tuning", again=provider_page)
def tune(me: Me, id: str, posted: Tuning):
    providers.tune(me, id, posted.parallel, " ".join(posted.speaks))
    return see(url("/admin/providers", id, kept=1))


@ar.post("/{id:id}/checks")
async def check(me: Me, id: str):
    await providers.test(me, id)
    return see(url("/admin/providers", id, tested=1))


@ar.post("/{id:id}/enabling")
def enable(me: Me, id: str):
    providers.enable(me, id, True)
    return see(url("/admin/providers", id))


@ar.post("/{id:id}/disabling")
def disable(me: Me, id: str):
    providers.enable(me, id, False)
    return see(url("/admin/providers", id))


@ar.post("/{id:id}/removal")
def remove(me: Me, id: str):
    providers.remove(me, id)
    return see(url("/admin/providers"))


@ar.post("/{id:id}/models", again=provider_page)
def add_model(me: Me, id: str, posted: Named):
    model = providers.add_model(me, id, posted.model)
    return see(url("/admin/providers/models", model.id))


@ar.post("/{id:id}/models/use")
def use(me: Me, id: str, posted: Several):
    providers.enable_models(me, id, posted.use)
    return see(url("/admin/providers", id, kept=1))


def model_page(me, posted, errors, id):
    model, provider, given = providers.find_model(id, me)
    return ModelPage(me, model, provider, given, [group for group, _ in groups.all(me)], house(), posted, errors)


@ar.get("/models/{id:id}")
def model(me: Me, id: str):
    return model_page(me, {}, {}, id)


@ar.post("/models/{id:id}", again=model_page)
def change_model(me: Me, id: str, posted: ModelInput):
    providers.change_model(me, id, **posted.model_dump())
    return see(url("/admin/providers", providers.find_model(id, me)[1].id, kept=1))
