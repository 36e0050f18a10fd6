"""The recovery key, for admins: shown to be saved, confirmed, given back after a restore, and made anew."""

from starlette.responses import Response

from app import accounts, secrets
from components.addresses import url
from components.secrets import FirstKeyPage, KeyPage, Opened
from routes.accounts import house
from routes.pages import ADMIN, Form, Me, Pages, see

ar = Pages(who=ADMIN)
PLACE = "/admin/backups/key"


class Deed(Form):
    """One's own password where it is no longer fresh, and the recovery key where that is given."""

    deed: str = ""
    password: str = ""
    key: str = ""


class Onward(Form):
    """Whether the first steps go on afterwards."""

    onward: str = ""


def again(me, posted, errors):
    return KeyPage(me, house(), posted, errors)


@ar.get("/welcome/key")
def first(me: Me):
    if secrets.is_saved():
        return see(url("/welcome"))
    if not accounts.is_fresh(me):
        return see(url(PLACE))
    return FirstKeyPage(me, secrets.recovery_key(me), house())


@ar.get(PLACE)
def show(me: Me):
    return KeyPage(me, house())


@ar.post(f"{PLACE}/showing", again=again)
def reveal(me: Me, posted: Deed):
    me = accounts.freshened(me, posted.password)
    return KeyPage(me, house(), key=secrets.recovery_key(me))


@ar.post(f"{PLACE}/file", again=again)
def file(me: Me, posted: Deed):
    text = f"{secrets.recovery_key(accounts.freshened(me, posted.password))}\n"
    named = {"content-disposition": 'attachment; filename="inglenook-recovery-key.txt"'}
    return Response(text, media_type="text/plain", headers=named)


@ar.post(f"{PLACE}/confirmation")
def confirm(me: Me, posted: Onward):
    secrets.confirm_saved(me)
    return see(url("/welcome" if posted.onward else PLACE))


@ar.post(f"{PLACE}/rotation", again=again)
def rotate(me: Me, posted: Deed):
    me = accounts.freshened(me, posted.password)
    return KeyPage(me, house(), key=secrets.rotate(me))


@ar.post(f"{PLACE}/opening", again=again)
def unlock(me: Me, posted: Deed):
    me = accounts.freshened(me, posted.password)
    secrets.unlock(me, posted.key)
    return KeyPage(me, house(), told=Opened())


@ar.post(f"{PLACE}/loss", again=again)
def forget(me: Me, posted: Deed):
    secrets.forget(accounts.freshened(me, posted.password))
    return see(url("/admin/providers"))
