"""What is kept from those who may not know it: by passwords beside links, in lists, by forks, and before it burns."""

import re

import pytest

from app import items, pastes, spaces
from app.errors import Locked, NotFound
from app.pastes import Piece, shelving
from app.rights import Caller
from tests.conftest import Person

SECRET = "The cellar key lies below the third stone.\n"


@pytest.fixture
def me(bob):
    return Caller(id=bob.id, name="Bob", role="member", address="192.0.2.1")


@pytest.fixture
def other(charlie):
    return Caller(id=charlie.id, name="Charlie", role="member", address="192.0.2.2")


@pytest.fixture
def reader(nobody):
    nobody.headers["accept"] = "text/html"
    return nobody


def new(me, text: str = SECRET, name: str = "cellar.txt", **terms) -> str:
    return pastes.create(me, [Piece(name, text)], **({"title": "Where it is"} | terms)).paste.id


# ── a link with a password ────────────────────────────────────────────────────────────────────────────────────────────
def shared(bob: Person, id: str, **fields) -> str:
    page = bob.post(f"/p/{id}/shares", data={"audience": "link", "share_password": "sesame"} | fields).text
    return re.search(r"/p/\S+?\?token=[\w.-]+", page)[0]


def test_a_link_with_a_password_opens_by_both_and_stays_open(bob, me, reader):
    id = new(me)
    link = shared(bob, id)
    asked = reader.get(link)
    assert asked.status_code == 401 and "Where it is" not in asked.text and "cellar" not in asked.text
    assert reader.post(f"/p/{id}/opening", data={"password": "wrong"}).status_code == 401
    opened = reader.post(f"/p/{id}/opening", data={"password": "sesame"})
    assert opened.status_code == 200 and "third stone" in opened.text
    assert "third stone" in reader.get(f"/p/{id}").text and "Revision" in reader.get(f"/p/{id}/history").text
    # The addresses beside it are not below it, and have their own cookies.
    assert [reader.get(f"/p/{id}{ending}").status_code for ending in (".zip", ".txt", ".md", ".json")] == [200] * 4
    assert reader.get(f"/p/{id}/raw").text == SECRET and reader.get(f"/p/{id}/qr.svg").status_code == 200


def test_neither_the_password_nor_the_link_opens_alone(bob, me, reader):
    id = new(me)
    token = shared(bob, id).partition("token=")[2]
    assert reader.post(f"/p/{id}/opening", data={"password": "sesame"}).status_code == 404
    assert reader.get(f"/p/{id}/raw?token={token}").status_code == 401
    assert reader.get(f"/p/{id}/raw?token={token}", headers={"paste-password": "sesame"}).text == SECRET


def test_a_pass_ends_with_its_share_and_with_its_password(bob, me):
    id, nobody = new(me), Caller(address="192.0.2.77")
    share, token = pastes.share(me, id, "link", password="sesame")
    kept = pastes.paste_pass(pastes.find(id, nobody, token=token, password="sesame"), token)
    again = pastes.paste_pass(pastes.find(id, nobody, token=kept), kept)
    assert pastes.find(id, nobody, token=again).parts[0].content == SECRET
    forged = f"{kept.rpartition('.')[0]}.{pastes.share(me, id, 'link', password='other')[1]}"
    with pytest.raises(Locked):
        pastes.find(id, nobody, token=forged)
    pastes.unshare(me, id, share.id)
    with pytest.raises(NotFound):
        pastes.find(id, nobody, token=again)


def test_a_use_that_is_counted_is_spent_once_by_who_gives_the_password(bob, me, reader):
    id = new(me)
    reader.get(shared(bob, id, max_uses="1"))
    assert "third stone" in reader.post(f"/p/{id}/opening", data={"password": "sesame"}).text
    assert reader.get(f"/p/{id}").status_code == 404


