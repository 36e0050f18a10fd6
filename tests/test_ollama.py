"""Ollama's dialect at /api, for editors and programs that know only that."""

import base64
import json

import httpx2
import ollama
import pytest

from app import db, keys, rights
from tests.upstream import text_of

HELLO = [{"role": "user", "content": "Hello there."}]
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n and more").decode()
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather of a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}


@pytest.fixture
def token(house, bob):
    """Bob's key."""
    return keys.create(rights.machine(), "editor", user=bob.id)[1]


@pytest.fixture
def client(house, token):
    """A script that speaks plain HTTP."""
    with httpx2.Client(base_url=house.url, headers={"authorization": f"Bearer {token}"}, timeout=20) as it:
        yield it


@pytest.fixture
def official(house, token):
    """Ollama's own client."""
    with ollama.Client(host=house.url, headers={"authorization": f"Bearer {token}"}) as it:
        yield it


def ask(client, name, path="/api/chat", **more):
    """The lines of an answer."""
    question = {"messages": HELLO} if path == "/api/chat" else {"prompt": "Hello there."}
    answer = client.post(path, json={"model": name} | question | more)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


# ── the models ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_version_is_told_to_anybody(nobody):
    assert nobody.get("/api/version").json() == {"version": "0.13.0"}, "editors refuse those before 0.6.4"


def test_models_are_listed_and_shown(client, model):
    model("words-20")
    names = {each["model"] for each in client.get("/api/tags").json()["models"]}
    assert names & {"words-20", "fake/words-20"}
    shown = client.post("/api/show", json={"model": "fake/words-20"}).json()
    assert shown["capabilities"] == ["completion", "tools"] and shown["model_info"]["general.architecture"]
    assert client.post("/api/show", json={"name": "wordllama:latest"}).json()["capabilities"] == ["embedding"]
    assert client.get("/api/ps").json() == {"models": []}


@pytest.mark.parametrize("path", ["/api/show", "/api/chat", "/api/generate"])
def test_a_model_that_is_not_there_is_told_in_its_shape(client, path):
    refused = client.post(path, json={"model": "nothing", "messages": HELLO, "prompt": "a"})
    assert refused.status_code == 404 and list(refused.json()) == ["error"] and "“nothing”" in refused.json()["error"]


def test_a_model_without_a_tag_is_its_latest(client, model):
    model("words-21")
    model("tagged:latest")
    assert ask(client, "fake/words-21:latest")[-1]["model"] == "fake/words-21:latest"
    assert ask(client, "fake/tagged")[-1]["done"]


# ── chats ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_chat_streams_lines(client, model):
    model("reference")
    lines = ask(client, "fake/reference")
    assert "".join(line["message"]["content"] for line in lines) == text_of("reference")
    assert [line["done"] for line in lines] == [False] * (len(lines) - 1) + [True]
    last = lines[-1]
    assert last["done_reason"] == "stop" and last["eval_count"] > 50 and last["prompt_eval_count"] > 0
    assert last["total_duration"] >= last["eval_duration"] > 0 and last["created_at"].endswith("Z")


def test_the_type_is_that_of_lines(client, model):
    model("words-20")
    answer = client.post("/api/chat", json={"model": "fake/words-20", "messages": HELLO})
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.headers["x-inglenook-provider"] == "fake" and answer.headers["x-request-id"]


def test_a_chat_comes_in_one_piece(client, model):
    model("words-20")
    (said,) = ask(client, "fake/words-20", stream=False)
    assert said["message"] == {"role": "assistant", "content": text_of("words-20")}
    assert said["done"] and said["eval_count"] == 20


def test_reasoning_stands_apart(client, model):
    model("think")
    lines = ask(client, "fake/think", think="low")
    assert "".join(line["message"].get("thinking", "") for line in lines).startswith("First I count")
    assert "".join(line["message"]["content"] for line in lines) == text_of("think")


def test_an_answer_that_was_cut_by_its_length_says_so(client, model):
    model("fail-length")
    assert ask(client, "fake/fail-length")[-1]["done_reason"] == "length"


def test_what_is_set_is_handed_on(client, model, upstream):
    model("words-5")
    options = {"temperature": 0.1, "num_predict": 50, "stop": ["x"], "num_ctx": 8192, "top_k": 4, "seed": 3}
    ask(client, "fake/words-5", options=options, keep_alive="5m", format="json", template="x", think=False)
    body = upstream.relayed("words-5").body
    assert {name: body[name] for name in ("temperature", "max_tokens", "stop", "seed")} == {
        "temperature": 0.1,
        "max_tokens": 50,
        "stop": ["x"],
        "seed": 3,
    }
    assert body["response_format"] == {"type": "json_object"}
    assert not {"num_ctx", "top_k", "keep_alive", "template", "options", "think", "format"} & set(body)


def test_pictures_go_with_their_message(client, model):
    model("echo")
    said = ask(client, "fake/echo", stream=False, messages=[{"role": "user", "content": "Look: ", "images": [PNG]}])
    assert said[0]["message"]["content"] == f"Look: [data:image/png;base64,{PNG}]"


def test_tools_are_called_and_answered(client, model, upstream):
    model("tools")
    lines = ask(client, "fake/tools", tools=[WEATHER])
    calls = [call["function"] for line in lines for call in line["message"].get("tool_calls", [])]
    assert [call["name"] for call in calls] == ["weather", "weather"] and calls[0]["arguments"] == {"city": "text"}
    assert lines[-1]["done"] and lines[-1]["done_reason"] == "stop"
    asked = {"role": "assistant", "content": "", "tool_calls": [{"function": call} for call in calls]}
    results = [{"role": "tool", "tool_name": "weather", "content": text} for text in ("rain", "sun")]
    ask(client, "fake/tools", messages=[*HELLO, asked, *results], stream=False)
    sent = upstream.relayed("tools").body["messages"]
    assert sent[1]["tool_calls"][0]["function"]["arguments"] == '{"city":"text"}'
    ids = [call["id"] for call in sent[1]["tool_calls"]]
    assert len(set(ids)) == 2 and [each["tool_call_id"] for each in sent[2:]] == ids
    assert [each["content"] for each in sent[2:]] == ["rain", "sun"]


