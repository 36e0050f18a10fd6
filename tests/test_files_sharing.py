"""Sharing files: for people and by links, with a role, an end, a password and so many uses; links for bytes alone."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from app import clock, db, files, rights
from app.errors import Conflict, Forbidden, Gone, Invalid, Locked, NotFound
from tests.test_files import BIG, caller, new

NOBODY = rights.Caller(address="192.0.2.77")


@pytest.fixture
def me(bob):
    return caller(bob, "Bob")


@pytest.fixture
def other(charlie):
    return caller(charlie, "Charlie")


def linked(me, file, **options) -> str:
    return files.share(me, file.id, "link", **options)[1]


def put(id: str, **values) -> None:
    with db.write() as tx:
        for name, value in values.items():
            tx.run(f"update share set {name} = :value where id = :id", value=value, id=id)


def test_a_link_opens_a_file_until_it_is_revoked_or_over(me):
    file = new(me)
    share, token = files.share(me, file.id, "link", expires_in=60)
    assert files.find(file.id, NOBODY, token=token).role == "reader"
    with pytest.raises(NotFound):
        files.find(file.id, NOBODY)
    with pytest.raises(NotFound):
        files.find(file.id, NOBODY, token=token + "x")
    put(share.id, expires_at=clock.now() - 1)
    with pytest.raises(NotFound):
        files.find(file.id, NOBODY, token=token)
    share, token = files.share(me, file.id, "link")
    files.unshare(me, file.id, share.id)
    with pytest.raises(NotFound):
        files.find(file.id, NOBODY, token=token)
    assert [each.id for each in files.shares(me, file.id)] != [share.id]


def test_who_reads_may_not_write_and_who_writes_may_not_share(me, other):
    file = new(me)
    reader, writer = linked(me, file), linked(me, file, role="writer")
    late = files.arrived(me, b"theirs")
    with pytest.raises(Forbidden, match="Copy it"):
        files.revise(NOBODY, file.id, late, base=1, token=reader)
    assert files.revise(NOBODY, file.id, late, base=1, token=writer).revision.number == 2
    files.share(me, file.id, "person", "writer", user_id=other.id)
    assert files.revise(other, file.id, files.arrived(me, b"and mine"), base=2).revision.author_id == other.id
    deeds = (
        lambda: files.share(other, file.id, "link"),
        lambda: files.rename(other, file.id, "x"),
        lambda: files.trash(other, file.id),
        lambda: files.move(other, [file.id], files.folders.create(other, "Mine now").id),
        lambda: files.shares(other, file.id),
    )
    for deed in deeds:
        with pytest.raises(Forbidden):
            deed()


def test_a_password_is_asked_of_all_but_the_owner(me, other):
    file = new(me)
    token = linked(me, file, password="open sesame")
    with pytest.raises(Locked):
        files.find(file.id, NOBODY, token=token)
    with pytest.raises(Locked) as wrong:
        files.find(file.id, NOBODY, token=token, password="no")
    assert wrong.value.wrong
    seen = files.find(file.id, NOBODY, token=token, password="open sesame")
    assert files.find(file.id, NOBODY, token=files.password_pass(seen, token)).id == file.id
    files.change(me, file.id, visibility="unlisted", password="other")
    with pytest.raises(Locked):
        files.find(file.id, other)
    assert files.find(file.id, me).is_mine
    assert files.mine(me).rows[0].type == "text/plain"  # its own list tells the owner what it is


def test_ten_at_the_last_use_of_a_link_and_one_gets_it(me):
    file = new(me)
    token = linked(me, file, max_uses=3)
    for _ in range(2):
        files.find(file.id, NOBODY, token=token)
    files.find(file.id, NOBODY, token=token, looks=False)  # what shows nothing costs nothing
    files.history(file.id, NOBODY, token=token)

    def attempt(n: int) -> bool:
        try:
            files.find(file.id, replace(NOBODY, address=f"192.0.2.{n}"), token=token)
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(attempt, range(10))) == [False] * 9 + [True]


def test_who_had_the_last_use_may_fetch_the_bytes_by_it_for_an_hour(me):
    file = new(me, "a.bin", BIG)
    share, token = files.share(me, file.id, "link", max_uses=1)
    seen = files.find(file.id, NOBODY, token=token)
    kept = files.pass_for(seen)
    for _ in range(3):
        assert files.find(file.id, NOBODY, token=kept).hash == file.hash
    with pytest.raises(NotFound):
        files.find(file.id, NOBODY, token=token)
    with pytest.raises(NotFound):
        files.find(new(me).id, NOBODY, token=kept)
    files.unshare(me, file.id, share.id)
    with pytest.raises(NotFound):
        files.find(file.id, NOBODY, token=kept)


def test_a_download_link_lasts_as_long_as_who_made_it_may_read(me, other):
    file = new(me)
    share, _ = files.share(me, file.id, "person", user_id=other.id)
    kept = files.pass_for(files.find(file.id, other))
    found = files.find(file.id, NOBODY, token=kept)
    assert found.role == "reader" and not found.can_write
    for forged in (kept[:-1], kept.replace(other.id, me.id), kept.replace("get.", "get.9"), "get.", "get.1.2.3.4.5.6"):
        with pytest.raises(NotFound):
            files.find(file.id, NOBODY, token=forged)
    with pytest.raises(Forbidden):
        files.revise(NOBODY, file.id, files.arrived(me, b"x"), base=1, token=linked(me, file))
    files.unshare(me, file.id, share.id)
    with pytest.raises(NotFound):
        files.find(file.id, NOBODY, token=kept)
    own = files.pass_for(files.find(file.id, me))
    assert files.find(file.id, NOBODY, token=own).id == file.id
    files.trash(me, file.id)
    with pytest.raises(NotFound):
        files.find(file.id, NOBODY, token=own)
    with pytest.raises(Gone):
        files.find(file.id, me, token=own)  # what is over closes nothing


def test_a_download_link_is_of_the_version_that_was_seen(me):
    file = new(me, data=b"one")
    files.revise(me, file.id, files.arrived(me, b"two"), base=1)
    old, now = files.pass_for(files.find(file.id, me, number=1)), files.pass_for(files.find(file.id, me))
    files.revise(me, file.id, files.arrived(me, b"three"), base=2)
    said = [files.find(file.id, NOBODY, token=token).part.content for token in (old, now)]
    assert said == ["one", "three"]
    over = files.pass_for(files.find(file.id, me), seconds=-5)
    clock_of = over.split(".")
    clock_of[1] = str(clock.now() - 1)
    with pytest.raises(NotFound):
        files.find(file.id, NOBODY, token=".".join(clock_of))


def test_what_cannot_be_shared_so_is_refused(me, other):
    file = new(me)
    for wrong in ({"expires_in": 5}, {"max_uses": 0}, {"password": "x" * 201}, {"role": "owner"}):
        with pytest.raises(Invalid):
            files.share(me, file.id, "link", **wrong)
    with pytest.raises(Invalid):
        files.share(me, file.id, "person", email="nobody@example.org")
    with pytest.raises(Invalid):
        files.share(me, file.id, "person", user_id=me.id)
    with pytest.raises(NotFound):
        files.share(other, file.id, "link")
    with pytest.raises(Conflict):
        files.rename(me, new(me, "other.txt").id, "notes.txt")


def test_what_others_shared_is_listed_without_its_links(me, other):
    file = new(me, "for charlie.txt")
    files.share(me, file.id, "person", user_id=other.id)
    assert [(row.title, row.owner) for row in files.shared(other).rows] == [("for charlie.txt", "Bob")]
    files.star(other, file.id)
    assert [row.title for row in files.mine(other, starred=True).rows] == ["for charlie.txt"]
    assert files.mine(other).rows == []


def test_a_visit_by_the_last_use_shows_the_page_the_picture_and_the_bytes(me, nobody):
    file = new(me, "tea.txt", b"x" * 70_000)
    token = linked(me, file, max_uses=1)
    page = nobody.get(f"/files/{file.id}?token={token}")
    assert page.status_code == 200 and "tea.txt" in page.text
    assert nobody.get(f"/files/{file.id}/raw").content == b"x" * 70_000
    assert nobody.get(f"/files/{file.id}/download", headers={"range": "bytes=0-9"}).status_code == 206
    assert nobody.get(f"/files/{file.id}").status_code == 200  # the same reader, again
    nobody.cookies.clear()
    assert nobody.get(f"/files/{file.id}?token={token}").status_code == 404
    assert nobody.get(f"/files/{file.id}/raw?token={token}").status_code == 404
