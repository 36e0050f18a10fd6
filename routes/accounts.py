"""Accounts: the doors of the house. Sign in, sign out, and what one-time links open."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from app import accounts, config, db, providers, settings
from app.errors import Forbidden, Invalid
from components.accounts import LinkPage, SigninPage, UnlitPage, WelcomePage
from components.addresses import root_path, url
from routes.pages import ADMIN, ANYONE, Form, Me, Pages, Query, see
from routes.safety import cookie_name

ar = Pages(who=ANYONE)
# Browsers keep a cookie for at most 400 days; when a session ends without use is the server's business.
COOKIE_AGE = 400 * 86_400


class Onward(Query):
    """Where to go afterwards."""

    next: str = ""


class Signin(Form):
    """An address and a password."""

    email: str = ""
    password: str = ""
    next: str = ""


class Link(Form):
    """What the holder of a one-time link fills in; which of it counts depends on the link."""

    workspace: str = ""
    name: str = ""
    email: str = ""
    password: str = ""


def house() -> str:
    """The name of the workspace."""
    return str(settings.value("workspace"))


def local(address: str) -> str:
    """The address, if it is a path of this house, else home: a link must not lead a person elsewhere from here."""
    plain = address.isprintable() and "\\" not in address
    path = address if plain and address.startswith("/") and not address.startswith("//") else "/"
    prefix = root_path.get()
    return path if prefix and path.startswith(f"{prefix}/") else url(path)


def public_url(request: Request, path: str) -> str:
    """The whole address of a path, for what leaves the page: the public address where one is set."""
    public = urlsplit(config.current.url or str(request.url))
    return f"{public.scheme}://{public.netloc}{path}"


def must_be_protected(request: Request) -> None:
    """Passwords and sessions do not travel in the open. Raises Forbidden."""
    if request.state.transport == "refused":
        raise Forbidden("Nobody signs in over plain http from another machine: use https, or --insecure-http.")


def signed_in(request: Request, token: str, address: str) -> Response:
    """Go on to `address` with the cookie of a new session."""
    scheme = request.scope["scheme"]
    response = see(address)
    response.set_cookie(
        cookie_name(scheme),
        token,
        max_age=COOKIE_AGE,
        path="/",
        secure=scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return response


def signin_again(me, posted, errors):
    return SigninPage(house(), posted, errors, theme=me.theme)


@ar.get("/signin")
def signin_page(me: Me, query: Onward, req: Request):
    if me:
        return see(local(query.next))
    if not accounts.is_lit():
        return UnlitPage(house())
    return SigninPage(house(), onward=query.next, transport=req.state.transport, public=config.current.url)


@ar.post("/signin", guests=True, again=signin_again)
def sign_in(me: Me, posted: Signin, req: Request):
    must_be_protected(req)
    token = accounts.sign_in(me, posted.email, posted.password)
    return signed_in(req, token, local(posted.next))


@ar.post("/signout", guests=True)
def sign_out(me: Me, req: Request):
    accounts.sign_out(me)
    scheme = req.scope["scheme"]
    response = see(url("/signin"))
    response.delete_cookie(cookie_name(scheme), path="/", secure=scheme == "https", httponly=True, samesite="lax")
    return response


def link_again(me, posted, errors, token):
    return LinkPage(accounts.link(token), token, house(), posted, errors)


@ar.get("/links/{token}")
def link_page(token: str, req: Request):
    return LinkPage(accounts.link(token), token, house(), transport=req.state.transport, public=config.current.url)


@ar.post("/links/{token}", guests=True, again=link_again)
def use_link(me: Me, token: str, posted: Link, req: Request):
    must_be_protected(req)
    if accounts.link(token).kind == "setup":
        session = accounts.set_up(me, token, posted.workspace, posted.name, posted.email, posted.password)
        return signed_in(req, session, url("/welcome/key"))
    return signed_in(req, accounts.accept(me, token, posted.name, posted.password), url("/"))


class Welcome(Query):
    """The provider that was added just now."""

    added: str = ""


class Source(Form):
    """A provider's key, and whose it is where its shape does not tell; or the kind of a server on this machine."""

    key: str = ""
    kind: str = ""


class Beginning(Form):
    """The model that chats begin with."""

    model_id: str = ""


def welcome_again(me, posted, errors):
    told = {field if field in ("key", "kind") else "": sentence for field, sentence in errors.items()}
    return WelcomePage(me, [], providers.available(me), house(), posted, told)


@ar.get("/welcome", who=ADMIN)
async def welcome(me: Me, query: Welcome):
    servers = await providers.local_servers(me)
    provider = await db.in_thread(providers.find, query.added, me) if query.added else None
    models = await db.in_thread(providers.models, me, provider.id) if provider else []
    choices = await db.in_thread(providers.available, me)
    return WelcomePage(me, servers, choices, house(), provider=provider, models=models)


@ar.post("/welcome/providers", who=ADMIN, again=welcome_again)
async def add_provider(me: Me, posted: Source):
    preset = providers.preset(posted.kind) if posted.kind else providers.recognise(posted.key)
    if preset is None:
        raise Invalid(kind="This key does not tell whose it is. Choose its provider.")
    provider = await db.in_thread(providers.add, me, "", preset.url, posted.key, preset.kind)
    report = await providers.test(me, provider.id)
    if not report.ok:
        await db.in_thread(providers.remove, me, provider.id)
        raise Invalid(key=report.message)
    return see(url("/welcome", added=provider.id))


@ar.post("/welcome/default", who=ADMIN)
def begin_with(me: Me, posted: Beginning):
    if posted.model_id:
        providers.choose_default(me, posted.model_id)
    return see(url("/"))
