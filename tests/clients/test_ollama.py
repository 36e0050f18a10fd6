"""ollama-python against the running product."""

import pytest

from tests.clients.conftest import Raised
from tests.upstream import text_of

PERSON = {"name": "text", "age": 7, "tags": ["text"]}
BOTH = pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])


@pytest.fixture
def ollama(client):
    return client("ollama")


def test_plain(ollama, named):
    told = ollama("plain", model=named("words-20"))
    assert told == {"text": text_of("words-20"), "end": "stop", "tokens": 20, "done": True}


@pytest.mark.parametrize("name", ["reference", "burst-200", "think"])
def test_streamed(ollama, named, name):
    told = ollama("streamed", model=named(name))
    assert told["text"] == text_of(name) and told["end"] == "stop" and told["pieces"] > 5 and told["tokens"] > 5
    assert told["thoughts"] == ("First I count to **42**.\n\nThen I say it." if name == "think" else "")


@BOTH
def test_tools(ollama, named, stream):
    told = ollama("tools", model=named("tools-once"), stream=stream)
    assert told["calls"] == [["weather", {"city": "text"}]] * 2
    assert told["text"] == "I was told rain in text. " * 2


def test_schema(ollama, named):
    assert ollama("schema", model=named("words-20")) == PERSON


@BOTH
def test_generate(ollama, named, stream):
    assert ollama("generate", model=named("words-20"), stream=stream) == text_of("words-20")


def test_embed(ollama, named):
    vectors = ollama("embed", model=named("embed-3"))
    assert len(vectors) == 2 and len(vectors[0]) == 3


def test_models(ollama, named):
    assert "completion" in ollama("show", model=named("echo"))["abilities"]
    assert {"echo", "clients/echo"} & {each.removesuffix(":latest") for each in ollama("models")}


@pytest.mark.parametrize("ask", ["plain", "streamed", "schema", "models", "embed"])
def test_a_wrong_key(ollama, named, ask):
    question = {} if ask == "models" else {"model": named("words-20")}
    with pytest.raises(Raised) as refused:
        ollama(ask, key="ink-wrong", **question)
    assert (refused.value.kind, refused.value.status) == ("ResponseError", 401)


def test_a_model_that_is_not_there(ollama):
    with pytest.raises(Raised) as refused:
        ollama("plain", model="nothing")
    assert (refused.value.kind, refused.value.status) == ("ResponseError", 404)