# ── what its form tells ───────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("terms", [{"password": "sesame"}, {"burns": True}, {}])
@pytest.mark.parametrize("form", [{"more": "1"}, {"base": "no number"}, {"base": "1", "text": ""}])
def test_the_form_of_a_revision_tells_nothing_to_who_may_not_write(me, charlie, reader, terms, form):
    id = new(me, visibility="unlisted", **terms)
    for who in (charlie, reader):
        answer = who.post(f"/p/{id}/revisions", data=form, headers={"accept": "text/html"})
        assert answer.status_code in (401, 403, 409) and "Where it is" not in answer.text


def test_who_writes_by_a_link_gets_the_form_back_filled(me, reader):
    id = new(me)
    _, token = pastes.share(me, id, "link", "writer")
    reader.get(f"/p/{id}?token={token}")
    bad = {"base": "1", "name": "a/b", "syntax": "", "text": "Mine", "title": "Kept title"}
    answer = reader.post(f"/p/{id}/revisions", data=bad)
    assert answer.status_code == 422 and "Kept title" in answer.text and "Mine" in answer.text


# ── lists ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_counts_its_readers_shows_no_beginning_in_lists_of_others(me, other):
    id = new(me, visibility="unlisted", max_views=3)
    pastes.star(other, id)
    [row] = pastes.mine(other, starred=True).rows
    assert (row.item.id, row.excerpt, row.name) == (id, "", "")
    assert pastes.mine(me).rows[0].excerpt == SECRET and pastes.find(id, me).item.views == 0


def test_tags_are_seen_and_found_by_their_owner_only(me, other, charlie):
    space = spaces.create(me, "Cellar")
    spaces.welcome(me, space.id, charlie.email, "writer")
    id = new(me, visibility="space", space_id=space.id, tags=["hideout"])
    assert [row.tags for row in pastes.mine(me, space=space.id).rows] == [["hideout"]]
    assert [(row.item.id, row.tags) for row in pastes.mine(other, space=space.id).rows] == [(id, [])]
    assert pastes.mine(other, space=space.id, tag="hideout").rows == []


# ── forks ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_fork_does_not_tell_others_the_link_of_an_unlisted_paste(me, other, charlie, reader):
    id = new(me, visibility="unlisted")
    fork = pastes.fork(other, id).id
    pastes.change(other, fork, visibility="public")
    assert id in charlie.get(f"/p/{fork}", headers={"accept": "text/html"}).text
    assert charlie.get(f"/p/{fork}.json").json()["parent"] == id
    page, told = reader.get(f"/p/{fork}").text, reader.get(f"/p/{fork}.json").json()
    assert id not in page and "not shared with you" in page and told["parent"] is None
    pastes.change(me, id, visibility="public")
    assert id in reader.get(f"/p/{fork}").text and reader.get(f"/p/{fork}.json").json()["parent"] == id
    assert shelving.parent(pastes.find(id, me).item, me) == ""


# ── readers who come and go ───────────────────────────────────────────────────────────────────────────────────────────
def test_who_was_put_out_of_a_space_can_still_hide_what_is_theirs(me, other, charlie):
    space = spaces.create(me, "Attic")
    spaces.welcome(me, space.id, charlie.email, "writer")
    id = new(other, visibility="space", space_id=space.id)
    spaces.leave(me, space.id, other.id)
    pastes.change(other, id, visibility="private")
    assert items.visible([id], me) == set()
    with pytest.raises(NotFound):
        pastes.change(other, id, visibility="space")


def test_head_spends_no_view(me, reader):
    id = new(me, visibility="unlisted", max_views=1)
    assert [reader.head(f"/p/{id}{below}").status_code for below in ("", "/raw", ".txt", ".zip", "/embed")] == [200] * 5
    assert reader.get(f"/p/{id}/raw").text == SECRET and reader.head(f"/p/{id}/raw").status_code == 404


@pytest.mark.parametrize("cell", ["x" * 140_000, "a\rb", '"' + "y" * 140_000])
def test_a_table_that_is_none_is_read_as_its_source(me, reader, cell):
    id = new(me, f"a,b\n{cell},2\n", "odd.csv", visibility="unlisted")
    page = reader.get(f"/p/{id}")
    assert page.status_code == 200 and "<td" not in page.text
