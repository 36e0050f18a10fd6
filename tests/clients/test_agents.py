"""Agents for the terminal, set up with what the page of keys and the handbook say, asked without anybody watching.

aider is not among them: it allows no newer Python than 3.12 and brings half a gigabyte.
"""

import os
import platform
import re
import subprocess
from pathlib import Path

import pytest

from components.keys import snippets
from tests.clients.conftest import HOUSE, interpreter
from tests.upstream import text_of

MODULES = HOUSE / "tests/clients/agents/node_modules"
PAGE = (HOUSE / "docs/use/clients.md").read_text()
pytestmark = pytest.mark.agents
X86 = platform.machine() == "x86_64"


class Desk:
    """Somebody's home and shell, with the agents on the path and nothing of this machine's user."""

    def __init__(self, home: Path, url: str, key: str) -> None:
        self.home, self.url, self.key = home, url, key
        programs = home / "programs"
        programs.mkdir()
        machine = {"x86_64": "x64", "aarch64": "arm64"}[platform.machine()]
        for name, place in {
            "claude": MODULES / f"@anthropic-ai/claude-code-linux-{machine}/claude",
            "codex": MODULES / ".bin/codex",
            "cn": MODULES / ".bin/cn",
            "opencode": MODULES / f"opencode-linux-{machine}/bin/opencode",
            "node": Path(interpreter(Path("any.mjs"))[0]),
        }.items():
            (programs / name).symlink_to(place)
        self.environment = {
            "HOME": str(home),
            "PATH": f"{programs}:{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            # They would ask for news at their makers' addresses.
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "OPENCODE_DISABLE_AUTOUPDATE": "1",
            "OPENCODE_DISABLE_MODELS_FETCH": "1",
        }

    def filled(self, model: str) -> snippets.Filled:
        return snippets.Filled(self.url, self.key, model)

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        """What a line of the shell gives; nothing can be answered."""
        return subprocess.run(
            ["sh", "-c", line],
            env=self.environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=90,
        )

    def keep(self, name: str, text: str) -> None:
        (self.home / name).parent.mkdir(exist_ok=True)
        (self.home / name).write_text(text)

    def claude(self, model: str) -> subprocess.CompletedProcess[str]:
        return self.run(snippets.claude_code(self.filled(model)) + ' -p "Hello"')

    def codex(self, model: str) -> subprocess.CompletedProcess[str]:
        self.keep(".codex/config.toml", snippets.codex(self.filled(model)))
        return self.run(f'export INK_KEY={self.key}; codex exec --skip-git-repo-check "Hello"')

    def opencode(self, model: str) -> subprocess.CompletedProcess[str]:
        self.keep("opencode.json", self.from_the_handbook("opencode", model))
        return self.run(f'opencode run -m "inglenook/{model}" "Hello"')

    def cn(self, model: str) -> subprocess.CompletedProcess[str]:
        self.keep("config.yaml", self.from_the_handbook("Continue", model))
        return self.run('cn -p --config config.yaml "Hello"')

    def from_the_handbook(self, title: str, model: str) -> str:
        """What the page of clients says to write."""
        code = re.search(rf"^## {title}\n.*?^```\w+\n(.*?)^```", PAGE, re.M | re.S)[1]
        for old, new in {"https://ai.example.org": self.url, "ink-...": self.key, "gpt-5-mini": model}.items():
            assert old in code
            code = code.replace(old, new)
        return code


@pytest.fixture
def desk(installed, house, key, tmp_path):
    return Desk(tmp_path, house.url, key)


AGENTS = [
    "claude",
    "codex",
    "cn",
    pytest.param("opencode", marks=pytest.mark.skipif(not X86, reason="opencode is brought for x86-64 alone")),
]


@pytest.mark.parametrize("agent", AGENTS)
def test_it_answers_with_what_the_page_says(desk, named, agent):
    done = getattr(desk, agent)(named("words-20"))
    assert text_of("words-20") in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("agent", AGENTS)
def test_its_tools_are_called_and_it_tells_what_they_said(desk, named, agent):
    done = getattr(desk, agent)(named("tools-once"))
    assert "I was told" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("agent", AGENTS)
def test_it_says_that_a_key_is_wrong(desk, named, agent):
    desk.key = "ink-wrong"
    done = getattr(desk, agent)(named("words-20"))
    assert re.search("401|[Uu]nauthorized|not known|no key|[Aa]uthentic", done.stdout + done.stderr), done
    assert text_of("words-20") not in done.stdout
