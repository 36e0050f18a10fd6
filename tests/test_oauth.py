"""Programs that are let in by a click: OAuth 2.1 with the client of the `mcp` package, and what is refused."""

import base64
import hashlib
import html
import re
import secrets as random
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from app import accounts, clock, db, keys, rights, tools
from app.keys import knocking
from app.tools import clients, tokens

BACK = "http://127.0.0.1:33418/callback"
VERIFIER = random.token_urlsafe(48)
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
ACCEPT = {"accept": "application/json, text/event-stream"}


@pytest.fixture(autouse=True)
def _rested():
    knocking.forget()
    clients.registrations.counts.clear()


class Program(httpx2.Client):
    """A program of somebody: registers itself, and has no cookies."""

    def __init__(self, house, **about) -> None:
        super().__init__(base_url=house.url, timeout=30)
        told = {"client_name": "Desk", "redirect_uris": [BACK], "token_endpoint_auth_method": "none"} | about
        self.registered = self.post("/oauth/register", json=told)
        self.about = self.registered.json()

    def question(self, **more) -> dict[str, str]:
        asked = {"response_type": "code", "client_id": self.about["client_id"], "redirect_uri": BACK, "state": "s 1"}
        return asked | {"code_challenge": CHALLENGE, "code_challenge_method": "S256"} | more

    def token(self, **form):
        secret = {"client_secret": self.about["client_secret"]} if "client_secret" in self.about else {}
        return self.post("/oauth/token", data={"client_id": self.about["client_id"]} | secret | form)

    def redeem(self, code: str, **form):
        told = {"code": code, "redirect_uri": BACK, "code_verifier": VERIFIER} | form
        return self.token(grant_type="authorization_code", **told)

    def renew(self, refresh: str, **form):
        return self.token(grant_type="refresh_token", refresh_token=refresh, **form)

    def ping(self, token: str):
        return self.post("/mcp", json=PING, headers=ACCEPT | {"authorization": f"Bearer {token}"})


@pytest.fixture
def program(house):
    with closing(Program(house)) as it:
        yield it


def consent(person, asked: dict[str, str]):
    """The page on which the person is asked."""
    return person.get("/oauth/authorize", params=asked)


def said(page) -> dict[str, str]:
    """What the page leads back with."""
    there = page.headers["refresh"].partition("url=")[2]
    assert html.escape(there) in page.text  # the same as the button
    return {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}


def answer(person, page, answer: str = "allow", **more):
    """The person's answer to the page, as its form sends it."""
    sealed = re.search(r'name="request"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="request"', page.text)
    ticked = [
        re.search(r'value="([^"]+)"', box)[1]
        for box in re.findall(r'<input[^>]*name="scopes"[^>]*>', page.text)
        if re.search(r"\schecked", box)
    ]
    form = {"request": sealed[1] or sealed[2], "scopes": ticked, "answer": answer} | more
    return person.post("/oauth/consent", data=form)


def code(person, program, **asked) -> str:
    return said(answer(person, consent(person, program.question(**asked))))["code"]


def let_in(person, program, **asked) -> dict[str, str]:
    """The tokens of a program that a person let in."""
    given = program.redeem(code(person, program, **asked))
    assert given.status_code == 200, given.text
    return given.json()


def test_a_program_is_let_in_by_a_click_and_asks_for_the_person(bob, program):
    page = consent(bob, program.question())
    assert "Let Desk in?" in page.text and bob.email in page.text and "127.0.0.1:33418" in page.text
    back = said(answer(bob, page))
    assert back["state"] == "s 1" and back["iss"] == str(program.base_url).rstrip("/")
    given = program.redeem(back["code"]).json()
    assert given["token_type"] == "Bearer" and given["expires_in"] == 3600
    assert '"result":{}' in program.ping(given["access_token"]).text


def test_what_is_not_asked_for_is_to_read(bob, program):
    given = let_in(bob, program)
    assert given["scope"].split() == list(tools.READ) and all(each.endswith(":read") for each in tools.READ)


