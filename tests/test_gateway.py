"""The gateway's way to a model: found by its name, paid for, asked, passed on byte by byte, and settled."""

import asyncio
import json
import time

import httpx2
import pytest

from app import db, gateway, keys, rights
from app.errors import NotFound, Upstream
from tests.upstream import text_of

ME = rights.machine()
HELLO = [{"role": "user", "content": "Hello there."}]


def body(model, **more):
    return {"model": model, "messages": HELLO} | more


def asked(name, stream=True, me=ME, **more):
    """One call to its end: the answer, and its bytes."""

    async def whole():
        try:
            answer = await gateway.ask(gateway.Ask(me, name, body(name, stream=stream, **more), stream=stream))
            return answer, b"".join([chunk async for chunk in answer.bytes()])
        finally:
            await gateway.close()

    return asyncio.run(whole())


def said(data):
    """The text of a stream."""
    chunks = [json.loads(line[6:]) for line in data.split(b"\n") if line.startswith(b"data: {")]
    return "".join(c["delta"].get("content") or "" for chunk in chunks for c in chunk["choices"])


@pytest.mark.parametrize("name", ["reference", "burst-200"])
def test_a_stream_is_passed_on(model, name):
    model(name)
    answer, data = asked(f"fake/{name}")
    assert said(data) == text_of(name) and data.endswith(b"data: [DONE]\n\n")
    assert b'"usage": {' not in data, "nobody asked for it"
    row = db.fetch("select state, tokens_in, tokens_out, first_token_us from usage where id = ?", answer.usage_id)
    assert row[0] == "done" and row[1] > 0 and row[2] > 0 and row[3] > 0


def test_a_plain_answer_is_passed_on(model):
    model("words-20")
    answer, data = asked("fake/words-20", stream=False)
    assert json.loads(data)["choices"][0]["message"]["content"] == text_of("words-20")
    assert (answer.kind, answer.state, answer.count.out) == ("application/json", "done", 20)


def test_a_failure_is_raised_before_the_first_byte(model):
    model("fail-500")
    with pytest.raises(Upstream) as failed:
        asked("fake/fail-500")
    assert failed.value.kind == "server" and failed.value.status == 502


def test_a_stream_that_is_cut_ends_with_an_error(model):
    model("fail-cut")
    answer, data = asked("fake/fail-cut")
    assert b'"error"' in data.splitlines()[-2] and answer.state == "failed"


def test_an_unknown_model_is_refused(house):
    with pytest.raises(NotFound):
        asked("no such model")


# ── over HTTP ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def client(house, bob):
    """Bob's own script, with a key."""
    _, token = keys.create(rights.machine(), "script", user=bob.id)
    with httpx2.Client(base_url=house.url, headers={"authorization": f"Bearer {token}"}, timeout=20) as it:
        it.person = bob.id
        yield it


def post(client, name, path="/v1/chat/completions", headers=None, **more):
    return client.post(path, json=body(name, **more), headers=headers)


def test_a_script_asks_a_model(client, model):
    model("words-20")
    answer = post(client, "fake/words-20")
    assert answer.status_code == 200
    assert answer.json()["choices"][0]["message"]["content"] == text_of("words-20")
    assert answer.headers["x-inglenook-provider"] == "fake" and answer.headers["x-inglenook-model"] == "words-20"
    assert answer.headers["x-inglenook-fallbacks"] == "0" and int(answer.headers["openai-processing-ms"]) >= 0


def test_a_script_reads_a_stream(client, model):
    model("reference")
    answer = post(client, "fake/reference", stream=True, stream_options={"include_usage": True})
    assert said(answer.content) == text_of("reference")
    assert answer.headers["content-type"] == "text/event-stream" and b'"usage": {' in answer.content


def test_errors_come_in_the_dialect(client, model):
    model("fail-429")
    refused = post(client, "fake/fail-429", stream=True)
    assert refused.status_code == 429 and refused.headers["retry-after"] == "1"
    assert refused.json()["error"]["code"] == "rate_limit_exceeded"
    unknown = post(client, "no such model")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "model_not_found")
    wrong = client.post("/v1/chat/completions", json={"model": "fake/words-20"})
    assert (wrong.status_code, wrong.json()["error"]["param"]) == (400, "messages")
    assert client.post("/v1/chat/completions", content=b"{").status_code == 400


