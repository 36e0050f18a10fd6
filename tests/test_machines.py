"""Machine routes: keys instead of cookies, refusals in the caller's dialect, other origins, sizes."""

import socket
import threading
import time
from dataclasses import replace

import httpx2
import pytest
import uvicorn
from starlette.responses import JSONResponse

import main
from app import clock, config, db, keys, rights
from app.errors import Invalid, OverLimit, Upstream
from app.keys import knocking
from routes.machines import ANYONE, Machines, posted
from tests.conftest import QUIET

ENDS = {"openai": "/v1/echo", "anthropic": "/v1/messages/echo", "ollama": "/api/echo"}
REFUSALS = {
    "invalid": Invalid(temperature="This has to be a number."),
    "rate": OverLimit("Wait a little.", 7, "rate"),
    "asked": OverLimit("Wait a little.", 7, "rate"),
    "budget": OverLimit("The budget of this key is used up.", 3600, "budget"),
    "context": Upstream("This is too long.", "context"),
    "down": Upstream("It does not answer.", "refused"),
}


async def echo(request):
    me = request.state.me
    return JSONResponse({"id": me.id, "key": me.key, "door": me.door, "role": me.role, "models": sorted(me.models)})


async def take(request):
    return JSONResponse({"bytes": len(await posted(request))})


async def fail(request):
    raise REFUSALS.get(request.path_params["how"]) or RuntimeError("a mistake of ours")


def declared() -> list[Machines]:
    """One echo for each dialect."""
    routers = []
    for dialect, path in ENDS.items():
        ar = Machines(path, dialect, largest=1 << 20)
        ar.get()(echo)
        ar.post()(take)
        ar.get("/open", who=ANYONE)(echo)
        ar.get("/pastes", scope="pastes:write")(echo)
        ar.get("/fail/{how}")(fail)
        routers.append(ar)
    return routers


@pytest.fixture(scope="module")
def doors(house):
    """The product with these routes, over the same database, at an address of its own."""
    app = main.create_app()
    for router in declared():
        router.mount(app)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", **QUIET))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
    listener.close()


@pytest.fixture
def client(doors):
    knocking.forget()
    with httpx2.Client(base_url=doors) as it:
        yield it


@pytest.fixture
def options(house):
    """Sets options of the running house for one test."""
    before = config.current
    yield lambda **values: config.use(replace(config.current, **values))
    config.use(before)


def me_of(person) -> rights.Caller:
    return rights.Caller(id=person.id, name="Somebody", role="member", address="127.0.0.1")


@pytest.fixture
def token(bob):
    return keys.create(me_of(bob), "a script")[1]


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


# ── who asks ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("path", ENDS.values())
def test_a_key_tells_who_asks(client, bob, token, path):
    said = client.get(path, headers=bearer(token)).json()
    assert said["id"] == bob.id and said["door"] == "api" and said["key"]
    assert client.get(path, headers={"x-api-key": token}).json() == said
    assert client.get(path, headers={"authorization": f"bearer  {token}"}).json() == said


def test_of_two_keys_the_one_of_this_house_counts(client, bob, token):
    both = bearer("sk-of-somebody-else") | {"x-api-key": token}
    assert client.get("/v1/echo", headers=both).json()["id"] == bob.id


def test_a_cookie_opens_nothing_here(client, bob):
    cookie = {"cookie": f"inglenook={bob.cookies['inglenook']}"}
    assert client.get("/v1/echo", headers=cookie).status_code == 401
    assert client.get("/v1/echo/open", headers=cookie).json()["id"] == ""


def test_an_admins_key_does_not_run_the_house(client, alice):
    token = keys.create(me_of(alice), "a script")[1]
    assert client.get("/v1/echo", headers=bearer(token)).json()["role"] == "member"


def test_another_site_may_post_because_no_cookie_counts(client, token):
    headers = bearer(token) | {"sec-fetch-site": "cross-site"}
    assert client.post("/v1/echo", content=b"{}", headers=headers).json() == {"bytes": 2}


# ── refusals ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_openai_is_refused_as_openai_refuses(client, token):
    answer = client.get("/v1/echo")
    error = answer.json()["error"]
    assert answer.status_code == 401 and set(answer.json()) == {"error"}
    assert set(error) == {"message", "type", "param", "code"}
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", None, None)
    wrong = client.get("/v1/echo", headers=bearer("ink-wrong")).json()["error"]
    assert wrong["code"] == "invalid_api_key"


