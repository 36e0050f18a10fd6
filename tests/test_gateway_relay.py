"""The relay: however the provider's bytes are cut, the caller gets the same bytes, and the ledger the same numbers."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.gateway.relay import Reader

WORDS = st.text(max_size=12)
USAGE = {"prompt_tokens": 9, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": 3}}


def chunk(**more):
    return json.dumps({"id": "c", "object": "chat.completion.chunk", "choices": []} | more, ensure_ascii=False)


def delta(text, usage=None):
    return chunk(choices=[{"index": 0, "delta": {"content": text}, "finish_reason": None}], usage=usage)


LINES = st.one_of(
    WORDS.map(delta),
    WORDS.map(lambda text: delta(text, USAGE)),
    WORDS.map(lambda text: delta(f'"usage": {{ "error" {text}')),
    st.just(chunk(choices=[{"index": 0, "delta": {"role": "assistant"}}])),
    st.just(chunk(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}])),
    st.just(chunk(usage=USAGE)),
    st.just(chunk(usage={"prompt_tokens": 1, "completion_tokens": 2})),
    st.just("[DONE]"),
    st.just("{this is no JSON"),
)
EVENTS = st.one_of(
    LINES.map(lambda line: f"data: {line}"),
    st.just(": a sign of life"),
    LINES.map(lambda line: f"event: x\ndata:{line}"),
)


@st.composite
def streams(draw):
    """The bytes of a stream, with one kind of line ends, and perhaps cut off."""
    end = draw(st.sampled_from(["\n", "\r\n"]))
    events = draw(st.lists(EVENTS, max_size=12))
    data = "".join(event.replace("\n", end) + end * draw(st.integers(2, 4)) for event in events).encode()
    return data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data


@st.composite
def cuts(draw):
    """A stream, and the pieces in which it comes."""
    data = draw(streams())
    places = sorted(draw(st.lists(st.integers(0, len(data)), max_size=20)))
    return data, [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]


def relayed(pieces, hide):
    reader = Reader(hide_usage=hide)
    out = b"".join([reader.feed(piece) for piece in pieces if piece]) + reader.rest()
    return out, reader.usage, reader.events, reader.begun, reader.ended, reader.tail, reader.head


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cuts())
def test_any_cutting_gives_the_same_bytes_and_the_same_usage(cut):
    data, pieces = cut
    once, bytewise = relayed([data], False), relayed([data[n : n + 1] for n in range(len(data))], False)
    assert relayed(pieces, False) == once == bytewise
    assert once[0] == data, "whoever asked for the usage gets every byte"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cuts())
def test_any_cutting_hides_the_same_event(cut):
    data, pieces = cut
    once = relayed([data], True)
    assert relayed(pieces, True) == once == relayed([data[n : n + 1] for n in range(len(data))], True)
    assert once[1] == relayed([data], False)[1], "what is hidden is counted all the same"


def test_what_looks_like_usage_in_a_text_is_text():
    event = b"data: " + delta('"usage": {"prompt_tokens": 99}').encode() + b"\n\n"
    reader = Reader(hide_usage=True)
    assert reader.feed(event) == event and reader.usage == {}


def test_usage_null_stays():
    event = b'data: {"choices":[{"index":0,"delta":{"content":"a"}}],"usage":null}\n\n'
    reader = Reader(hide_usage=True)
    assert reader.feed(event) == event


def test_an_error_ends_the_relay():
    reader = Reader()
    good = f"data: {delta('so far')}\n\n".encode()
    assert reader.feed(good + b'data: {"error": {"message": "Overloaded", "code": 503}}\n\n') == good
    assert reader.error["message"] == "Overloaded"


def test_the_usage_of_the_other_dialects_is_understood():
    reader = Reader()
    reader.feed(
        b'event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":10,'
        b'"cache_read_input_tokens":5,"cache_creation_input_tokens":2,"output_tokens":1}}}\n\n'
    )
    assert not reader.begun
    reader.feed(b'event: message_delta\ndata: {"type":"message_delta","usage":{"output_tokens":30}}\n\n')
    assert (reader.count.into, reader.count.cached, reader.count.out) == (17, 5, 30)
    other = Reader()
    usage = {"input_tokens": 8, "input_tokens_details": {"cached_tokens": 2}, "output_tokens": 6}
    done = {"type": "response.completed", "response": {"usage": usage, "error": None}}
    other.feed(b"data: " + json.dumps(done).encode() + b"\n\n")
    assert (other.count.into, other.count.cached, other.count.out) == (8, 2, 6) and other.error is None and other.ended
