"""What happens when a provider fails: each way ends in plain words, in the ledger, and with what came kept."""

import asyncio
import socket
import time
from dataclasses import replace

import pytest

from app import config, db, providers, rights
from app.errors import Upstream
from app.providers import bundled
from tests.servers import answering, secured
from tests.stalls import Watch
from tests.upstream import text_of

ME = rights.machine()
HELLO = [{"role": "user", "content": "Hello there."}]


class Told:
    """What came of a call: its text, and the failure if there was one."""

    def __init__(self, call):
        self.call, self.text, self.failure, self.seconds = call, "", None, 0.0

    @property
    def row(self):
        names = "state, status, tokens_in, cost, settled_at, duration_us, first_token_us"
        values = db.fetch(f"select {names} from usage where id = ?", self.call.usage_id)
        return dict(zip(names.split(", "), values, strict=True))


@pytest.fixture
async def ask(model):
    """Asks a model of the fake upstream, or one with this id."""

    async def asked(name, **params):
        id = name if len(name) == 29 else await db.in_thread(model, name)
        told = Told(await providers.call(ME, id, HELLO, params=params))
        watch = Watch()
        watch.__enter__()
        try:
            async for delta in told.call:
                told.text += delta.text
        except Upstream as failure:
            told.failure = failure
        told.seconds = watch.seconds
        watch.__exit__()
        return told

    yield asked
    await providers.close()


@pytest.fixture
async def elsewhere(house, request):
    """A provider at another address, with one model: its id."""
    made = []

    def make(url, key=""):
        provider = providers.add(ME, f"elsewhere {request.node.name} {len(made)}"[:80], url, key)
        made.append(provider)
        return providers.add_model(ME, provider.id, "some").id

    yield make
    for provider in made:
        await db.in_thread(providers.remove, ME, provider.id)


@pytest.mark.parametrize(
    ("name", "kind", "words", "requests"),
    [
        ("fail-401", "unauthorized", "did not accept the key", 1),
        ("fail-403", "forbidden", "does not allow this", 1),
        ("fail-404-model", "no_model", "Choose another model", 1),
        ("fail-429", "rate", "asked too often", 3),
        ("fail-500", "server", "trouble of its own (500)", 3),
        ("fail-html", "server", "trouble of its own (502)", 3),
        ("fail-context", "context", "too long", 1),
        ("fail-empty", "empty", "with no text", 1),
    ],
)
async def test_a_refusal_is_told_in_plain_words_and_only_some_are_asked_again(
    ask, upstream, name, kind, words, requests
):
    before = len(upstream.asked(name))
    told = await ask(name)
    assert told.failure.kind == kind and words in told.failure.message
    assert len(upstream.asked(name)) - before == requests
    assert told.row["state"] == "failed" and told.row["status"] == kind and told.row["cost"] is None
    assert told.row["settled_at"] and told.row["first_token_us"] is None


async def test_a_provider_that_recovers_is_asked_again_and_answers(ask, upstream):
    for name, requests in (("fail-503-once", 2), ("fail-429-twice", 3)):
        upstream.failures.pop(name, None)
        before = len(upstream.asked(name))
        told = await ask(name)
        assert told.failure is None and told.text == text_of(name) and told.row["state"] == "done"
        assert len(upstream.asked(name)) - before == requests


async def test_a_long_retry_after_is_told_and_not_waited_for(ask, upstream):
    told = await ask("fail-429-long")
    assert told.failure.kind == "rate" and "60 seconds" in told.failure.message and told.failure.retry_after == 60
    assert told.seconds < 1


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("fail-stall", "stalled", "nothing came for 1.5 seconds"),
        ("fail-cut", "cut", "broke before the answer was complete"),
        ("fail-malformed", "malformed", "cannot be read"),
    ],
)
async def test_a_failure_in_the_middle_keeps_what_came_and_is_not_asked_again(ask, upstream, name, kind, words):
    before = len(upstream.asked(name))
    told = await ask(name)
    assert told.failure.kind == kind and words in told.failure.message and "kept" in told.failure.message
    assert told.text and text_of(name).startswith(told.text) and len(told.text.split()) == 20
    assert len(upstream.asked(name)) - before == 1
    assert told.row["state"] == "failed" and told.row["first_token_us"] > 0


async def test_a_model_that_never_begins_is_given_up(ask, upstream):
    early = upstream.closed_early
    told = await ask("fail-slow-first")
    assert told.failure.kind == "slow" and "1.5 seconds" in told.failure.message and 1.4 < told.seconds < 2.5
    assert upstream.closed_early > early or wait_for(lambda: upstream.closed_early > early)


async def test_an_answer_that_was_cut_by_its_length_is_no_failure(ask):
    told = await ask("fail-length")
    assert told.failure is None and told.call.finish == "length" and told.text == text_of("fail-length")


async def test_nothing_listens(ask, elsewhere):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    told = await ask(await db.in_thread(elsewhere, f"http://127.0.0.1:{port}/v1"))
    assert told.failure.kind == "refused" and f"nothing listens at 127.0.0.1:{port}" in told.failure.message
    assert 0.8 < told.seconds < 8, "it is asked three times, with a growing pause"


async def test_a_name_that_nobody_knows(ask, elsewhere):
    told = await ask(await db.in_thread(elsewhere, "http://nowhere.invalid/v1"))
    assert told.failure.kind == "dns" and "nowhere.invalid is not known" in told.failure.message


async def test_a_server_without_encryption_behind_https(ask, elsewhere):
    with answering(b"HTTP/1.1 400 Bad\r\ncontent-length: 0\r\n\r\n") as port:
        told = await ask(await db.in_thread(elsewhere, f"https://127.0.0.1:{port}/v1"))
    assert told.failure.kind == "tls" and "http or https" in told.failure.message


