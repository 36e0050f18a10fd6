"""Posting from a terminal: the real curl and pastebinit, every form in which they send, and what they send wrongly."""

import contextlib
import email.utils
import json
import shutil
import socket
import time

import pytest

from app import accounts, db, rights, settings
from routes.posting import bodies
from tests.terminals import terminal_of

CODE = "def answer():\n    return '42 & more = √'\n"


@pytest.fixture
def shell(house, bob, tmp_path):
    """Bob's shell, with a key that may write pastes."""
    return terminal_of(house, tmp_path, bob)


@pytest.fixture
def stranger(house, tmp_path):
    """A shell without a key, where nobody may paste without one."""
    (tmp_path / "stranger").mkdir()
    return terminal_of(house, tmp_path / "stranger")


@pytest.fixture
def open_door(house):
    """Anonymous pasting is on."""
    me = rights.machine()
    settings.change(me, anonymous_pastes=True)
    yield
    settings.change(me, anonymous_pastes=False)


def raw(shell, link: str, *words: str) -> bytes:
    answer = shell.curl(f"{link}/raw", *words)
    assert answer.status == 200, answer.text
    return answer.body


def told(shell, link: str) -> dict:
    return json.loads(shell.curl(f"{link}.json").body)


def count() -> int:
    """How many were ever made: a sweep may end some meanwhile."""
    return db.fetch("select count(*) from change where what = 'created'")[0]


# ── every form ────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", ["file", "content", "text", "code", "sprunge", "f:1", "raw", "c"])
def test_a_form_may_call_its_text_as_the_pastebins_of_this_world_do(shell, name):
    made = shell.curl("-F", f"{name}=<-", "/p", given=CODE.encode())
    assert made.status == 201 and made.headers["content-type"] == "text/plain; charset=utf-8"
    assert made.headers["location"] == made.link
    assert raw(shell, made.link) == CODE.encode()


def test_a_file_in_a_form_keeps_its_name_and_its_syntax(shell):
    made = shell.curl("-F", f"file=@{shell.file('answer.py', CODE)}", "/p")
    part = told(shell, made.link)["parts"][0]
    assert (part["name"], part["syntax"]) == ("answer.py", "python")
    assert raw(shell, made.link) == CODE.encode()


def test_several_files_become_the_parts_of_one_paste(shell):
    files = [
        shell.file("a.py", CODE),
        shell.file("notes.md", "# Notes\n"),
        shell.file("dot.png", b"\x89PNG\r\n\x1a\n\0"),
    ]
    made = shell.curl(*[word for name in files for word in ("-F", f"file=@{name}")], "/p")
    parts = told(shell, made.link)["parts"]
    assert [part["name"] for part in parts] == files
    assert shell.curl(f"{made.link}/raw/notes.md").text == "# Notes\n"
    assert shell.curl(f"{made.link}/raw/dot.png").headers["content-type"] == "image/png"


def test_numbered_fields_name_their_parts(shell):
    fields = ("f:1=one", "name:1=one.sh", "f:2=two", "ext:2=python", "title=Both")
    made = shell.curl(*[word for each in fields for word in ("-F", each)], "/p")
    paste = told(shell, made.link)
    assert paste["title"] == "Both"
    assert [(part["content"], part["syntax"]) for part in paste["parts"]] == [("one", "bash"), ("two", "python")]


@pytest.mark.parametrize(
    "text",
    [CODE, "a=b&c=d\n", "text=not a form\nfile=neither\n", "x", "SELECT * FROM a WHERE b=1;", "100%\n", "%41=%42&x"],
)
def test_data_binary_that_curl_calls_a_form_stays_as_it_is(shell, text):
    made = shell.curl("--data-binary", f"@{shell.file('a', text)}", "/p")
    assert raw(shell, made.link) == text.encode()


def test_every_byte_of_data_binary_stays(shell):
    data = bytes(range(256)) * 300
    made = shell.curl("--data-binary", f"@{shell.file('a', data)}", "/p")
    answer = shell.curl(f"{made.link}/raw")
    assert answer.body == data and answer.headers["content-type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["--data-urlencode", "content@a"], CODE),
        (["-d", "text=two words"], "two words"),
        (["-d", "text=fish & chips"], "fish & chips"),
        (["-d", "content=a", "-d", "title=Short"], "a"),
        (["-d", "c=1%2B1"], "1+1"),
    ],
)
def test_forms_in_an_address_s_code_are_read(shell, words, text):
    shell.file("a", CODE)
    assert raw(shell, shell.curl(*words, "/p").link) == text.encode()


