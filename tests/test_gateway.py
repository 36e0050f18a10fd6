"""The gateway's way to a model: found by its name, paid for, asked, passed on byte by byte, and settled."""

import asyncio
import json

import pytest

from app import db, gateway, rights
from app.errors import NotFound, Upstream
from tests.upstream import text_of

ME = rights.machine()
HELLO = [{"role": "user", "content": "Hello there."}]


def body(model, **more):
    return {"model": model, "messages": HELLO} | more


def asked(name, stream=True, me=ME, **more):
    """One call to its end: the answer, and its bytes."""

    async def whole():
        try:
            answer = await gateway.ask(gateway.Ask(me, name, body(name, stream=stream, **more), stream=stream))
            return answer, b"".join([chunk async for chunk in answer.bytes()])
        finally:
            await gateway.close()

    return asyncio.run(whole())


def said(data):
    """The text of a stream."""
    chunks = [json.loads(line[6:]) for line in data.split(b"\n") if line.startswith(b"data: {")]
    return "".join(c["delta"].get("content") or "" for chunk in chunks for c in chunk["choices"])


@pytest.mark.parametrize("name", ["reference", "burst-200"])
def test_a_stream_is_passed_on(model, name):
    model(name)
    answer, data = asked(f"fake/{name}")
    assert said(data) == text_of(name) and data.endswith(b"data: [DONE]\n\n")
    assert b'"usage": {' not in data, "nobody asked for it"
    row = db.fetch("select state, tokens_in, tokens_out, first_token_us from usage where id = ?", answer.usage_id)
    assert row[0] == "done" and row[1] > 0 and row[2] > 0 and row[3] > 0


def test_a_plain_answer_is_passed_on(model):
    model("words-20")
    answer, data = asked("fake/words-20", stream=False)
    assert json.loads(data)["choices"][0]["message"]["content"] == text_of("words-20")
    assert (answer.kind, answer.state, answer.count.out) == ("application/json", "done", 20)


def test_a_failure_is_raised_before_the_first_byte(model):
    model("fail-500")
    with pytest.raises(Upstream) as failed:
        asked("fake/fail-500")
    assert failed.value.kind == "server" and failed.value.status == 502


def test_a_stream_that_is_cut_ends_with_an_error(model):
    model("fail-cut")
    answer, data = asked("fake/fail-cut")
    assert b'"error"' in data.splitlines()[-2] and answer.state == "failed"


def test_an_unknown_model_is_refused(house):
    with pytest.raises(NotFound):
        asked("no such model")
