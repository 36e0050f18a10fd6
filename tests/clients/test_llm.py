"""llm, set up with what the page of keys says, and asked as its users ask it: from a shell."""

import json
import os
import re
import subprocess

import pytest

from components.keys import snippets
from tests.clients.conftest import APART
from tests.upstream import text_of

WEATHER = 'def weather(city: str) -> str:\n    "The weather in a city."\n    return f"rain in {city}"\n'


class Shell:
    """A shell of somebody who has llm, and has pasted what the page says."""

    def __init__(self, home, url: str, key: str) -> None:
        self.home, self.url, self.key = home, url, key

    def run(self, line: str, *words: str) -> subprocess.CompletedProcess[str]:
        environment = {"HOME": str(self.home), "PATH": f"{APART}/python/bin:{os.environ['PATH']}", "LANG": "C.UTF-8"}
        command = ["sh", "-c", line, "sh", *words]
        return subprocess.run(command, env=environment, cwd=self.home, capture_output=True, text=True, timeout=60)

    def paste(self, model: str) -> str:
        """What the last line of the snippet prints."""
        done = self.run(snippets.llm(snippets.Filled(self.url, self.key, model)))
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, model: str, *words: str) -> subprocess.CompletedProcess[str]:
        """A question to another model, whose name takes the place of the one that was pasted."""
        found = next(self.home.rglob("extra-openai-models.yaml"))
        found.write_text(re.sub(r"model_name: .*", f'model_name: "{model}"', found.read_text()))
        return self.run('llm "$@"', "-m", "inglenook", *words, "Hello there.")


@pytest.fixture(scope="module")
def shell(installed, house, key, named, tmp_path_factory):
    made = Shell(tmp_path_factory.mktemp("llm"), house.url, key)
    assert made.paste(named("reference")).rstrip("\n") == text_of("reference").replace("\r\n", "\n").rstrip("\n")
    return made


BOTH = pytest.mark.parametrize("how", [[], ["--no-stream"]], ids=["streamed", "plain"])


@BOTH
def test_it_talks(shell, named, how):
    assert shell.ask(named("words-20"), *how).stdout == text_of("words-20") + "\n"


@BOTH
def test_a_wrong_key(shell, named, how):
    refused = shell.ask(named("words-20"), "--key", "ink-wrong", *how)
    assert refused.returncode == 1 and "401" in refused.stderr


@BOTH
def test_schema(shell, named, how):
    told = shell.ask(named("words-20"), "--schema", "name, age int", *how)
    assert json.loads(told.stdout) == {"name": "text", "age": 7}, told.stderr


@BOTH
def test_tools(shell, named, how):
    told = shell.ask(named("tools-once"), "--functions", WEATHER, *how)
    assert told.stdout.strip() == "I was told rain in text. I was told rain in text.", told.stderr
