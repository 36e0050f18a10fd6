"""The Messages dialect of Anthropic: event by event, with tools, reasoning and errors, and passed on where spoken."""

import json
import time

import httpx2
import pytest

from app import db, gateway, keys, providers, rights
from app.gateway.dialects.messages import SIGNED
from tests.natives import MESSAGE, Native, streamed
from tests.upstream import text_of

WEATHER = {"name": "weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}
HELLO = [{"role": "user", "content": "Hello there."}]
PICTURE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}


@pytest.fixture
def client(house, bob):
    _, token = keys.create(rights.machine(), "script", user=bob.id)
    headers = {"x-api-key": token, "anthropic-version": "2023-06-01"}
    with httpx2.Client(base_url=house.url, headers=headers, timeout=20) as it:
        yield it


@pytest.fixture
def native(house):
    """A provider that speaks the dialect; its model is called native.name."""
    me = rights.machine()
    with Native() as it:
        provider = providers.add(me, f"native{time.monotonic_ns()}", it.url, key="right")
        providers.tune(me, provider.id, None, "messages")
        providers.add_model(me, provider.id, "native-1")
        it.name = f"{provider.name}/native-1"
        yield it


def post(client, name, messages=HELLO, **more):
    body = {"model": f"fake/{name}", "max_tokens": 1000, "messages": messages} | more
    return client.post("/v1/messages?beta=true", json=body)


def events(data):
    """The events of a stream, whose names and types agree."""
    found = []
    for block in data.decode().strip().split("\n\n"):
        name, told = block.split("\n")
        found.append(json.loads(told.removeprefix("data: ")))
        assert name == f"event: {found[-1]['type']}"
    return found


def sent(upstream, model):
    """The last body that the fake provider was sent for a model."""
    return upstream.relayed(model).body


# ── answers ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_message_is_answered(client, model):
    model("words-20")
    answer = post(client, "words-20")
    told = answer.json()
    assert answer.status_code == 200 and answer.headers["request-id"].startswith("req_")
    assert told["content"] == [{"type": "text", "text": text_of("words-20")}]
    assert (told["type"], told["role"], told["stop_reason"], told["stop_sequence"]) == (
        *("message", "assistant", "end_turn"),
        None,
    )
    assert told["usage"]["output_tokens"] == 20 and told["usage"]["input_tokens"] > 0


