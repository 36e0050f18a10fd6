"""Settings: what people set for themselves, where they are signed in, and their password again."""

from starlette.requests import Request

from app import accounts, providers
from app.accounts import groups
from app.errors import Invalid
from components.accounts import AccountPage, ConfirmPage, PasswordPage, SessionsPage
from components.addresses import url
from routes.accounts import Onward, house, local, must_be_protected, signed_in
from routes.pages import Form, Me, Pages, Query, see

ar = Pages("/settings")


class Saved(Query):
    """Whether something was kept just now."""

    saved: bool = False


class Profile(Form):
    """What people set for themselves."""

    name: str = ""
    timezone: str = ""
    model_id: str = ""
    instructions: str = ""


class Theme(Form):
    """System, light or dark."""

    theme: str = ""


class Zone(Form):
    """The browser's time zone."""

    timezone: str = ""


class NewPassword(Form):
    """The present password and the new one."""

    password: str = ""
    new: str = ""


class Password(Form):
    """The password again, and where to go with it."""

    password: str = ""
    next: str = ""


def account_page(me, posted=None, errors=None, saved=False):
    names = [group.name for group in groups.of(me, me.id)]
    models = providers.available(me)
    return AccountPage(me, accounts.person(me), models, names, house(), posted, errors or {}, saved)


@ar.get(guests=True)
def account(me: Me, query: Saved):
    return account_page(me, saved=query.saved)


@ar.post(again=account_page, guests=True)
def change(me: Me, posted: Profile):
    fields = posted.model_dump() | {"model_id": posted.model_id or None}
    if posted.model_id and posted.model_id not in {model.id for model in providers.available(me)}:
        raise Invalid(model_id="This model is not there for you. Choose another.")
    accounts.change(me, **fields)
    return see(url("/settings", saved=1))


@ar.post("/theme", guests=True)
def change_theme(me: Me, posted: Theme, req: Request):
    accounts.change(me, theme=posted.theme)
    return None if req.headers.get("hx-request") else see(url("/settings"))


@ar.post("/timezone", guests=True)
def change_timezone(me: Me, posted: Zone):
    accounts.change(me, timezone=posted.timezone)


def password_again(me, posted, errors):
    return PasswordPage(me, house(), errors)


@ar.get("/password", guests=True)
def password(me: Me):
    return PasswordPage(me, house())


@ar.post("/password", guests=True, again=password_again)
def change_password(me: Me, posted: NewPassword, req: Request):
    must_be_protected(req)
    token = accounts.change_password(me, posted.password, posted.new)
    return signed_in(req, token, url("/settings", saved=1))


@ar.get("/sessions", guests=True)
def sessions(me: Me):
    return SessionsPage(me, accounts.sessions(me), house())


@ar.post("/sessions/ending", guests=True)
def end_others(me: Me):
    accounts.revoke_others(me)
    return see(url("/settings/sessions"))


@ar.post("/sessions/{id:id}/ending", guests=True)
def end(me: Me, id: str):
    accounts.revoke(me, id)
    return see(url("/settings/sessions"))


def confirm_again(me, posted, errors):
    return ConfirmPage(me, posted.get("next", ""), house(), errors)


@ar.get("/confirm", guests=True)
def confirm_page(me: Me, query: Onward):
    return ConfirmPage(me, query.next, house())


@ar.post("/confirm", guests=True, again=confirm_again)
def confirm(me: Me, posted: Password):
    accounts.confirm(me, posted.password)
    return see(local(posted.next or "/settings"))
