"""Files whose readings are counted, and what an address may not leave behind: ways around a limit that somebody set."""

import pytest

from app import db, files, spaces
from app.chats import attaching, trays
from app.errors import Conflict, NotFound
from app.files import folders
from tests.test_files import caller, new
from tests.test_files_pages import HTML, PNG


def uses(file) -> int:
    return db.fetch("select coalesce(sum(uses), 0) from share where target_id = ?", file.id)[0]


def test_a_zip_of_a_folder_counts_the_readings_that_are_counted_and_ends_with_them(bob, charlie):
    me, other = caller(bob, "Bob"), caller(charlie, "Charlie")
    space = spaces.create(me, "Kitchen")
    spaces.welcome(me, space.id, charlie.email, "reader")
    folder = folders.create(me, "Recipes", space_id=space.id)
    free, counted = new(me, "free.txt", folder_id=folder.id), new(me, "counted.txt", folder_id=folder.id)
    files.change(me, counted.id, max_views=1)
    taken = [[entry.name for entry in files.packed(other, [], [folder.id])[1]] for _ in range(2)]
    assert taken == [["counted.txt", "free.txt"], ["free.txt"]]
    assert db.fetch("select views from item where id = ?", counted.id) == (1,)
    with pytest.raises(NotFound):
        files.find(counted.id, other)
    assert files.find(free.id, other).can_write is False


def test_what_is_counted_is_not_attached_and_asking_for_it_spends_nothing(bob, charlie):
    me, other = caller(bob, "Bob"), caller(charlie, "Charlie")
    file = new(me, "counted.txt")
    files.share(me, file.id, "person", user_id=other.id, max_uses=3)
    with pytest.raises(Conflict, match="counted"):
        attaching.add(other, "draft", attaching.draft_of(other), "file", file.id)
    free = new(me, "free.txt")
    shared = files.share(me, free.id, "person", user_id=other.id)[0]
    attaching.add(other, "draft", attaching.draft_of(other), "file", free.id)
    files.unshare(me, free.id, shared.id)
    files.share(me, free.id, "person", user_id=other.id, max_uses=3)
    assert trays.tray(other).laid[0].target is None  # counted since, so it goes along no longer
    assert uses(file) + uses(free) == 0


def test_head_of_a_small_picture_spends_no_use(bob, nobody):
    me = caller(bob, "Bob")
    file = new(me, "dot.png", PNG)
    token = files.share(me, file.id, "link", max_uses=1)[1]
    for _ in range(2):
        assert nobody.head(f"/files/{file.id}/thumbnail", params={"token": token}).status_code == 200
    assert uses(file) == 0


def test_an_address_leaves_no_cookie_that_would_break_what_comes_after(bob):
    file = new(caller(bob, "Bob"))
    for view in ("€", "x" * 4000):
        answer = bob.get("/files", params={"view": view})
        assert answer.status_code == 200 and "set-cookie" not in answer.headers
    for path in (f"/files/{file.id}", f"/p/{file.id}"):
        for token in ("€", "x" * 4000):
            answer = bob.get(path, params={"token": token}, follow_redirects=False)
            assert answer.status_code == 303 and "set-cookie" not in answer.headers


def test_a_deed_that_there_is_not_is_refused(bob):
    file = new(caller(bob, "Bob"))
    answer = bob.post("/files/selection", data={"id": file.id, "deed": "burn"}, headers=HTML)
    assert answer.status_code == 422 and files.find(file.id, caller(bob, "Bob"))


def test_a_text_of_empty_lines_does_not_become_a_page_of_megabytes(bob):
    file = new(caller(bob, "Bob"), "lines.csv", b"x\n" * 120_000)
    page = bob.get(f"/files/{file.id}").text
    assert len(page) < 3_000_000 and "Only its beginning is shown" in page
    short = new(caller(bob, "Bob"), "short.csv", b"leaf,grams\nAssam,250\n")
    assert "<td" in bob.get(f"/files/{short.id}").text
