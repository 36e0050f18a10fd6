"""Files come in and go out as bytes: whole, in forms, by links; and what came by halves is nowhere."""

import hashlib
import io
import os
import socket
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.parse import quote, urlsplit

import pytest

from app import clock, db, files, keys, rights, settings
from app.blobs import keeping
from app.files import uploads, zipping
from app.items import ItemPart, plain
from app.tools.rows import OauthClient, OauthToken

JSON = {"accept": "application/json"}


def coming() -> list[str]:
    """What lies about half written and belongs to no upload that waits."""
    waiting = {row[0] for row in db.fetch_all("select id from upload")}
    return [each.name for each in (keeping.folder() / "coming").glob("*") if each.name not in waiting]


def until(true, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(found)


def put(person, name: str, data: bytes, query: str = "", **headers):
    return person.put(f"/files/{quote(name, safe='')}{query}", content=data, headers=JSON | headers)


def me(person) -> rights.Caller:
    return rights.Caller(id=person.id, role="member", session="s")


@pytest.fixture
def setting():
    """Changes settings for one test."""
    before = {}

    def change(**values) -> None:
        before.update({name: settings.value(name) for name in values if name not in before})
        settings.change(rights.machine(), **values)

    yield change
    if before:
        settings.change(rights.machine(), **before)


@pytest.fixture
def key(bob):
    """A key of Bob's that may read and write files, as a header."""
    _, token = keys.create(me(bob), "curl", scopes=["files:read", "files:write"])
    return {"authorization": f"Bearer {token}"}


# ── in and out ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_file_that_is_put_comes_back_byte_by_byte_and_the_next_one_of_its_name_is_its_next_version(bob):
    data = os.urandom(3_000_000)
    told = put(bob, "a photo.bin", data).json()
    assert (told["name"], told["size"], told["revision"]) == ("a photo.bin", 3_000_000, 1)
    got = bob.get(f"/files/{told['id']}/download")
    assert got.content == data and got.headers["etag"] == f'"{hashlib.sha256(data).hexdigest()}"'
    assert got.headers["content-disposition"].startswith('attachment; filename="a photo.bin"')
    again = put(bob, "a photo.bin", b"\x00other")
    assert (again.status_code, again.json()["id"], again.json()["revision"]) == (200, told["id"], 2)
    assert bob.get(f"/files/{told['id']}/raw?revision=1").content == data
    assert put(bob, "a photo.bin", b"x", "?folder=Tea/Green").json()["id"] != told["id"]
    assert coming() == []


def test_curl_puts_with_a_key_and_without_one_is_told_what_to_do(house, bob, nobody, key):
    del nobody.headers["sec-fetch-site"]
    refused = nobody.put("/files/notes.txt", content=b"hi")
    assert refused.status_code == 401
    answer = nobody.put("/files/notes.txt", content=b"hi", headers=key)
    assert answer.status_code == 201 and answer.text.strip() == answer.headers["location"]
    assert nobody.get(urlsplit(answer.text.strip()).path + "/raw", headers=key).text == "hi"
    assert nobody.get(urlsplit(answer.text.strip()).path + "/raw").status_code in (401, 404)
    _, weak = keys.create(me(bob), "reads", scopes=["files:read"])
    assert nobody.put("/files/a.txt", content=b"", headers={"authorization": f"Bearer {weak}"}).status_code == 403
    assert bob.put("/files/a.txt", content=b"", headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_a_form_brings_several_files_and_each_stands_for_itself(bob, setting):
    setting(file_types_refused=["application/x-dosexec"])
    program = b"MZ" + b"\0" * 58 + (64).to_bytes(4, "little") + b"PE\0\0" + b"\0" * 100_000
    sent = [("file", ("a.txt", b"one")), ("file", ("b.exe", program)), ("more", ("a.txt", b"two")), ("file", ("", b""))]
    told = bob.post("/files", data={"visibility": "private"}, files=sent, headers=JSON).json()
    assert [each["name"] for each in told["files"]] == ["a.txt", "a (2).txt"]
    assert [each["name"] for each in told["refused"]] == ["b.exe"] and "not taken here" in told["refused"][0]["message"]
    assert bob.get(f"/files/{told['files'][1]['id']}/raw").text == "two"
    assert bob.post("/files", files=[("file", ("c.exe", program))], headers=JSON).status_code == 403
    page = bob.post("/files", files=[("file", ("c.txt", b"three"))], headers={"accept": "text/html"})
    assert page.history[0].status_code == 303 and coming() == []


def test_ranges_tags_and_head_serve_who_goes_on_where_they_were_cut_off(bob):
    data = os.urandom(200_000)
    told = put(bob, "x.bin", data).json()
    raw, tag = f"/files/{told['id']}/raw", f'"{told["sha256"]}"'

    def asked(**headers):
        return bob.get(raw, headers={name.replace("_", "-"): value for name, value in headers.items()})

    part = asked(range="bytes=100-199")
    assert (part.status_code, part.content) == (206, data[100:200])
    assert part.headers["content-range"] == "bytes 100-199/200000"
    assert asked(range="bytes=-5").content == data[-5:] and asked(range="bytes=199990-").content == data[199_990:]
    beyond = asked(range="bytes=200000-")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, "bytes */200000")
    assert asked(range="bytes=0-1", if_range=tag).status_code == 206
    assert asked(range="bytes=0-1", if_range='"other"').status_code == 200
    assert asked(if_none_match=tag).status_code == 304 and asked(accept_encoding="gzip").content == data
    head = bob.head(raw)
    assert (head.headers["content-length"], head.content) == ("200000", b"")
    several = asked(range="bytes=0-1,5-9,-3")
    assert several.status_code == 206 and several.headers["content-type"].startswith("multipart/byteranges")
    assert int(several.headers["content-length"]) == len(several.content)
    assert data[5:10] in several.content and b"content-range: bytes 199997-199999/200000" in several.content


def test_what_may_be_read_so_many_times_is_sent_whole_and_no_question_about_it_is_a_reading(bob, nobody):
    told = put(bob, "x.bin", b"\0" * 5_000).json()
    files.change(me(bob), told["id"], visibility="unlisted", max_views=2)
    raw, tag = f"/files/{told['id']}/raw", f'"{told["sha256"]}"'
    for _ in range(3):
        assert nobody.head(raw).status_code == 200
    first = nobody.get(raw, headers={"range": "bytes=0-1"})
    assert (first.status_code, len(first.content), first.headers["accept-ranges"]) == (200, 5_000, "none")
    assert nobody.get(raw, headers={"if-none-match": tag}).status_code == 200
    assert nobody.get(raw).status_code == 404 and bob.get(raw).status_code in (200, 404)


@pytest.mark.parametrize(
    ("name", "data", "type", "shown"),
    [
        ("page.html", b"<script>alert(1)</script>", "text/plain; charset=utf-8", "inline"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 30, "image/png", "inline"),
        ("picture.png", b"<html><body>no picture", "text/plain; charset=utf-8", "inline"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "text/plain; charset=utf-8", "inline"),
        ("text.txt", b"\x7fELF" + b"\0" * 60, "application/octet-stream", "attachment"),
    ],
)
def test_what_bytes_are_is_told_by_them_and_nothing_runs_as_the_site(bob, name, data, type, shown):
    got = bob.get(f"/files/{put(bob, name, data).json()['id']}/raw")
    assert (got.headers["content-type"], got.headers["content-disposition"].split(";")[0]) == (type, shown)
    assert got.content == data and got.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in got.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["a/b.txt", "..", "a\x00b", "a\u202eb.txt", "x" * 300, "a\nb", "c\\d"])
