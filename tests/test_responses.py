"""The Responses dialect: with the real openai package, event by event, kept, and passed on where it is spoken."""

import asyncio
import json
import time

import httpx2
import openai
import pydantic
import pytest

from app import clock, db, keys, providers, rights
from app.gateway import stored
from tests.natives import Native
from tests.upstream import text_of

WEATHER = {
    "type": "function",
    "name": "weather",
    "description": "How it is there.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "count": {"type": "integer"}},
    "required": ["city", "count"],
    "additionalProperties": False,
}


@pytest.fixture
def token(house, bob):
    return keys.create(rights.machine(), "script", user=bob.id)[1]


@pytest.fixture
def client(house, token):
    with httpx2.Client(base_url=house.url, headers={"authorization": f"Bearer {token}"}, timeout=20) as it:
        yield it


@pytest.fixture
def native(house):
    """A provider that speaks the dialect; its model is called native/native-1."""
    me = rights.machine()
    with Native() as it:
        provider = providers.add(me, f"native{time.monotonic_ns()}", it.url, key="right")
        providers.tune(me, provider.id, None, "messages responses")
        providers.add_model(me, provider.id, "native-1")
        it.name = f"{provider.name}/native-1"
        yield it


def post(client, model, input="Hello there.", **more):
    return client.post("/v1/responses", json={"model": f"fake/{model}", "input": input} | more)


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


def with_openai(house, token, ask):
    """What `ask(client)` gives, with the real package."""

    async def whole():
        async with openai.AsyncOpenAI(base_url=f"{house.url}/v1", api_key=token, max_retries=0) as client:
            return await ask(client)

    return asyncio.run(whole())


# ── the real package ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_openai_asks_and_is_answered(house, token, model):
    model("words-20")
    told = with_openai(house, token, lambda it: it.responses.create(model="fake/words-20", input="Hello there."))
    assert told.output_text == text_of("words-20") and told.status == "completed"
    assert told.usage.output_tokens == 20 and told.usage.total_tokens == told.usage.input_tokens + 20


@pytest.mark.parametrize("name", ["reference", "burst-200"])
def test_openai_streams_text(house, token, model, name):
    model(name)

    async def ask(client):
        async with client.responses.stream(model=f"fake/{name}", input="Hello there.") as stream:
            deltas = [event.delta async for event in stream if event.type == "response.output_text.delta"]
            return deltas, await stream.get_final_response()

    deltas, final = with_openai(house, token, ask)
    assert "".join(deltas) == final.output_text == text_of(name)


def test_openai_streams_parallel_tool_calls(house, token, model):
    model("tools")

    async def ask(client):
        asked = {"model": "fake/tools", "input": "How is it?", "tools": [WEATHER]}
        async with client.responses.stream(**asked) as stream:
            kinds = [event.type async for event in stream]
            return kinds, await stream.get_final_response()

    kinds, final = with_openai(house, token, ask)
    assert [call.call_id for call in final.output] == ["call_0", "call_1"]
    assert [json.loads(call.arguments) for call in final.output] == [{"city": "text"}] * 2
    assert kinds.count("response.function_call_arguments.done") == 2


def test_openai_parses_json_of_a_schema(house, token, model):
    model("words-20")

    class City(pydantic.BaseModel):
        city: str
        count: int

    asked = {"model": "fake/words-20", "input": "Which?", "text_format": City}
    told = with_openai(house, token, lambda it: it.responses.parse(**asked))
    assert told.output_parsed == City(city="text", count=7)


def test_openai_hears_errors_by_their_class(house, token, model):
    model("fail-context")
    with pytest.raises(openai.NotFoundError):
        with_openai(house, token, lambda it: it.responses.create(model="none", input="x"))
    with pytest.raises(openai.AuthenticationError):
        with_openai(house, "ink-wrong", lambda it: it.responses.create(model="fake/words-20", input="x"))
    with pytest.raises(openai.BadRequestError) as long:
        with_openai(house, token, lambda it: it.responses.create(model="fake/fail-context", input="x"))
    assert (long.value.code, long.value.param) == ("context_length_exceeded", "input")


