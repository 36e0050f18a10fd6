"""openai-python against the running product."""

import json

import pytest

from tests.clients.conftest import Raised
from tests.upstream import text_of

PERSON = {"name": "text", "age": 7, "tags": ["text"]}
CALLS = [["weather", '{"city": "text"}']] * 2
PICTURE = "data:image/png;base64,iVBORw0K"


@pytest.fixture
def openai(client):
    return client("openai")


def test_plain(openai, named):
    told = openai("plain", model=named("words-20"))
    assert (told["texts"], told["ends"], told["tokens"][1]) == ([text_of("words-20")], ["stop"], 20)
    assert told["request"] and told["provider"] == "clients"


def test_choices_and_logprobs(openai, named):
    told = openai("plain", model=named("words-20"), n=3, logprobs=True, top_logprobs=2)
    assert told["texts"] == [text_of("words-20")] * 3 and "".join(told["likely"]) == text_of("words-20")


@pytest.mark.parametrize("name", ["reference", "burst-200", "think"])
def test_streamed(openai, named, name):
    told = openai("streamed", model=named(name))
    assert told["text"] == text_of(name) and told["end"] == "stop" and told["pieces"] > 5 and told["tokens"] > 5
    assert told["thoughts"] == ("First I count to **42**.\n\nThen I say it." if name == "think" else "")


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
def test_tools(openai, named, stream):
    told = openai("tools", model=named("tools-once"), stream=stream)
    assert told == {"calls": CALLS, "text": "I was told rain 0. I was told rain 1. "}


def test_schema(openai, named):
    assert openai("schema", model=named("words-20")) == PERSON


def test_a_picture(openai, named):
    assert openai("picture", model=named("echo"), address=PICTURE) == f"See [{PICTURE}]"


def test_models(openai, named):
    named("echo")
    assert {"echo", "clients/echo"} & set(openai("models"))


def test_embeddings(openai, named):
    decoded, floats, numbers = openai("embeddings", model=named("embed-3"))
    assert [[round(each, 4) for each in vector] for vector in decoded] == [[0.1, 0.2, 0.0], [0.1, 0.2, 1.0]]
    assert floats == [[0.1, 0.2, 0.0]] and len(numbers) == 2


@pytest.mark.parametrize("ask", ["plain", "streamed", "schema", "response", "response_streamed", "models"])
def test_a_wrong_key(openai, named, ask):
    question = {} if ask == "models" else {"model": named("words-20")}
    with pytest.raises(Raised) as refused:
        openai(ask, key="ink-wrong", **question)
    assert (refused.value.kind, refused.value.status) == ("AuthenticationError", 401)
    assert refused.value.code == "invalid_api_key"


@pytest.mark.parametrize("ask", ["plain", "streamed", "response", "response_streamed"])
@pytest.mark.parametrize(
    ("name", "kind", "status", "code"),
    [
        ("fail-429-long", "RateLimitError", 429, "rate_limit_exceeded"),
        ("fail-context", "BadRequestError", 400, "context_length_exceeded"),
        ("nothing", "NotFoundError", 404, "model_not_found"),
    ],
)
def test_what_fails_is_raised_as_its_own_error(openai, named, ask, name, kind, status, code):
    with pytest.raises(Raised) as refused:
        openai(ask, model=name if name == "nothing" else named(name))
    assert (refused.value.kind, refused.value.status, refused.value.code) == (kind, status, code)


# ── responses ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_response_is_kept_and_followed(openai, named):
    told = openai("response", model=named("words-20"))
    assert told["text"] == told["kept"] == text_of("words-20") and told["status"] == "completed"
    assert told["tokens"] == 20 and told["follows"] and told["items"][-1] == "And then?"


@pytest.mark.parametrize("name", ["reference", "think"])
def test_a_response_is_streamed(openai, named, name):
    told = openai("response_streamed", model=named(name))
    kinds = [kind for kind, _ in told["kinds"]]
    assert told["text"] == text_of(name) and told["tokens"] > 5
    assert (kinds[0], kinds[-1]) == ("response.created", "response.completed") and "response.output_text.delta" in kinds
    assert [number for _, number in told["kinds"]] == list(range(len(kinds)))


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
def test_a_response_with_tools(openai, named, stream):
    told = openai("response_tools", model=named("tools-once"), stream=stream)
    assert [[name, json.loads(arguments)] for name, arguments in told["calls"]] == [["weather", {"city": "text"}]] * 2
    assert told["text"] == "I was told rain 0. I was told rain 1. "


def test_a_response_with_a_schema(openai, named):
    assert openai("response_schema", model=named("words-20")) == PERSON
