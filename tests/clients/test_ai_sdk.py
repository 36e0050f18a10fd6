"""The AI SDK against the running product, through each provider that its users would take."""

import pytest

from tests.clients.conftest import Raised
from tests.upstream import text_of

PERSON = {"name": "text", "age": 7, "tags": ["text"]}
PROVIDERS = ("openai-chat", "openai-responses", "openai-compatible", "anthropic")
pytestmark = [
    pytest.mark.parametrize("provider", PROVIDERS),
    pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"]),
]


@pytest.fixture
def sdk(client, provider, stream):
    program = client("ai_sdk")
    return lambda ask, **question: program(ask, provider=provider, stream=stream, **question)


def test_it_talks(sdk, named, stream):
    told = sdk("talk", model=named("reference"))
    assert told["text"] == text_of("reference") and told["end"] == "stop" and told["tokens"] > 50
    assert told["pieces"] > 50 or not stream


def test_tools(sdk, named):
    told = sdk("tools", model=named("tools-once"))
    assert told["calls"] == [["weather", {"city": "text"}]] * 2 and told["steps"] == 2
    assert told["text"].count("rain in text") == 2


def test_schema(sdk, named):
    assert sdk("schema", model=named("words-20")) == PERSON


def test_a_wrong_key(sdk, named, provider):
    with pytest.raises(Raised) as refused:
        sdk("talk", key="ink-wrong", model=named("words-20"))
    assert refused.value.status == 401
    assert refused.value.code == ("authentication_error" if provider == "anthropic" else "invalid_api_key")
