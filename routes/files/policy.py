"""What an admin decides of files."""

from dataclasses import asdict

from app.files import policy
from components.addresses import url
from components.files import PolicyPage
from components.files.policy import PLACE
from routes.files.places import ar, workspace
from routes.pages import ADMIN, Form, Me, Query, see


class Saved(Query):
    """Whether something was kept just now."""

    saved: bool = False


class Limits(Form):
    """The form's numbers, and the types, one a line."""

    file_mb: int
    quota_mb: int
    file_types_refused: str = ""


def policy_page(me: Me, posted=None, errors=None, saved=False):
    if posted is None:
        posted = asdict(policy.policy(me))
        posted["file_types_refused"] = "\n".join(posted["file_types_refused"])
    return PolicyPage(me, posted, errors or {}, saved=saved, workspace=workspace())


@ar.get(PLACE, who=ADMIN)
def limits(me: Me, query: Saved):
    return policy_page(me, saved=query.saved)


@ar.post(PLACE, who=ADMIN, again=policy_page)
def limit(me: Me, posted: Limits):
    types = tuple(posted.file_types_refused.splitlines())
    policy.decide(me, policy.Policy(posted.file_mb, types, posted.quota_mb))
    return see(url(PLACE, saved=1))
