"""The description of /v1 at /api/v1/openapi.json: complete, and true."""

import copy
import re

import httpx2
import openapi_spec_validator
import pytest
from jsonschema import Draft202012Validator

import main
from app import keys, rights, verbs
from routes import api, describing, operations

HELLO = [{"role": "user", "content": "Hello there."}]
POSTED = [each for each in operations.OPERATIONS if each.method == "POST" and each.body is not None]
NEEDED = [
    (each.path, name)
    for each in POSTED
    for name, told in each.body.model_fields.items()
    if told.is_required() and (each.path, name) != ("/v1/images/edits", "model")
]
ASKED = {
    "/v1/chat/completions": ["messages"],
    "/v1/completions": ["prompt"],
    "/v1/responses": ["input"],
    "/v1/messages": ["messages", "max_tokens"],
}
FULL = {
    "model": "fake/words-20",
    "messages": HELLO,
    "max_tokens": 20,
    "prompt": "Go",
    "input": "Go",
    "voice": "alto",
}


@pytest.fixture(scope="module")
def document(house):
    return httpx2.get(f"{house.url}/api/v1/openapi.json").json()


@pytest.fixture
def client(house, bob):
    """Bob's own script, with a key."""
    token = keys.create(rights.machine(), "script", user=bob.id)[1]
    with httpx2.Client(base_url=house.url, headers={"authorization": f"Bearer {token}"}, timeout=20) as it:
        yield it


def resolved(document, schema):
    """A schema that can stand alone."""
    return copy.deepcopy(schema) | {"components": document["components"]}


def told(document, method, path, status):
    """The description of one answer, which has to be there."""
    return document["paths"][path][method.lower()]["responses"][str(status)]


def below(model):
    """The models that stand on this one."""
    return {model} | {each for child in model.__subclasses__() for each in below(child)}


def fits(document, method, path, answer):
    """Whether an answer is as it is described."""
    content = told(document, method, path, answer.status_code)["content"]
    kind = answer.headers["content-type"].split(";")[0]
    assert kind in content
    if kind == "application/json":
        Draft202012Validator(resolved(document, content[kind]["schema"])).validate(answer.json())
    return True


def test_it_is_a_valid_document_of_its_kind(document):
    openapi_spec_validator.validate(document)
    assert document["openapi"].startswith("3.1") and document["servers"] == [{"url": "/"}]


def test_it_describes_every_address_that_there_is_and_no_other(document):
    routes = [route for router in main.routers() for route in getattr(router, "declared", [])]
    there = {
        (method, re.sub(r":path", "", route.path))
        for route in routes
        for method in getattr(route, "methods", ())
        if method != "HEAD" and route.path.startswith(("/v1", "/api/v1"))
    }
    there |= {(verb.method, api.PREFIX + verb.path) for verb in verbs.ALL.values()}
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert described == there


def test_members_that_are_needed_are_required_and_others_allowed(document):
    schemas = document["components"]["schemas"]
    assert schemas["ChatRequest"]["required"] == ["model", "messages"]
    assert schemas["MessagesRequest"]["required"] == ["model", "messages", "max_tokens"]
    assert schemas["EmbeddingRequest"]["required"] == ["model", "input"]
    taken = {each.__name__ for each in below(verbs.Input)} | {describing.body_name(each) for each in verbs.ALL.values()}
    for name, schema in schemas.items():
        if schema["type"] == "object":
            assert schema["additionalProperties"] is (name not in taken), name


@pytest.mark.parametrize(("path", "name"), NEEDED)
def test_what_is_required_is_insisted_on(client, document, model, path, name):
    model("words-20")
    answer = client.post(path, json={key: value for key, value in FULL.items() if key != name})
    assert answer.status_code == 400 and name in answer.json()["error"]["message"]
    assert fits(document, "POST", path, answer)


@pytest.mark.parametrize("operation", POSTED, ids=lambda each: each.path)
def test_every_way_to_be_refused_is_described(client, document, nobody, operation):
    for answer in (nobody.post(operation.path, json=FULL), client.post(operation.path, content=b"{")):
        assert answer.status_code in (400, 401) and fits(document, "POST", operation.path, answer)
    unknown = client.post(operation.path, json=FULL | {"model": "of-nobody"})
    assert fits(document, "POST", operation.path, unknown)
    statuses = set(document["paths"][operation.path]["post"]["responses"])
    assert {"200", "400", "401", "403", "404", "413", "421", "429", "500"} <= statuses and "422" not in statuses


@pytest.mark.parametrize("path", ASKED)
def test_answers_are_as_described(client, document, model, path):
    model("words-20")
    asked = {name: FULL[name] for name in ASKED[path]} | {"model": "fake/words-20", "of_tomorrow": 1}
    plain = client.post(path, json=asked)
    assert plain.status_code == 200 and fits(document, "POST", path, plain)
    streamed = client.post(path, json=asked | {"stream": True})
    assert streamed.status_code == 200 and fits(document, "POST", path, streamed)
    told_headers = told(document, "POST", path, 200)["headers"]
    named = [name for name in streamed.headers if name.startswith(("x-inglenook", "x-ratelimit", "openai-"))]
    assert set(named) <= set(told_headers) and named


@pytest.mark.parametrize("status", [429, 500])
def test_a_provider_that_fails_is_described(client, document, model, status):
    model(f"fail-{status}")
    body = FULL | {"model": f"fake/fail-{status}"}
    for path in ("/v1/chat/completions", "/v1/messages"):
        assert fits(document, "POST", path, client.post(path, json=body))


def test_lists_are_as_described(client, document, model):
    model("words-20")
    assert fits(document, "GET", "/v1/models", client.get("/v1/models"))
    assert fits(document, "GET", "/v1/models/{name}", client.get("/v1/models/fake/words-20"))
    assert fits(document, "GET", "/v1/models/{name}", client.get("/v1/models/of-nobody"))
    vectors = client.post("/v1/embeddings", json={"model": "wordllama", "input": "a", "encoding_format": "base64"})
    assert fits(document, "POST", "/v1/embeddings", vectors)
    assert fits(document, "GET", "/v1/responses/{id}", client.get("/v1/responses/resp_nothing"))


def test_anybody_may_read_it_and_nothing_else_there(nobody, client):
    assert nobody.get("/api/v1/openapi.json").headers["content-type"] == "application/json"
    assert nobody.get("/api/v1/pastes").status_code == 401
    missing = client.get("/api/v1/nothing")
    assert missing.status_code == 404 and "/api/v1/nothing" in missing.json()["error"]["message"]
