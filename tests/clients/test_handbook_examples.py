"""The examples in docs/use/clients.md, run as they stand there against the running product."""

import re
import subprocess

import pytest

from tests.clients.conftest import APART, HOUSE, PROGRAMS, interpreter
from tests.upstream import text_of

PAGE = (HOUSE / "docs/use/clients.md").read_text()
EXAMPLES = {
    title: (language, code)
    for title, section in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)
    for language, code in re.findall(r"^```(python|js)\n(.*?)^```", section, re.M | re.S)
}


def test_the_page_has_examples_for_each_library():
    assert list(EXAMPLES) == [
        *("OpenAI for Python", "OpenAI for JavaScript", "Anthropic for Python", "AI SDK"),
        *("LangChain", "instructor", "Ollama for Python"),
    ]


@pytest.mark.parametrize("title", EXAMPLES)
def test_it_does_what_it_says(installed, house, key, named, title):
    language, code = EXAMPLES[title]
    filled = {"https://ai.example.org": house.url, "ink-...": key, "gpt-5-mini": named("words-20")}
    for old, new in filled.items():
        assert old in code
        code = code.replace(old, new)
    if language == "js":
        command = [*interpreter(PROGRAMS / "any.mjs"), "--input-type=module", "-"]
    else:
        command = [APART / ("instructor" if title == "instructor" else "python") / "bin/python", "-"]
    done = subprocess.run(command, input=code, cwd=PROGRAMS, capture_output=True, text=True, timeout=60)
    expected = '{"name":"text","age":7}' if title == "instructor" else text_of("words-20")
    assert done.stdout.strip() == expected, done.stderr
