"""Embeddings: a provider's, or those of the small model of our own."""

import base64
import json
import math
import struct

import httpx2
import openai
import pytest

from app import db, keys, rights
from app.gateway import embedding
from app.usage import budgets

TEXTS = ["The cat sleeps on the sofa.", "A kitten naps on the couch.", "Quarterly tax rates rose in Norway."]


@pytest.fixture
def client(house, bob):
    """Bob's own script, with a key."""
    _, token = keys.create(rights.machine(), "script", user=bob.id)
    with httpx2.Client(base_url=house.url, headers={"authorization": f"Bearer {token}"}, timeout=20) as it:
        it.person, it.token = bob.id, token
        yield it


@pytest.fixture
def alone(house):
    """No provider has a model for embeddings; other tests may have made some."""
    with db.write() as tx:
        tx.run("update model set name = 'was-' || replace(name, 'embed', 'EMB') where name like '%embed%'")
    yield
    with db.write() as tx:
        tx.run("update model set name = replace(substr(name, 5), 'EMB', 'embed') where name like 'was-%'")


def post(client, input, model="wordllama", **more):
    return client.post("/v1/embeddings", json={"model": model, "input": input} | more)


def vectors(answer):
    assert answer.status_code == 200, answer.text
    return [each["embedding"] for each in answer.json()["data"]]


def near(one, other):
    return sum(a * b for a, b in zip(one, other, strict=True))


def floats(text):
    data = base64.b64decode(text)
    return list(struct.unpack(f"<{len(data) // 4}f", data))


# ── our own model ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_what_is_alike_is_near(client):
    answer = post(client, TEXTS)
    cat, kitten, taxes = vectors(answer)
    assert near(cat, kitten) > 2 * abs(near(cat, taxes)) and len(cat) == 256
    assert math.isclose(near(cat, cat), 1, abs_tol=1e-5)
    told = answer.json()
    assert told["object"] == "list" and told["model"] == "wordllama" and [e["index"] for e in told["data"]] == [0, 1, 2]
    assert told["usage"]["prompt_tokens"] == told["usage"]["total_tokens"] > 10
    assert answer.headers["x-inglenook-model"] == "wordllama" and answer.headers["x-inglenook-provider"] == "inglenook"


def test_one_text_is_as_good_as_a_list_of_one(client):
    assert vectors(post(client, TEXTS[0])) == vectors(post(client, TEXTS[:1]))


def test_it_answers_to_any_name_where_no_provider_has_a_model_for_it(client, alone):
    answer = post(client, TEXTS[0], model="text-embedding-3-small")
    assert vectors(answer) == vectors(post(client, TEXTS[0])) and answer.json()["model"] == "wordllama"


def test_a_text_does_not_depend_on_its_neighbours(client):
    alone, among = vectors(post(client, TEXTS[0])), vectors(post(client, [TEXTS[0], "a long story " * 500]))
    assert alone[0] == among[0]


def test_base64_holds_the_same_numbers(client):
    plain, packed = vectors(post(client, TEXTS)), vectors(post(client, TEXTS, encoding_format="base64"))
    assert [floats(each) for each in packed] == [pytest.approx(each, abs=1e-7) for each in plain]


def test_fewer_dimensions_are_as_long_as_one(client):
    (short,) = vectors(post(client, TEXTS[0], dimensions=64))
    assert len(short) == 64 and math.isclose(near(short, short), 1, abs_tol=1e-5)
    refused = post(client, TEXTS[0], dimensions=1536)
    assert refused.status_code == 400 and refused.json()["error"]["param"] == "dimensions"


def test_token_ids_are_those_of_openai(client):
    ids = embedding.words(embedding.TABLE).encode(TEXTS[0])
    text = vectors(post(client, TEXTS[0]))
    assert vectors(post(client, ids)) == text and vectors(post(client, [ids, ids])) == text * 2
    larger = embedding.words(embedding.LARGER).encode("Inglenook 🪨 안녕하세요 여러분")
    assert max(larger) > 100_276
    assert vectors(post(client, larger)) == vectors(post(client, "Inglenook 🪨 안녕하세요 여러분"))
    for foreign in ([[300_000]], [-1, 5], [200_019]):
        refused = post(client, foreign)
        assert refused.status_code == 400 and refused.json()["error"]["param"] == "input"
    spaces = embedding.words(embedding.TABLE).encode(" " * 80)
    assert len(spaces) == 1 and post(client, spaces * 100_000).status_code == 400


def test_whose_table_is_meant_is_told_by_the_name():
    ids = embedding.words(embedding.LARGER).encode("a house")
    assert embedding.texts([ids, ids], "gpt-4o-mini") == ["a house"] * 2 != embedding.texts([ids, ids], "wordllama")
    assert embedding.texts([embedding.words(embedding.TABLE).encode("é")], "text-embedding-3-small") == ["é"]


