"""What an admin decides of pastes."""

from dataclasses import asdict

from app.pastes import allowing
from components.addresses import url
from components.pastes.allowing import PLACE, PastesAdminPage
from routes.pages import ADMIN, Form, Me, Query, see
from routes.pastes.places import ar, workspace


class Saved(Query):
    """Whether something was kept just now."""

    saved: bool = False


class Limits(Form):
    """The form's numbers, and whether the switch is on."""

    quota_mb: int
    spare_mb: int
    anonymous_pastes: bool = False
    anonymous_hour: int
    anonymous_kb: int
    anonymous_quota_mb: int


def limits_page(me: Me, posted=None, errors=None, saved=False):
    now = asdict(allowing.allowed(me)) if posted is None else posted
    return PastesAdminPage(me, now, errors or {}, saved=saved, workspace=workspace())


@ar.get(PLACE, who=ADMIN)
def limits(me: Me, query: Saved):
    return limits_page(me, saved=query.saved)


@ar.post(PLACE, who=ADMIN, again=limits_page)
def limit(me: Me, posted: Limits):
    allowing.allow(me, allowing.Allowed(**posted.model_dump()))
    return see(url(PLACE, saved=1))
