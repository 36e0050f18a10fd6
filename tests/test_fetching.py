"""Files from an address: what is fetched, and what nobody reaches by it."""

import http.server
import ipaddress
import os
import socket
import threading
import time
from dataclasses import replace

import pytest

from app import config, db, rights, settings
from app.blobs import keeping
from app.errors import Invalid, OverLimit, Refusal, Upstream
from app.files import fetching
from tests.servers import answering, secured

OWN = ipaddress.ip_network("127.0.0.0/8")
HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def inside(house):
    """As where an admin allows the network of this machine."""
    before = config.current
    config.use(replace(before, fetch_networks=(OWN,)))
    yield
    config.use(before)


def me(person) -> rights.Caller:
    return rights.Caller(id=person.id, role="member", session="s")


def fetched(person, url: str, name: str = ""):
    return fetching.fetched(me(person), url, name)


def redirect(url: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Moved\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n".encode()


def coming() -> list[str]:
    waiting = {row[0] for row in db.fetch_all("select id from upload")}
    return [each.name for each in (keeping.folder() / "coming").glob("*") if each.name not in waiting]


# ── what is fetched ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_address_becomes_a_file_by_a_job_that_tells_how_far_it_is(bob, charlie, inside):
    body = os.urandom(300_000)
    with answering(HEAD + b"Content-Length: 300000\r\n\r\n" + body) as port:
        begun = bob.post(
            "/files/fetch",
            data={"url": f"http://127.0.0.1:{port}/docs/a%20report.bin?x=1"},
            headers={"accept": "application/json"},
        )
        assert begun.status_code == 202
        deadline = time.monotonic() + 10
        while (told := bob.get(begun.json()["status"]).json())["state"] in ("queued", "running"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert (told["state"], told["error"]) == ("done", "")
    got = bob.get(f"/files/{told['id']}/download")
    assert got.content == body and 'filename="a report.bin"' in got.headers["content-disposition"]
    assert charlie.get(begun.json()["status"]).status_code == 404


@pytest.mark.parametrize(
    ("headers", "path", "name"),
    [
        (b'Content-Disposition: attachment; filename="tea.txt"\r\n', "/x", "tea.txt"),
        (b'Content-Disposition: attachment; filename="../../etc/passwd"\r\n', "/x", "passwd"),
        (b"Content-Disposition: attachment; filename*=UTF-8''t%C3%A9.txt\r\n", "/x", "té.txt"),
        (b"", "/a/b.txt", "b.txt"),
        (b"Content-Type: text/plain\r\n", "/", "127.0.0.1.txt"),
        (b"", "/%2e%2e%2fa%00b", "127.0.0.1.txt"),
    ],
)
def test_a_file_is_called_as_its_server_says_or_as_its_address_ends(bob, inside, headers, path, name):
    with answering(HEAD + headers + b"\r\nhi") as port:
        arrived, found = fetched(bob, f"http://127.0.0.1:{port}{path}")
    assert (arrived.text, found) == ("hi", name)


def test_redirects_are_followed_each_looked_at_and_not_for_ever(bob, inside):
    with answering(HEAD + b"Content-Length: 2\r\n\r\nhi") as there, answering(redirect("/x")) as circle:
        with answering(redirect(f"http://127.0.0.1:{there}/a.txt", 301)) as first:
            assert fetched(bob, f"http://127.0.0.1:{first}/")[1] == "a.txt"
        with pytest.raises(Upstream, match="more than 5"):
            fetched(bob, f"http://127.0.0.1:{circle}/")
    for leads in ("file:///etc/passwd", "http://10.0.0.1/", "http://[::1]/", "gopher://example.org", "http://a:b@x/"):
        with answering(redirect(leads)) as port, pytest.raises(Invalid):
            fetched(bob, f"http://127.0.0.1:{port}/")


# ── what is not ───────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "0.0.0.0", "0", "127.1", "2130706433", "0x7f.1", "017700000001", "127.0.0.1."),
        *("10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "198.18.0.1", "192.0.2.1"),
        *("224.0.0.1", "240.0.0.1", "255.255.255.255", "192.88.99.1"),
        *("[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fd12::1]", "[ff02::1]", "[2001:db8::1]", "[::ffff:127.0.0.1]"),
        *("[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[2002:7f00:1::]", "[2001:0:1::1]"),
        *("[::127.0.0.1]", "①②⑦.0.0.1"),
    ],
)
def test_nothing_that_is_not_the_open_internet_is_reached(bob, host):
    with pytest.raises(Refusal):
        fetched(bob, f"http://{host}/")


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "example.org",
            "ftp://example.org/a",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "http://",
            "http:///a",
        ),
        *("http://user:word@example.org/", "http://@example.org/", "http://example.org:99999/", "http://exa mple.org/"),
        *("http://example.org/\r\nHost: x", "http://[::1/", "unix:///run/x", "http://" + "a" * 3000),
    ],
)
def test_what_is_no_address_of_the_web_is_refused_before_anybody_is_asked(bob, url):
    refused = bob.post("/files/fetch", data={"url": url}, headers={"accept": "application/json"})
    assert refused.status_code == 422
    with pytest.raises(Invalid):
        fetching.checked(url)


