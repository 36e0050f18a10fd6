"""llm, set up with what the page of keys says, and asked as its users ask it: from a shell."""

import json
import os
import subprocess

import pytest

from components.keys import snippets
from tests.clients.conftest import APART
from tests.upstream import text_of

WEATHER = 'def weather(city: str) -> str:\n    "The weather in a city."\n    return f"rain in {city}"\n'


class Shell:
    """A shell of somebody who has llm, and has pasted what the page says for one model after the other."""

    def __init__(self, home, url: str, key: str) -> None:
        self.home, self.url, self.key, self.pasted = home, url, key, set()

    def run(self, line: str, *words: str) -> subprocess.CompletedProcess[str]:
        environment = {"HOME": str(self.home), "PATH": f"{APART}/python/bin:{os.environ['PATH']}", "LANG": "C.UTF-8"}
        command = ["sh", "-c", line, "sh", *words]
        return subprocess.run(command, env=environment, cwd=self.home, capture_output=True, text=True, timeout=60)

    def paste(self, model: str) -> str:
        """What the last line of the snippet prints."""
        text = snippets.llm(snippets.Filled(self.url, self.key, model))
        done = self.run(text.replace("inglenook", model.replace("/", "-")))
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, model: str, *words: str) -> subprocess.CompletedProcess[str]:
        """A question to a model that was pasted."""
        return self.run('llm "$@"', "-m", model.replace("/", "-"), *words, "Hello there.")


@pytest.fixture(scope="module")
def shell(installed, house, key, tmp_path_factory):
    return Shell(tmp_path_factory.mktemp("llm"), house.url, key)


def test_streamed_as_the_page_says(shell, named):
    assert shell.paste(named("reference")).rstrip("\n") == text_of("reference").replace("\r\n", "\n").rstrip("\n")


def test_plain_and_a_wrong_key(shell, named):
    shell.paste(named("words-20"))
    assert shell.ask(named("words-20"), "--no-stream").stdout == text_of("words-20") + "\n"
    for stream in ([], ["--no-stream"]):
        refused = shell.ask(named("words-20"), "--key", "ink-wrong", *stream)
        assert refused.returncode == 1 and "401" in refused.stderr


def test_schema(shell, named):
    shell.paste(named("words-30"))
    for stream in ([], ["--no-stream"]):
        told = shell.ask(named("words-30"), "--schema", "name, age int", *stream)
        assert json.loads(told.stdout) == {"name": "text", "age": 7}, told.stderr


def test_tools(shell, named):
    shell.paste(named("tools-once"))
    for stream in ([], ["--no-stream"]):
        told = shell.ask(named("tools-once"), "--functions", WEATHER, *stream)
        assert told.stdout.strip() == "I was told rain in text. I was told rain in text.", told.stderr
