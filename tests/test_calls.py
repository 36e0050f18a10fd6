"""Calls: what a model sends arrives, what nobody set is not sent; and what this machine itself offers."""

import asyncio
import json
from dataclasses import replace

import pytest

from app import config, providers, rights
from app.providers.wire import Malformed, Reader
from tests.upstream import Upstream, text_of

ME = rights.machine()
HELLO = [{"role": "user", "content": "Hello there."}]
KEY = "sk-test-0123456789abcdef"


def finished(model_id, messages=HELLO, **options):
    """A whole call: its text, its reasoning, and the call."""

    async def whole():
        call = await providers.call(ME, model_id, messages, **options)
        deltas = [delta async for delta in call]
        await providers.close()
        said = {kind: "".join(each.text for each in deltas if each.kind == kind) for kind in ("text", "reasoning")}
        return said["text"], said["reasoning"], call

    return asyncio.run(whole())


@pytest.mark.parametrize("name", ["reference", "words-200", "burst-200"])
def test_what_the_model_sends_arrives_byte_for_byte(model, name):
    text, reasoning, call = finished(model(name))
    assert text == text_of(name) and reasoning == "" and call.finish == "stop" and call.state == "done"


def test_reasoning_is_told_apart_from_text(model):
    text, reasoning, _ = finished(model("think"))
    assert text == text_of("think") and reasoning.startswith("First I count")


def test_parameters_that_nobody_set_are_not_sent(model, upstream):
    finished(model("words-22"))
    assert set(upstream.asked("words-22")[-1].body) == {"model", "messages", "stream", "stream_options"}
    id = model("words-22")
    providers.change_model(ME, id, output_limit=50)
    finished(id, params={"temperature": 0.0, "top_p": 0.5, "max_tokens": 100, "effort": "low"})
    body = upstream.asked("words-22")[-1].body
    assert (body["temperature"], body["top_p"], body["max_tokens"], body["reasoning_effort"]) == (0.0, 0.5, 50, "low")


def test_the_estimate_learns_from_what_the_provider_counts(model):
    words = providers.find_model(model("words-7"), ME)[0]
    assert providers.estimate(words, "") == 0 and providers.estimate(words, "x" * 300) == 110
    for _ in range(8):
        # The fake counts the JSON of the messages, where each of these letters takes six bytes and not two.
        finished(words.id, [{"role": "user", "content": "é" * 3000}])
    learnt = providers.estimate(words, "é" * 3000)
    assert 4500 < learnt <= 6600, "near two tokens a letter and a tenth more, from two thirds at first"
    assert providers.find_model(words.id, ME)[0].bytes_per_token < 1.8, "it is kept for the next start"


def test_complete_gives_the_whole_text_and_settles(model):
    async def whole():
        text = await providers.complete(ME, id, HELLO, purpose="title")
        await providers.close()
        return text

    id = model("think")
    assert asyncio.run(whole()) == text_of("think")


def test_connections_are_kept_between_calls(model):
    async def whole():
        for _ in range(3):
            call = await providers.call(ME, id, HELLO)
            assert [delta async for delta in call]
        (line,) = [line for place, line in providers.clients.lines.items() if place[1] is asyncio.get_running_loop()]
        kept = len(line.client._client._transport._pool.connections)
        await providers.close()
        return kept

    id = model("echo")
    assert asyncio.run(whole()) == 1


def test_the_reader_takes_bytes_cut_anywhere():
    stream = (
        ": a sign of life\r\n\r\nevent: x\r\n"
        'data: {"choices":[{"delta":{"content":"h\u00e9"}}]}\r\n\r\n'
        'data: {"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"text":"no"}]},{"text":"!"}]}}]}\n\n'
        'data: {"choices":[{"delta":{"reasoning":"a","reasoning_content":"a"}}]}\n\n'
        'data: {"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":1}}\n\n'
        "data: [DONE]\n\n"
    ).encode()
    whole = None
    for cut in range(1, len(stream), 7):
        reader = Reader()
        deltas = []
        for i in range(0, len(stream), cut):
            reader.feed(stream[i : i + cut], deltas)
        said = "".join(f"<{delta.kind[0]}>{delta.text}" for delta in deltas).replace("<t>!", "!")
        assert reader.ended and reader.finish == "stop" and reader.count.into == 3
        whole = whole or said
        assert said == whole == "<t>h\u00e9<r>no!<r>a"
    with pytest.raises(Malformed):
        Reader().feed(b"data: [1, 2]\n", [])


