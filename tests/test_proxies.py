"""Caddy and nginx of Debian, with the files of deploy/, before the running product: nothing is held back or lost."""

import base64
import hashlib
import ipaddress
import json
import os
import subprocess
import threading
import time
from dataclasses import replace

import httpx2
import pytest

from app import config, db, keys, rights
from app.blobs import keeping
from tests.conftest import PASSWORD, Person
from tests.proxies import NAME, Proxy

LOCAL = ipaddress.ip_network("127.0.0.1/32")
# Another address than the proxy's: whose it is has to come through.
MINE = "127.0.0.9"
LARGE = 50 << 20
TUS = {"tus-resumable": "1.0.0"}


@pytest.fixture(scope="module", params=["caddy", "nginx"])
def proxy(request, house, tmp_path_factory):
    behind = int(house.url.rpartition(":")[2])
    with Proxy(request.param, tmp_path_factory.mktemp(request.param), behind) as it:
        yield it


@pytest.fixture(autouse=True)
def configured(house, proxy):
    """The house as it is set up behind a proxy."""
    before = config.current
    config.use(replace(before, url=proxy.url, trusted_proxies=(LOCAL,)))
    yield
    config.use(before)


@pytest.fixture
def client(proxy):
    """A browser on another machine than the proxy's."""
    line = httpx2.HTTPTransport(local_address=MINE, verify=proxy.trust)
    headers = {"sec-fetch-site": "same-origin"}
    with httpx2.Client(base_url=proxy.url, transport=line, headers=headers, timeout=30) as it:
        yield it


