"""The server that the other tests ask: what it says it does, seen through the real client."""

import time

import httpx2
import openai
import pytest

from tests.upstream import FAILURES, REFERENCE, Upstream, pieces_of, text_of

HELLO = [{"role": "user", "content": "Say hello."}]
TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties": {}}}}


@pytest.fixture(scope="module")
def server():
    with Upstream() as running:
        yield running


@pytest.fixture
def client(server):
    with openai.OpenAI(base_url=server.url, api_key="any", max_retries=0, timeout=5) as ours:
        yield ours


def streamed(client, model, messages=HELLO, **more):
    """The chunks of an answer."""
    with client.chat.completions.create(model=model, messages=messages, stream=True, **more) as stream:
        return list(stream)


def text(chunks):
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


@pytest.mark.parametrize("model", ["words-100", "burst-500", "pace-1000-200", "reference", "fail-length"])
def test_a_streamed_text_is_that_of_the_models_name(client, model):
    assert text(streamed(client, model)) == text_of(model)
    answer = client.chat.completions.create(model=model, messages=HELLO)
    assert answer.choices[0].message.content == text_of(model)


def test_the_reference_holds_what_is_awkward_and_is_cut_within_characters():
    pieces = pieces_of("reference")
    assert "".join(pieces) == REFERENCE and "\r\n" in REFERENCE
    assert any(piece.endswith("\u200d") or piece.startswith("\u200d") for piece in pieces)


def test_the_pace_is_kept(client):
    began = time.monotonic()
    assert len(streamed(client, "pace-100-50")) >= 50
    assert 0.45 < time.monotonic() - began < 1.5


def test_the_last_user_message_is_echoed(client):
    messages = [*HELLO, {"role": "assistant", "content": "Hello."}, {"role": "user", "content": "Ümläut 👩‍👩‍👧\r\n"}]
    assert text(streamed(client, "echo", messages)) == messages[-1]["content"]


def test_usage_is_told_to_who_asks(client):
    assert all(chunk.usage is None for chunk in streamed(client, "words-20"))
    last = streamed(client, "words-20", stream_options={"include_usage": True})[-1]
    assert last.choices == [] and last.usage.completion_tokens == 20 and last.usage.prompt_tokens > 0


def test_a_model_that_thinks_does_so_first(client):
    deltas = [chunk.choices[0].delta for chunk in streamed(client, "think") if chunk.choices]
    thought = [bool(getattr(delta, "reasoning_content", None)) for delta in deltas]
    assert thought[0] and not thought[-2] and thought == sorted(thought, reverse=True)


def test_tools_are_called_in_parallel(client):
    chunks = streamed(client, "tools", tools=[TOOL])
    calls = [call for chunk in chunks if chunk.choices for call in chunk.choices[0].delta.tool_calls or []]
    assert [(call.index, call.function.name, call.function.arguments) for call in calls] == [
        (0, "look", "{}"),
        (1, "look", "{}"),
    ]
    assert chunks[-1].choices[0].finish_reason == "tool_calls"


def test_a_schema_is_filled(client):
    properties = {"name": {"type": "string"}, "age": {"type": "integer"}, "of": {"enum": ["a", "b"]}}
    schema = {"type": "object", "properties": properties, "required": ["name", "age", "of"]}
    wanted = {"type": "json_schema", "json_schema": {"name": "person", "schema": schema}}
    answer = client.chat.completions.create(model="words-5", messages=HELLO, response_format=wanted)
    assert answer.choices[0].message.content == '{"name": "text", "age": 7, "of": "a"}'


def test_models_and_vectors_are_there(client):
    assert {"echo", "reference"} <= {model.id for model in client.models.list()}
    assert client.models.retrieve("echo").id == "echo"
    assert len(client.embeddings.create(model="vectors", input=["a", "b"]).data) == 2


@pytest.mark.parametrize("model", [name for name in FAILURES if name not in ("fail-429-twice", "fail-503-once")])
def test_a_refusal_has_its_status_and_body(client, model):
    with pytest.raises(openai.APIStatusError) as refused:
        streamed(client, model)
    status, headers, error = FAILURES[model]
    assert refused.value.status_code == status
    assert all(refused.value.response.headers[name] == value for name, value in headers.items())
    assert isinstance(error, str) or refused.value.code == error["code"]


@pytest.mark.parametrize(("model", "times"), [("fail-429-twice", 2), ("fail-503-once", 1)])
def test_some_refusals_pass(client, server, model, times):
    for _ in range(times):
        with pytest.raises(openai.APIStatusError):
            streamed(client, model)
    assert text(streamed(client, model)) == text_of(model)
    assert len(server.asked(model)) == times + 1


def test_a_wrong_key_is_refused(server):
    with (
        openai.OpenAI(base_url=server.url, api_key="wrong", max_retries=0) as client,
        pytest.raises(openai.AuthenticationError),
    ):
        client.models.list()


def test_an_answer_may_never_begin_or_stop_on_its_way(client):
    for model, expected in (("fail-slow-first", 0), ("fail-stall", 20)):
        pieces = []
        with pytest.raises(openai.APITimeoutError):
            for chunk in client.with_options(timeout=0.3).chat.completions.create(
                model=model, messages=HELLO, stream=True
            ):
                pieces.append(chunk)
        assert len(pieces) == expected


def test_a_connection_may_be_cut_and_a_line_be_broken(client):
    for model, error in (("fail-cut", httpx2.RemoteProtocolError), ("fail-malformed", ValueError)):
        pieces = []
        with pytest.raises((error, openai.APIError)):
            for chunk in client.chat.completions.create(model=model, messages=HELLO, stream=True):
                pieces.append(chunk.choices[0].delta.content)
        assert "".join(pieces) == " ".join(text_of(model).split(" ")[:20])


def test_an_answer_may_be_empty_or_cut_by_its_length(client):
    assert text(streamed(client, "fail-empty")) == ""
    assert streamed(client, "fail-length")[-1].choices[0].finish_reason == "length"


def test_a_client_that_leaves_is_counted(client, server):
    before = server.closed_early
    with client.chat.completions.create(model="pace-20-2000", messages=HELLO, stream=True) as stream:
        next(iter(stream))
    client.close()
    deadline = time.monotonic() + 2
    while server.closed_early == before:
        assert time.monotonic() < deadline, "nobody noticed"
        time.sleep(0.01)


def test_what_was_asked_is_kept(client, server):
    streamed(client, "words-7", temperature=0.5)
    asked = server.asked("words-7")[-1]
    assert (asked.method, asked.path) == ("POST", "/v1/chat/completions")
    assert asked.headers["authorization"] == "Bearer any"
    assert asked.body["messages"] == HELLO and asked.body["temperature"] == 0.5
    assert server.count == len(server.requests)