@pytest.fixture
def own():
    """A fake upstream of this test alone."""
    with Upstream() as server:
        yield server


# ── what this machine offers ──────────────────────────────────────────────────────────────────────────────────────────
def test_the_key_of_the_environment_makes_a_provider_and_is_not_stored(house, own):
    before = config.current
    config.use(replace(before, openai_key=KEY, openai_url=own.url))
    try:
        providers.offer_environment()
        provider = providers.find("openai", ME)
        assert provider.kind == "environment" and provider.key is None and provider.url == own.url
        assert asyncio.run(listed(provider.id)).ok and own.requests[-1].headers["authorization"] == f"Bearer {KEY}"
        model = next(each.id for each in providers.models(ME, provider.id) if each.name == "echo")
        assert model in {choice.id for choice in providers.available(ME)}
    finally:
        config.use(before)
    assert model not in {choice.id for choice in providers.available(ME)}, "it is gone when the variable is"


async def listed(id):
    report = await providers.test(ME, id)
    await providers.close()
    return report


@pytest.fixture
def demo(house):
    """The house with its bundled model, for this test."""
    before = config.current
    config.use(replace(before, demo_model="bundled", first_token=60.0))
    providers.offer_environment()
    yield next(choice for choice in providers.available(ME) if choice.demo)
    config.use(before)


@pytest.mark.model
def test_the_bundled_model_answers_for_nothing(demo):
    assert demo.title == "SmolLM2 135M" and demo.context == 4096
    text, _, call = finished(demo.id, [{"role": "user", "content": "Say hello."}], params={"max_tokens": 12})
    assert text.strip() and call.cost == 0 and call.tokens_in > 3 and providers.is_demo(call.model)


def test_the_demo_model_comes_last_and_is_not_offered_where_it_is_off(demo, model):
    model("echo")
    assert providers.available(ME)[-1].demo and not any(choice.demo for choice in providers.available(ME)[:-1])
    config.use(replace(config.current, demo_model="off"))
    assert not any(choice.demo for choice in providers.available(ME))


def test_another_file_takes_the_place_of_the_demo_model(demo, tmp_path):
    file = tmp_path / "My own model.gguf"
    file.write_bytes(b"GGUF")
    config.use(replace(config.current, demo_model=str(file)))
    providers.offer_environment()
    (choice,) = [each for each in providers.available(ME) if each.id == demo.id]
    assert choice.title == "My own model" and not choice.demo
    config.use(replace(config.current, demo_model="bundled"))
    providers.offer_environment()
    assert next(each for each in providers.available(ME) if each.id == demo.id).title == "SmolLM2 135M"


@pytest.mark.parametrize("size", [1, 3, 7, 100])
@pytest.mark.parametrize(
    ("sent", "thought", "said"),
    [
        ("<think>\nFirst <b>.\n</think>\n\nThen 1 < 2.", "\nFirst <b>.\n", "\n\nThen 1 < 2."),
        (" <think>Only this", "Only this", ""),
        ("<thin air> is no mark", "", "<thin air> is no mark"),
        ("Text with <think> inside</think>", "", "Text with <think> inside</think>"),
        ("  <", "", "  <"),
        ("<think></think>Nothing thought", "", "Nothing thought"),
    ],
)
def test_thoughts_that_stand_in_the_text_are_parted_from_it(sent, thought, said, size):
    reader, deltas = Reader(), []
    for at in range(0, len(sent), size):
        chunk = {"choices": [{"delta": {"content": sent[at : at + size]}}]}
        reader.feed(b"data: " + json.dumps(chunk).encode() + b"\n\n", deltas)
    reader.feed(b'data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\n\n', deltas)
    assert "".join(delta.text for delta in deltas if delta.kind == "reasoning") == thought
    assert "".join(delta.text for delta in deltas if delta.kind == "text") == said
