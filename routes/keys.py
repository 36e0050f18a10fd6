"""Keys: each person's own, and for admins what is known of all."""

from typing import Any

from fasthtml.core import form2dict, parse_form
from starlette.requests import Request

from app import config, gateway, keys, providers, settings
from app.errors import Invalid
from components.addresses import url
from components.keys import AllKeysPage, Filled, KeyPage, KeysPage, MadePage, NewKeyPage
from routes.accounts import house, public_url
from routes.pages import ADMIN, Form, Me, Pages, Query, parsed, see

ar = Pages()
PLACE = "/keys"
COUNTS = ("requests", "tokens", "parallel", "cache_seconds")


class Saved(Query):
    """Whether something was kept just now."""

    saved: bool = False


class KeyInput(Form):
    """A key as its form says it; all of it is text, and empty is no bound."""

    name: str = ""
    life: str = ""
    budget: str = ""
    period: str = "month"
    scopes: str = ""
    models: str = ""
    addresses: str = ""
    requests: str = ""
    tokens: str = ""
    parallel: str = ""
    cache_seconds: str = ""

    @classmethod
    async def __from_request__(cls, req) -> "KeyInput":
        data = form2dict(await parse_form(req))
        # Several boxes of one name are one text, so that a form that was refused comes back as it was.
        joined = {key: " ".join(map(str, each)) if isinstance(each, list) else each for key, each in data.items()}
        req.state.posted = {key: each for key, each in joined.items() if isinstance(each, str)} | {
            "scopes": str(joined.get("scopes", ""))
        }
        return parsed(cls, joined)

    def attributes(self) -> dict[str, Any]:
        """What `keys.create` and `keys.change` take. Raises Invalid, with a sentence for each field."""
        wrong: dict[str, str] = {}

        def told(read: Any, *words: str) -> Any:
            try:
                return read(*words) if words[-1].strip() else None
            except Invalid as invalid:
                wrong.update(invalid.fields)

        amount = told(keys.money, self.budget)
        counts = [told(whole, name, getattr(self, name)) for name in COUNTS]
        kept = {} if self.life == "keep" else {"expires_at": told(keys.moment, self.life)}
        if wrong:
            raise Invalid(**wrong)
        return kept | {
            "scopes": self.scopes.split(),
            "models": [line.strip() for line in self.models.splitlines() if line.strip()],
            "addresses": self.addresses.replace(",", " ").split(),
            "budget": keys.Spend(amount, self.period) if amount else None,
            "limits": keys.Pace(*counts[:3]),
            "cache_seconds": counts[3] or 0,
        }


class Overlap(Form):
    """For how many seconds the earlier key opens too."""

    overlap: int = 0


class AddressLimit(Form):
    """Requests a minute from one address, or nothing."""

    requests: str = ""


def whole(name: str, text: str) -> int | None:
    """A whole number from 1 on, or None for an empty field. Raises Invalid."""
    text = text.strip().replace(",", "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 1 << 53:
        raise Invalid(**{name: "Write a whole number from 1 on, or nothing."})
    return int(text)


def address(req: Request) -> str:
    """Where clients ask, without the /v1."""
    return config.current.url.rstrip("/") or public_url(req, url("/")).rstrip("/")


def names(me: Me) -> list[str]:
    """The models that a key of this person can open."""
    return [each.id for each in gateway.offered(me)]


def filled(req: Request, me: Me, held: keys.Key | None = None, token: str = "") -> Filled:
    """What goes into the snippets: a model of the key's own list, or the one that answers this person first."""
    plain = Filled(address(req))
    chats = (held.names if held else []) or [providers.chosen(me).name for _ in providers.available(me)[:1]]
    return Filled(plain.address, token or plain.key, chats[0] if chats else plain.model)


@ar.get(PLACE)
def own(me: Me, req: Request):
    return KeysPage(me, keys.mine(me), filled(req, me), house())


def new_page(me, posted, errors):
    return NewKeyPage(me, names(me), house(), posted, errors)


@ar.get(f"{PLACE}/new")
def new(me: Me):
    return new_page(me, {}, {})


@ar.post(PLACE, again=new_page)
def create(me: Me, posted: KeyInput, req: Request):
    key, token = keys.create(me, posted.name, **posted.attributes())
    return MadePage(me, key, token, filled(req, me, key, token), house())


def key_page(me, posted, errors, id, place=None, saved=False):
    return KeyPage(me, keys.find(id, me), names(me), place, house(), posted, errors, saved)


@ar.get(f"{PLACE}/{{id:id}}")
def key(me: Me, id: str, req: Request, query: Saved):
    return key_page(me, {}, {}, id, filled(req, me, keys.find(id, me).key), query.saved)


@ar.post(f"{PLACE}/{{id:id}}", again=key_page)
def change(me: Me, id: str, posted: KeyInput):
    keys.change(me, id, name=posted.name, **posted.attributes())
    return see(url(PLACE, id, saved=1))


@ar.post(f"{PLACE}/{{id:id}}/rotation", again=key_page)
def rotate(me: Me, id: str, posted: Overlap, req: Request):
    token = keys.rotate(me, id, posted.overlap)
    key = keys.find(id, me).key
    said = "The earlier one opens too, for the time you chose." if posted.overlap else "The earlier one has ended."
    return MadePage(me, key, token, filled(req, me, key, token), house(), said)


@ar.post(f"{PLACE}/{{id:id}}/earlier")
def end_earlier(me: Me, id: str):
    keys.settle(me, id)
    return see(url(PLACE, id))


@ar.post(f"{PLACE}/{{id:id}}/revocation")
def revoke(me: Me, id: str):
    ended = keys.revoke(me, id)
    return see(url(PLACE) if ended.user_id == me.id else url("/admin/keys"))


def all_page(me, posted=None, errors=None, saved=False):
    most = settings.value("address_requests")
    return AllKeysPage(me, keys.all(me), most, house(), posted or {}, errors or {}, saved)


@ar.get("/admin/keys", who=ADMIN)
def everybodys(me: Me, query: Saved):
    return all_page(me, saved=query.saved)


@ar.post("/admin/keys/limit", who=ADMIN, again=all_page)
def limit(me: Me, posted: AddressLimit):
    settings.change(me, address_requests=whole("requests", posted.requests) or 0)
    return see(url("/admin/keys", saved=1))