def test_models_are_listed(client, model):
    model("words-20")
    listed = client.get("/v1/models").json()
    names = {each["id"] for each in listed["data"]}
    assert names & {"words-20", "fake/words-20"}
    one = client.get("/v1/models/fake/words-20")
    assert one.status_code == 200 and one.json()["object"] == "model"
    assert client.get("/v1/models/nothing").status_code == 404


def test_a_caller_who_hangs_up_ends_the_upstream(client, model, upstream):
    model("pace-20-400")
    before = upstream.closed_early
    with client.stream("POST", "/v1/chat/completions", json=body("fake/pace-20-400", stream=True)) as answer:
        next(answer.iter_bytes())
    deadline = time.monotonic() + 3
    while upstream.closed_early == before:
        assert time.monotonic() < deadline, "the upstream was not told"
        time.sleep(0.02)
    while (row := db.fetch("select state from usage where user_id = ?", client.person))[0] == "open":
        assert time.monotonic() < deadline
    assert row[0] == "stopped"


def test_a_caller_who_hangs_up_before_the_first_token_ends_the_upstream(client, model, upstream):
    model("fail-slow-first"), model("words-20")
    post(client, "fake/words-20")  # the first call imports what it needs
    before = upstream.closed_early
    with pytest.raises(httpx2.TimeoutException):
        client.post("/v1/chat/completions", json=body("fake/fail-slow-first", stream=True), timeout=0.4)
    deadline = time.monotonic() + 1
    while upstream.closed_early == before:
        assert time.monotonic() < deadline, "the upstream was not told"
        time.sleep(0.02)


# ── what goes through intact ──────────────────────────────────────────────────────────────────────────────────────────
TOOL = {"type": "function", "function": {"name": "weather", "parameters": {"properties": {"city": {"type": "string"}}}}}
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}}
PICTURE = [
    {"type": "text", "text": "See "},
    {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0K"}},
]
INTACT = {
    "tools": ("tools", {"tools": [TOOL, {"type": "of tomorrow"}], "parallel_tool_calls": True}),
    "schema": (
        "words-20",
        {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA}}},
    ),
    "picture": ("echo", {"messages": [{"role": "user", "content": PICTURE}]}),
    "reasoning": ("think", {"reasoning_effort": "low"}),
    "choices": ("words-5", {"n": 3}),
    "logprobs": ("words-5", {"logprobs": True, "top_logprobs": 2}),
    "unknown": ("words-5", {"of_tomorrow": {"a": [1, 2.5, None, "ü"]}}),
}


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("case", INTACT)
def test_it_is_what_the_provider_says_byte_for_byte(client, model, upstream, case, stream):
    name, more = INTACT[case]
    model(name)
    if stream:
        more = more | {"stream": True, "stream_options": {"include_usage": True}}
    with httpx2.Client(headers={"authorization": "Bearer right"}) as straight:
        direct = straight.post(f"{upstream.url}/chat/completions", json=body(name, **more))
    sent = upstream.asked(name)[-1].body
    answer = post(client, f"fake/{name}", **more)
    assert answer.content == direct.content and answer.status_code == 200
    assert upstream.relayed(name).body == sent, "and the provider is asked the same"


def test_a_text_is_continued(client, model):
    model("words-20")
    body = {"model": "fake/words-20", "prompt": "word"}
    plain = client.post("/v1/completions", json=body)
    assert plain.json()["choices"][0]["text"] == text_of("words-20")
    streamed = client.post("/v1/completions", json=body | {"stream": True})
    assert streamed.content.endswith(b"data: [DONE]\n\n") and b'"usage"' not in streamed.content


def test_a_stream_for_which_no_budget_is_left_ends_with_length(client, model):
    from app.usage import budgets

    model("burst-6000")
    budgets.put(rights.machine(), "user", client.person, "total", "tokens", 4_000)
    answer = post(client, "fake/burst-6000", stream=True)
    events = [line for line in answer.content.split(b"\n") if line]
    assert events[-1] == b"data: [DONE]" and json.loads(events[-2][6:])["choices"][0]["finish_reason"] == "length"
    row = db.fetch("select state, status, tokens_out, estimated from usage where user_id = ?", client.person)
    assert row[:2] == ("done", "length") and 4_096 <= row[2] < 6_000 and row[3]
    assert post(client, "fake/words-20").status_code == 429