def test_anthropic_is_refused_as_anthropic_refuses(client):
    answer = client.get("/v1/messages/echo", headers={"x-api-key": "ink-wrong"})
    said = answer.json()
    assert answer.status_code == 401 and set(said) == {"type", "error", "request_id"}
    assert said["type"] == "error" and said["error"]["type"] == "authentication_error"
    assert said["request_id"] == answer.headers["request-id"] == f"req_{answer.headers['x-request-id']}"


def test_ollama_is_refused_as_ollama_refuses(client):
    answer = client.get("/api/echo")
    assert answer.status_code == 401 and list(answer.json()) == ["error"] and isinstance(answer.json()["error"], str)


@pytest.mark.parametrize(
    ("how", "openai", "anthropic"),
    [
        ("invalid", (400, "invalid_request_error", "temperature", None), (400, "invalid_request_error")),
        ("rate", (429, "requests", None, "rate_limit_exceeded"), (429, "rate_limit_error")),
        ("budget", (429, "insufficient_quota", None, "insufficient_quota"), (402, "billing_error")),
        ("context", (400, "invalid_request_error", "messages", "context_length_exceeded"), (400, None)),
        ("down", (502, "server_error", None, "refused"), (502, "api_error")),
        ("mistake", (500, "server_error", None, None), (500, "api_error")),
    ],
)
def test_each_refusal_has_its_status_and_its_words(client, token, how, openai, anthropic):
    answer = client.get(f"/v1/echo/fail/{how}", headers=bearer(token))
    error = answer.json()["error"]
    assert (answer.status_code, error["type"], error["param"], error["code"]) == openai
    answer = client.get(f"/v1/messages/echo/fail/{how}", headers=bearer(token))
    assert answer.status_code == anthropic[0]
    assert answer.json()["error"]["type"] == (anthropic[1] or "invalid_request_error")
    answer = client.get(f"/api/echo/fail/{how}", headers=bearer(token))
    assert answer.status_code == openai[0] and isinstance(answer.json()["error"], str)


def test_a_mistake_of_ours_says_nothing_of_it(client, token):
    assert "a mistake of ours" not in client.get("/v1/echo/fail/mistake", headers=bearer(token)).text


def test_when_to_ask_again_is_told(client, token):
    rate = client.get("/v1/echo/fail/rate", headers=bearer(token))
    assert rate.headers["retry-after"] == "7" and "x-should-retry" not in rate.headers
    REFUSALS["asked"].headers = {"x-ratelimit-remaining-requests": "0"}
    asked = client.get("/v1/echo/fail/asked", headers=bearer(token))
    assert asked.headers["x-ratelimit-remaining-requests"] == "0"
    budget = client.get("/v1/echo/fail/budget", headers=bearer(token))
    assert budget.headers["x-should-retry"] == "false"
    wrong = client.get("/v1/echo/fail/rate", headers=bearer("ink-wrong"))
    assert (wrong.status_code, wrong.headers["x-should-retry"]) == (401, "false"), "Claude Code asks ten times else"


def test_an_anthropic_client_is_understood_at_shared_addresses(client):
    answer = client.get("/v1/echo", headers={"anthropic-version": "2023-06-01"})
    assert answer.json()["type"] == "error"


@pytest.mark.parametrize(("path", "shape"), [("/v1/nothing", dict), ("/v1", dict), ("/api/nothing", str)])
def test_what_is_not_there_is_told_in_json(client, path, shape):
    answer = client.get(path)
    assert answer.status_code == 404 and isinstance(answer.json()["error"], shape)


def test_the_wrong_method_is_told(client):
    answer = client.delete("/v1/echo")
    assert answer.status_code == 405 and "GET, HEAD, POST" in answer.json()["error"]["message"]


# ── headers ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("path", ["/v1/echo", "/v1/nothing", "/v1/echo/fail/mistake", "/api/echo"])
def test_every_answer_has_a_number_and_the_time_it_took(client, token, path):
    headers = client.get(path, headers=bearer(token)).headers
    assert len(headers["x-request-id"]) == 12 and headers["openai-processing-ms"].isdigit()
    assert headers["x-content-type-options"] == "nosniff" and headers["cache-control"] == "no-store"
    assert "sandbox" in headers["content-security-policy"]


def test_no_other_origin_may_ask_until_one_is_named(client, token):
    origin = {"origin": "https://app.example"}
    answer = client.get("/v1/echo", headers=origin | bearer(token))
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert client.options("/v1/echo", headers=origin).status_code == 403