def test_a_stream_has_its_events_in_the_documented_order(client, model):
    model("reference")
    told = events(post(client, "reference", stream=True).content)
    kinds = [each["type"] for each in told]
    deltas = kinds.count("content_block_delta")
    assert kinds == [
        *("message_start", "ping", "content_block_start"),
        *["content_block_delta"] * deltas,
        *("content_block_stop", "message_delta", "message_stop"),
    ]
    start = told[0]["message"]
    assert start["content"] == [] and start["stop_reason"] is None and start["usage"]["input_tokens"] > 0
    assert told[2] == {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    said = "".join(each["delta"]["text"] for each in told if each["type"] == "content_block_delta")
    assert said == text_of("reference")
    assert told[-2]["delta"] == {"stop_reason": "end_turn", "stop_sequence": None}
    assert told[-2]["usage"]["output_tokens"] > 0


def test_parallel_tool_calls_are_blocks_of_their_own(client, model):
    model("tools")
    told = events(post(client, "tools", stream=True, tools=[WEATHER]).content)
    starts = [each for each in told if each["type"] == "content_block_start"]
    assert [(each["index"], each["content_block"]["type"], each["content_block"]["id"]) for each in starts] == [
        (0, "tool_use", "call_0"),
        (1, "tool_use", "call_1"),
    ]
    for index in (0, 1):
        deltas = [each["delta"] for each in told if each["type"] == "content_block_delta" and each["index"] == index]
        assert json.loads("".join(each["partial_json"] for each in deltas)) == {"city": "text"}
    assert told[-2]["delta"]["stop_reason"] == "tool_use"
    whole = post(client, "tools", tools=[WEATHER]).json()
    assert [(each["name"], each["input"]) for each in whole["content"]] == [("weather", {"city": "text"})] * 2


def test_thinking_is_told_to_those_who_ask_for_it(client, model, upstream):
    model("think")
    assert [each["type"] for each in post(client, "think").json()["content"]] == ["text"]
    thinking = {"thinking": {"type": "enabled", "budget_tokens": 2000}}
    told = events(post(client, "think", stream=True, **thinking).content)
    deltas = [each["delta"]["type"] for each in told if each["type"] == "content_block_delta"]
    assert list(dict.fromkeys(deltas)) == ["thinking_delta", "signature_delta", "text_delta"]
    thought = "".join(each["delta"].get("thinking", "") for each in told if each["type"] == "content_block_delta")
    assert thought.startswith("First I count")
    assert [each["content_block"]["type"] for each in told if "content_block" in each] == ["thinking", "text"]


def test_an_answer_of_full_length_says_so(client, model):
    model("fail-length")
    assert post(client, "fail-length").json()["stop_reason"] == "max_tokens"


def test_an_answer_follows_a_schema(client, model, upstream):
    model("words-20")
    schema = {"type": "object", "properties": {"count": {"type": "integer"}}}
    for more in ({"output_config": {"format": {"type": "json_schema", "schema": schema}}}, {"output_format": None}):
        more = more if "output_config" in more else {"output_format": {"type": "json_schema", "schema": schema}}
        told = post(client, "words-20", **more).json()
        assert json.loads(told["content"][0]["text"]) == {"count": 7}
        assert sent(upstream, "words-20")["response_format"]["json_schema"]["schema"] == schema


def test_a_caller_who_hangs_up_ends_the_upstream(client, model, upstream):
    model("pace-20-400")
    before = upstream.closed_early
    body = {"model": "fake/pace-20-400", "max_tokens": 9, "messages": HELLO, "stream": True}
    with client.stream("POST", "/v1/messages", json=body) as answer:
        next(answer.iter_bytes())
    deadline = time.monotonic() + 3
    while upstream.closed_early == before:
        assert time.monotonic() < deadline, "the upstream was not told"
        time.sleep(0.02)


# ── what is asked ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_turn_of_an_editor_reaches_the_provider(client, model, upstream):
    """As Claude Code sends it: the system in blocks, results of tools beside text, members that nobody knows."""
    model("words-20")
    cached = {"cache_control": {"type": "ephemeral"}}
    use = {"type": "tool_use", "name": "weather", "input": {"city": "Rome"}}
    messages = [
        {"role": "user", "content": [{"type": "text", "text": "<system-reminder>", **cached}, PICTURE]},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "Hm.", "signature": "of Anthropic"},
                {"type": "text", "text": "I look."},
                use | {"id": "t1"},
                use | {"id": "t2"},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "t1", "content": "Sun."},
                {"type": "tool_result", "tool_use_id": "t2", "is_error": True, "content": [PICTURE]},
                {"type": "text", "text": "Go on."},
            ],
        },
    ]
    tools = [WEATHER | {"description": "How it is."}, {"type": "web_search_20250305", "name": "web_search"}]
    more = {"system": [{"type": "text", "text": "Be brief.", **cached}, {"type": "text", "text": "Be kind."}]}
    more |= {"tools": tools, "tool_choice": {"type": "any", "disable_parallel_tool_use": True}, "top_k": 5}
    more |= {"stop_sequences": ["END"], "metadata": {"user_id": "u"}, "context_management": {"edits": []}}
    answer = post(client, "words-20", messages, **more)
    assert answer.status_code == 200
    assert answer.headers["x-inglenook-left-out"] == "tools[1], context_management, top_k"
    body = sent(upstream, "words-20")
    system, user, assistant, first, second, shown, last = body["messages"]
    assert system == {"role": "system", "content": "Be brief.\n\nBe kind."}
    assert user["content"][1]["image_url"]["url"] == "data:image/png;base64,AAAA"
    assert assistant["content"] == "I look." and [each["id"] for each in assistant["tool_calls"]] == ["t1", "t2"]
    assert json.loads(assistant["tool_calls"][0]["function"]["arguments"]) == {"city": "Rome"}
    assert "reasoning_content" not in assistant
    assert (first["tool_call_id"], first["content"], second["content"]) == ("t1", "Sun.", "")
    assert shown["content"][0]["type"] == "image_url" and last == {"role": "user", "content": "Go on."}
    assert [each["function"]["name"] for each in body["tools"]] == ["weather"]
    assert (body["tool_choice"], body["parallel_tool_calls"], body["stop"]) == ("required", False, ["END"])
    assert body["max_tokens"] == 1000 and not {"top_k", "metadata", "system", "context_management"} & set(body)