# ── events ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_every_event_has_its_members_in_the_documented_order(client, model):
    from openai.types.responses import ResponseStreamEvent

    model("think")
    told = events(post(client, "think", stream=True).content)
    for each in told:
        pydantic.TypeAdapter(ResponseStreamEvent).validate_python(each)
    assert [each["sequence_number"] for each in told] == list(range(len(told)))
    kinds = list(dict.fromkeys(each["type"].removeprefix("response.") for each in told))
    assert kinds == [
        *("created", "in_progress", "output_item.added", "content_part.added", "reasoning_text.delta"),
        *("reasoning_text.done", "content_part.done", "output_item.done", "output_text.delta", "output_text.done"),
        "completed",
    ]
    assert [each["item"]["type"] for each in told if "item" in each] == ["reasoning"] * 2 + ["message"] * 2
    whole = told[-1]["response"]
    assert [each["id"] for each in whole["output"]] == [
        each["item"]["id"] for each in told if each["type"] == "response.output_item.done"
    ]
    assert whole["output"][1]["content"][0]["text"] == text_of("think")


def test_reasoning_is_told_as_a_summary_to_those_who_ask_for_one(client, model):
    model("think")
    told = events(post(client, "think", stream=True, reasoning={"summary": "auto"}).content)
    kinds = {each["type"] for each in told}
    assert "response.reasoning_summary_text.delta" in kinds and "response.reasoning_text.delta" not in kinds
    assert told[-1]["response"]["output"][0]["summary"][0]["text"].startswith("First I count")


def test_reasoning_goes_back_with_the_calls_that_followed_and_not_to_openai(client, model, upstream, native):
    model("think")
    asked = {"include": ["reasoning.encrypted_content"], "reasoning": {"summary": "auto"}, "store": False}
    thought = events(post(client, "think", stream=True, **asked).content)[-1]["response"]["output"][0]
    call = {"type": "function_call", "call_id": "c", "name": "weather", "arguments": "{}"}
    items = [thought, call, {"type": "function_call_output", "call_id": "c", "output": "Sun."}]
    assert post(client, "think", items).status_code == 200
    assert sent(upstream, "think")["messages"][0]["reasoning_content"] == thought["summary"][0]["text"]
    client.post("/v1/responses", json={"model": native.name, "input": items, "store": False})
    assert native.asked[-1][2]["input"] == items[1:]
    broken = [thought | {"encrypted_content": "inglenook.ä!"}, *items[1:]]
    assert post(client, "think", broken).status_code == 200


def test_a_stream_that_breaks_off_ends_with_response_failed(client, model):
    model("fail-cut")
    told = events(post(client, "fail-cut", stream=True).content)
    assert told[-1]["type"] == "response.failed" and told[-1]["response"]["error"]["code"] == "server_error"
    assert told[-1]["response"]["output"][0]["status"] == "incomplete"
    model("fail-malformed")
    assert events(post(client, "fail-malformed", stream=True).content)[-1]["type"] == "response.failed"


def test_an_answer_of_full_length_is_incomplete(client, model):
    model("fail-length")
    told = events(post(client, "fail-length", stream=True).content)[-1]
    assert told["type"] == "response.incomplete"
    assert told["response"]["incomplete_details"] == {"reason": "max_output_tokens"}
    assert post(client, "fail-length").json()["status"] == "incomplete"


def test_a_caller_who_hangs_up_ends_the_upstream(client, model, upstream):
    model("pace-20-400")
    before = upstream.closed_early
    body = {"model": "fake/pace-20-400", "input": "Hello.", "stream": True}
    with client.stream("POST", "/v1/responses", json=body) as answer:
        next(answer.iter_bytes())
    deadline = time.monotonic() + 3
    while upstream.closed_early == before:
        assert time.monotonic() < deadline, "the upstream was not told"
        time.sleep(0.02)


