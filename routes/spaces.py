"""Spaces: who is in them."""

from app import spaces
from components.addresses import url
from components.spaces import SpacePage, SpacesPage
from routes.accounts import house
from routes.pages import Form, Me, Pages, see

ar = Pages("/spaces")


class Name(Form):
    """A name."""

    name: str = ""


class Membership(Form):
    """Who, as what."""

    email: str = ""
    role: str = ""


class Role(Form):
    """As what."""

    role: str = ""


def spaces_page(me, posted, errors):
    return SpacesPage(me, spaces.all(me), house(), posted, errors)


@ar.get()
def all_spaces(me: Me):
    return spaces_page(me, {}, {})


@ar.post(again=spaces_page)
def create(me: Me, posted: Name):
    return see(url("/spaces", spaces.create(me, posted.name).id))


def space_page(me, posted, errors, id, **path):
    return SpacePage(me, spaces.find(id, me), spaces.members(me, id), house(), posted, errors)


@ar.get("/{id:id}")
def space(me: Me, id: str):
    return space_page(me, {}, {}, id)


@ar.post("/{id:id}/name", again=space_page)
def rename(me: Me, id: str, posted: Name):
    spaces.rename(me, id, posted.name)
    return see(url("/spaces", id))


@ar.post("/{id:id}/archival")
def archive(me: Me, id: str):
    spaces.archive(me, id)
    return see(url("/spaces", id))


@ar.post("/{id:id}/restoration")
def restore(me: Me, id: str):
    spaces.archive(me, id, on=False)
    return see(url("/spaces", id))


@ar.post("/{id:id}/members", again=space_page)
def welcome(me: Me, id: str, posted: Membership):
    spaces.welcome(me, id, posted.email, posted.role)
    return see(url("/spaces", id))


@ar.post("/{id:id}/members/{user_id:id}/role", again=space_page)
def change_role(me: Me, id: str, user_id: str, posted: Role):
    spaces.change_role(me, id, user_id, posted.role)
    return see(url("/spaces", id))


@ar.post("/{id:id}/members/{user_id:id}/removal")
def leave(me: Me, id: str, user_id: str):
    spaces.leave(me, id, user_id)
    return see(url("/spaces") if user_id == me.id else url("/spaces", id))