def test_a_name_that_none_may_have_is_refused_before_anything_is_stored(bob, name):
    before = db.fetch("select count(*) from item where owner_id = ?", bob.id)
    assert put(bob, name, b"data").status_code in (404, 405, 413, 422)
    assert bob.post("/files", files=[("file", ("ok\u202e.txt", b"x"))], headers=JSON).status_code == 422
    assert db.fetch("select count(*) from item where owner_id = ?", bob.id) == before and coming() == []


# ── limits ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_too_much_is_refused_by_its_length_or_while_it_comes_and_nothing_is_left(bob, setting):
    setting(file_mb=2)
    known = put(bob, "big.bin", b"\1" * 3_000_000)
    assert known.status_code == 413 and "at most 2 MiB" in known.text
    pieces = (b"\1" * 100_000 for _ in range(30))
    streamed = bob.put("/files/big.bin", content=pieces, headers=JSON)
    assert streamed.status_code == 413 and coming() == []
    assert bob.post("/files", files=[("file", ("big.bin", b"\1" * 3_000_000))], headers=JSON).status_code == 413
    setting(file_mb=100, quota_mb=3)
    assert put(bob, "one.bin", os.urandom(2_000_000)).status_code == 201
    full = bob.put("/files/two.bin", content=(os.urandom(100_000) for _ in range(20)), headers=JSON)
    assert full.status_code == 507 and "used up" in full.text
    setting(spare_mb=1 << 30)
    assert put(bob, "three.bin", b"\1").status_code == 507 and coming() == []
    setting(spare_mb=256)
    assert put(bob, "four.txt", b"small").status_code == 201


