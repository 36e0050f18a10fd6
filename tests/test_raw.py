"""Raw bytes and the other forms of a paste: what is sent, as which type, to whom; nothing that a browser would run."""

import contextlib
import io
import json
import random
import socket
import subprocess
import tracemalloc
import zipfile
from urllib.parse import urlsplit
from xml.etree import ElementTree

import httpx2
import pytest

from app import clock, db, items, keys, pastes
from app.items import Piece
from app.rights import Caller

POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
OCTETS, TEXT = "application/octet-stream", "text/plain; charset=utf-8"
HTML = "<!doctype html><script>document.title = 'ran'</script>"


@pytest.fixture
def me(bob):
    return Caller(id=bob.id, name="Bob", address="127.0.0.1")


@pytest.fixture
def client(house):
    """A program that says nothing by itself."""
    with httpx2.Client(base_url=house.url, timeout=20) as client:
        yield client


def paste(me, *parts, **terms) -> str:
    """The address of a paste of these parts: texts, bytes or pieces."""
    pieces = [part if isinstance(part, Piece) else piece(part) for part in parts]
    return f"/p/{pastes.create(me, pieces, **{'visibility': 'unlisted'} | terms).paste.id}"


def piece(part: str | bytes) -> Piece:
    return Piece(text=part) if isinstance(part, str) else Piece(data=part)


