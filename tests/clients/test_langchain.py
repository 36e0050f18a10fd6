"""langchain-openai against the running product, by chat completions and by responses."""

import base64
import hashlib

import pytest

from app.gateway import embedding
from tests.clients.conftest import Raised
from tests.upstream import text_of

PERSON = {"name": "text", "age": 7, "tags": ["text"]}
BOTH = pytest.mark.parametrize("responses", [False, True], ids=["completions", "responses"])


@pytest.fixture
def langchain(client):
    return client("langchain")


@BOTH
def test_plain(langchain, named, responses):
    told = langchain("plain", model=named("words-20"), responses=responses)
    assert told == {"text": text_of("words-20"), "tokens": 20}


@BOTH
def test_streamed(langchain, named, responses):
    told = langchain("streamed", model=named("reference"), responses=responses)
    assert told["text"] == text_of("reference") and told["pieces"] > 10 and told["tokens"] > 10


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
@BOTH
def test_tools(langchain, named, stream, responses):
    told = langchain("tools", model=named("tools-once"), stream=stream, responses=responses)
    assert told["calls"] == [["weather", {"city": "text"}]] * 2
    assert told["text"] == "I was told rain in text. " * 2


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
@BOTH
def test_schema(langchain, named, method, responses):
    assert langchain("schema", model=named("words-20"), method=method, responses=responses) == PERSON


@pytest.mark.parametrize("ask", ["plain", "streamed"])
@BOTH
def test_a_wrong_key(langchain, named, ask, responses):
    with pytest.raises(Raised) as refused:
        langchain(ask, key="ink-wrong", model=named("words-20"), responses=responses)
    assert (refused.value.status, refused.value.code) == (401, "invalid_api_key")


def test_embeddings(langchain, named):
    vectors = langchain("embed", model=named("embed-3"))
    assert [[round(each, 4) for each in vector] for vector in vectors] == [[0.1, 0.2, 0.0], [0.1, 0.2, 1.0]]


def test_embeddings_as_they_come_which_send_token_ids(langchain, tmp_path):
    words = embedding.words("cl100k_base")
    lines = [base64.b64encode(words.decode_bytes([n])) + b" %d\n" % n for n in range(100_256)]
    place = "https://openaipublic.blob.core.windows.net/encodings/cl100k_base.tiktoken"
    # tiktoken takes it only when it is OpenAI's own, byte for byte.
    (tmp_path / hashlib.sha1(place.encode()).hexdigest()).write_bytes(b"".join(lines))
    cat, kitten, taxes = langchain("embed_by_default", model="wordllama", tables=str(tmp_path))
    near = [sum(a * b for a, b in zip(cat, other, strict=True)) for other in (kitten, taxes)]
    assert len(cat) == 256 and near[0] > 0.3 > near[1]
