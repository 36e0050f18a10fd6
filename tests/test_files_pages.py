"""The pages of files: brought by a plain form, listed, looked at, changed, shared, and put away, without a script."""

import hashlib
import io
import re
import time
import zipfile

import pytest

from app import clock, db, files, settings, spaces
from app.files import reading
from app.rights import Caller
from tests.conftest import Person

HTML = {"accept": "text/html"}
JSON = {"accept": "application/json"}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)


def me_of(someone: Person) -> Caller:
    return Caller(id=someone.id, name="Somebody", address="127.0.0.1")


def made(someone: Person, data: bytes = b"# Notes\n\nTwo *words*.\n", name: str = "notes.md", **terms) -> str:
    """A file of somebody; its id."""
    me = me_of(someone)
    return files.create(me, files.arrived(me, data, name), name, **terms).id


def in_folder(someone: Person, name: str, **where) -> str:
    """A folder made by the form; its id."""
    answer = someone.post("/files/folders", data={"name": name} | where, headers=HTML)
    assert answer.status_code == 200, answer.text[:500]
    return answer.url.params["folder"]


@pytest.fixture
def reader(nobody):
    nobody.headers["accept"] = "text/html"
    return nobody


# ── bringing ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_files_are_brought_by_a_plain_form_into_a_folder_and_listed_there(bob):
    folder = in_folder(bob, "Bills")
    form = bob.get("/files/new", params={"folder": folder}).text
    assert f'name="folder_id" value="{folder}"' in form and 'enctype="multipart/form-data"' in form
    sent = [("file", ("tea.csv", b"leaf,grams\nAssam,250\n")), ("file", ("dot.png", PNG))]
    page = bob.post("/files", data={"folder_id": folder}, files=sent, headers=HTML)
    assert page.url.params["folder"] == folder and page.status_code == 200
    assert [f">{name}</a>" in page.text for name in ("tea.csv", "dot.png")] == [True, True]
    assert "Table" in page.text and "Picture" in page.text and '/thumbnail?width=320&amp;v=1"' in page.text
    top = bob.get("/files").text
    assert ">Bills</a>" in top and "tea.csv" not in top
    assert "tea.csv" in bob.get("/files", params={"q": "TEA"}).text  # a name is looked for in all folders
    assert "tea.csv" not in bob.get("/files", params={"folder": folder, "kind": "picture"}).text


def test_a_folder_that_is_there_is_refused_on_a_page_and_found_by_a_script(bob):
    folder = in_folder(bob, "Bills")
    assert bob.post("/files/folders", data={"name": "bills"}, headers=HTML).status_code == 409
    assert bob.post("/files/folders", data={"name": "bills"}, headers=JSON).json()["id"] == folder
    page = bob.post(f"/files/folders/{folder}/name", data={"name": "Paid"}, headers=HTML)
    assert page.url.params["folder"] == folder and "<h1>Paid</h1>" in page.text


def test_without_a_script_the_list_says_how_far_a_fetch_is(bob, charlie):
    page = bob.post("/files/fetch", data={"url": "http://127.0.0.1:1/x.bin"}, headers=HTML)
    job = page.url.params["fetching"]
    for _ in range(100):
        page = bob.get("/files", params={"fetching": job})
        if "It is being fetched." not in page.text:
            break
        time.sleep(0.1)
    assert "It was not fetched." in page.text and "Only addresses of the open internet" in page.text
    assert "fetched." not in charlie.get("/files", params={"fetching": job}).text


def test_the_look_of_a_list_is_remembered(bob):
    made(bob)
    assert 'class="pieces list"' in bob.get("/files").text
    assert 'class="pieces grid"' in bob.get("/files", params={"view": "grid"}).text
    assert 'class="pieces grid"' in bob.get("/files").text


