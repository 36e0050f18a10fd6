"""A terminal: the real curl and the real pastebinit, with a key of somebody and a directory of their own."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app import keys
from app.rights import Caller


@dataclass
class Answer:
    """What curl printed: the status, the headers and the body."""

    status: int
    headers: dict[str, str]
    body: bytes
    printed: str = ""

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def link(self) -> str:
        """The only line of the answer."""
        assert self.status in (200, 201), (self.status, self.text)
        assert re.fullmatch(r"http://[\w.:]+/p/[0-9a-z]{29}\n", self.text), self.text
        return self.text.strip()

    @property
    def id(self) -> str:
        return self.link.rsplit("/", 1)[1]


@dataclass
class Terminal:
    """Somebody's shell."""

    url: str
    folder: Path
    key: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, given: bytes = b"", check: bool = False) -> subprocess.CompletedProcess[bytes]:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8"} | self.environment
        return subprocess.run(
            words, input=given, capture_output=True, cwd=self.folder, env=environment, timeout=60, check=check
        )

    def curl(self, *words: str, given: bytes = b"", key: bool = True, expects: str = "") -> Answer:
        """Run curl; an address that begins with a slash is one of this house."""
        head, body = self.folder / ".head", self.folder / ".body"
        head.unlink(missing_ok=True)
        body.write_bytes(b"")
        words = tuple(f"{self.url}{word}" if word.startswith(("/p", "/.well")) else word for word in words)
        own = ["-H", f"Authorization: Bearer {self.key}"] if key and self.key else []
        ran = self.run("curl", "-sS", "-D", str(head), "-o", str(body), *own, *words, given=given)
        heads = [each for each in head.read_text("latin-1").split("\n\n") if each] if head.exists() else []
        assert heads, ran.stderr.decode()
        first, *lines = heads[-1].splitlines()
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return Answer(int(first.split()[1]), headers, body.read_bytes(), ran.stderr.decode())

    def file(self, name: str, data: bytes | str) -> str:
        """A file in its directory: its name."""
        (self.folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        return name


def terminal_of(house, folder: Path, someone=None, scopes=("pastes:read", "pastes:write")) -> Terminal:
    """The shell of this person, with a key of these scopes."""
    if not shutil.which("curl"):
        pytest.skip("there is no curl; `make test` installs it")
    key = keys.create(Caller(id=someone.id), "Terminal", scopes=list(scopes))[1] if someone else ""
    return Terminal(house.url, folder, key)