def test_a_name_is_looked_up_once_and_the_address_that_was_looked_at_is_the_one_that_is_asked(bob, monkeypatch):
    asked = []

    def turning(host, port, *rest, **options):
        """A name server that says another address each time, the second of them inside."""
        asked.append(host)
        address = "127.0.0.1" if len(asked) > 1 or host == "both.example" else "203.0.113.1"
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]
        if host == "both.example":
            found.append((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("1.1.1.1", port)))
        return found

    seen = []
    monkeypatch.setattr(socket, "getaddrinfo", turning)
    monkeypatch.setattr(fetching, "is_global", lambda address: str(address) == "203.0.113.1")
    monkeypatch.setattr(socket, "create_connection", lambda place, patience: seen.append(place) or refuse())
    with pytest.raises(Upstream):
        fetched(bob, "https://turning.example/")
    assert asked == ["turning.example"] and seen == [("203.0.113.1", 443)]
    with pytest.raises(Invalid, match="open internet"):
        fetched(bob, "https://both.example/")  # one address of it is inside, so none is asked
    with pytest.raises(Invalid, match="ports"):
        asked.clear() or fetched(bob, "http://turning.example:6379/")


def refuse():
    raise ConnectionRefusedError(111, "Connection refused")


def test_no_proxy_and_no_credentials_of_the_environment_are_used(bob, inside, monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("default login me password secret")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    heads = []

    class Listening(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            heads.append(dict(self.headers))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"hi")

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Listening) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        assert fetched(bob, f"http://localhost:{server.server_port}/a")[0].text == "hi"
    assert heads[0]["Host"] == f"localhost:{server.server_port}"
    assert not {"Authorization", "Cookie", "Proxy-Authorization"} & set(heads[0])


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"", "does not answer"),
        (b"SSH-2.0-OpenSSH\r\n", "does not answer"),
        (b"HTTP/1.1 404 No\r\n\r\n", "404"),
        (b"HTTP/1.1 206 Part\r\n\r\nhi", "206"),
        (HEAD + b"Content-Length: 10\r\n\r\nhi", "broke off"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\nhi", "broke off"),
        (HEAD + b"Content-Encoding: gzip\r\n\r\nhi", "compressed"),
        (HEAD + b"Content-Length: 9000000\r\n\r\n", "at most 1 MiB"),
        (HEAD + b"\r\n" + b"\1" * 2_000_000, "at most 1 MiB"),
        (HEAD + b"X: " + b"y" * 70_000 + b"\r\n\r\nhi", "does not answer"),
    ],
)
def test_what_breaks_off_lies_or_is_too_much_is_told_in_a_sentence_and_stores_nothing(bob, inside, answer, said):
    settings.change(rights.machine(), file_mb=1)
    try:
        with answering(answer) as port:
            told = fetching.fetch(me(bob), f"http://127.0.0.1:{port}/", "", "", "", "private")
        assert said in told["error"]
        assert db.fetch("select count(*) from item where owner_id = ?", bob.id) == (0,) and coming() == []
    finally:
        settings.change(rights.machine(), file_mb=5120)


def test_a_certificate_has_to_be_that_of_the_name(bob, inside, tmp_path):
    with secured(tmp_path) as port, pytest.raises(Upstream, match="cannot be reached"):
        fetched(bob, f"https://127.0.0.1:{port}/")


def test_what_drips_is_given_up(bob, inside, monkeypatch):
    monkeypatch.setattr(fetching, "ALL", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip():
            line, _ = server.accept()
            with line:
                line.recv(1000)
                line.sendall(HEAD + b"\r\n")
                for _ in range(30):
                    line.sendall(b"x")
                    time.sleep(0.05)

        thread = threading.Thread(target=lambda: pytest.raises(OSError, drip), daemon=True)
        thread.start()
        with pytest.raises(Upstream, match="longer than"):
            fetched(bob, f"http://127.0.0.1:{server.getsockname()[1]}/")
        thread.join()
    assert coming() == []


@pytest.mark.parametrize("head", [b"", HEAD + b"Transfer-Encoding: chunked\r\n\r\n"])
def test_signs_now_and_then_hold_nothing_up(bob, inside, monkeypatch, head):
    """In the headers, and in the size of a chunk: neither is ever silent, and neither ever ends."""
    monkeypatch.setattr(fetching, "ALL", 0.6)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip():
            line, _ = server.accept()
            with line:
                line.recv(1000)
                line.sendall(head)
                for sign in (HEAD + b"X: " if not head else b"") + b"0" * 200:
                    line.sendall(bytes([sign]))
                    time.sleep(0.02)

        thread = threading.Thread(target=lambda: pytest.raises(OSError, drip), daemon=True)
        thread.start()
        begun = time.monotonic()
        with pytest.raises(Upstream):
            fetched(bob, f"http://127.0.0.1:{server.getsockname()[1]}/")
        assert time.monotonic() - begun < 2
        thread.join()
    assert coming() == []


def test_nobody_has_all_threads_fetch(bob, house, monkeypatch):
    monkeypatch.setattr(fetching, "MOST_OPEN", 0)
    with pytest.raises(OverLimit, match="being fetched"):
        fetching.begin(me(bob), "https://example.org/a.pdf")