# ── what is asked ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_everything_of_a_turn_reaches_the_provider(client, model, upstream):
    model("words-20")
    picture = {"type": "input_image", "image_url": "data:image/png;base64,AAAA", "detail": "low"}
    items = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [{"type": "input_text", "text": "Look."}, picture]},
        {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "x"},
        {"type": "function_call", "call_id": "c1", "name": "weather", "arguments": '{"city":"Rome"}'},
        {"type": "function_call", "call_id": "c2", "name": "weather", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c1", "output": "Sun."},
        {"type": "function_call_output", "call_id": "c2", "output": [{"type": "input_text", "text": "Rain."}, picture]},
        {"type": "web_search_call", "id": "ws_1", "status": "completed"},
    ]
    format = {"format": {"type": "json_schema", "name": "answer", "schema": SCHEMA, "strict": True}}
    tools = [WEATHER, {"type": "web_search"}, {"type": "of the future", "x": 1}]
    more = {"instructions": "Be kind.", "tools": tools, "text": format, "parallel_tool_calls": False, "temperature": 0}
    more |= {"tool_choice": {"type": "function", "name": "weather"}, "max_output_tokens": 99, "unknown": [1]}
    answer = post(client, "words-20", items, **more, reasoning={"effort": "low"}, include=["x"])
    assert answer.status_code == 200 and answer.json()["output"][0]["name"] == "weather"
    assert answer.headers["x-inglenook-left-out"] == "tools[1], tools[2]"
    body = sent(upstream, "words-20")
    system, user, calls, first, second, shown = body["messages"]
    assert system == {"role": "system", "content": "Be kind.\n\nBe brief."}
    assert user["content"][1] == {"type": "image_url", "image_url": {"url": picture["image_url"], "detail": "low"}}
    assert [call["id"] for call in calls["tool_calls"]] == ["c1", "c2"] and calls["content"] is None
    assert (first["content"], second["content"]) == ("Sun.", "Rain.")
    assert (shown["role"], shown["content"][0]["type"]) == ("user", "image_url")
    assert [each["function"]["name"] for each in body["tools"]] == ["weather"]
    assert body["tool_choice"]["function"]["name"] == "weather" and body["parallel_tool_calls"] is False
    assert body["response_format"]["json_schema"] == {"name": "answer", "schema": SCHEMA, "strict": True}
    assert (body["max_tokens"], body["temperature"], body["reasoning_effort"]) == (99, 0, "low")
    assert not {"unknown", "input", "instructions", "include", "text"} & set(body)


def test_a_tool_of_plain_text_and_a_group_of_tools_keep_their_shape(client, model, upstream):
    model("tools")
    patch = {
        "type": "custom",
        "name": "apply_patch",
        "format": {"type": "grammar", "syntax": "lark", "definition": "x"},
    }
    told = events(post(client, "tools", stream=True, tools=[patch]).content)
    done = [each for each in told if each["type"] == "response.custom_tool_call_input.done"]
    assert [each["input"] for each in done] == ["text", "text"]
    assert {each["item"]["type"] for each in told if "item" in each} == {"custom_tool_call"}
    group = {"type": "namespace", "name": "maps", "description": "Maps.", "tools": [WEATHER]}
    call = post(client, "tools", tools=[group]).json()["output"][0]
    assert (call["namespace"], call["name"]) == ("maps", "weather")
    assert sent(upstream, "tools")["tools"][0]["function"]["name"] == "maps__weather"


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"input": "x"}, "model"),
        ({"model": 7, "input": "x"}, "model"),
        ({"input": 7}, "input"),
        ({}, "input"),
        ({"input": []}, "input"),
        ({"input": ["x"]}, "input[0]"),
        ({"input": [{"role": "robot", "content": "x"}]}, "input[0].role"),
        ({"input": [{"role": "user"}]}, "input[0].content"),
        ({"input": [{"role": "user", "content": [{"type": "input_text"}]}]}, "input[0].content[0].text"),
        ({"input": [{"role": "user", "content": [{"text": "x"}]}]}, "input[0].content[0].type"),
        ({"input": [{"type": "function_call", "name": "f"}]}, "input[0].call_id"),
        ({"input": [{"type": "function_call_output", "call_id": "c", "output": 7}]}, "input[0].output"),
        ({"input": [{"type": ["x"]}]}, "input[0].type"),
        ({"input": [{"role": "user", "content": [{"type": "input_image", "file_id": "f"}]}]}, None),
        ({"input": "x", "tools": {}}, "tools"),
        ({"input": "x", "tools": [{"type": "function"}]}, "tools[0].name"),
        ({"input": "x", "tools": [{"name": "f"}]}, "tools[0].type"),
        ({"input": "x", "tools": [{"type": "namespace", "name": "n", "tools": 7}]}, "tools[0].tools"),
        ({"input": "x", "tool_choice": {"type": "allowed_tools", "tools": 7}}, "tool_choice.tools"),
        ({"input": [{"type": "reasoning", "content": 7}]}, "input[0].content"),
        ({"input": "x", "temperature": "hot"}, "temperature"),
        ({"input": "x", "max_output_tokens": 0}, "max_output_tokens"),
        ({"input": "x", "stream": "yes"}, "stream"),
        ({"input": "x", "background": True, "store": False}, "background"),
        ({"input": "x", "conversation": "conv_1"}, "conversation"),
        ({"input": "x", "metadata": {"a": 1}}, "metadata.a"),
        ({"input": "x", "text": {"format": {"type": "json_schema", "name": "x"}}}, "text.format.schema"),
        ({"input": "x", "previous_response_id": "resp_none"}, "previous_response_id"),
        ({"input": [{"type": "item_reference", "id": "msg_none"}]}, "input[0].id"),
    ],
)
def test_a_wrong_member_is_named(client, model, body, param):
    model("words-20")
    body = body if "model" in body or param == "model" else body | {"model": "fake/words-20"}
    answer = client.post("/v1/responses", json=body)
    error = answer.json()["error"]
    assert answer.status_code == 400 and error["type"] == "invalid_request_error"
    assert error["param"] == (param or "input[0].content[0].file_id")