# ── looking ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_text_is_shown_by_what_it_means_and_as_it_was_written(bob):
    id = made(bob)
    page = bob.get(f"/files/{id}").text
    assert "<h1>notes.md</h1>" in page and "<em>words</em>" in page and "/raw" in page
    assert 'id="L3"' in bob.get(f"/files/{id}?source=1").text
    table = bob.get(f"/files/{made(bob, b'leaf,grams' + bytes([10]) + b'Assam,250', 'tea.csv')}").text
    assert '<th scope="col">leaf</th>' in table
    code = bob.get(f"/files/{made(bob, b'def drill():' + bytes([10]) + b'    return 1', 'drill.py')}").text
    assert '<span class="nf">drill</span>' in code


def test_what_a_text_says_is_never_markup(bob):
    bad = b"<script>alert(1)</script>"
    for name in ("a.html", "a.svg", "<img src=x>.txt", "a.md"):
        page = bob.get(f"/files/{made(bob, bad, name)}").text + bob.get("/files").text
        assert "<script>alert" not in page and "<img src=x>" not in page


def test_pictures_sound_and_videos_are_shown_and_the_rest_is_told(bob):
    picture = bob.get(f"/files/{made(bob, PNG, 'dot.png')}").text
    assert "/thumbnail?width=1280" in picture and 'target="_blank"' in picture
    sound = b"RIFF" + (36).to_bytes(4, "little") + b"WAVEfmt " + bytes(24)
    assert "<audio" in bob.get(f"/files/{made(bob, sound, 'a.wav')}").text
    assert "download it" in bob.get(f"/files/{made(bob, bytes(range(256)), 'odd.bin')}").text


def test_where_no_picture_could_be_made_another_stands(bob):
    answer = bob.get(f"/files/{made(bob)}/thumbnail?width=320")
    assert answer.status_code == 200 and answer.headers["content-type"] == "image/svg+xml"
    assert bob.get(f"/files/{made(bob)}/thumbnail?width=5000").status_code == 404


def test_what_was_read_in_a_file_is_shown_by_page_and_how_far_it_is(bob):
    data = f"%PDF-1.4 {clock.new_id()}".encode()
    hash = hashlib.sha256(data).hexdigest()
    row = {"h": hash, "v": reading.extracting.VERSION, "now": clock.now()}
    with db.write() as tx:  # as if it were being read, so that no job is needed
        tx.run("insert into extract values (:h, :v, 'running', 0, 0, 'Page 3 of 40.', 0, 0, :now)", **row)
    id = made(bob, data, "offer.pdf")
    page = bob.get(f"/files/{id}").text
    assert "Page 3 of 40." in page and f'hx-get="/files/{id}/text"' in page

    def found(state: str, words: str = "") -> str:
        with db.write() as tx:
            tx.run("update extract set state = :s, words = :w where hash = :h", s=state, w=words, h=hash)
        return bob.get(f"/files/{id}/text", headers={"hx-request": "true"}).text

    assert "It asks for a password." in found("failed", "It asks for a password.")
    with db.write() as tx:
        tx.run("insert into extractpage (hash, n, label, text) values (:h, 1, 'page 1', 'Tea & <b>cake</b>')", h=hash)
        tx.run("update extract set pages = 1, characters = 17 where hash = :h", h=hash)
    part = found("done")
    assert "page 1" in part and "Tea &amp; &lt;b&gt;cake" in part and "hx-get" not in part


# ── versions ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_version_is_brought_by_a_form_looked_at_and_brought_back(bob, charlie):
    id = made(bob, b"one", "a.txt")
    form = {"base": "1", "note": "Longer"}
    bob.post(f"/files/{id}/revisions", data=form, files={"file": ("x.txt", b"two two")}, headers=HTML)
    history = bob.get(f"/files/{id}/history").text
    assert "Version 2" in history and "Longer" in history and "/download?revision=1" in history
    old = bob.get(f"/files/{id}/revisions/1").text
    assert "This is version 1." in old and "one\n</span>" in old and "/download?revision=1" in old
    assert bob.post(f"/files/{id}/revisions/1/restoration", data={"base": "1"}, headers=HTML).status_code == 409
    assert "version 3" in bob.post(f"/files/{id}/revisions/1/restoration", data={"base": "2"}, headers=HTML).text
    assert charlie.get(f"/files/{id}/history").status_code == 404