def test_a_connection_that_drops_at_any_stage_leaves_nothing(house, bob, key):
    place = urlsplit(house.url)
    head = f"PUT /files/cut.bin HTTP/1.1\r\nHost: {place.netloc}\r\nAuthorization: {key['authorization']}\r\n"
    form = head.replace("PUT /files/cut.bin", "POST /files") + "Content-Type: multipart/form-data; boundary=b\r\n"
    part = b'--b\r\nContent-Disposition: form-data; name="f"; filename="cut.bin"\r\n\r\n'
    stages = [
        (head, b""),
        (f"{head}Content-Length: 5000000\r\n\r\n", b""),
        (f"{head}Content-Length: 5000000\r\n\r\n", b"\1" * 3_000_000),
        (f"{head}Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"\1" * 0x10000 + b"\r\n"),
        (f"{form}Content-Length: 5000000\r\n\r\n", part[:20]),
        (f"{form}Content-Length: 5000000\r\n\r\n", part + b"\1" * 3_000_000),
    ]
    for start, body in stages:
        with socket.create_connection((place.hostname, place.port)) as line:
            line.sendall(start.encode() + body)
            time.sleep(0.1)
    assert until(lambda: coming() == [])
    assert db.fetch("select count(*) from item where owner_id = ?", bob.id) == (0,)


def test_lying_lengths_and_broken_forms_are_told_and_store_nothing(bob):
    broken = {"content-type": "multipart/form-data; boundary=b", **JSON}
    half = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n\1\2\3'
    for body in (b"", b"no form", half, half.replace(b"--b", b"--c")):
        assert bob.post("/files", content=body, headers=broken).status_code == 422
    assert bob.post("/files", content=b"x", headers={"content-type": "text/plain"}).status_code == 422
    assert bob.post("/files", data={"a": "b"}, headers=JSON).status_code == 422
    assert db.fetch("select count(*) from item where owner_id = ?", bob.id) == (0,) and coming() == []


def test_the_same_file_sent_by_many_at_once_is_stored_once(bob, key):
    data = os.urandom(2_000_000)
    hash = hashlib.sha256(data).hexdigest()
    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(lambda n: put(bob, f"{n}.bin", data).json(), range(6)))
    assert {each["sha256"] for each in told} == {hash} and len({each["id"] for each in told}) == 6
    assert keeping.path(hash).read_bytes() == data and coming() == []
    with ThreadPoolExecutor(6) as pool:
        same = list(pool.map(lambda n: put(bob, "same.bin", os.urandom(100_000)).status_code, range(6)))
    assert sorted(same) == [200] * 5 + [201]
    assert db.fetch("select current from item where owner_id = ? and title = 'same.bin'", bob.id) == (6,)


def test_what_a_killed_process_left_half_written_goes_and_what_still_comes_stays(bob):
    folder = keeping.folder() / "coming"
    folder.mkdir(exist_ok=True)
    waiting = uploads.begin(me(bob), "slow.bin", 100)
    for name, age in (("dead", 7 * 3600), ("alive", 60), (waiting.id, 7 * 3600)):
        (folder / name).write_bytes(b"half")
        os.utime(folder / name, (time.time() - age,) * 2)
    uploads.sweep()
    assert coming() == ["alive"] and (folder / waiting.id).exists()
    with db.write() as tx:
        tx.run("update upload set expires_at = 1 where id = :id", id=waiting.id)
    uploads.sweep()
    assert coming() == ["alive"] and not (folder / waiting.id).exists()
    (folder / "alive").unlink()


