"""instructor against the running product: objects by a forced tool, and by a JSON schema."""

import pytest

from tests.clients.conftest import Raised

PERSON = {"name": "text", "age": 7, "tags": ["text"]}
pytestmark = pytest.mark.parametrize("mode", ["TOOLS", "JSON_SCHEMA"])


@pytest.fixture
def instructor(client):
    return client("instructor")


def test_plain(instructor, named, mode):
    told = instructor("plain", model=named("words-20"), mode=mode)
    assert told["person"] == PERSON and told["tokens"] > 0


def test_streamed(instructor, named, mode):
    assert instructor("streamed", model=named("words-20"), mode=mode) == PERSON


@pytest.mark.parametrize("ask", ["plain", "streamed"])
def test_a_wrong_key(instructor, named, mode, ask):
    with pytest.raises(Raised) as refused:
        instructor(ask, key="ink-wrong", model=named("words-20"), mode=mode)
    assert "invalid_api_key" in refused.value.words or refused.value.status == 401
