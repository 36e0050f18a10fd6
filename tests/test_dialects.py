"""How an answer is told in other dialects, whatever a provider makes of its chunks."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.gateway.dialects import messages, responses
from app.gateway.dialects.steps import ARGUMENTS, CALL, REASONING, TEXT, Steps
from app.usage import Count


def chunk(**delta):
    return {"choices": [{"index": 0, "delta": delta}]}


def piece(place, arguments="", id=None, name=None):
    function = {"arguments": arguments} | ({"name": name} if name else {})
    call = {"function": function} | ({"index": place} if place is not None else {}) | ({"id": id} if id else {})
    return chunk(tool_calls=[call])


def told(chunks):
    """Each call with its arguments, and that no call's arguments come when another one is open."""
    steps, calls = Steps(), []
    for step in [step for each in chunks for step in steps.feed(each)] + steps.end():
        if step.kind == CALL:
            calls.append([step.id, step.name, ""])
        elif step.kind == ARGUMENTS:
            calls[-1][2] += step.text
    return calls


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9)), max_size=30))
def test_calls_that_come_side_by_side_are_told_one_by_one(order):
    arguments = [json.dumps({"n": n, "x": ["}"] * n}) for n in range(3)]
    left = list(arguments)
    chunks = [piece(n, id=f"c{n}", name=f"f{n}") for n in range(3)]
    for n, size in [*order, *((n, 99) for n in range(3))]:
        chunks.append(piece(n, left[n][:size]))
        left[n] = left[n][size:]
    assert told(chunks) == [[f"c{n}", f"f{n}", arguments[n]] for n in range(3)]


def test_calls_of_one_place_are_told_apart_by_their_ids():
    chunks = [piece(0, '{"a": 1}', "x", "f"), piece(0, '{"a": 2}', "y", "f")]
    assert told(chunks) == [["x", "f", '{"a": 1}'], ["y", "f", '{"a": 2}']]


def test_a_call_without_an_id_gets_one():
    (id, name, arguments), *rest = told([piece(None, {"a": 1}, name="f")])
    assert id.startswith("call_") and (name, arguments, rest) == ("f", '{"a":1}', [])


def test_thoughts_between_marks_are_reasoning():
    steps = Steps()
    said = [step for text in ("<th", "ink>Hm.</thi", "nk>Yes", ".") for step in steps.feed(chunk(content=text))]
    assert [(step.kind, step.text) for step in said] == [(REASONING, "Hm."), (TEXT, "Yes"), (TEXT, ".")]


# Larger numbers come out of the wire's JSON as floats.
INTEGERS = st.integers(-(1 << 63), (1 << 64) - 1)
JSON = st.recursive(
    st.none() | st.booleans() | INTEGERS | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
CALLS = st.lists(JSON | st.fixed_dictionaries({}, optional={"index": JSON, "id": JSON, "function": JSON}), max_size=3)
FUNCTIONS = st.fixed_dictionaries({"function": st.fixed_dictionaries({"name": JSON, "arguments": JSON}), "id": JSON})
DELTAS = st.fixed_dictionaries(
    {},
    optional={
        "content": JSON,
        "reasoning_content": JSON,
        "refusal": JSON,
        "tool_calls": JSON | CALLS | st.lists(FUNCTIONS, max_size=3),
    },
)
CHOICES = st.fixed_dictionaries({"delta": JSON | DELTAS, "logprobs": JSON | st.fixed_dictionaries({"content": JSON})})


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.fixed_dictionaries({"choices": JSON | st.lists(CHOICES, max_size=2)}), max_size=4))
def test_whatever_a_provider_sends_is_no_mistake_of_ours(chunks):
    told(chunks)


def nested(depth):
    value = 1
    for _ in range(depth):
        value = {"a": [value]}
    return value


@pytest.mark.parametrize("depth", [1, 100, 126, 127, 128, 400])
@pytest.mark.parametrize("as_text", [True, False])
def test_arguments_that_are_nested_deep_are_told_or_left_out(depth, as_text):
    arguments = nested(depth)
    chunk = piece(0, json.dumps(arguments) if as_text else arguments, "x", "f")
    asked = {"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "x"}]}
    message = messages.Writer(messages.MessagesRequest(**asked))
    response = responses.Writer(responses.translate(asked | {"input": "x"}), "s")
    for writer in (message, response):
        assert writer.feed(chunk) + writer.end(Count())
    given, written = message.message["content"][0]["input"], response.response["output"][0]["arguments"]
    assert given in ([arguments] if depth < 120 else [arguments, {}])
    assert json.loads(written) in ([arguments] if as_text or depth < 120 else [arguments, {}])


def test_numbers_of_tokens_that_are_none_are_left_out():
    odd = {"token": "a", "logprob": {"x": 1}, "bytes": nested(300), "top_logprobs": [{"top_logprobs": [{}] * 9}]}
    (step,) = Steps().feed({"choices": [{"delta": {"content": "a"}, "logprobs": {"content": [odd]}}]})
    (told,) = step.logprobs
    assert (told["logprob"], told["bytes"], told["top_logprobs"][0]["top_logprobs"]) == (0.0, [97], [])