def test_a_file_is_put_under_its_own_name(shell):
    made = shell.curl("-T", shell.file("answer.py", CODE), "/p/")
    assert told(shell, made.link)["parts"][0]["name"] == "answer.py"
    assert raw(shell, made.link) == CODE.encode()
    other = shell.curl("-T", "answer.py", "/p/other.rb")
    assert told(shell, other.link)["parts"][0]["syntax"] == "ruby"


def test_what_comes_through_a_pipe_is_put_without_a_length(shell):
    data = (CODE * 3000).encode()
    made = shell.curl("-T", "-", "-H", "Expect:", "/p", given=data)
    assert raw(shell, made.link) == data
    assert raw(shell, shell.curl("-T", "-", "/p/pipe.txt", given=data).link) == data


def test_a_put_is_taken_as_it_is_whatever_it_calls_itself(shell):
    words = ["-X", "PUT", "--data-binary", "content=a&title=b", "/p"]
    assert raw(shell, shell.curl(*words).link) == b"content=a&title=b"
    assert raw(shell, shell.curl("-H", "Content-Type: application/json", *words).link) == b"content=a&title=b"


def test_json_is_read(shell):
    files = [{"name": "a.py", "content": CODE}, {"name": "b.txt", "content": "b"}]
    body = json.dumps({"files": files, "title": "Two", "expires": "1h", "visibility": "public"})
    made = shell.curl("--json", body, "/p")
    assert made.headers["content-type"] == "application/json", "curl --json asks for it"
    paste = told(shell, json.loads(made.body)["url"])
    assert (paste["title"], paste["visibility"], len(paste["parts"])) == ("Two", "public", 2)
    plain = shell.curl("-H", "Content-Type: application/json", "-d", '{"content": "hi"}', "/p")
    assert raw(shell, plain.link) == b"hi"


def test_what_asks_for_a_page_is_led_to_it(shell):
    answer = shell.curl("-H", "Accept: text/html", "-d", "text=hi there", "/p")
    assert answer.status == 303 and answer.headers["location"].startswith("/p/")


# ── pastebinit ────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def pastebinit(shell):
    """Debian's client, with the configuration that the house hands out."""
    if not shutil.which("pastebinit"):
        pytest.skip("there is no pastebinit; `make test` installs it")
    folder = shell.folder / ".config/pastebin.d"
    folder.mkdir(parents=True)
    (folder / "house.conf").write_bytes(shell.curl("/.well-known/pastebinit.conf").body)
    host = shell.url.removeprefix("http://")

    def run(*words: str, given: bytes = b"") -> str:
        return shell.run("pastebinit", "-b", host, *words, given=given, check=True).stdout.decode().strip()

    return run


def test_pastebinit_pastes_with_the_configuration_that_the_house_hands_out(shell, pastebinit):
    link = pastebinit(given=CODE.encode())
    assert raw(shell, link) == CODE.rstrip().encode(), "it takes off the last line's end itself"
    named = pastebinit("-t", "From a terminal", "-f", "python", "-i", shell.file("a", CODE))
    paste = told(shell, named)
    assert paste["title"] == "From a terminal" and paste["parts"][0]["syntax"] == "python"


def test_pastebinit_s_key_is_the_one_that_asked_for_the_configuration(shell, stranger, bob):
    assert f"password = {shell.key}" in shell.curl("/.well-known/pastebinit.conf").text
    without = stranger.curl("/.well-known/pastebinit.conf").text
    assert "ink-" not in without and "post_page = p" in without and "https" not in without


def test_a_configuration_cannot_be_written_by_who_asks_for_it(shell):
    answer = shell.curl("-H", "x-api-key: a%0A[b]", "/.well-known/pastebinit.conf", key=False)
    assert "[b]" not in answer.text


# ── what is asked of it ───────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("word", "seconds"), [("10m", 600), ("1h", 3600), ("90", 90), ("2 weeks", 1209600)])
def test_expires_says_for_how_long(shell, word, seconds):
    made = shell.curl("-H", f"Expires: {word}", "-T", shell.file("a", "x"), "/p")
    left = told(shell, made.link)["expires_at"] / 1e6 - time.time()
    assert seconds - 30 < left <= seconds + 1