@pytest.fixture
def dora(house, client, proxy):
    """Somebody who has signed in through the proxy, and her key."""
    from app.accounts import people, tickets
    from tests.conftest import QUICK

    with db.write() as tx:
        user = tickets.enter(tx, people.born(f"dora-{time.monotonic_ns()}@example.org", "Dora", "member", QUICK))
    claimed = {"x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "http", "x-forwarded-host": "elsewhere"}
    entered = client.post("/signin", data={"email": user.email, "password": PASSWORD}, headers=claimed)
    assert entered.status_code == 303, entered.text
    client.id, client.entered, client.trust = user.id, entered, proxy.trust
    client.key = {"authorization": f"Bearer {keys.create(rights.machine(), 'proxied', user=user.id)[1]}"}
    return client


def test_who_comes_by_https_has_the_cookie_of_this_host_and_their_own_address(dora):
    cookie = dora.entered.headers["set-cookie"]
    assert cookie.startswith("__Host-inglenook=") and "Secure" in cookie
    assert db.fetch("select address from session where user_id = ?", dora.id) == (MINE,), "not what she claims"
    entry = db.fetch("select address from audit where user_id = ? and verb = 'accounts.sign_in'", dora.id)
    assert entry == (MINE,)
    page = dora.get("/settings")
    assert page.status_code == 200 and page.http_version == "HTTP/1.1"
    assert page.headers.get_list("strict-transport-security") == ["max-age=31536000"]
    assert page.headers["content-encoding"] == "gzip", "as Inglenook itself has it"


def test_http_2_is_spoken_and_http_is_led_to_https(dora, proxy):
    def curl(*words):
        return subprocess.run(["curl", "-sS", *words], capture_output=True, text=True, timeout=20, check=True).stdout

    assert curl("--http2", "--cacert", str(proxy.ca), f"{proxy.url}/healthz", "-w", " %{http_version}").endswith(" 2")
    asked = ["-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", "-H", f"Host: {NAME}"]
    if proxy.kind == "nginx":  # Caddy does so by itself, at port 80 only
        assert curl(*asked, f"http://127.0.0.1:{proxy.plain}/p/x?y=1") == f"301 https://{NAME}/p/x?y=1"


def test_the_words_of_an_answer_come_one_by_one(dora, model):
    """40 a second: each in its time, for a program and for a page."""
    model("pace-40-30")
    body = {"model": "fake/pace-40-30", "stream": True, "messages": [{"role": "user", "content": "Hello."}]}
    with dora.stream("POST", "/v1/chat/completions", json=body, headers=dora.key) as answer:
        assert answer.status_code == 200
        arrived = [time.monotonic() for line in answer.iter_lines() if line.startswith("data: {")]
    assert arrived[-1] - arrived[0] > 0.5, "they came together"
    begun = dora.post("/chats", data={"text": "Hi", "key": "k" * 20, "model": model("pace-40-30")})
    chat = begun.headers["location"].rpartition("/")[2].partition("?")[0]
    leaf = db.fetch("select leaf_id from chat where id = ?", chat)[0]
    with dora.stream("GET", f"/chats/{chat}/messages/{leaf}/stream?after=0") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in answer.headers
        times = {line: time.monotonic() for line in answer.iter_lines() if line.startswith(("id:", "data:", "event:"))}
    assert "event: done" in times and max(times.values()) - min(times.values()) > 0.3 and len(times) > 5


def test_lines_of_json_come_one_by_one_too(dora, model):
    model("pace-40-30")
    body = {"model": "fake/pace-40-30", "messages": [{"role": "user", "content": "Hello."}]}
    with dora.stream("POST", "/api/chat", json=body, headers=dora.key) as answer:
        assert answer.headers["content-type"] == "application/x-ndjson"
        arrived = [time.monotonic() for line in answer.iter_lines() if json.loads(line)]
    assert arrived[-1] - arrived[0] > 0.5, "they came together"


def test_a_caller_who_hangs_up_ends_the_model_s_call(dora, model, upstream):
    model("pace-20-400")
    before = upstream.closed_early
    body = {"model": "fake/pace-20-400", "stream": True, "messages": [{"role": "user", "content": "Hello."}]}
    with dora.stream("POST", "/v1/chat/completions", json=body, headers=dora.key) as answer:
        next(answer.iter_bytes())
    deadline = time.monotonic() + 3
    while upstream.closed_early == before:
        assert time.monotonic() < deadline, "the upstream was not told"
        time.sleep(0.02)


def test_50_mb_come_by_put_and_go_out_whole_and_in_ranges(dora):
    data = os.urandom(LARGE)
    put = dora.put("/files/large.bin", content=data)
    assert put.status_code == 201, put.text
    file = put.headers["location"].rpartition("/")[2]
    address = f"/files/{file}/raw"
    whole = dora.get(address)
    assert hashlib.sha256(whole.content).digest() == hashlib.sha256(data).digest()
    part = dora.get(address, headers={"range": "bytes=1000000-1999999"})
    assert (part.status_code, part.content) == (206, data[1_000_000:2_000_000])
    assert part.headers["content-range"] == f"bytes 1000000-1999999/{LARGE}"
    same = dora.get(address, headers={"if-none-match": whole.headers["etag"]})
    assert same.status_code == 304


def test_50_mb_come_by_tus_and_each_byte_is_here_as_soon_as_it_was_sent(dora):
    """Half is sent and no more: a proxy that takes whole bodies would have handed on nothing."""
    data, half = os.urandom(LARGE), LARGE // 2
    named = TUS | {"upload-length": str(LARGE), "upload-metadata": "filename " + base64.b64encode(b"tea").decode()}
    begun = dora.post("/files/uploads", headers=named)
    assert begun.status_code == 201, begun.text
    assert begun.headers["location"].startswith(("/", str(dora.base_url)))
    place, sent, go = begun.headers["location"], threading.Event(), threading.Event()

    def pieces():
        yield data[:half]
        sent.set()
        assert go.wait(20)
        yield data[half:]

    def send():
        line = httpx2.HTTPTransport(local_address=MINE, verify=dora.trust)
        with httpx2.Client(base_url=dora.base_url, transport=line, cookies=dora.cookies, timeout=30) as other:
            headers = TUS | {"upload-offset": "0", "content-type": "application/offset+octet-stream"}
            headers |= {"content-length": str(LARGE), "sec-fetch-site": "same-origin"}
            answers.append(other.patch(place, content=pieces(), headers=headers))

    answers = []
    sending = threading.Thread(target=send)
    sending.start()
    assert sent.wait(20)
    try:
        coming, deadline = keeping.folder() / "coming" / place.rpartition("/")[2], time.monotonic() + 10
        while not coming.exists() or coming.stat().st_size < half - (1 << 20):
            assert time.monotonic() < deadline, "the proxy keeps what was sent"
            time.sleep(0.05)
    finally:
        go.set()
        sending.join(30)
    assert answers[0].status_code == 204 and answers[0].headers["upload-offset"] == str(LARGE)
    middle = {"range": f"bytes={half - 1000}-{half + 999}"}
    kept = dora.get(f"/files/{answers[0].headers['upload-file']}/raw", headers=middle)
    assert kept.content == data[half - 1000 : half + 1000]


def test_another_host_is_refused_by_the_house_and_not_by_the_proxy_alone(house):
    with Person(house) as someone:
        assert someone.get("/signin").status_code == 421
        assert someone.get("/healthz").status_code == 200