def test_a_schema_is_kept_to(client, model):
    model("words-20")
    schema = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}
    lines = ask(client, "fake/words-20", format=schema)
    assert json.loads("".join(line["message"]["content"] for line in lines)) == {"age": 7}


def test_nothing_asked_is_answered_as_by_a_model_that_is_loaded(client, model):
    model("words-20")
    assert ask(client, "fake/words-20", messages=[])[0]["done_reason"] == "load"
    assert ask(client, "fake/words-20", path="/api/generate", prompt="", keep_alive=0)[0]["done_reason"] == "unload"


# ── prompts ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_prompt_is_answered(client, model, upstream):
    model("words-7")
    lines = ask(client, "fake/words-7", path="/api/generate", system="Be brief.")
    assert "".join(line["response"] for line in lines) == text_of("words-7") and lines[-1]["done"]
    sent = upstream.relayed("words-7").body["messages"]
    assert sent == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello there."}]
    assert ask(client, "fake/words-7", path="/api/generate", stream=False)[0]["response"] == text_of("words-7")


def test_a_text_is_continued_before_its_end(client, model, upstream):
    model("words-8")
    lines = ask(client, "fake/words-8", path="/api/generate", suffix="}")
    assert "".join(line["response"] for line in lines) == text_of("words-8")
    sent = upstream.relayed("words-8")
    assert sent.path == "/v1/completions" and sent.body["suffix"] == "}" and "messages" not in sent.body


# ── failures ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_refusals_come_in_its_shape(client, nobody, model):
    model("fail-429")
    refused = client.post("/api/chat", json={"model": "fake/fail-429", "messages": HELLO})
    assert refused.status_code == 429 and isinstance(refused.json()["error"], str)
    assert refused.headers["retry-after"] == "1"
    wrong = client.post("/api/chat", json={"model": "fake/fail-429", "messages": [{"role": "oracle"}]})
    assert wrong.status_code == 400 and "messages[0].role" in wrong.json()["error"]
    assert nobody.post("/api/chat", json={}).status_code == 401 and client.get("/api/blobs/x").status_code == 404


def test_a_stream_that_breaks_off_ends_with_an_error(client, model):
    model("fail-cut")
    lines = ask(client, "fake/fail-cut")
    assert lines[0]["message"]["content"] and "broke" in lines[-1]["error"] and not lines[-2]["done"]


def test_each_call_stands_in_the_ledger(client, model, bob):
    model("words-20")
    ask(client, "fake/words-20")
    row = db.fetch("select model, state, tokens_out, door from usage where user_id = ?", bob.id)
    assert row == ("words-20", "done", 20, "api")


# ── vectors ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_texts_are_embedded(client, model):
    model("places-3")
    ours = client.post("/api/embed", json={"model": "wordllama", "input": ["a cat", "a dog"]}).json()
    assert len(ours["embeddings"]) == 2 and len(ours["embeddings"][0]) == 256 and ours["prompt_eval_count"] > 0
    theirs = client.post("/api/embed", json={"model": "fake/places-3", "input": "a"}).json()
    assert theirs["embeddings"] == [[0.1, 0.2, 0.0]] and theirs["model"] == "fake/places-3"
    assert client.post("/api/embed", json={"model": "wordllama", "input": ""}).json()["embeddings"] == []
    old = client.post("/api/embeddings", json={"model": "wordllama", "prompt": "a cat"}).json()
    assert old["embedding"] == ours["embeddings"][0]


# ── its own client ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_official_client_chats(official, model):
    for name in ("words-20", "tools"):
        model(name)
    plain = official.chat("fake/words-20", HELLO)
    assert plain.message.content == text_of("words-20") and plain.done
    assert "".join(p.message.content for p in official.chat("fake/words-20", HELLO, stream=True)) == text_of("words-20")
    called = official.chat("fake/tools", HELLO, tools=[WEATHER])
    assert called.message.tool_calls[0].function.arguments == {"city": "text"}
    schema = {"type": "object", "properties": {"age": {"type": "integer"}}}
    assert json.loads(official.chat("fake/words-20", HELLO, format=schema).message.content) == {"age": 7}
    pictured = [{"role": "user", "content": "", "images": [base64.b64decode(PNG)]}]
    model("echo")
    assert "image/png" in official.chat("fake/echo", pictured).message.content


def test_the_official_client_knows_the_rest(official, model):
    model("words-20")
    assert any(each.model.endswith("words-20") for each in official.list().models)
    assert official.show("fake/words-20").capabilities == ["completion", "tools"]
    assert official.generate("fake/words-20", "Go").response == text_of("words-20")
    assert len(official.embed("wordllama", ["a", "b"], dimensions=64).embeddings[0]) == 64
    with pytest.raises(ollama.ResponseError) as refused:
        official.chat("nothing", HELLO)
    assert refused.value.status_code == 404
    model("fail-cut")
    with pytest.raises(ollama.ResponseError, match="broke"):
        list(official.chat("fake/fail-cut", HELLO, stream=True))


def test_a_wrong_key_is_refused(house, model):
    wrong = ollama.Client(host=house.url, headers={"authorization": "Bearer ink-wrong"})
    with wrong, pytest.raises(ollama.ResponseError) as refused:
        wrong.chat("fake/words-20", HELLO)
    assert refused.value.status_code == 401
