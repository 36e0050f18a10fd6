"""Spaces: one's own, and those that are shared."""

import pytest

from app import db, rights, spaces
from app.errors import Forbidden, NotFound


@pytest.fixture
def kitchen(bob):
    """A shared space that Bob manages."""
    return bob.post("/spaces", data={"name": "Kitchen"}).url.path


def add(manager, space: str, person, role: str):
    return manager.post(f"{space}/members", data={"email": person.email, "role": role})


def test_everybody_has_a_personal_space_from_the_start(bob):
    page = bob.get("/spaces").text
    assert "yours" in page and ">Bob</a>" in page
    rows = db.fetch_all("select kind, owner_id from space where owner_id = ?", bob.id)
    assert rows == [("personal", bob.id)]


def test_a_personal_space_stays_alone(bob, charlie):
    id = db.fetch("select id from space where owner_id = ?", bob.id)[0]
    assert charlie.get(f"/spaces/{id}").status_code == 404
    assert add(bob, f"/spaces/{id}", charlie, "reader").status_code == 403
    assert bob.post(f"/spaces/{id}/members/{bob.id}/removal").status_code == 409
    assert bob.get(f"/spaces/{id}").status_code == 200


def test_who_makes_a_shared_space_manages_it(bob, kitchen):
    page = bob.get(kitchen).text
    assert "You are a manager here." in page and "Add a member" in page and bob.email in page
    assert "Kitchen" in bob.get("/spaces").text


def test_a_stranger_is_not_told_that_it_exists(charlie, alice, kitchen):
    for someone in (charlie, alice):
        assert someone.get(kitchen).status_code == 404
        assert someone.post(f"{kitchen}/name", data={"name": "Mine"}).status_code == 404
        assert "Kitchen" not in someone.get("/spaces").text


def test_a_member_sees_it_and_only_managers_change_it(bob, charlie, alice, kitchen):
    assert add(bob, kitchen, charlie, "writer").status_code == 200
    page = charlie.get(kitchen).text
    assert "You are a writer here." in page and "Add a member" not in page
    for path, data in (
        ("name", {"name": "Mine"}),
        ("archival", {}),
        ("members", {"email": alice.email, "role": "reader"}),
        (f"members/{bob.id}/role", {"role": "reader"}),
        (f"members/{bob.id}/removal", {}),
    ):
        assert charlie.post(f"{kitchen}/{path}", data=data).status_code == 403


def test_a_role_says_what_a_member_may_do(bob, charlie, kitchen):
    id, me = kitchen.split("/")[-1], rights.Caller(id=charlie.id, role="member")
    add(bob, kitchen, charlie, "reader")
    assert not spaces.find(id, me).can_write
    bob.post(f"{kitchen}/members/{charlie.id}/role", data={"role": "writer"})
    assert spaces.find(id, me).can_write and not spaces.find(id, me).can_manage
    bob.post(f"{kitchen}/members/{charlie.id}/role", data={"role": "manager"})
    assert spaces.find(id, me).can_manage
    assert bob.post(f"{kitchen}/members/{charlie.id}/role", data={"role": "king"}).status_code == 422


def test_an_unknown_address_comes_back_with_a_sentence(bob, kitchen):
    page = bob.post(f"{kitchen}/members", data={"email": "nobody@example.org", "role": "reader"})
    assert page.status_code == 422 and "Nobody here has this address." in page.text
    assert 'value="nobody@example.org"' in page.text


def test_a_space_keeps_a_manager(bob, charlie, kitchen):
    add(bob, kitchen, charlie, "writer")
    assert bob.post(f"{kitchen}/members/{bob.id}/removal").status_code == 409
    assert bob.post(f"{kitchen}/members/{bob.id}/role", data={"role": "reader"}).status_code == 409
    bob.post(f"{kitchen}/members/{charlie.id}/role", data={"role": "manager"})
    assert bob.post(f"{kitchen}/members/{bob.id}/removal").url.path == "/spaces"
    assert bob.get(kitchen).status_code == 404 and charlie.get(kitchen).status_code == 200


def test_a_member_who_is_taken_out_is_a_stranger_again(bob, charlie, kitchen):
    add(bob, kitchen, charlie, "reader")
    bob.post(f"{kitchen}/members/{charlie.id}/removal")
    assert charlie.get(kitchen).status_code == 404


def test_a_member_may_leave(bob, charlie, kitchen):
    add(bob, kitchen, charlie, "reader")
    assert charlie.post(f"{kitchen}/members/{charlie.id}/removal").url.path == "/spaces"
    assert charlie.get(kitchen).status_code == 404


def test_an_archived_space_is_read_and_not_written(bob, kitchen):
    id, me = kitchen.split("/")[-1], rights.Caller(id=bob.id, role="member")
    assert "This space is archived." in bob.post(f"{kitchen}/archival").text
    assert not spaces.find(id, me).can_write
    bob.post(f"{kitchen}/restoration")
    assert spaces.find(id, me).can_write


def test_a_space_is_renamed(bob, kitchen):
    assert bob.post(f"{kitchen}/name", data={"name": " "}).status_code == 422
    assert "Scullery" in bob.post(f"{kitchen}/name", data={"name": "Scullery"}).text


def test_the_finder_is_the_permission_check(bob, charlie, kitchen):
    id = kitchen.split("/")[-1]
    with pytest.raises(NotFound):
        spaces.find(id, rights.Caller(id=charlie.id, role="member"))
    with pytest.raises(NotFound):
        spaces.members(rights.Caller(id=charlie.id, role="member"), id)
    with pytest.raises(Forbidden):
        add(bob, kitchen, charlie, "reader")
        spaces.rename(rights.Caller(id=charlie.id, role="member"), id, "Mine")