def test_a_program_gets_what_it_asks_for_and_the_person_leaves_ticked(bob, program):
    page = consent(bob, program.question(scope="pastes:write chats:read of:nothing"))
    assert "put them into the trash" in page.text and "which can cost money" in page.text
    given = program.redeem(said(answer(bob, page, scopes=["pastes:write"]))["code"]).json()
    assert given["scope"] == "pastes:write"


def test_who_unticks_everything_allows_nothing(bob, program):
    back = said(answer(bob, consent(bob, program.question()), scopes=[]))
    assert back["error"] == "access_denied" and "code" not in back
    page = answer(bob, consent(bob, program.question()), scopes=["of:nothing"])
    assert page.status_code == 422
    assert "code=" not in page.text


def test_who_refuses_is_asked_nothing_more(bob, program):
    back = said(answer(bob, consent(bob, program.question()), "refuse"))
    assert back["error"] == "access_denied" and "code" not in back and back["state"] == "s 1"


def test_who_is_not_signed_in_signs_in_first_and_comes_back(nobody, bob, program):
    page = consent(nobody, program.question())
    assert page.url.path == "/signin"
    onward = re.search(r'name="next"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="next"', page.text)
    assert "Let Desk in?" in bob.get(html.unescape(onward[1] or onward[2])).text
    sealed = {"request": "x", "answer": "allow"}
    assert nobody.post("/oauth/consent", data=sealed, follow_redirects=False).status_code == 401


def test_the_consent_page_is_not_framed_nor_posted_to_by_other_sites(bob, program):
    page = consent(bob, program.question())
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    away = bob.post("/oauth/consent", data={"answer": "allow"}, headers={"sec-fetch-site": "cross-site"})
    assert away.status_code == 403


def test_a_request_that_was_changed_or_is_old_is_no_request(bob, program, monkeypatch):
    assert bob.get("/oauth/consent", params={"request": "gAAAAA"}).status_code == 404
    page = consent(bob, program.question())
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + clock.HOUR)
    assert answer(bob, page).status_code == 410


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"client_id": "unknown"}, "not found"),
        ({"redirect_uri": "https://evil.example/take"}, "not registered"),
        ({"redirect_uri": "http://127.0.0.1:33418.evil.example/callback"}, "invalid port"),
        ({"redirect_uri": "http://127.0.0.1:33418@evil.example/callback"}, "not registered"),
        ({"redirect_uri": "http://127.0.0.1:33418/callback?more=1"}, "not registered"),
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(bob, program, wrong, sentence):
    page = bob.get("/oauth/authorize", params=program.question(**wrong), follow_redirects=False)
    assert page.status_code == 400 and sentence in page.text


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"resource": "https://other.example/mcp"}, "invalid_target"),
    ],
)
def test_a_request_that_is_not_complete_goes_back_to_the_program(bob, program, wrong, error):
    asked = {name: value for name, value in program.question(**wrong).items() if value is not None}
    page = bob.get("/oauth/authorize", params=asked, follow_redirects=False)
    back = parse_qs(urlsplit(page.headers["location"]).query)
    assert page.headers["location"].startswith(BACK) and back["error"] == [error] and back["state"] == ["s 1"]


def test_the_port_on_this_machine_may_be_chosen_late(bob, program):
    page = consent(bob, program.question(redirect_uri="http://127.0.0.1:50505/callback"))
    assert page.status_code == 200 and "127.0.0.1:50505" in page.text


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "http://example.org/callback",
        "https://me@example.org/callback",
        "https://example.org/callback#there",
        f"https://example.org/{'x' * 2000}",
    ],
)
def test_addresses_that_nobody_should_be_sent_to_are_not_registered(house, address):
    with closing(Program(house, redirect_uris=[address])) as it:
        assert it.registered.status_code == 400 and it.about["error"] == "invalid_redirect_uri"


@pytest.mark.parametrize("address", ["https://claude.ai/api/mcp/auth_callback", "cursor://anysphere.cursor-mcp/back"])
def test_addresses_of_the_web_and_of_programs_are(house, address):
    with closing(Program(house, redirect_uris=[address])) as it:
        assert it.registered.status_code == 201 and it.about["client_id"] and "client_secret" not in it.about


