"""openai of npm against the running product."""

import json

import pytest

from tests.clients.conftest import Raised
from tests.upstream import text_of

PERSON = {"name": "text", "age": 7, "tags": ["text"]}
BOTH = pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])


@pytest.fixture
def openai(client):
    return client("openai_npm")


def test_plain(openai, named):
    told = openai("plain", model=named("words-20"))
    assert (told["text"], told["end"], told["tokens"]) == (text_of("words-20"), "stop", 20) and told["request"]


@pytest.mark.parametrize("name", ["reference", "burst-200"])
def test_streamed(openai, named, name):
    told = openai("streamed", model=named(name))
    assert told["text"] == text_of(name) and told["pieces"] > 50 and told["tokens"] > 50


@BOTH
def test_tools(openai, named, stream):
    told = openai("tools", model=named("tools-once"), stream=stream)
    assert told == {"text": "I was told rain in text. " * 2, "calls": [["weather", {"city": "text"}]] * 2}


@BOTH
def test_schema(openai, named, stream):
    assert openai("schema", model=named("words-20"), stream=stream) == PERSON


def test_models(openai, named):
    named("echo")
    assert {"echo", "clients/echo"} & set(openai("models"))


def test_embeddings(openai, named):
    vectors = openai("embeddings", model=named("embed-3"))
    assert [[round(each, 4) for each in vector] for vector in vectors] == [[0.1, 0.2, 0.0], [0.1, 0.2, 1.0]]


def test_responses(openai, named):
    told = openai("response", model=named("words-20"))
    assert told == {"text": text_of("words-20"), "status": "completed", "tokens": 20}
    told = openai("responseStreamed", model=named("reference"))
    assert told["text"] == text_of("reference") and told["kinds"][-1] == "response.completed"
    assert openai("responseSchema", model=named("words-20")) == PERSON


@BOTH
def test_responses_with_tools(openai, named, stream):
    calls = openai("responseTools", model=named("tools"), stream=stream)
    assert [[name, json.loads(arguments)] for name, arguments in calls] == [["weather", {"city": "text"}]] * 2


@pytest.mark.parametrize("ask", ["plain", "streamed", "schema", "response", "responseStreamed"])
def test_a_wrong_key(openai, named, ask):
    with pytest.raises(Raised) as refused:
        openai(ask, key="ink-wrong", model=named("words-20"))
    assert (refused.value.kind, refused.value.status) == ("AuthenticationError", 401)
    assert refused.value.code == "invalid_api_key"
