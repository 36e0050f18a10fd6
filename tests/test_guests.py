"""Guests: accounts that read what is shared with them, and do nothing else, whichever way they come."""

import re

import pytest

from app import accounts, chats, db, files, keys, pastes, rights, usage
from app.chats import sharing
from app.errors import Forbidden, Unknown


@pytest.fixture
def gus(person):
    return person("Gus", "guest")


def caller(person, role="member"):
    return rights.Caller(id=person.id, name="Somebody", role=role)


def paste(person, **about):
    return pastes.create(caller(person), [pastes.Piece("notes.md", "The kettle is blue.")], **about).paste


def test_a_guest_finds_what_is_shared_with_them(bob, gus):
    it = paste(bob, title="For Gus")
    home = gus.get("/")
    assert "Shared with you" in home.text and "Nothing is shared with you yet" in home.text
    pastes.share(caller(bob), it.id, "person", email=gus.email)
    assert "For Gus" in gus.get("/").text and "The kettle is blue." in gus.get(f"/p/{it.id}").text


def test_a_guest_reads_the_files_that_are_shared_with_them_and_keeps_none(bob, gus):
    me, guest = caller(bob), caller(gus, "guest")
    file, other = (files.create(me, files.arrived(me, b"The kettle is red."), name) for name in ("red.txt", "own.txt"))
    files.share(me, file.id, "person", "writer", email=gus.email)
    listed = gus.get("/files").text
    assert "red.txt" in listed and "own.txt" not in listed
    assert gus.get(f"/files/{file.id}/raw").text == "The kettle is red."
    assert gus.get(f"/files/{other.id}").status_code == 404
    for deed in (
        lambda: files.revise(guest, file.id, files.arrived(guest, b"x"), base=1),
        lambda: files.copy(guest, file.id),
        lambda: files.create(guest, files.arrived(guest, b"x"), "x.txt"),
        lambda: files.folders.create(guest, "Mine"),
    ):
        with pytest.raises(Forbidden, match="guest"):
            deed()


def test_a_guest_is_not_shown_what_others_find_here(bob, gus):
    paste(bob, title="Of the house", visibility="public")
    for address in ("/pastes?shelf=public", "/pastes?shelf=mine", "/"):
        page = gus.get(address).text
        assert "Of the house" not in page and "New paste" not in page and 'href="/usage"' not in page


def test_the_palette_leads_a_guest_only_where_they_may_go(gus):
    found = gus.get("/palette", headers={"hx-request": "true"})
    places = re.findall(r'<a href="([^"]+)"', found.text)
    assert found.status_code == 200 and "Shared with you" in found.text and len(places) == 7
    assert all(gus.get(place).status_code == 200 for place in places)


def test_a_guest_reads_a_chat_by_a_link_for_those_who_are_signed_in(bob, gus, model):
    chat = chats.create(caller(bob), "Which tea?", "", model("echo")).chat
    token = sharing.share(caller(bob), chat.id, "known", "live")[1]
    assert "Which tea?" in gus.get(f"/shared/{token}").text


def test_a_guest_writes_nothing_even_with_a_share_to_write(bob, gus):
    it = paste(bob)
    pastes.share(caller(bob), it.id, "person", "writer", email=gus.email)
    form = {"name": "notes.md", "syntax": "", "text": "Changed", "base": "1"}
    assert gus.post(f"/p/{it.id}/revisions", data=form).status_code == 403
    for method, address in (("POST", "/chats"), ("POST", "/pastes"), ("POST", "/p"), ("POST", "/keys")):
        refused = gus.request(method, address, data={"text": "x", "name": "x"})
        assert refused.status_code == 403 and "guest" in refused.text, address
    assert gus.get("/chats").status_code == gus.get("/keys").status_code == gus.get("/usage").status_code == 403


def test_no_deed_of_a_guest_is_ever_written(gus):
    with pytest.raises(Forbidden, match="guest"), db.write() as tx:
        tx.run("update account set name = 'Changed' where id = :id", id=gus.id)
        tx.audit(caller(gus, "guest"), "something.new", "x")
    assert db.fetch("select name from account where id = ?", gus.id) == ("Gus",)
    with pytest.raises(Forbidden):
        pastes.create(caller(gus, "guest"), [pastes.Piece("a", "b")])


async def test_a_guest_spends_nothing(gus):
    with pytest.raises(Forbidden):
        await usage.reserve(caller(gus, "guest"), None, tokens_in=1)


def test_the_keys_and_sessions_of_who_becomes_a_guest_open_nothing(bob, house):
    import httpx2

    token = keys.create(rights.machine(), "s", user=bob.id, scopes=["pastes:read"])[1]
    asked = {"url": f"{house.url}/api/v1/pastes", "headers": {"authorization": f"Bearer {token}"}}
    assert httpx2.get(**asked).status_code == 200
    accounts.change_role(rights.machine(), bob.id, "guest")
    refused = httpx2.get(**asked)
    assert refused.status_code == 401 and "guests have no keys" in refused.text
    assert "Sign in" in bob.get("/chats").text
    with pytest.raises(Unknown):
        keys.caller(token, rights.Caller())


def test_a_guest_keeps_their_own_account(gus):
    assert gus.post("/settings/theme", data={"theme": "dark"}).status_code == 200
    assert gus.get("/settings/sessions").status_code == 200
    assert gus.post("/signout").status_code == 200 and gus.sign_in().status_code == 200


def test_an_admin_invites_guests_and_makes_them_members(alice, gus):
    page = alice.get("/admin/people").text
    assert "Guest: reads what is shared with them" in page
    accounts.change_role(rights.machine(), gus.id, "member")
    assert gus.sign_in().status_code == 200 and gus.get("/chats").status_code == 200