DEEP = b'{"a":' * 600 + b"%s" + b"}" * 600


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", DEEP % b"1", b"\xff\xfe"])
def test_what_is_no_object_is_refused(client, data):
    answer = client.post("/v1/responses", content=data, headers={"content-type": "application/json"})
    assert answer.status_code == 400 and answer.json()["error"]["type"] == "invalid_request_error"


# ── kept ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_response_is_kept_for_its_owner(client, model, person, house):
    model("words-20")
    made = post(client, "words-20", "First.").json()
    assert client.get(f"/v1/responses/{made['id']}").json() == made
    _, other = keys.create(rights.machine(), "stranger's", user=person("Dora").id)
    for method in ("GET", "DELETE"):
        refused = client.request(method, f"/v1/responses/{made['id']}", headers={"authorization": f"Bearer {other}"})
        assert refused.status_code == 404
    gone = client.delete(f"/v1/responses/{made['id']}")
    assert gone.json() == {"id": made["id"], "object": "response", "deleted": True}
    assert client.get(f"/v1/responses/{made['id']}").status_code == 404


def test_a_response_is_not_kept_when_the_caller_says_so(client, model):
    model("words-20")
    made = post(client, "words-20", store=False).json()
    assert made["store"] is False and client.get(f"/v1/responses/{made['id']}").status_code == 404


def test_a_conversation_goes_on_from_a_response(client, model, upstream):
    model("echo")
    first = post(client, "echo", "One.", instructions="Old.").json()
    streamed = post(client, "echo", "Two.", previous_response_id=first["id"], stream=True).content
    second = events(streamed)[-1]["response"]
    third = post(client, "echo", "Three.", previous_response_id=second["id"], instructions="New.").json()
    assert third["previous_response_id"] == second["id"]
    said = [(each["role"], each["content"]) for each in sent(upstream, "echo")["messages"]]
    turns = [("user", "One."), ("assistant", "One."), ("user", "Two."), ("assistant", "Two."), ("user", "Three.")]
    assert said == [("system", "New."), *turns]
    items = client.get(f"/v1/responses/{third['id']}/input_items", params={"order": "asc"}).json()
    assert [each["content"][0]["text"] for each in items["data"]] == ["One.", "One.", "Two.", "Two.", "Three."]
    page = client.get(f"/v1/responses/{third['id']}/input_items", params={"limit": 2}).json()
    assert page["has_more"] and page["data"][0]["id"] == page["first_id"]
    after = client.get(f"/v1/responses/{third['id']}/input_items", params={"after": page["last_id"]}).json()
    assert [each["content"][0]["text"] for each in after["data"]] == ["Two.", "One.", "One."]
    assert client.get(f"/v1/responses/{third['id']}/input_items", params={"limit": 0}).status_code == 400


