"""Safety: what stands before every route. Other sites, other hosts, proxies, cookies, headers, sizes."""

import ipaddress
import json
import time
from dataclasses import replace

import httpx2
import pytest
from sqlalchemy.exc import IntegrityError

from app import accounts, clock, config, db, markdown, rights
from app.accounts import throttle
from app.chats import books
from app.errors import NotFound
from routes.noting import told
from tests.conftest import PASSWORD, Person

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "font-src 'self'; media-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
LOCAL = (ipaddress.ip_network("127.0.0.1/32"),)
HTTPS = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.5"}


@pytest.fixture
def options(house):
    """Sets options of the running house for one test."""
    before = config.current

    def choose(**values) -> None:
        config.use(replace(config.current, **values))

    yield choose
    config.use(before)


@pytest.fixture
def raw(house):
    """A client that says nothing by itself and follows nothing."""
    with httpx2.Client(base_url=house.url) as client:
        yield client


def sign_in(client, someone, **headers):
    data = {"email": someone.email, "password": PASSWORD}
    return client.post("/signin", data=data, headers={"sec-fetch-site": "same-origin"} | headers)


# ── headers ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("path", ["/signin", "/", "/nothing", "/healthz", "/static/mark.svg", "/settings"])
def test_every_response_has_the_headers_that_keep_browsers_safe(raw, path):
    headers = raw.get(path).headers
    assert headers["content-security-policy"] == CSP
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers, "over http it means nothing"
    assert "server" not in headers


def test_every_response_has_a_number_of_its_own(raw):
    numbers = {raw.get("/signin").headers["x-request-id"] for _ in range(3)}
    assert len(numbers) == 3
    page = raw.get("/nothing")
    assert page.headers["x-request-id"] in page.text


def test_pages_are_not_kept_by_caches(bob):
    assert bob.get("/settings").headers["cache-control"] == "no-store"


def test_https_is_asked_for_again(raw, options):
    options(trusted_proxies=LOCAL)
    assert "max-age=" in raw.get("/signin", headers=HTTPS).headers["strict-transport-security"]