# ── upload links ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_upload_link_takes_one_file_from_whoever_has_it(bob, nobody):
    token, _ = uploads.link(me(bob), "report.txt")
    page = nobody.get(f"/files/links/{token}")
    assert page.status_code == 200 and "report.txt" in page.text and 'type="file"' in page.text
    with ThreadPoolExecutor(5) as pool:
        told = list(pool.map(lambda n: nobody.put(f"/files/links/{token}", content=b"x%d" % n).status_code, range(5)))
    assert sorted(told) == [201] + [410] * 4
    assert nobody.get(f"/files/links/{token}").status_code == 410
    assert db.fetch("select title, size from item where owner_id = ?", bob.id) == ("report.txt", 2)
    del nobody.headers["sec-fetch-site"]
    assert nobody.put("/files/links/unknown", content=b"x").status_code == 404
    other, _ = uploads.link(me(bob))
    sent = nobody.post(f"/files/links/{other}", files={"file": ("tea.csv", b"a,b")})
    assert sent.status_code == 201 and "3 bytes" in sent.text and coming() == []


def test_a_link_ends_with_its_time_and_with_the_key_that_made_it(bob, nobody):
    late, _ = uploads.link(me(bob))
    with db.write() as tx:
        tx.run("update upload set expires_at = 1 where user_id = :me", me=bob.id)
    assert nobody.put(f"/files/links/{late}", content=b"x").status_code == 410
    made, _ = keys.create(me(bob), "agent", scopes=["files:write"])
    by_key = rights.Caller(id=bob.id, role="member", key=made.id, scopes=frozenset({"files:write"}))
    token, _ = uploads.link(by_key)
    keys.revoke(me(bob), made.id)
    assert nobody.put(f"/files/links/{token}", content=b"x").status_code == 410
    made, _ = keys.create(me(bob), "agent", scopes=["files:write"])
    token, _ = uploads.link(replace(by_key, key=made.id))
    with db.write() as tx:
        tx.run("update apikey set expires_at = 1 where id = :id", id=made.id)
    assert nobody.put(f"/files/links/{token}", content=b"x").status_code == 410


def test_the_link_of_a_program_that_was_let_in_works_as_long_as_it_is(bob, nobody):
    family = clock.new_id()
    by_program = rights.Caller(id=bob.id, role="member", key=family, door="mcp", scopes=frozenset({"files:write"}))
    about = {"family": family, "kind": "access", "client_id": family, "user_id": bob.id, "scopes": "files:write"}
    first, second = (uploads.link(by_program)[0] for _ in range(2))
    with db.write() as tx:
        plain.insert(tx, OauthClient(id=family, name="Desk", created_at=1))
        plain.insert(tx, OauthToken(digest=family, **about, created_at=1, expires_at=clock.now() + clock.DAY))
    assert nobody.put(f"/files/links/{first}?name=a.txt", content=b"x").status_code == 201
    with db.write() as tx:
        tx.run("update oauthtoken set revoked_at = 1 where family = :family", family=family)
    assert nobody.put(f"/files/links/{second}?name=a.txt", content=b"x").status_code == 410


# ── zip ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_files_and_folders_go_out_as_one_zip_under_names_that_are_safe_everywhere(bob, charlie):
    data = os.urandom(400_000)
    one = put(bob, "one.bin", data).json()
    put(bob, "con.txt", b"a", "?folder=Tea/Green")
    folder = files.folders.at(me(bob), "Tea")
    answer = bob.get(f"/files/zip?id={one['id']}&folder={folder.folder_id}")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
        assert sorted(pack.namelist()) == ["Tea/Green/_con.txt", "one.bin"]
        assert pack.testzip() is None and pack.read("one.bin") == data
    assert charlie.get(f"/files/zip?id={one['id']}").status_code == 404
    assert bob.get("/files/zip").status_code == 422
    part = ItemPart(item_id="", number=1, position=0, text="x", size=1)
    entries = [zipping.Entry((".. ",), "a\\..\\b", part, 0), zipping.Entry(("..",), "A_.._B", part, 0)]
    assert zipping.paths(entries) == ["_/a_.._b", "_/A_. (2)._B"]