# ── many at once ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_is_ticked_is_moved_tagged_starred_put_away_and_taken_out_together(bob):
    a, b, folder = made(bob, b"a", "a.txt"), made(bob, b"b", "b.txt"), in_folder(bob, "Bills")
    both = {"id": [a, b], "back": "/files"}
    asked = bob.post("/files/selection", data=both | {"deed": "move"}).text
    assert "Into which folder?" in asked and f'value="folder:{folder}"' in asked and "a.txt" in asked
    bob.post("/files/selection", data=both | {"deed": "move", "sure": "1", "to": f"folder:{folder}"})
    assert "a.txt" not in bob.get("/files").text and "b.txt" in bob.get("/files", params={"folder": folder}).text
    packed = bob.get("/files/zip", params={"folder": folder, "back": "/files"})
    assert zipfile.ZipFile(io.BytesIO(packed.content)).namelist()[-2:] == ["Bills/a.txt", "Bills/b.txt"]
    bob.post("/files/selection", data=both | {"deed": "tag", "sure": "1", "tags": "Tea, house"})
    assert files.tags_of(a) == ["house", "tea"] and "a.txt" in bob.get("/files", params={"tag": "tea"}).text
    bob.post("/files/selection", data=both | {"deed": "star"})
    assert "b.txt" in bob.get("/files", params={"shelf": "starred"}).text
    gone = bob.post("/files/selection", data={"folder": folder, "id": [], "back": "/files", "deed": "trash"}).text
    assert "“Bills” is in the trash." in gone and "Undo" in gone
    assert bob.get(f"/files/{a}").status_code == 410
    trash = bob.get("/files", params={"shelf": "trash"}).text
    assert ">Bills</span>" in trash and "a.txt" not in trash  # it comes back with its folder
    bob.post("/files/selection", data={"folder": folder, "back": "/files", "deed": "untrash"})
    assert bob.get(f"/files/{a}").status_code == 200


def test_a_selection_leads_nowhere_else_and_reaches_nothing_of_others(bob, charlie):
    id = made(bob)
    for back in ("https://evil.example/", "//evil.example", "/chats", "/files\\evil", "/filesystem"):
        answer = bob.post("/files/selection", data={"back": back}, follow_redirects=False)
        assert answer.headers["location"] == "/files", back
    for deed in ("move", "tag", "star", "trash", "erase", "untrash", "copy"):
        data = {"id": id, "deed": deed, "sure": "1", "tags": "mine"}
        assert charlie.post("/files/selection", data=data).status_code == 404, deed
    assert bob.get(f"/files/{id}").status_code == 200


# ── sharing ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_link_with_a_password_opens_the_file_and_its_bytes_and_only_these(bob, reader):
    id, other = made(bob), made(bob, b"other", "b.txt")
    data = {"audience": "link", "role": "reader", "share_password": "rosehip"}
    page = bob.post(f"/files/{id}/shares", data=data).text
    link = re.search(r'value="([^"]+\?token=[^"]+)"', page)[1]
    assert reader.get(f"/files/{id}").status_code == 404
    asked = reader.get(link)
    assert asked.status_code == 401 and "It asks for a password" in asked.text and "token" not in str(asked.url)
    assert reader.post(f"/files/{id}/opening", data={"password": "wrong"}).status_code == 401
    seen = reader.post(f"/files/{id}/opening", data={"password": "rosehip"})
    assert "<em>words</em>" in seen.text and "Move to the trash" not in seen.text and "Sign in" in seen.text
    assert reader.get(f"/files/{id}/raw").status_code == 200 and reader.get(f"/files/{other}").status_code == 404