def test_expires_takes_a_date_and_never_and_a_week_is_the_default(shell):
    name = shell.file("a", "x")
    then = int(time.time()) + 90 * 86_400
    dated = shell.curl("-H", f"Expires: {email.utils.formatdate(then, usegmt=True)}", "-T", name, "/p")
    assert abs(told(shell, dated.link)["expires_at"] / 1e6 - then) < 3
    assert told(shell, shell.curl("-H", "Expires: never", "-T", name, "/p").link)["expires_at"] is None
    left = told(shell, shell.curl("-T", name, "/p").link)["expires_at"] / 1e6 - time.time()
    assert abs(left - 7 * 86_400) < 60


def test_max_views_says_how_often(shell):
    link = shell.curl("-H", "Max-Views: 2", "-T", shell.file("a", "x"), "/p").link
    visitor = [shell.curl(f"{link}/raw", key=False).status for _ in range(3)]
    assert visitor == [200, 200, 404]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Expires: yesterday", "expires"),
        ("Expires: Wed, 21 Oct 2015 07:28:00 GMT", "expires"),
        ("Expires: 9999999999y", "expires"),
        ("Max-Views: 0", "views"),
        ("Max-Views: many", "views"),
        ("Visibility: secret", "unlisted"),
        ("Syntax: klingon", "syntax"),
        ("Burn: maybe", "burn"),
    ],
)
def test_a_wish_that_is_not_understood_is_told_in_a_sentence(shell, header, field):
    before = count()
    answer = shell.curl("-H", header, "-T", shell.file("a", "x"), "/p")
    assert answer.status == 422 and answer.text.count("\n") == 1 and field in answer.text.lower()
    assert count() == before


def test_wishes_may_stand_in_the_address(shell):
    made = shell.curl("-T", shell.file("a", "x = 1"), "/p?title=Hi%20there&syntax=python&visibility=private&name=x")
    paste = told(shell, made.link)
    assert (paste["title"], paste["visibility"]) == ("Hi there", "private")
    assert (paste["parts"][0]["name"], paste["parts"][0]["syntax"]) == ("x", "python")


def test_a_password_is_asked_for(shell, stranger):
    link = shell.curl("-H", "Paste-Password: a long secret", "-T", shell.file("a", "x"), "/p").link
    assert stranger.curl(f"{link}/raw").status == 401
    assert stranger.curl("-H", "Paste-Password: wrong", f"{link}/raw").status == 401
    assert raw(stranger, link, "-H", "Paste-Password: a long secret") == b"x"


def test_words_of_all_scripts_stand_in_headers(shell, stranger):
    words = ("-H", "Title: Größe ✓", "-H", "Paste-Password: schlüssel")
    link = shell.curl(*words, "-T", shell.file("a", "x"), "/p").link
    assert told(shell, link)["title"] == "Größe ✓"
    assert raw(stranger, link, "-H", "Paste-Password: schlüssel") == b"x"
    link = shell.curl("-F", "text=y", "-F", "password=schlüssel", "/p").link
    assert raw(stranger, link, "-H", "Paste-Password: schlüssel") == b"y", "however it was said"


# ── revise and delete ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_paste_is_revised_in_place(shell):
    made = shell.curl("-T", shell.file("a.py", "x = 1"), "/p/")
    assert made.headers["etag"] == '"1"'
    again = shell.curl("-T", shell.file("b.py", "x = 2"), f"/p/{made.id}")
    assert again.status == 200 and again.link == made.link and again.headers["etag"] == '"2"'
    assert raw(shell, made.link) == b"x = 2"
    assert told(shell, made.link)["parts"][0]["name"] == "a.py", "it keeps the name of what it replaces"


def test_a_stale_revision_is_refused_with_the_difference(shell):
    made = shell.curl("-T", shell.file("a.py", "x = 1\n"), "/p/")
    shell.curl("-T", shell.file("a.py", "x = 2\n"), f"/p/{made.id}")
    answer = shell.curl("-H", 'If-Match: "1"', "-T", shell.file("a.py", "x = 3\n"), f"/p/{made.id}")
    assert answer.status in (409, 412) and "-x = 2" in answer.text and "+x = 3" in answer.text
    assert raw(shell, made.link) == b"x = 2\n"
    assert shell.curl("-H", 'If-Match: "2"', "-T", "a.py", f"/p/{made.id}").status == 200