async def test_a_certificate_that_nobody_vouches_for(ask, elsewhere, tmp_path):
    with secured(tmp_path) as port:
        told = await ask(await db.in_thread(elsewhere, f"https://127.0.0.1:{port}/v1"))
    assert told.failure.kind == "tls" and "self-signed certificate" in told.failure.message


async def test_a_wrong_key_is_told_without_the_key(ask, elsewhere, upstream):
    told = await ask(await db.in_thread(elsewhere, upstream.url, "wrong"))
    assert told.failure.kind == "unauthorized" and "wrong" not in told.failure.detail


async def test_a_wrong_path_is_told_from_a_missing_model(ask, elsewhere, upstream):
    told = await ask(await db.in_thread(elsewhere, upstream.url + "/nowhere"))
    assert told.failure.kind == "no_path" and "/v1" in told.failure.message


async def test_a_page_instead_of_a_stream(ask, elsewhere):
    with answering(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 5\r\n\r\nHello") as port:
        told = await ask(await db.in_thread(elsewhere, f"http://127.0.0.1:{port}/v1"))
    assert told.failure.kind == "malformed" and "OpenAI-compatible" in told.failure.message


async def test_an_address_that_sends_on_is_not_followed(ask, elsewhere):
    head = b"HTTP/1.1 308 Moved\r\nlocation: https://there.example/v1\r\ncontent-length: 0\r\n\r\n"
    with answering(head) as port:
        told = await ask(await db.in_thread(elsewhere, f"http://127.0.0.1:{port}/v1"))
    assert told.failure.kind == "no_path" and "https://there.example/v1" in told.failure.message


async def test_an_error_in_the_stream_is_a_failure(ask, elsewhere):
    event = b'data: {"error": {"message": "no capacity for sk-abcdef123456", "code": 402}}\n\n'
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: %d\r\n\r\n" % len(event)
    with answering(head + event) as port:
        told = await ask(await db.in_thread(elsewhere, f"http://127.0.0.1:{port}/v1"))
    assert told.failure.kind == "forbidden" and "no credit" in told.failure.message
    assert "sk-abcdef" not in told.failure.detail + told.failure.message


@pytest.mark.parametrize("bad", [b"data: {nope\n\n", b'data: {"error": {"message": "overloaded", "code": 503}}\n\n'])
async def test_text_that_comes_in_one_piece_with_the_failure_is_kept(ask, elsewhere, bad):
    body = b'data: {"choices": [{"delta": {"content": "kept"}}]}\n\n' + bad
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: %d\r\n\r\n" % len(body)
    with answering(head + body) as port:
        told = await ask(await db.in_thread(elsewhere, f"http://127.0.0.1:{port}/v1"))
    assert told.text == "kept" and told.failure.kind in ("malformed", "server")


async def test_stop_closes_the_connection_within_a_second(ask, upstream, model):
    early = upstream.closed_early
    call = await providers.call(ME, await db.in_thread(model, "pace-50-2000"), HELLO)
    text = ""
    with Watch() as watch:
        async for delta in call:
            text += delta.text
            if len(text) > 20 and not call.state:
                before = watch.seconds
                await call.close("stopped")
        assert wait_for(lambda: upstream.closed_early > early, 10) and watch.seconds - before < 1
    assert text_of("pace-50-2000").startswith(text) and call.state == "stopped"
    assert db.fetch("select state, cost from usage where id = ?", call.usage_id) == ("stopped", None)


async def test_a_close_from_another_task_ends_the_one_that_reads(ask, upstream, model):
    for name in ("pace-50-2000", "fail-slow-first", "fail-429"):
        call = await providers.call(ME, await db.in_thread(model, name), HELLO)

        async def read(call=call):
            return [delta async for delta in call]

        reading = asyncio.create_task(read())
        await asyncio.sleep(0.2)
        with Watch() as watch:
            await call.close("stopped")
            await asyncio.wait_for(reading, 10)
            assert watch.seconds < 0.5 and call.state == "stopped"


async def test_an_old_server_that_knows_no_stream_options_is_asked_without(ask, elsewhere):
    refusal = b'{"error": {"message": "Unrecognized field: stream_options"}}'
    event = b'data: {"choices": [{"delta": {"content": "old"}, "finish_reason": "stop"}]}\n\n'
    kinds = (b"application/json", refusal, b"400 Bad"), (b"text/event-stream", event, b"200 OK")
    answers = [
        b"HTTP/1.1 %s\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n%s" % (status, kind, len(body), body)
        for kind, body, status in kinds
    ]
    with answering(*answers) as port:
        told = await ask(await db.in_thread(elsewhere, f"http://127.0.0.1:{port}/v1"))
    assert told.failure is None and told.text == "old" and told.call.tokens_in is None and told.row["cost"] is None


@pytest.mark.model
async def test_the_bundled_model_that_dies_is_started_again(ask, demo):
    first = await ask(demo, max_tokens=4)
    assert first.failure is None and first.text and first.row["cost"] == 0
    bundled.running.process.kill()
    again = await ask(demo, max_tokens=4)
    assert again.failure is None and again.text


def wait_for(condition, limit=1.0):
    """Whether the condition comes true within a second."""
    deadline = time.monotonic() + limit
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


@pytest.fixture
async def demo(house):
    """The id of the bundled model, offered for this test."""
    before = config.current
    config.use(replace(before, demo_model="bundled", first_token=60.0))
    await db.in_thread(providers.offer_environment)
    yield next(each.id for each in providers.available(ME) if each.demo)
    config.use(before)
