"""anthropic-python against the running product: providers that speak OpenAI's dialect, asked in Anthropic's."""

import pytest

from tests.clients.conftest import Raised
from tests.upstream import text_of

PERSON = {"name": "text", "age": 7, "tags": ["text"]}


@pytest.fixture
def anthropic(client):
    return client("anthropic")


def test_plain(anthropic, named):
    told = anthropic("plain", model=named("words-20"))
    assert told["texts"] == [text_of("words-20")] and told["end"] == "end_turn"
    assert told["tokens"][0] > 0 and told["tokens"][1] == 20 and told["request"].startswith("req_")


def test_as_claude_code_asks(anthropic, named):
    assert anthropic("bearer", model=named("words-20")) == text_of("words-20")


@pytest.mark.parametrize("name", ["reference", "burst-200", "think"])
def test_streamed(anthropic, named, name):
    told = anthropic("streamed", model=named(name))
    assert told["text"] == text_of(name) and told["end"] == "end_turn" and told["tokens"] > 5
    assert told["thoughts"] == ("First I count to **42**.\n\nThen I say it." if name == "think" else "")
    assert told["kinds"][0] == "message_start" and told["kinds"][-1] == "message_stop"


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
def test_tools(anthropic, named, stream):
    told = anthropic("tools", model=named("tools-once"), stream=stream)
    assert told["calls"] == [["weather", {"city": "text"}]] * 2 and told["end"] == "tool_use"
    assert told["text"] == "I was told rain 0. I was told rain 1. "


def test_a_forced_tool(anthropic, named):
    assert anthropic("forced", model=named("words-20")) == [["weather", {"city": "text"}]]


def test_schema(anthropic, named):
    assert anthropic("schema", model=named("words-20")) == PERSON


def test_a_picture(anthropic, named):
    assert anthropic("picture", model=named("echo"), data="iVBORw0K") == "See [data:image/png;base64,iVBORw0K]"


def test_tokens_are_counted(anthropic, named):
    few, many = (anthropic("count", model=named("words-20"), words=words) for words in (10, 1000))
    assert 0 < few < many and 500 < many < 3000


def test_models(anthropic, named):
    named("echo")
    assert {"echo", "clients/echo"} & set(anthropic("models"))


@pytest.mark.parametrize("ask", ["plain", "streamed", "bearer", "schema"])
def test_a_wrong_key(anthropic, named, ask):
    with pytest.raises(Raised) as refused:
        anthropic(ask, key="ink-wrong", model=named("words-20"))
    assert (refused.value.kind, refused.value.status) == ("AuthenticationError", 401)
    assert "authentication_error" in refused.value.words


@pytest.mark.parametrize("ask", ["plain", "streamed"])
@pytest.mark.parametrize(
    ("name", "kind", "status"),
    [
        ("fail-429-long", "RateLimitError", 429),
        ("fail-context", "BadRequestError", 400),
        ("nothing", "NotFoundError", 404),
    ],
)
def test_what_fails_is_raised_as_its_own_error(anthropic, named, ask, name, kind, status):
    with pytest.raises(Raised) as refused:
        anthropic(ask, model=name if name == "nothing" else named(name))
    assert (refused.value.kind, refused.value.status) == (kind, status)