def test_of_several_parts_one_is_replaced_by_its_name(shell):
    made = shell.curl("-F", f"file=@{shell.file('a', 'a')}", "-F", f"file=@{shell.file('b', 'b')}", "/p")
    refused = shell.curl("-T", "a", f"/p/{made.id}")
    assert refused.status == 422 and "?name=" in refused.text
    assert shell.curl("-T", shell.file("c", "B"), f"/p/{made.id}?name=b").status == 200
    assert [part["content"] for part in told(shell, made.link)["parts"]] == ["a", "B"]


def test_a_paste_is_deleted_into_the_trash(shell, stranger):
    made = shell.curl("-T", shell.file("a", "x"), "/p/")
    assert stranger.curl("-X", "DELETE", f"/p/{made.id}").status in (401, 403, 404)
    assert shell.curl("-X", "DELETE", f"/p/{made.id}").status == 200
    assert stranger.curl(f"{made.link}/raw").status == 404


def test_another_person_cannot_revise_or_delete(house, shell, charlie, tmp_path):
    made = shell.curl("-T", shell.file("a", "x"), "/p/")
    other = terminal_of(house, tmp_path, charlie)
    assert other.curl("-T", "a", f"/p/{made.id}").status in (403, 404)
    assert other.curl("-X", "DELETE", f"/p/{made.id}").status in (403, 404)
    assert raw(shell, made.link) == b"x"


# ── who ───────────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("words", [["-T", "a"], ["-F", "file=@a"], ["--data-binary", "@a"], ["-d", "text=hi"]])
def test_without_a_key_nothing_is_taken(stranger, words):
    stranger.file("a", CODE)
    before = count()
    answer = stranger.curl(*words, "/p")
    assert answer.status == 401 and "Authorization: Bearer" in answer.text and count() == before


def test_a_key_needs_the_scope(house, bob, tmp_path):
    reader = terminal_of(house, tmp_path, bob, ["pastes:read"])
    reader.file("a", "x")
    answer = reader.curl("-T", "a", "/p")
    assert answer.status == 403 and "pastes:write" in answer.text
    reader.key = "ink-wrong"
    assert reader.curl("-T", "a", "/p").status == 401


def test_a_cookie_does_not_count_beside_a_key_or_without_a_browser(house, bob, tmp_path):
    cookie = ["-b", f"inglenook={bob.cookies['inglenook']}"]
    stranger = terminal_of(house, tmp_path)
    stranger.file("a", "x")
    assert stranger.curl(*cookie, "-T", "a", "/p").status == 401
    assert (
        stranger.curl(
            *cookie, "-H", "Authorization: Bearer ink-no", "-H", "Sec-Fetch-Site: same-origin", "-T", "a", "/p"
        ).status
        == 401
    )
    assert stranger.curl(*cookie, "-H", "Sec-Fetch-Site: same-origin", "-T", "a", "/p").status == 201


@pytest.mark.parametrize(
    "headers",
    [
        ["Sec-Fetch-Site: cross-site"],
        ["Origin: https://evil.example"],
        ["Origin: null"],
        ["Sec-Fetch-Site: none", "Origin: null"],
    ],
)
def test_another_site_cannot_make_a_browser_post(house, bob, tmp_path, headers):
    stranger = terminal_of(house, tmp_path)
    words = [word for header in headers for word in ("-H", header)]
    cookie = ["-b", f"inglenook={bob.cookies['inglenook']}"]
    answer = stranger.curl(*cookie, *words, "-F", "text=hi", "/p")
    assert answer.status == (201 if "none" in headers[0] else 403)
    plain = stranger.curl(*words[:2], "-F", "text=hi", "/p")
    assert plain.status == (401 if "none" in headers[0] else 403)


def test_pages_below_a_paste_know_no_keys(shell):
    made = shell.curl("-T", shell.file("a", "x"), "/p/")
    assert shell.curl("-X", "POST", f"/p/{made.id}/shares").status in (401, 403, 404, 405)