def test_a_named_origin_may_ask(client, token, options):
    options(cors_origins=("https://app.example",))
    origin = {"origin": "https://app.example"}
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "authorization, x-stainless-os"}
    before = client.options("/v1/echo", headers=origin | asked)
    assert before.status_code == 204 and before.headers["access-control-allow-origin"] == "https://app.example"
    assert before.headers["access-control-allow-headers"] == "authorization, x-stainless-os"
    answer = client.get("/v1/echo", headers=origin | bearer(token))
    assert answer.headers["access-control-allow-origin"] == "https://app.example"
    assert "x-request-id" in answer.headers["access-control-expose-headers"] and answer.headers["vary"] == "origin"
    assert "access-control-allow-credentials" not in answer.headers
    refused = client.get("/v1/echo", headers=origin)
    assert refused.status_code == 401 and refused.headers["access-control-allow-origin"] == "https://app.example"
    other = client.get("/v1/echo", headers={"origin": "https://evil.example"} | bearer(token))
    assert "access-control-allow-origin" not in other.headers
    assert client.options("/v1/echo", headers={"origin": "https://evil.example"}).status_code == 403
    assert "access-control-allow-origin" not in client.get("/signin", headers=origin).headers


def test_pages_keep_their_rules(client, options):
    options(cors_origins=("https://app.example",))
    answer = client.post("/signin", headers={"origin": "https://app.example"})
    assert answer.status_code == 403


def test_other_hosts_are_refused_in_the_dialect(client, token, options):
    options(url="https://ai.example.org")
    answer = client.get("/v1/echo", headers=bearer(token))
    assert answer.status_code == 421 and "ai.example.org" in answer.json()["error"]["message"]
    assert client.get("/v1/echo", headers=bearer(token) | {"host": "ai.example.org"}).status_code == 200


# ── sizes and numbers ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_is_too_large_is_refused_whether_its_length_is_told_or_not(client, token):
    big = b"x" * ((1 << 20) + 1)
    answer = client.post("/v1/echo", content=big, headers=bearer(token))
    assert answer.status_code == 413 and "1 MiB" in answer.json()["error"]["message"]
    chunks = (big[n : n + 65536] for n in range(0, len(big), 65536))
    assert client.post("/v1/echo", content=chunks, headers=bearer(token)).status_code == 413
    assert client.post("/v1/echo", content=big[:-1], headers=bearer(token)).json() == {"bytes": 1 << 20}


def test_many_wrong_keys_from_one_address_are_slowed_down_and_right_ones_are_not(client, token):
    statuses = [client.get("/v1/echo", headers=bearer(f"ink-{n}")).status_code for n in range(knocking.WRONG + 2)]
    assert set(statuses[: knocking.WRONG - 1]) == {401} and statuses[-1] == 429
    wrong = client.get("/v1/echo", headers=bearer("ink-wrong"))
    assert wrong.status_code == 429 and 0 < int(wrong.headers["retry-after"]) <= 60
    assert client.get("/v1/echo", headers=bearer(token)).status_code == 200


def test_an_address_asks_only_as_often_as_the_house_allows(client, token):
    from app import settings

    settings.change(rights.machine(), address_requests=5)
    try:
        statuses = [client.get("/v1/echo", headers=bearer(token)).status_code for _ in range(8)]
        assert statuses.count(429) >= 2 and statuses[0] == 200
        assert client.get("/signin").status_code == 200, "pages are not counted"
    finally:
        settings.change(rights.machine(), address_requests=0)


# ── which keys open ───────────────────────────────────────────────────────────────────────────────────────────────────
def altered(person, how: str) -> str:
    """A key of this person that was made, and then not as it should be."""
    me = me_of(person)
    key, token = keys.create(me, how, scopes=["usage:read"] if how == "scope" else ["models"])
    if how == "revoked":
        keys.revoke(me, key.id)
    elif how == "address":
        keys.change(me, key.id, addresses=["10.0.0.0/8"])
    elif how == "expired":
        with db.write() as tx:
            tx.run("update apikey set expires_at = :at where id = :id", at=clock.now() - 1, id=key.id)
    return "ink-wrong" if how == "wrong" else token


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ("right", 200, None),
        ("wrong", 401, "invalid_api_key"),
        ("revoked", 401, "invalid_api_key"),
        ("expired", 401, "invalid_api_key"),
        ("scope", 403, "missing_scope"),
        ("address", 403, "ip_not_authorized"),
    ],
)
def test_only_a_key_that_counts_opens(client, bob, how, status, code):
    answer = client.get("/v1/echo", headers=bearer(altered(bob, how)))
    assert answer.status_code == status
    if code:
        assert answer.json()["error"]["code"] == code