def test_a_code_is_good_once_and_its_second_use_ends_what_the_first_opened(bob, program):
    text = code(bob, program)
    given = program.redeem(text).json()
    again = program.redeem(text)
    assert again.status_code == 400 and again.json()["error"] == "invalid_grant"
    assert program.ping(given["access_token"]).status_code == 401
    assert program.renew(given["refresh_token"]).status_code == 400


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"code_verifier": "another" * 8}, "invalid_grant"),
        ({"code": "unknown"}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:1/callback"}, "invalid_request"),
    ],
)
def test_a_code_alone_opens_nothing(bob, program, form, error):
    given = program.redeem(**({"code": code(bob, program)} | form))
    assert given.status_code == 400 and given.json()["error"] == error


def test_a_code_of_one_program_is_nothing_to_another(house, bob, program):
    with closing(Program(house)) as other:
        assert other.redeem(code(bob, program)).json()["error"] == "invalid_grant"


def test_a_code_is_over_after_five_minutes(bob, program):
    text = code(bob, program)
    with db.write() as tx:
        tx.run("update oauthcode set expires_at = :at", at=clock.now() - clock.SECOND)
    assert program.redeem(text).json()["error"] == "invalid_grant"


def test_refreshing_gives_both_tokens_anew_and_ends_the_old_ones(bob, program):
    first = let_in(bob, program)
    second = program.renew(first["refresh_token"]).json()
    assert {second["access_token"], second["refresh_token"]}.isdisjoint(first.values())
    assert second["scope"] == first["scope"]
    assert program.ping(first["access_token"]).status_code == 401
    assert program.ping(second["access_token"]).status_code == 200


def test_a_refresh_token_that_comes_twice_ends_the_connection(bob, program):
    first = let_in(bob, program)
    second = program.renew(first["refresh_token"]).json()
    thief = program.renew(first["refresh_token"])
    assert thief.status_code == 400 and thief.json()["error"] == "invalid_grant"
    assert program.ping(second["access_token"]).status_code == 401
    assert program.renew(second["refresh_token"]).status_code == 400


def test_what_was_ended_while_it_was_being_refreshed_stays_ended(bob, program):
    given = let_in(bob, program)
    me = rights.Caller(id=bob.id, name="Bob")
    [kept] = tools.connections(me)
    tools.disconnect(me, kept.family)
    # The refresh token was looked at before, and is used afterwards.
    assert tokens.renew(given["refresh_token"], ["pastes:read"]) is None
    assert tools.connections(me) == []


def test_scopes_can_shrink_when_refreshing_and_never_grow(bob, program):
    first = let_in(bob, program, scope="pastes:read chats:read")
    assert program.renew(first["refresh_token"], scope="pastes:read pastes:write").json()["error"] == "invalid_scope"
    second = program.renew(first["refresh_token"], scope="pastes:read").json()
    assert second["scope"] == "pastes:read"
    assert program.renew(second["refresh_token"]).json()["scope"] == "pastes:read chats:read"


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_a_program_gives_back_what_it_was_allowed(bob, program, which):
    given = let_in(bob, program)
    form = {"client_id": program.about["client_id"], "token": given[which]}
    assert program.post("/oauth/revoke", data=form).status_code == 200
    assert program.post("/oauth/revoke", data=form | {"token": "ino-unknown"}).status_code == 200
    assert program.ping(given["access_token"]).status_code == 401
    assert program.renew(given["refresh_token"]).status_code == 400


def test_a_person_sees_the_programs_and_ends_one(bob, charlie, program):
    given = let_in(bob, program, scope="pastes:write")
    page = bob.get("/settings/programs")
    assert "<b>Desk</b>" in page.text and "pastes:write" in page.text and "writes" in page.text
    assert "<b>Desk</b>" not in charlie.get("/settings/programs").text
    ending = re.search(r'action="(/settings/programs/[^"]+/ending)"', page.text)[1]
    assert charlie.post(ending).status_code == 404
    assert program.ping(given["access_token"]).status_code == 200
    assert "No program is connected" in bob.post(ending).text
    assert program.ping(given["access_token"]).status_code == 401


def test_who_is_deactivated_has_no_programs(person, program):
    dora = person("Dora")
    given = let_in(dora, program)
    accounts.deactivate(rights.machine(), dora.id)
    assert program.ping(given["access_token"]).status_code == 401
    assert program.renew(given["refresh_token"]).json()["error"] == "invalid_grant"


