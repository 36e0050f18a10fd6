"""People and groups, for admins."""

from starlette.requests import Request

from app import accounts, chats, db
from app.accounts import groups
from components.addresses import url
from components.groups import GroupPage, GroupsPage
from components.people import InvitationLink, PeoplePage, PersonPage, ResetLink
from routes.accounts import house, public_url, signed_in
from routes.pages import ADMIN, Form, Me, Pages, see

ar = Pages("/admin", who=ADMIN)


class Invitation(Form):
    """For whom, as what, for how many days."""

    email: str = ""
    role: str = "member"
    days: int = 7
    password: str = ""


class Deed(Form):
    """Something that changes what a person may do, with the admin's own password where it is no longer fresh."""

    role: str = ""
    password: str = ""


class Name(Form):
    """A name."""

    name: str = ""


class Joining(Form):
    """Who joins a group."""

    user_id: str = ""


def people_page(me, posted=None, errors=None, told=""):
    return PeoplePage(me, accounts.all(me), accounts.invitations(me), house(), posted or {}, errors or {}, told)


@ar.get("/people")
def people(me: Me):
    return people_page(me)


@ar.post("/people/invitations", again=people_page)
def invite(me: Me, posted: Invitation, req: Request):
    me = accounts.freshened(me, posted.password) if posted.role == "admin" else me
    token = accounts.invite(me, posted.email, posted.role, posted.days)
    return people_page(me, told=InvitationLink(posted.email, public_url(req, url("/links", token)), posted.days))


@ar.post("/people/invitations/{id:id}/withdrawal")
def withdraw(me: Me, id: str):
    accounts.withdraw(me, id)
    return see(url("/admin/people"))


def person_page(me, posted, errors, id, told=""):
    return PersonPage(me, accounts.find(id, me), groups.of(me, id), house(), posted, errors, told)


@ar.get("/people/{id:id}")
def person(me: Me, id: str):
    return person_page(me, {}, {}, id)


@ar.post("/people/{id:id}/role", again=person_page)
def change_role(me: Me, id: str, posted: Deed, req: Request):
    token = accounts.change_role(accounts.freshened(me, posted.password), id, posted.role)
    if token is not None:
        return signed_in(req, token, url("/settings"))
    return see(url("/admin/people", id))


@ar.post("/people/{id:id}/reset", again=person_page)
def reset(me: Me, id: str, posted: Deed, req: Request):
    me = accounts.freshened(me, posted.password)
    link = public_url(req, url("/links", accounts.reset(me, id)))
    return person_page(me, {}, {}, id, ResetLink(accounts.find(id, me), link))


@ar.post("/people/{id:id}/deactivation", again=person_page)
async def deactivate(me: Me, id: str, posted: Deed):
    fresh = await db.in_thread(accounts.freshened, me, posted.password)
    await db.in_thread(accounts.deactivate, fresh, id)
    await chats.stop_of(id)
    return see(url("/admin/people", id))


@ar.post("/people/{id:id}/reactivation", again=person_page)
def reactivate(me: Me, id: str, posted: Deed):
    accounts.reactivate(accounts.freshened(me, posted.password), id)
    return see(url("/admin/people", id))


def groups_page(me, posted, errors):
    return GroupsPage(me, groups.all(me), house(), posted, errors)


@ar.get("/groups")
def all_groups(me: Me):
    return groups_page(me, {}, {})


@ar.post("/groups", again=groups_page)
def make_group(me: Me, posted: Name):
    return see(url("/admin/groups", groups.create(me, posted.name).id))


def group_page(me, posted, errors, id):
    group = groups.find(id, me)
    members = groups.members(me, group)
    inside = {user.id for user in members}
    others = [user for user in accounts.all(me) if user.is_active and user.id not in inside]
    return GroupPage(me, group, members, others, house(), posted, errors)


@ar.get("/groups/{id:id}")
def group(me: Me, id: str):
    return group_page(me, {}, {}, id)


@ar.post("/groups/{id:id}/name", again=group_page)
def rename_group(me: Me, id: str, posted: Name):
    groups.rename(me, id, posted.name)
    return see(url("/admin/groups", id))


@ar.post("/groups/{id:id}/deletion")
def delete_group(me: Me, id: str):
    groups.delete(me, id)
    return see(url("/admin/groups"))


@ar.post("/groups/{id:id}/members", again=group_page)
def join(me: Me, id: str, posted: Joining):
    groups.join(me, id, posted.user_id)
    return see(url("/admin/groups", id))


@ar.post("/groups/{id:id}/members/{user_id:id}/removal")
def leave(me: Me, id: str, user_id: str):
    groups.leave(me, id, user_id)
    return see(url("/admin/groups", id))