@pytest.mark.parametrize("wrong", ["", [], ["fine", ""], [[]], [1.5], [True], {"text": "a"}, None, 7, ["a", 1]])
def test_what_is_no_text_is_refused(client, wrong):
    refused = post(client, wrong)
    assert refused.status_code == 400 and refused.json()["error"]["param"].startswith("input")


def test_too_many_texts_are_refused(client):
    assert post(client, ["a"] * 2049).json()["error"]["param"] == "input"
    assert post(client, "a " * (3 << 20)).status_code == 400


def test_members_that_are_not_known_are_taken(client):
    assert post(client, "a", user="me", of_tomorrow=[1]).status_code == 200


def test_it_stands_in_the_ledger_and_costs_nothing(client):
    tokens = post(client, TEXTS).json()["usage"]["prompt_tokens"]
    row = db.fetch("select model, state, tokens_in, tokens_out, cost from usage where user_id = ?", client.person)
    assert row == ("wordllama", "done", tokens, 0, 0)


def test_it_counts_against_a_budget_of_tokens(client):
    budgets.put(rights.machine(), "user", client.person, "total", "tokens", 10)
    assert post(client, TEXTS).status_code == 200
    refused = post(client, TEXTS)
    assert refused.status_code == 429 and refused.json()["error"]["code"] == "insufficient_quota"


def test_it_is_listed(client):
    assert client.get("/v1/models/wordllama").json()["owned_by"] == "inglenook"
    assert client.get("/v1/models").json()["data"][-1]["id"] == "wordllama"


def test_it_does_not_chat(client):
    body = {"model": "wordllama", "messages": [{"role": "user", "content": "a"}]}
    refused = client.post("/v1/chat/completions", json=body)
    assert refused.status_code == 404 and "makes embeddings" in refused.json()["error"]["message"]


def test_a_key_for_another_model_may_not_use_it(house, bob):
    _, token = keys.create(rights.machine(), "narrow", user=bob.id, models=["gpt-5"])
    headers = {"authorization": f"Bearer {token}"}
    refused = httpx2.post(f"{house.url}/v1/embeddings", json={"model": "wordllama", "input": "a"}, headers=headers)
    assert refused.status_code == 403 and refused.json()["error"]["code"] == "model_not_found"


def test_the_official_client_reads_it(house, client, alone):
    with openai.OpenAI(base_url=f"{house.url}/v1", api_key=client.token) as it:
        answer = it.embeddings.create(model="text-embedding-3-small", input=TEXTS)
        assert len(answer.data[2].embedding) == 256 and answer.usage.prompt_tokens > 10
        plain = it.embeddings.create(model="wordllama", input=TEXTS[0], encoding_format="float", dimensions=128)
        assert len(plain.data[0].embedding) == 128


# ── a provider's model ────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_providers_model_is_asked_as_it_was_asked(client, model, upstream):
    model("places-3")
    answer = post(client, [[1, 2], [3]], model="fake/places-3", dimensions=3, of_tomorrow=1)
    assert vectors(answer) == [[0.1, 0.2, 0.0], [0.1, 0.2, 1.0]]
    body = upstream.relayed("places-3").body
    assert body == {"model": "places-3", "input": [[1, 2], [3]], "dimensions": 3, "of_tomorrow": 1}
    assert answer.headers["x-inglenook-provider"] == "fake"


def test_base64_is_made_where_the_provider_does_not_know_it(client, model):
    model("places-3")
    (packed,) = vectors(post(client, "a", model="fake/places-3", encoding_format="base64"))
    assert floats(packed) == pytest.approx([0.1, 0.2, 0.0])


def test_our_own_does_not_stand_in_where_a_provider_has_one(client, model):
    """Vectors of two models must never get mixed."""
    model("embed-small")
    try:
        unknown = post(client, "a", model="text-embedding-of-nobody")
        assert unknown.status_code == 404 and unknown.json()["error"]["code"] == "model_not_found"
        with db.write() as tx:
            tx.run("update model set enabled = 0 where name = 'embed-small'")
        idle = post(client, "a", model="embed-small")
        assert idle.status_code == 404 and "not in use here" in idle.json()["error"]["message"]
        assert vectors(post(client, "a", model="wordllama"))
    finally:
        with db.write() as tx:
            tx.run("delete from model where name = 'embed-small'")


def test_both_forms_can_be_made_of_each_other():
    from app.gateway import embedding

    given = json.dumps({"data": [{"index": 0, "embedding": [0.5, -1.25]}], "usage": {}}).encode()
    packed = embedding.shaped(given, True)
    assert floats(packed["data"][0]["embedding"]) == [0.5, -1.25]
    assert embedding.shaped(json.dumps(packed).encode(), False)["data"][0]["embedding"] == [0.5, -1.25]