def test_nobody_goes_on_from_a_response_of_somebody_else(client, model, person):
    model("echo")
    made = post(client, "echo", "Secret.").json()
    _, other = keys.create(rights.machine(), "stranger's", user=person("Dora").id)
    body = {"model": "fake/echo", "input": "And?", "previous_response_id": made["id"]}
    refused = client.post("/v1/responses", json=body, headers={"authorization": f"Bearer {other}"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "previous_response_not_found")
    body = {"model": "fake/echo", "input": [{"type": "item_reference", "id": made["output"][0]["id"]}]}
    refused = client.post("/v1/responses", json=body, headers={"authorization": f"Bearer {other}"})
    assert refused.status_code == 400 and refused.json()["error"]["param"] == "input[0].id"


def test_an_item_is_named_by_its_id(client, model, upstream):
    model("echo")
    made = post(client, "echo", "One.").json()
    items = [{"type": "item_reference", "id": made["output"][0]["id"]}, {"role": "user", "content": "Two."}]
    assert post(client, "echo", items).json()["output"][0]["content"][0]["text"] == "Two."
    assert sent(upstream, "echo")["messages"][0] == {"role": "assistant", "content": "One."}


def test_responses_are_removed_after_their_time(client, model):
    model("echo")
    first = post(client, "echo", "One.").json()["id"]
    alone = post(client, "echo", "Alone.").json()["id"]
    second = post(client, "echo", "Two.", previous_response_id=first).json()["id"]
    old = clock.now() - 31 * clock.DAY
    with db.write() as tx:
        tx.run("update response set created_at = :old where id in (:first, :alone)", old=old, first=first, alone=alone)
    stored.sweep()
    assert client.get(f"/v1/responses/{alone}").status_code == 404
    assert client.get(f"/v1/responses/{first}").status_code == 200, "a newer response goes on from it"
    with db.write() as tx:
        tx.run("update response set created_at = :old where id = :second", old=old, second=second)
    stored.sweep()
    assert {client.get(f"/v1/responses/{id}").status_code for id in (first, second)} == {404}


# ── passed on ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_provider_that_speaks_the_dialect_gets_the_request_as_it_is(client, native):
    body = {"model": native.name, "input": "Hello.", "prompt_cache_key": "k", "tools": [{"type": "web_search"}]}
    assert client.post("/v1/responses", json=body).json() == native.response
    path, _, asked = native.asked[-1]
    assert (path, asked) == ("/v1/responses", body | {"model": "native-1"})
    assert client.post("/v1/responses", json=body | {"stream": True}).content == native.streamed("/v1/responses")
    # Not the newest of all: the house is shared, and other tests move its clock.
    rows = "select tokens_in, tokens_out, state from usage where provider_id = (select id from provider where url = ?)"
    deadline = time.monotonic() + 3
    while (found := db.fetch_all(rows, native.url)) != [(11, 3, "done")] * 2:
        assert time.monotonic() < deadline, found
        time.sleep(0.02)


def test_what_a_provider_made_is_kept_too_and_others_go_on_from_it(client, native, model, upstream):
    client.post("/v1/responses", json={"model": native.name, "input": "Hello.", "stream": True})
    assert client.get(f"/v1/responses/{native.response['id']}").json() == native.response
    again = {"model": native.name, "input": "More.", "previous_response_id": native.response["id"]}
    client.post("/v1/responses", json=again)
    assert native.asked[-1][2] == again | {"model": "native-1"}
    model("echo")
    made = post(client, "echo", "Elsewhere.", previous_response_id=native.response["id"]).json()
    assert [each["content"] for each in sent(upstream, "echo")["messages"]] == ["Hello.", "Natively.", "Elsewhere."]
    client.post("/v1/responses", json={"model": native.name, "input": "Back.", "previous_response_id": made["id"]})
    moved = native.asked[-1][2]
    assert "previous_response_id" not in moved and len(moved["input"]) == 5
    assert not any("id" in each for each in moved["input"])


def test_tokens_are_counted_before_a_question(client, model):
    model("words-20")
    told = client.post("/v1/responses/input_tokens", json={"model": "fake/words-20", "input": "word " * 300}).json()
    assert told["object"] == "response.input_tokens" and 300 < told["input_tokens"] < 900


@pytest.mark.parametrize("depth", [50, 235, *range(238, 256), 600])
def test_what_is_nested_deep_is_sent_on_or_refused(client, model, depth):
    model("words-20")
    deep = "[" * depth + "]" * depth
    tool = f'{{"type": "function", "name": "f", "parameters": {{"default": {deep}}}}}'
    data = f'{{"model": "fake/words-20", "input": "x", "tools": [{tool}]}}'
    status = client.post("/v1/responses", content=data).status_code
    assert status == 200 if depth < 236 else status in (200, 400)


def test_an_older_answer_will_do_for_those_who_say_so(client, model, upstream):
    model("words-20")
    client.headers["x-inglenook-cache"] = "60"
    first, second = (post(client, "words-20", "Once.", stream=True) for _ in range(2))
    assert (first.headers["x-inglenook-cache"], second.headers["x-inglenook-cache"]) == ("miss", "hit")
    first, second = (events(each.content)[-1]["response"] for each in (first, second))
    assert first["id"] != second["id"] and first["output"][0]["content"] == second["output"][0]["content"]