# ── without an account ────────────────────────────────────────────────────────────────────────────────────────────────
def test_where_it_is_allowed_anybody_pastes_and_gets_tokens(open_door, stranger):
    made = stranger.curl("-T", stranger.file("a", "x"), "/p")
    assert made.status == 201 and len(made.headers["edit-token"]) > 20 and len(made.headers["delete-token"]) > 20
    assert raw(stranger, made.link) == b"x"
    assert stranger.curl("-T", stranger.file("a", "y"), f"/p/{made.id}").status in (401, 403, 404)
    wrong = stranger.curl("-H", f"edit-token: {made.headers['delete-token']}", "-T", "a", f"/p/{made.id}")
    assert wrong.status in (401, 403, 404)
    assert stranger.curl("-H", f"edit-token: {made.headers['edit-token']}", "-T", "a", f"/p/{made.id}").status == 200
    assert raw(stranger, made.link) == b"y"
    wrong = stranger.curl("-X", "DELETE", "-H", f"delete-token: {made.headers['edit-token']}", f"/p/{made.id}")
    assert wrong.status in (401, 403, 404)
    gone = stranger.curl("-X", "DELETE", "-H", f"delete-token: {made.headers['delete-token']}", f"/p/{made.id}")
    assert gone.status == 200 and stranger.curl(f"{made.link}/raw").status == 404


def test_an_anonymous_paste_has_limits_of_its_own(open_door, stranger):
    large = stranger.curl("-T", stranger.file("a", b"x" * 600_000), "/p")
    assert large.status == 413
    assert stranger.curl("-H", "Visibility: public", "-T", stranger.file("a", "x"), "/p").status in (403, 422)
    said = [stranger.curl("-T", stranger.file("a", "x"), "/p") for _ in range(settings.value("anonymous_hour") + 1)]
    assert said[-1].status == 429 and int(said[-1].headers["retry-after"]) > 0


# ── bad input ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("..%2f..%2fetc%2fpasswd", "path"),
        ("a%5cb", "path"),
        ("%2e%2e", "path"),
        ("a%00b", "seen"),
        ("a%09b", "seen"),
        ("a%0ab", "seen"),
        ("%E2%80%AEgpj.exe", "direction"),
        ("x" * 300, "200 bytes"),
    ],
)
def test_a_name_that_cannot_be_a_file_s_is_refused(shell, name, word):
    before = count()
    answer = shell.curl("--path-as-is", "-T", shell.file("a", "x"), f"/p/{name}")
    assert answer.status == 422 and word in answer.text, answer.text
    assert count() == before


