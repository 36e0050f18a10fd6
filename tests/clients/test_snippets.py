"""What the page of keys says to paste does what it says; llm's is in test_llm.py."""

import shlex
import subprocess

from components.keys import snippets
from tests.clients.conftest import APART
from tests.upstream import text_of


def test_curl(house, key, named):
    filled = snippets.Filled(house.url, key, named("words-20"))
    words = shlex.split(snippets.curl(filled).replace("\\\n", " "))
    assert words[0] == "curl"
    done = subprocess.run([*words, "-sS"], capture_output=True, text=True, check=True)
    assert text_of("words-20") in done.stdout


def test_openai_python(installed, house, key, named):
    program = snippets.openai_python(snippets.Filled(house.url, key, named("words-20")))
    done = subprocess.run([APART / "python/bin/python", "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == text_of("words-20"), done.stderr