def test_what_only_some_providers_know_reaches_those(client, upstream):
    me = rights.machine()
    provider = providers.add(me, f"vllm{time.monotonic_ns()}", upstream.url, kind="vllm", key="right")
    providers.add_model(me, provider.id, "words-21")
    body = {"model": f"{provider.name}/words-21", "max_tokens": 9, "messages": HELLO, "top_k": 7}
    answer = client.post("/v1/messages", json=body)
    assert answer.status_code == 200 and "x-inglenook-left-out" not in answer.headers
    assert sent(upstream, "words-21")["top_k"] == 7
    body = {"model": body["model"], "stream": False, "messages": HELLO, "options": {"top_k": 8, "min_p": 0.1}}
    assert client.post("/api/chat", json=body).status_code == 200
    assert (sent(upstream, "words-21")["top_k"], sent(upstream, "words-21")["min_p"]) == (8, 0.1)


def test_tools_of_anthropic_that_the_caller_runs_are_told_with_their_members(client, model, upstream):
    model("tools")
    kinds = ("bash_20250124", "text_editor_20241022", "text_editor_20250728", "memory_20250818", "computer_20250124")
    tools = [{"type": kind, "name": f"t{n}"} for n, kind in enumerate(kinds)]
    answer = post(client, "tools", HELLO, tools=tools)
    assert answer.headers["x-inglenook-left-out"] == "tools[4]"
    told = [each["function"] for each in sent(upstream, "tools")["tools"]]
    assert [each["name"] for each in told] == ["t0", "t1", "t2", "t3"] and all(each["description"] for each in told)
    members = [each["parameters"]["properties"] for each in told]
    assert set(members[0]) == {"command", "restart"} and "undo_edit" in members[1]["command"]["enum"]
    assert "insert_text" in members[2] and "insert_text" not in members[1] and "old_path" in members[3]
    use = answer.json()["content"][0]
    assert (use["type"], use["name"], set(use["input"])) == ("tool_use", "t0", {"command", "restart"})


def test_our_own_reasoning_goes_back_with_the_calls_that_followed(client, model, upstream):
    model("think")
    thought = {"type": "thinking", "thinking": "First I count.", "signature": SIGNED}
    use = {"type": "tool_use", "id": "t1", "name": "weather", "input": {}}
    messages = [*HELLO, {"role": "assistant", "content": [thought, use]}]
    post(client, "think", [*messages, {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1"}]}])
    assert sent(upstream, "think")["messages"][1]["reasoning_content"] == thought["thinking"]


MANY = [{"role": "user", "content": [{"type": "text", "text": "x"}, {"type": "image"}]}]


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"max_tokens": None}, "max_tokens"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"messages": []}, "messages"),
        ({"messages": None}, "messages"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user"}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": ["x"]}]}, "messages[0].content[0]"),
        ({"messages": [{"role": "user", "content": [{"text": "x"}]}]}, "messages[0].content[0].type"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages[0].content[0].text"),
        ({"messages": MANY}, "messages[0].content[1].source"),
        ({"messages": [{"role": "assistant", "content": [{"type": "tool_use"}]}]}, "messages[0].content[0]."),
        ({"messages": [{"role": "user", "content": [{"type": "tool_result"}]}]}, "messages[0].content[0].tool_use_id"),
        ({"system": 7}, "system"),
        ({"system": [{"type": "text"}]}, "system[0].text"),
        ({"tools": [{"name": "f"}]}, "tools[0].input_schema"),
        ({"tool_choice": "any"}, "tool_choice"),
        ({"tools": [WEATHER], "tool_choice": {"type": "tool"}}, "tool_choice.name"),
        ({"messages": [{"role": "user", "content": [{"type": "search_result", "content": 7}]}]}, "content[0].content"),
        ({"messages": [{"role": "user", "content": [{"type": "search_result", "content": [7]}]}]}, ".content[0]"),
        ({"temperature": "hot"}, "temperature"),
        ({"stream": 1}, "stream"),
        ({"output_format": {"type": "json_schema"}}, "output_format.schema"),
        ({"model": 7}, "model"),
    ],
)
def test_a_wrong_member_is_named(client, model, more, named):
    model("words-20")
    answer = post(client, "words-20", **more)
    told = answer.json()
    assert answer.status_code == 400 and told["type"] == "error" and told["request_id"].startswith("req_")
    assert told["error"]["type"] == "invalid_request_error" and named in told["error"]["message"]


def test_failures_come_in_the_dialect(client, model):
    for name, status, kind in (
        ("fail-429", 429, "rate_limit_error"),
        ("fail-500", 502, "api_error"),
        ("none", 404, "not_found_error"),
    ):
        if name != "none":
            model(name)
        answer = post(client, name, stream=True)
        assert (answer.status_code, answer.json()["error"]["type"]) == (status, kind)
        assert answer.headers["request-id"] == answer.json()["request_id"]
    model("fail-context")
    assert "prompt is too long" in post(client, "fail-context").json()["error"]["message"]
    assert post(client, "words-20", model="x" * 300).status_code == 404
    wrong = client.post("/v1/messages", json={}, headers={"x-api-key": "ink-wrong"})
    assert (wrong.status_code, wrong.json()["error"]["type"]) == (401, "authentication_error")