@pytest.mark.parametrize("name", ["../a", "a/b", "a\x07b", "\u202egpj", "x" * 300])
def test_a_name_in_a_form_is_checked_too(shell, name):
    shell.file("a", "x")
    answer = shell.curl("-F", f'file=@a;filename="{name}"', "/p")
    assert answer.status == 422, (answer.status, answer.text)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["-T", "empty"], 422),
        (["-F", "file=@empty"], 422),
        (["-d", ""], 422),
        (["-F", "title=only"], 422),
        (["-H", "Content-Type: multipart/form-data", "--data-binary", "@a"], 422),
        (["-H", "Content-Type: multipart/form-data; boundary=b", "--data-binary", "@a"], 422),
        (["-H", "Content-Type: multipart/form-data; boundary=b", "--data-binary", "@cut"], 422),
        (["--json", "{"], 422),
        (["--json", "[1]"], 422),
        (["--json", '{"contents": "x"}'], 422),
        (["--json", '{"files": [{"name": 1, "content": "x"}]}'], 422),
        (["--json", '{"content": "\\ud800"}'], 422),
        (["--json", "@nested"], 422),
        (["-F", "content=a", "-F", "title=<latin"], 422),
    ],
)
def test_what_cannot_be_a_paste_gets_a_sentence_and_leaves_nothing(shell, words, status):
    shell.file("empty", "")
    shell.file("a", CODE)
    shell.file("latin", b"gr\xfc\xdfe")
    shell.file("nested", "[" * 100_000)
    shell.file("cut", b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nhalf of it')
    before = count()
    answer = shell.curl(*words, "/p")
    assert answer.status == status and len(answer.text.splitlines()) == 1 and len(answer.text) > 20, answer.text
    assert count() == before


def test_more_parts_than_a_paste_has_are_refused(shell):
    shell.file("a", "x")
    assert shell.curl(*["-F", "file=@a"] * 64, "/p").status == 201
    assert shell.curl(*["-F", "file=@a"] * 65, "/p").status == 422
    assert shell.curl(*["-F", "title=x"] * 200, "/p").status == 422


def test_utf_16_with_its_mark_is_a_text_and_nul_makes_bytes(shell):
    made = shell.curl("-T", shell.file("a.py", CODE.encode("utf-16")), "/p/")
    assert told(shell, made.link)["parts"][0]["syntax"] == "python"
    assert raw(shell, made.link).decode().replace("\r", "") == CODE
    nul = shell.curl("-T", shell.file("b.py", b"print(1)\0"), "/p/")
    assert shell.curl(f"{nul.link}/raw").headers["content-type"] == "application/octet-stream"
    assert raw(shell, nul.link) == b"print(1)\0"


@pytest.mark.parametrize("length", [False, True])
def test_too_much_is_refused_whether_or_not_its_length_was_told(shell, length):
    before = count()
    name = shell.file("huge", b"x" * ((33 << 20) + 70_000))
    words = ["-T", name] if length else ["-T", "-", "-H", "Expect:"]
    answer = shell.curl(*words, "/p", given=b"" if length else (shell.folder / name).read_bytes())
    assert answer.status == 413 and "KiB" in answer.text and count() == before


def spoken(house, head: str, *pieces: bytes) -> bytes:
    """What the house answers to these bytes on a line of its own."""
    host, port = house.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(head.replace("\n", "\r\n").encode())
        for piece in pieces:
            line.sendall(piece)
        said = b""
        with contextlib.suppress(OSError):  # what was refused at once is closed already
            line.shutdown(socket.SHUT_WR)
            while more := line.recv(65536):
                said += more
        return said


def test_a_body_that_ends_before_its_length_is_not_stored(house, shell):
    before = count()
    head = f"PUT /p HTTP/1.1\nHost: x\nAuthorization: Bearer {shell.key}\nContent-Length: 1000\n\n"
    assert b"201" not in spoken(house, head, b"only this")
    chunked = head.replace("Content-Length: 1000", "Transfer-Encoding: chunked")
    assert b"201" not in spoken(house, chunked, b"5\r\nhello\r\n")
    time.sleep(0.2)
    assert count() == before


def test_a_length_that_is_no_number_is_refused(house, shell):
    for told in ("-1", "1e3", "0x10", "99999999999999999999"):
        head = f"PUT /p HTTP/1.1\nHost: x\nAuthorization: Bearer {shell.key}\nContent-Length: {told}\n\n"
        assert b" 201 " not in spoken(house, head, b"x" * 20)


def test_who_sends_drop_by_drop_is_cut(house, shell, monkeypatch):
    monkeypatch.setattr(bodies, "GRACE", 0.5)
    before = count()
    head = f"PUT /p HTTP/1.1\nHost: x\nAuthorization: Bearer {shell.key}\nContent-Length: 1000\n\n"
    begun = time.monotonic()
    with socket.create_connection(tuple(house.url.removeprefix("http://").split(":")), timeout=20) as line:
        line.sendall(head.replace("\n", "\r\n").encode() + b"a few bytes")
        said = line.recv(65536)
        assert b" 408 " in said and b"11 bytes" in said
        while line.recv(65536):
            pass
    assert time.monotonic() - begun < 10 and count() == before


def test_a_paste_that_finds_no_room_leaves_nothing(house, shell):
    me = rights.machine()
    settings.change(me, quota_mb=1)
    try:
        before = count()
        name = shell.file("a", b"x" * 1_200_000)
        answer = shell.curl("-T", name, "/p")
        assert answer.status == 507 and count() == before
    finally:
        settings.change(me, quota_mb=1024)


def test_somebody_who_left_pastes_no_longer(shell, bob):
    shell.file("a", "x")
    assert shell.curl("-T", "a", "/p").status == 201
    accounts.deactivate(rights.machine(), bob.id)
    assert shell.curl("-T", "a", "/p").status == 401


# ── reading about it ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_address_itself_says_how_it_is_used(stranger, nobody):
    assert "curl -H" in stranger.curl("/p").text
    assert nobody.get("/p", headers={"accept": "text/html"}, follow_redirects=False).status_code == 303