def test_who_writes_by_a_link_brings_a_version_by_the_form_and_copies_it(bob, charlie):
    id = made(bob, b"one", "a.txt")
    page = bob.post(f"/files/{id}/shares", data={"audience": "known", "role": "writer"}).text
    seen = charlie.get(re.search(r'value="([^"]+\?token=[^"]+)"', page)[1]).text
    assert "Upload a new version" in seen and "data-uploader" not in seen and "Rename" not in seen
    two = {"file": ("x.txt", b"two")}
    page = charlie.post(f"/files/{id}/revisions", data={"base": "1"}, files=two, headers=HTML)
    assert page.status_code == 200 and "version 2" in page.text
    mine = charlie.post(f"/files/{id}/copies")
    assert "Rename" in mine.text and mine.url.path != f"/files/{id}" and "a.txt" in charlie.get("/files").text


def test_readers_are_chosen_and_a_wrong_number_comes_back_with_a_sentence(bob, reader):
    id = made(bob)
    bob.post(f"/files/{id}/settings", data={"visibility": "unlisted", "life": "3600", "tags": "tea", "views": "9"})
    assert reader.get(f"/files/{id}").status_code == 200 and "9" in bob.get(f"/files/{id}/settings").text
    again = bob.post(f"/files/{id}/settings", data={"visibility": "private", "views": "many"})
    assert again.status_code == 422 and "Write a whole number" in again.text


def test_the_files_of_a_space_have_their_own_list(bob, charlie):
    space = spaces.create(me_of(bob), "Kitchen").id
    made(bob, b"bread", "recipe.txt", space_id=space)
    spaces.welcome(me_of(bob), space, charlie.email, "reader")
    page = charlie.get("/files", params={"space": space}).text
    assert "<h1>Kitchen</h1>" in page and "recipe.txt" in page and "data-uploader" not in page
    assert "data-uploader" in bob.get("/files", params={"space": space}).text
    assert "recipe.txt" in charlie.get("/files", params={"shelf": "shared"}).text


def test_a_guest_sees_what_is_shared_and_brings_nothing(bob, person):
    guest, id = person("Gil", "guest"), made(bob)
    bob.post(f"/files/{id}/shares", data={"audience": "person", "email": guest.email})
    page = guest.get("/files").text
    assert "notes.md" in page and "data-uploader" not in page and guest.get(f"/files/{id}").status_code == 200
    assert guest.get("/files/new").status_code == 403


def test_somebody_is_asked_for_a_file_and_sends_it_without_an_account_once(bob, reader):
    folder = in_folder(bob, "Bills")
    page = bob.post("/files/links", data={"folder_id": folder, "life": "3600"}).text
    link = re.search(r'value="([^"]+/files/links/[^"]+)"', page)[1]
    assert "Somebody" not in page and "has asked you for a file" in reader.get(link).text
    assert reader.post(link, files={"file": ("bill.txt", b"9.80")}).status_code == 201
    assert "bill.txt" in bob.get("/files", params={"folder": folder}).text
    assert reader.post(link, files={"file": ("again.txt", b"1")}).status_code == 410


# ── policy ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_admin_decides_what_may_come(alice, bob):
    before = {name: settings.value(name) for name in ("file_mb", "quota_mb", "file_types_refused")}
    wrong = {"file_mb": "0", "quota_mb": "1024", "file_types_refused": "pictures"}
    page = alice.post("/admin/files", data=wrong)
    assert page.status_code == 422 and "pictures is no media type" in page.text and "from 1 to" in page.text
    try:
        data = {"file_mb": "1", "quota_mb": "1024", "file_types_refused": "Image/*\n\nvideo/mp4"}
        assert "image/*\nvideo/mp4" in alice.post("/admin/files", data=data).text
        refused = bob.post("/files", files={"file": ("dot.png", PNG)}, headers=HTML)
        assert refused.status_code == 403 and "image/png" in refused.text
        assert bob.post("/files", files={"file": ("a.txt", b"x" * (1 << 21))}, headers=HTML).status_code == 413
    finally:
        settings.change(Caller(role="admin", name="tests"), **before)