def test_a_stream_that_breaks_off_ends_with_an_error(client, model):
    for name in ("fail-cut", "fail-malformed"):
        model(name)
        told = events(post(client, name, stream=True).content)
        assert told[-1]["type"] == "error" and told[-1]["error"]["type"] == "api_error"


# ── counted, and passed on ────────────────────────────────────────────────────────────────────────────────────────────
def test_tokens_are_estimated_where_the_provider_does_not_count(client, model):
    model("words-20")
    body = {"model": "fake/words-20", "messages": [{"role": "user", "content": "word " * 300}]}
    told = client.post("/v1/messages/count_tokens", json=body)
    assert told.status_code == 200 and 300 < told.json()["input_tokens"] < 900
    more = client.post("/v1/messages/count_tokens", json=body | {"tools": [WEATHER], "system": "Be brief."}).json()
    assert more["input_tokens"] > told.json()["input_tokens"]
    assert client.post("/v1/messages/count_tokens", json={"model": "fake/words-20"}).status_code == 400


def test_tokens_are_counted_by_a_provider_that_does(client, native):
    body = {"model": native.name, "messages": HELLO}
    assert client.post("/v1/messages/count_tokens", json=body).json() == {"input_tokens": 4321}
    path, headers, asked = native.asked[-1]
    assert path == "/v1/messages/count_tokens" and asked == body | {"model": "native-1"}
    assert headers["anthropic-version"] == "2023-06-01"


def test_tokens_are_counted_by_llama_cpp_which_counts_exactly(client, native):
    with db.write() as tx:
        name = native.name.partition("/")[0]
        tx.run("update provider set kind = 'llamacpp', speaks = '' where name = :name", name=name)
    told = client.post("/v1/messages/count_tokens", json={"model": native.name, "messages": HELLO})
    assert told.json() == {"input_tokens": 4321}


def test_a_provider_that_speaks_the_dialect_gets_the_request_as_it_is(client, native):
    file = {"type": "document", "source": {"type": "file", "file_id": "f"}}
    body = {"model": native.name, "max_tokens": 9, "messages": [{"role": "user", "content": [file]}], "top_k": 3}
    answer = client.post("/v1/messages", json=body, headers={"anthropic-beta": "files-api-2025-04-14"})
    assert answer.json() == MESSAGE
    path, headers, asked = native.asked[-1]
    assert (path, asked) == ("/v1/messages", body | {"model": "native-1"})
    assert headers["anthropic-beta"] == "files-api-2025-04-14"
    assert client.post("/v1/messages", json=body | {"stream": True}).content == streamed("/v1/messages")


def test_what_only_the_dialect_can_say_is_refused_elsewhere(client, model):
    model("words-20")
    file = {"type": "document", "source": {"type": "file", "file_id": "f"}}
    refused = post(client, "words-20", [{"role": "user", "content": [file]}])
    assert refused.status_code == 400 and "messages[0].content[0].source" in refused.json()["error"]["message"]


def test_when_a_provider_that_speaks_the_dialect_fails_another_one_is_asked_in_its_own(client, native, model):
    admin, name = rights.machine(), f"either{time.monotonic_ns()}"
    row = db.fetch("select m.id from model m join provider p on p.id = m.provider_id where p.url = ?", native.url)
    gateway.add_alias(admin, name, [(row[0], 1), (model("words-20"), 1)])
    body = {"model": name, "max_tokens": 9, "messages": HELLO, "stream": True}
    native.__exit__()
    second = client.post("/v1/messages", json=body)
    said = [each["delta"].get("text", "") for each in events(second.content) if each["type"] == "content_block_delta"]
    assert "".join(said) == text_of("words-20") and second.headers["x-inglenook-fallbacks"] == "1"


def test_our_own_reasoning_is_not_sent_to_those_who_sign_theirs(client, native):
    thought = {"type": "thinking", "thinking": "Hm.", "signature": SIGNED}
    said = {"type": "text", "text": "Hi."}
    messages = [*HELLO, {"role": "assistant", "content": [thought, said]}, *HELLO]
    client.post("/v1/messages", json={"model": native.name, "max_tokens": 9, "messages": messages})
    assert native.asked[-1][2]["messages"][1]["content"] == [said]