def test_secrets_and_tokens_lie_in_the_database_as_hashes_only(house, bob):
    with closing(Program(house, token_endpoint_auth_method="client_secret_post")) as it:
        given = let_in(bob, it)
        text = code(bob, it)
        rows = [db.fetch_all(f"select * from {table}") for table in ("oauthclient", "oauthcode", "oauthtoken")]
        kept = repr(rows)
        shown = (it.about["client_secret"], given["access_token"], given["refresh_token"], text)
    assert all(len(rows) for rows in rows) and not [each for each in shown if each in kept]


@pytest.mark.parametrize("way", ["client_secret_post", "client_secret_basic"])
def test_a_program_with_a_secret_has_to_say_it_either_way(house, bob, way):
    with closing(Program(house, token_endpoint_auth_method=way)) as it:
        id, secret = it.about["client_id"], it.about.pop("client_secret")
        given = {"grant_type": "authorization_code", "redirect_uri": BACK, "code_verifier": VERIFIER}
        given |= {"code": code(bob, it)}
        assert it.post("/oauth/token", data=given | {"client_id": id}).status_code == 401
        assert it.post("/oauth/token", data=given | {"client_id": id, "client_secret": "no"}).status_code == 401
        assert it.post("/oauth/token", data=given, auth=(id, "wrong")).status_code == 401
        assert it.post("/oauth/token", data=given, auth=(id, secret)).status_code == 200


def test_a_token_opens_mcp_and_nothing_else(bob, program):
    token = let_in(bob, program)["access_token"]
    for path in ("/v1/models", "/api/v1/pastes", "/keys"):
        answer = program.get(path, headers={"authorization": f"Bearer {token}"})
        assert answer.status_code in (401, 303), path


def test_who_comes_without_a_token_is_told_where_to_ask_for_one(house, program):
    refused = program.post("/mcp", json=PING, headers=ACCEPT)
    told = refused.headers["www-authenticate"]
    assert refused.status_code == 401 and refused.json()["error"] == "invalid_token"
    where = re.search(r'resource_metadata="([^"]+)"', told)[1]
    assert f'scope="{" ".join(tools.READ)}"' in told and "error=" not in told
    resource = httpx2.get(where).json()
    assert resource["resource"] == f"{house.url}/mcp" and resource["scopes_supported"] == list(tools.READ)
    server = httpx2.get(f"{resource['authorization_servers'][0]}/.well-known/oauth-authorization-server").json()
    assert server["issuer"] == house.url and server["code_challenge_methods_supported"] == ["S256"]
    for name in ("authorization", "token", "registration", "revocation"):
        assert server[f"{name}_endpoint"].startswith(f"{house.url}/oauth/")


def test_a_key_without_the_scope_is_told_so(bob, program):
    _, token = keys.create(rights.machine(), "script", user=bob.id, scopes=["models"])
    refused = program.ping(token)
    assert refused.status_code == 403 and refused.json()["error"] == "insufficient_scope"
    assert 'error="insufficient_scope"' in refused.headers["www-authenticate"]


def test_registrations_from_one_address_are_limited(house):
    said = set()
    for _ in range(40):
        with closing(Program(house)) as it:
            said.add(it.registered.status_code)
    assert said == {201, 429}


def test_what_is_over_is_removed(bob, program):
    let_in(bob, program)
    with db.write() as tx:
        for table in ("oauthcode", "oauthtoken"):
            tx.run(f"update {table} set expires_at = 1")
        tx.run("update oauthclient set last_at = null, created_at = 1")
    assert tools.sweep() >= 1
    assert db.fetch("select count(*) from oauthclient where id = ?", program.about["client_id"]) == (0,)


def test_all_of_it_stands_in_the_audit(bob, program):
    given = let_in(bob, program)
    program.post("/oauth/revoke", data={"client_id": program.about["client_id"], "token": given["access_token"]})
    verbs = {verb for (verb,) in db.fetch_all("select verb from audit where verb like 'tools.%'")}
    assert {"tools.register", "tools.allow", "tools.revoke"} <= verbs