# ── other sites ───────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "none"}, 303),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "HERE"}, 403),
        ({"origin": "HERE"}, 303),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
        ({}, 403),
    ],
)
def test_another_site_cannot_post(raw, bob, house, headers, status):
    headers = {name: house.url if value == "HERE" else value for name, value in headers.items()}
    cookie = {"cookie": f"inglenook={bob.cookies['inglenook']}"}
    answer = raw.post("/settings/theme", data={"theme": "dark"}, headers=headers | cookie)
    assert answer.status_code == status
    assert db.fetch("select theme from account where id = ?", bob.id)[0] == ("dark" if status == 303 else "")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_every_unsafe_method_is_guarded(raw, method):
    answer = raw.request(method, "/signin", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403 and "another site" in answer.text


def test_a_link_from_another_site_opens(bob):
    assert bob.get("/settings", headers={"sec-fetch-site": "cross-site"}).status_code == 200


def test_cookies_and_queries_do_not_fill_forms(bob):
    bob.cookies.set("theme", "dark", domain="127.0.0.1", path="/")
    assert bob.post("/settings/theme?theme=dark", data={}, headers={"hx-request": "true"}).status_code == 204
    assert db.fetch("select theme from account where id = ?", bob.id)[0] == ""


# ── hosts and proxies ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_with_a_public_address_other_hosts_are_refused(raw, options):
    options(url="https://ai.example.org")
    assert raw.get("/signin").status_code == 421
    assert raw.get("/signin", headers={"host": "evil.example"}).status_code == 421
    assert raw.get("/signin", headers={"host": "ai.example.org"}).status_code == 200
    assert raw.get("/healthz").status_code == 200


def test_links_that_leave_the_page_begin_with_the_public_address(alice, options):
    options(url="https://ai.example.org", trusted_proxies=LOCAL)
    headers = {"host": "ai.example.org"} | HTTPS
    with httpx2.Client(base_url=str(alice.base_url), headers=headers) as client:
        answer = sign_in(client, alice)
        cookie = answer.headers["set-cookie"].split(";")[0]
        page = client.post(
            "/admin/people/invitations",
            data={"email": f"public-{alice.id}@example.org", "role": "member", "days": "7"},
            headers={"sec-fetch-site": "same-origin", "cookie": cookie},
        )
    assert 'value="https://ai.example.org/links/' in page.text


def address_of(someone) -> str:
    return db.fetch("select address from session where user_id = ? order by id desc", someone.id)[0]


def test_forwarded_addresses_are_believed_only_from_trusted_proxies(raw, bob, options):
    sign_in(raw, bob, **{"x-forwarded-for": "203.0.113.5"})
    assert address_of(bob) == "127.0.0.1"
    options(trusted_proxies=LOCAL)
    sign_in(raw, bob, **{"x-forwarded-for": "203.0.113.5"})
    assert address_of(bob) == "203.0.113.5"
    sign_in(raw, bob, **{"x-forwarded-for": "198.51.100.1, 203.0.113.6"})
    assert address_of(bob) == "203.0.113.6", "what the client claims stands before what the proxy saw"
    twice = [("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "203.0.113.7")]
    form = {"email": bob.email, "password": PASSWORD}
    raw.post("/signin", data=form, headers=[("sec-fetch-site", "same-origin"), *twice])
    assert address_of(bob) == "203.0.113.7", "some proxies add a line of their own"
    options(trusted_proxies=(*LOCAL, ipaddress.ip_network("203.0.113.0/24")))
    sign_in(raw, bob, **{"x-forwarded-for": "198.51.100.1, 203.0.113.6"})
    assert address_of(bob) == "198.51.100.1"


def test_a_client_cannot_claim_https(raw, bob):
    answer = sign_in(raw, bob, **{"x-forwarded-proto": "https"})
    assert answer.headers["set-cookie"].startswith("inglenook=")


def test_over_https_the_cookie_is_bound_to_the_host(raw, bob, options):
    options(trusted_proxies=LOCAL)
    answer = sign_in(raw, bob, **HTTPS)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-inglenook=") and "Secure" in cookie and "Path=/" in cookie and "HttpOnly" in cookie
    token = cookie.split("=")[1].split(";")[0]
    raw.cookies.clear()
    plain = raw.get("/settings", headers=HTTPS | {"cookie": f"inglenook={token}"})
    assert plain.status_code == 303, "a cookie that another host may have set is not read"
    assert raw.get("/settings", headers=HTTPS | {"cookie": f"__Host-inglenook={token}"}).status_code == 200


# ── plain http between machines ───────────────────────────────────────────────────────────────────────────────────────
ELSEWHERE = {"host": "house.lan:8000"}


def test_over_plain_http_elsewhere_nobody_signs_in_and_the_page_says_what_to_do(raw, bob):
    page = raw.get("/signin", headers=ELSEWHERE)
    assert page.status_code == 200 and "over https" in page.text and "--insecure-http" in page.text
    assert 'name="password"' not in page.text
    assert sign_in(raw, bob, **ELSEWHERE).status_code == 403
    cookie = {"cookie": f"inglenook={bob.cookies['inglenook']}"}
    assert raw.get("/settings", headers=ELSEWHERE | cookie).status_code == 303, "a session does not count there"


def test_over_plain_http_elsewhere_one_time_links_are_not_used_up(raw):
    token = accounts.invite(rights.machine(), "exposed@example.org")
    page = raw.get(f"/links/{token}", headers=ELSEWHERE)
    assert page.status_code == 200 and "over https" in page.text and 'name="password"' not in page.text
    data, same = {"name": "Eve", "password": PASSWORD}, {"sec-fetch-site": "same-origin"}
    assert raw.post(f"/links/{token}", data=data, headers=ELSEWHERE | same).status_code == 403
    assert accounts.link(token).spent_at is None


def test_with_a_public_https_address_the_page_leads_there(raw, options):
    options(url="https://house.lan:8000")
    page = raw.get("/signin", headers=ELSEWHERE)
    assert "Go on over https" in page.text and 'href="https://house.lan:8000"' in page.text


def test_the_option_allows_it_under_a_banner_on_every_page(raw, bob, options):
    options(insecure_http=True)
    assert "travels unprotected" in raw.get("/signin", headers=ELSEWHERE).text
    answer = sign_in(raw, bob, **ELSEWHERE)
    cookie = {"cookie": answer.headers["set-cookie"].split(";")[0]}
    for path in ("/settings", "/spaces", "/nothing", "/"):
        assert "travels unprotected" in raw.get(path, headers=ELSEWHERE | cookie).text, path
    assert "travels unprotected" not in raw.get("/signin").text, "on this machine nothing is on the way"


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000", "house.localhost:8000"])
def test_on_this_machine_plain_http_is_fine(raw, host):
    assert 'name="password"' in raw.get("/signin", headers={"host": host}).text


@pytest.mark.parametrize("host", ["localhost.evil.example", "127.0.0.1.evil.example", "evil.example"])
def test_a_name_that_looks_like_this_machine_is_not(raw, host):
    assert 'name="password"' not in raw.get("/signin", headers={"host": host}).text


# ── sizes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_body_that_is_too_large_is_refused(bob):
    answer = bob.post("/settings", data={"instructions": "x" * (1 << 20)})
    assert answer.status_code == 413


def test_a_body_that_does_not_tell_its_length_is_refused_too(bob):
    def endless():
        for _ in range(40):
            yield b"x" * 65536

    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert bob.post("/settings", content=endless(), headers=headers).status_code == 413


# ── refusals ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_stranger_is_led_to_sign_in_and_back(raw):
    answer = raw.get("/settings/sessions")
    assert answer.status_code == 303 and answer.headers["location"] == "/signin?next=%2Fsettings%2Fsessions"
    assert raw.post("/settings", headers={"sec-fetch-site": "same-origin"}).status_code == 401


def test_a_refusal_has_the_shape_of_the_one_who_asks(bob):
    page = bob.get("/nothing")
    assert page.status_code == 404 and "A cold hearth" in page.text and "<html" in page.text
    told = bob.get("/nothing", headers={"accept": "application/json"})
    assert told.status_code == 404 and json.loads(told.text)["error"]["type"] == "NotFound"
    toast = bob.get("/nothing", headers={"hx-request": "true"})
    assert toast.status_code == 404 and "<hx-partial" in toast.text and "<html" not in toast.text


def test_a_refused_address_is_not_echoed(bob):
    assert "<script>" not in bob.get("/nothing/<script>alert(1)</script>").text


def test_a_method_that_is_not_answered_says_so(bob):
    answer = bob.put("/settings")
    assert answer.status_code == 405 and "does not answer" in answer.text


def test_a_cookie_that_is_no_session_is_nobody(house):
    with Person(house) as someone:
        for cookie in ("", "x", "x" * 5000, "é"):
            headers = {"cookie": f"inglenook={cookie}".encode()}
            assert someone.get("/settings", headers=headers).url.path == "/signin"


def test_a_form_takes_no_json(raw):
    for body in (b'{"email": "\\ud800@x", "password": "y"}', b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"):
        headers = {"sec-fetch-site": "same-origin", "content-type": "application/json"}
        assert raw.post("/signin", content=body, headers=headers).status_code == 422


# ── what is said and kept ─────────────────────────────────────────────────────────────────────────────────────────────
def test_a_path_in_the_log_cannot_speak_to_the_terminal():
    assert told("/nothing/\x1b]0;title\x07\n") == r"/nothing/\x1b]0;title\x07\n"
    assert told("/links/secret") == "/links/…" and told("/house/links/secret") == "/house/links/…"
    assert told("/docs/handbook/für") == "/docs/handbook/für"


def test_an_error_of_the_database_does_not_tell_what_people_wrote(house):
    with pytest.raises(IntegrityError) as caught, db.write() as tx:
        tx.add(accounts.User(id="x", email="secret words", name=None, created_at=0))
    assert "secret words" not in str(caught.value)


def test_the_database_is_for_its_owner_only(house):
    assert {path.name: path.stat().st_mode & 0o077 for path in house.data.glob("inglenook.db*")} == {
        name: 0 for name in ("inglenook.db", "inglenook.db-shm", "inglenook.db-wal")
    }


def test_attempts_are_counted_by_no_more_than_an_address_can_hold(raw):
    throttle.forget()
    raw.post("/signin", data={"email": "x" * 500_000, "password": "y"}, headers={"sec-fetch-site": "same-origin"})
    assert max(map(len, throttle.by_account.counts)) < 300
    throttle.forget()


def test_a_password_that_takes_long_to_compose_is_refused_at_once(bob):
    started = time.monotonic()
    data = {"password": PASSWORD, "new": "a" + "\u0300" * 40_000 + "\u0316" * 40_000}
    assert bob.post("/settings/password", data=data).status_code == 422
    assert time.monotonic() - started < 1


def test_what_a_shut_out_admin_handed_out_is_over(person, alice):
    mallory = person("Mallory", "admin")
    me = rights.Caller(id=mallory.id, role="admin", stepped_up_at=clock.now())
    invitation, reset = accounts.invite(me, f"{mallory.id}@example.org", "admin"), accounts.reset(me, alice.id)
    accounts.deactivate(rights.machine(), mallory.id)
    for token in (invitation, reset):
        with pytest.raises(NotFound):
            accounts.link(token)


# ── following an answer ───────────────────────────────────────────────────────────────────────────────────────────────
def begin(someone, model_id: str, **more) -> str:
    form = {"text": "Tell me", "key": clock.new_id(), "model": model_id, **more}
    return someone.post("/chats", data=form).url.path.split("/")[2]


def test_nobody_follows_anothers_answer_through_a_chat_of_their_own(bob, charlie, model):
    secret, own = begin(bob, model("pace-50-400")), begin(charlie, model("words-20"))
    answer = db.fetch("select leaf_id from chat where id = ?", secret)[0]
    with charlie.stream("GET", f"/chats/{own}/messages/{answer}/stream") as stream:
        assert stream.status_code == 404
    bob.delete(f"/chats/{secret}/reply")


def test_who_is_shut_out_follows_no_longer(bob, model):
    chat = begin(bob, model("pace-50-1000"))
    answer = db.fetch("select leaf_id from chat where id = ?", chat)[0]
    started = time.monotonic()
    with bob.stream("GET", f"/chats/{chat}/messages/{answer}/stream") as stream:
        assert stream.status_code == 200
        accounts.deactivate(rights.machine(), bob.id)
        assert "event: done" not in "".join(stream.iter_text())
    assert time.monotonic() - started < 5
    accounts.reactivate(rights.machine(), bob.id)
    bob.sign_in()
    bob.delete(f"/chats/{chat}/reply")


def test_temporary_chats_of_one_person_do_not_push_out_anothers(bob, charlie, model):
    kept = begin(bob, model("words-20"), temporary="1")
    for _ in range(books.MOST_TEMPORARY + 3):
        begin(charlie, model("words-20"), temporary="1")
    assert bob.get(f"/chats/{kept}").status_code == 200
    own = [book for book in books.temporary.values() if book.chat.user_id == charlie.id]
    assert len(own) == books.MOST_TEMPORARY


@pytest.mark.parametrize(
    ("name", "value"),
    [("changed_at", 10**19), ("created_at", -(10**17)), ("temperature", 9), ("temperature", float("nan"))],
)
def test_an_import_cannot_hold_what_no_page_can_show(bob, model, name, value):
    chat = begin(bob, model("words-20"))
    while (exported := bob.get(f"/chats/{chat}.json")).status_code == 409:
        time.sleep(0.02)
    spoilt = json.dumps(exported.json() | {name: value}).encode()
    assert bob.post("/chats/import", files={"file": ("chat.json", spoilt)}).status_code == 422
    assert bob.get("/").status_code == 200


def test_a_reference_does_not_make_much_of_little():
    text = "[a]: " + "x" * 5_000 + "\n\n" + "[a] \n\n" * 40_000
    assert len(markdown.render(text)) < 20 * len(text)
    assert markdown.render(text).count("<p>") == 40_000