# ── types ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("name", "data", "type", "shown"),
    [
        ("page.html", HTML.encode(), TEXT, "inline"),
        ("image.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", TEXT, "inline"),
        ("feed.xml", b"<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'/>", TEXT, "inline"),
        ("code.js", b"document.title = 'ran'", TEXT, "inline"),
        ("style.css", b"body { display: none }", TEXT, "inline"),
        ("data.json", b'{"a": 1}', TEXT, "inline"),
        ("manifest.webmanifest", b"{}", TEXT, "inline"),
        ("a.png", b"\x89PNG\r\n\x1a\n\0", "image/png", "inline"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0", "image/jpeg", "inline"),
        ("a.gif", b"GIF89a\0\xff", "image/gif", "inline"),
        ("a.webp", b"RIFF\x00\xff\0\0WEBP", "image/webp", "inline"),
        ("a.avif", b"\0\0\0\x20ftypavif\xff", "image/avif", "inline"),
        ("a.pdf", b"%PDF-1.7\n\xff\0", "application/pdf", "inline"),
        ("a.mp3", b"ID3\xff\0", "audio/mpeg", "inline"),
        ("a.mp4", b"\0\0\0\x20ftypisom\xff", "video/mp4", "inline"),
        ("a.zip", b"PK\x03\x04\xff", OCTETS, "attachment"),
        ("a.swf", b"CWS\x0a\xff\0", OCTETS, "attachment"),
        ("a.exe", b"MZ\xff\0", OCTETS, "attachment"),
        ("lying.png", HTML.encode() + b"\0", OCTETS, "attachment"),
        ("lying.html", b"\x89PNG\r\n\x1a\n\0" + HTML.encode(), "image/png", "inline"),
        ("late.pdf", HTML.encode() + b"%PDF-1.7\n\xff", OCTETS, "attachment"),
        ("utf16.html", HTML.encode("utf-16"), TEXT, "inline"),
        ("utf7.html", b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-", TEXT, "inline"),
    ],
)
def test_only_types_in_which_nothing_runs_keep_theirs(client, me, name, data, type, shown):
    answer = client.get(f"{paste(me, Piece(name=name, data=data))}/raw")
    assert answer.headers["content-type"] == type
    assert answer.headers["content-disposition"].startswith(f'{shown}; filename="{name}"')
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"]
    assert policy == POLICY if type != "application/pdf" else "sandbox" not in policy and "default-src 'none'" in policy
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.content == (data if "utf16" not in name else HTML.encode())


def test_what_the_sender_says_of_the_type_is_not_believed(client, me):
    link = paste(me, Piece(name="a", data=HTML.encode(), type="text/html"))
    assert client.get(f"{link}/raw").headers["content-type"] == TEXT
    with db.write() as tx:
        tx.run("update itempart set type = 'text/html' where item_id = :id", id=link[3:])
    assert client.get(f"{link}/raw").headers["content-type"] == TEXT, "nor is what is stored"
    with db.write() as tx:
        tx.run("update itempart set type = 'image/svg+xml' where item_id = :id", id=link[3:])
    assert client.get(f"{link}/raw").headers["content-type"] == TEXT, "a drawing is text, too"
    with db.write() as tx:
        tx.run("update itempart set type = 'application/xhtml+xml' where item_id = :id", id=link[3:])
    assert client.get(f"{link}/raw").headers["content-type"] == OCTETS


@pytest.mark.parametrize("name", ['a"; x=y', "a\u00fc\u2713.txt", "a;b.txt", "100%.txt", "Nu\u0308.txt"])
def test_a_name_stays_inside_its_header(client, me, name):
    link = paste(me, Piece(name=name, text="x"))
    head = client.get(f"{link}/raw").headers["content-disposition"]
    assert head.isascii() and head.count('"') == 2 and head.count(";") == 2
    assert (
        client.get(f"{link}/raw/{httpx2.URL('http://x').copy_with(path='/' + name).raw_path.decode()[1:]}").status_code
        == 200
    )


def test_it_may_be_asked_for_as_a_download(client, me):
    link = paste(me, Piece(name="a.txt", text="x"))
    head = client.get(f"{link}/raw?download=1").headers
    assert head["content-disposition"].startswith("attachment") and head["content-security-policy"] == POLICY


def test_parts_are_read_by_their_names(client, me):
    link = paste(me, Piece(name="a b.py", text="1"), Piece(name="c.bin", data=b"\0\1"))
    assert client.get(f"{link}/raw").text == "1"
    assert client.get(f"{link}/raw/a%20b.py").text == "1"
    assert client.get(f"{link}/raw/c.bin").content == b"\0\1"
    assert client.get(f"{link}/raw/none").status_code == 404
    assert client.get(f"{link}/raw/..%2fa%20b.py").status_code == 404


def test_what_is_larger_than_a_row_comes_from_its_blob(client, me):
    text = "line of text\n" * 20_000
    assert client.get(f"{paste(me, text)}/raw").text == text


def test_an_earlier_revision_is_read_by_its_number(client, me):
    link = paste(me, "one")
    pastes.revise(me, link[3:], [Piece(text="two")], base=1)
    assert client.get(f"{link}/raw").text == "two"
    assert client.get(f"{link}/raw?revision=1").text == "one"
    assert client.get(f"{link}/raw?revision=3").status_code == 404
    assert client.get(f"{link}/raw?revision=x").status_code == 422


def test_who_has_it_is_told_so(client, me):
    link = paste(me, "one")
    tag = client.get(f"{link}/raw").headers["etag"]
    again = client.get(f"{link}/raw", headers={"if-none-match": tag})
    assert again.status_code == 304 and not again.content
    for words in (f"W/{tag}", f'"0-other", {tag}'):
        assert client.get(f"{link}/raw", headers={"if-none-match": words}).status_code == 304, "as proxies write it"
    pastes.revise(me, link[3:], [Piece(text="two")], base=1)
    assert client.get(f"{link}/raw", headers={"if-none-match": tag}).text == "two"


def test_head_says_the_same_without_the_bytes(client, me):
    link = paste(me, "x" * 100)
    head = client.head(f"{link}/raw")
    assert head.headers["content-length"] == "100" and head.headers["content-type"] == TEXT and not head.content


# ── who ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
FORMS = ("/raw", "/raw/a.txt", ".txt", ".md", ".json", ".zip", "/embed", "/qr.svg")


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_a_private_paste_is_told_to_a_stranger(client, charlie, me, form):
    link = paste(me, Piece(name="a.txt", text="x"), visibility="private")
    assert client.get(link + form).status_code == 404
    assert charlie.get(link + form).status_code == 404


@pytest.mark.parametrize("form", FORMS)
def test_its_owner_reads_every_form_by_session_and_by_key(client, bob, me, form):
    link = paste(me, Piece(name="a.txt", text="x"), visibility="private")
    key = keys.create(me, "reader", scopes=["pastes:read"])[1]
    wanted = 404 if form == "/embed" else 200  # a page of others shows what nobody may see, to nobody
    assert bob.get(link + form).status_code == wanted
    by_key = client.get(link + form, headers={"authorization": f"Bearer {key}"})
    assert by_key.status_code == wanted


@pytest.mark.parametrize("form", FORMS[:-2])
def test_a_key_needs_the_scope_and_takes_the_place_of_the_cookie(client, bob, me, form):
    link = paste(me, Piece(name="a.txt", text="x"), visibility="private")
    key = keys.create(me, "models", scopes=["models"])[1]
    cookie = {"cookie": f"inglenook={bob.cookies['inglenook']}"}
    assert client.get(link + form, headers={"authorization": f"Bearer {key}"} | cookie).status_code == 403
    assert client.get(link + form, headers={"authorization": "Bearer ink-wrong"} | cookie).status_code == 401
    assert client.get(link + form, headers={"authorization": "Basic eDp4"} | cookie).status_code == 401


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("end", ["expired", "trashed"])
def test_after_its_end_no_form_of_it_is_there(client, me, form, end):
    link = paste(me, Piece(name="a.txt", text="x"), visibility="public")
    assert client.get(link + form).status_code == 200
    if end == "trashed":
        pastes.trash(me, link[3:])
    else:
        with db.write() as tx:
            tx.run("update item set expires_at = :now where id = :id", now=clock.now() - 1, id=link[3:])
    assert client.get(link + form).status_code == 404


@pytest.mark.parametrize("form", FORMS[:-1])
def test_what_burns_is_not_read_by_programs(client, me, form):
    link = paste(me, Piece(name="a.txt", text="secret words"), burns=True)
    answer = client.get(link + form)
    assert "secret words" not in answer.text and "a.txt" not in answer.text
    assert answer.status_code == (200 if form == "/embed" else 403) and "deletes" in answer.text
    client.head(link + form)
    assert pastes.reveal(me, link[3:]).parts[0].content == "secret words"


@pytest.mark.parametrize("form", FORMS[:-2])
def test_a_password_opens_every_form(client, me, form):
    link = paste(me, Piece(name="a.txt", text="secret words"), password="a long secret")
    assert client.get(link + form).status_code == 401
    assert client.get(link + form, headers={"paste-password": "a long secret"}).status_code == 200
    assert "secret" not in client.get(f"{link}/embed").text


def test_after_many_wrong_passwords_the_right_one_has_to_wait(client, me):
    link = paste(me, "x", password="a long secret")
    said = [client.get(f"{link}/raw", headers={"paste-password": f"wrong {n}"}).status_code for n in range(10)]
    assert said[0] == 401 and said[-1] == 429
    late = client.get(f"{link}/raw", headers={"paste-password": "a long secret"})
    assert late.status_code == 429 and int(late.headers["retry-after"]) > 0


def test_views_are_counted_for_get_only(client, me):
    link = paste(me, "x", max_views=2)
    assert [client.get(f"{link}/raw").status_code for _ in range(3)] == [200, 200, 404]


def test_refusals_are_a_line_for_a_terminal_and_a_page_for_a_browser(client, nobody):
    there = f"/p/{clock.new_id()}/raw"
    line = client.get(there)
    assert line.headers["content-type"] == TEXT and line.text.count("\n") == 1
    assert "<html" in nobody.get(there, headers={"accept": "text/html"}).text
    assert "error" in client.get(there, headers={"accept": "application/json"}).json()


# ── other forms ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_single_text_is_itself_and_several_stand_under_their_names(client, me):
    assert client.get(paste(me, "just\nthis") + ".txt").text == "just\nthis"
    link = paste(me, Piece(name="a", text="1\n"), Piece(name="b", data=b"\0"))
    text = client.get(link + ".txt").text
    assert "==> a <==\n1\n" in text and f"{link}/raw/b" in text


def test_markdown_fences_cannot_be_closed_from_inside(client, me):
    code = "```\n# out\n`````\n<script>"
    text = client.get(paste(me, Piece(name="a.py", text=code), title="A *title*") + ".md").text
    assert text.startswith("# A \\*title\\*\n") and f"``````python\n{code}\n``````" in text
    own = "# Mine\n\n```\nx\n```\n"
    assert client.get(paste(me, Piece(name="a.md", text=own)) + ".md").text == own


def test_json_tells_what_it_is(client, me):
    link = paste(me, Piece(name="a.py", text="x = 1\n"), Piece(name="b", data=b"\0"), title="Two")
    answer = client.get(f"{link}.json")
    assert answer.headers["content-type"] == "application/json"
    told = answer.json()
    assert told["title"] == "Two" and told["revision"] == 1 and told["url"].endswith(link)
    first, second = told["parts"]
    assert (first["content"], first["syntax"], first["lines"]) == ("x = 1\n", "python", 1)
    assert second["content"] is None and client.get(httpx2.URL(second["raw"]).path).content == b"\0"


def test_json_does_not_carry_more_than_it_can(client, me):
    assert client.get(paste(me, "x" * (5 << 20)) + ".json").status_code == 413


def test_a_zip_holds_every_part(client, me):
    link = paste(me, Piece(name="ä.txt", text="1"), Piece(name="b.bin", data=b"\0" * 100_000))
    answer = client.get(f"{link}.zip")
    assert answer.headers["content-disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
        assert pack.testzip() is None
        assert {info.filename: len(pack.read(info)) for info in pack.infolist()} == {"ä.txt": 1, "b.bin": 100_000}
    assert client.get(f"{link}.zip").content == answer.content, "the same revision makes the same bytes"


def test_the_qr_code_is_the_public_link(client, me):
    answer = client.get(paste(me, "x") + "/qr.svg")
    assert answer.headers["content-type"].startswith("image/svg+xml") and "<path" in answer.text
    assert ElementTree.fromstring(answer.text).tag == "{http://www.w3.org/2000/svg}svg", (
        "a picture only with its namespace"
    )
    assert "script" not in answer.text and answer.headers["content-security-policy"] == POLICY


# ── in the page of others ─────────────────────────────────────────────────────────────────────────────────────────────
def test_any_page_may_frame_an_embed_and_nothing_else(client, me):
    link = paste(me, Piece(name="a.py", text="x = '<script>alert(1)</script>'\n"))
    answer = client.get(f"{link}/embed")
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors *" in policy and "script-src" not in policy and "default-src 'none'" in policy
    assert "<script" not in answer.text and "a.py" in answer.text and "set-cookie" not in answer.headers
    assert "frame-ancestors 'none'" in client.get(f"{link}/raw").headers["content-security-policy"]
    assert (
        "frame-ancestors 'none'" in client.get(link, headers={"accept": "text/html"}).headers["content-security-policy"]
    )


def test_an_embed_of_what_is_sealed_tells_where_it_opens(client, me):
    link = paste(me, json.dumps({"v": 1, "cipher": "AAAA"}), sealed=True)
    page = client.get(f"{link}/embed").text
    assert "AAAA" not in page and "encrypted" in page


def test_line_breaks_in_names_of_headers_are_never_sent(client, me):
    link = paste(me, Piece(name="a.txt", text="x"), title="A title")
    head = client.get(f"{link}.zip").headers["content-disposition"]
    assert head == "attachment; filename=\"A title.zip\"; filename*=UTF-8''A%20title.zip"


# ── large ones ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_large_part_is_whole_and_its_length_is_told(me, client):
    data = bytes(range(256)) * 4096
    link = paste(me, data, "second")
    client.headers["accept-encoding"] = "identity"
    answer = client.get(f"{link}/raw")
    assert answer.content == data and answer.headers["content-length"] == str(len(data))
    assert client.get(f"{link}/raw", headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    head = client.head(f"{link}/raw")
    assert (head.content, head.headers["content-length"]) == (b"", str(len(data)))
    with zipfile.ZipFile(io.BytesIO(client.get(f"{link}.zip").content)) as pack:
        assert [pack.read(name) for name in pack.namelist()] == [data, b"second"] and pack.testzip() is None


@pytest.mark.parametrize("where", ["row", "file"])
def test_a_range_of_the_bytes_is_sent_alone(client, me, where):
    given = "twelve lines" * 90 if where == "row" else bytes(range(256)) * 2048
    link = f"{paste(me, given)}/raw"
    whole = client.get(link)
    data, size = whole.content, len(whole.content)
    assert whole.headers["accept-ranges"] == "bytes"
    asked = {
        "5-9": (5, 10),
        "5-": (5, size),
        "-7": (size - 7, size),
        f"0-{size * 9}": (0, size),
        f"-{size * 9}": (0, size),
    }
    for words, (start, stop) in asked.items():
        some = client.get(link, headers={"range": f"bytes={words}", "if-range": whole.headers["etag"]})
        assert (some.status_code, some.content) == (206, data[start:stop]), words
        assert some.headers["content-range"] == f"bytes {start}-{stop - 1}/{size}"
        assert (
            some.headers["content-length"] == str(stop - start) and "sandbox" in some.headers["content-security-policy"]
        )
        assert some.headers["content-type"] == whole.headers["content-type"]
    for words in (f"{size}-", f"{size + 5}-{size + 9}", "-0"):
        none = client.get(link, headers={"range": f"bytes={words}"})
        assert (none.status_code, none.headers["content-range"]) == (416, f"bytes */{size}"), words


@pytest.mark.parametrize(
    "words", ["bytes=9-5", "bytes=0-1,4-5", "bytes=-", "lines=1-2", "bytes=a-", "bytes=\u0661-", "9"]
)
def test_what_is_no_single_range_is_answered_whole(client, me, words):
    answer = client.get(f"{paste(me, 'whole')}/raw", headers={"range": words.encode()})
    assert (answer.status_code, answer.text) == (200, "whole")


def test_a_download_goes_on_where_it_was_cut_off_unless_it_was_revised(client, me, house, tmp_path):
    data = random.randbytes(1 << 20)
    link, cut = paste(me, data), tmp_path / "cut"
    words = [
        "curl",
        "-sS",
        "-f",
        "-C",
        "-",
        "-o",
        str(cut),
        "-w",
        "%{http_code} %{size_download}",
        f"{house.url}{link}/raw",
    ]
    cut.write_bytes(data[:1_000_000])
    done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=True)
    assert cut.read_bytes() == data and done.stdout == f"206 {len(data) - 1_000_000}"
    tag = client.get(f"{link}/raw").headers["etag"]
    pastes.revise(me, link[3:], [Piece(data=data[::-1])], base=1)
    again = client.get(f"{link}/raw", headers={"range": "bytes=9-", "if-range": tag})
    assert again.status_code == 200 and again.content == data[::-1]


def test_going_on_is_not_counted_and_what_is_counted_is_sent_whole(client, me):
    link = paste(me, "whole", max_views=2)
    some = client.get(f"{link}/raw", headers={"range": "bytes=2-"})
    assert (some.status_code, some.text) == (200, "whole") and "accept-ranges" not in some.headers
    assert client.get(f"{link}/raw").status_code == 200 and client.get(f"{link}/raw").status_code == 404
    link = paste(me, "whole")
    for words in ("bytes=0-1", "bytes=2-3", "bytes=4-"):
        assert client.get(f"{link}/raw", headers={"range": words}).status_code == 206
    items.counting.flush()
    assert pastes.find(link[3:], me).item.views == 1


@pytest.mark.parametrize("form", ["/raw", ".zip"])
def test_many_who_fetch_a_large_paste_slowly_do_not_fill_the_memory(me, house, form):
    link, size, readers = paste(me, random.randbytes(16 << 20)), 16 << 20, 6
    place = urlsplit(house.url)
    with contextlib.ExitStack() as open_ones:
        tracemalloc.start()
        open_ones.callback(tracemalloc.stop)
        for _ in range(readers):
            one = open_ones.enter_context(socket.create_connection((place.hostname, place.port), 20))
            one.sendall(f"GET {link}{form} HTTP/1.1\r\nhost: {place.netloc}\r\n\r\n".encode())
            assert one.recv(12) == b"HTTP/1.1 200"  # and reads no further
        assert tracemalloc.get_traced_memory()[1] < size
