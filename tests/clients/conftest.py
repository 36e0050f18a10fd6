"""Clients of others, each in an environment and a process of its own, that ask the running product.

A program stands in programs/; it lives as long as the tests of one process, because to import its library takes longer
than all its questions. `make clients` installs them, and so does the first test that needs one.
"""

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from app import keys, providers, rights

HOUSE = Path(__file__).resolve().parents[2]
PROGRAMS = Path(__file__).parent / "programs"
APART = HOUSE / ".venv-clients"


class Raised(Exception):
    """What a library raised: its class, the status and the code that it read from the answer, its words."""

    def __init__(self, told: dict) -> None:
        super().__init__(json.dumps(told))
        self.kind, self.status, self.code, self.words = (
            told.get(each) for each in ("raised", "status", "code", "words")
        )


class Client:
    """One program: `client("plain", model=...)` is what its library told."""

    def __init__(self, command: list[str], url: str, key: str, environment: dict[str, str]) -> None:
        self.url, self.key = url, key
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=PROGRAMS
        )

    def __call__(self, ask: str, **question):
        question = {"ask": ask, "url": self.url, "key": self.key} | question
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        told = json.loads(self.process.stdout.readline() or '{"raised": "Gone", "words": "the program has ended"}')
        if "told" not in told:
            raise Raised(told)
        return told["told"]

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("clients")


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """The environments of the clients, made once, whoever comes first."""
    with (tmp_path_factory.getbasetemp().parent / "clients.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run([HOUSE / "deploy/setup.sh", "clients"], check=True)


@pytest.fixture(scope="session")
def key(house):
    """A key of a member."""
    _, token = keys.create(rights.machine(), "clients", user=member())
    return token


def member() -> str:
    from app import accounts

    user, _ = accounts.add(rights.machine(), f"clients-{os.getpid()}@example.org", "Clara", "member", None)
    return user.id


@pytest.fixture(scope="session")
def named(house, upstream):
    """The name under which a model of the fake upstream is asked for."""
    provider = providers.add(rights.machine(), "clients", upstream.url, key="right")
    made = set()

    def find(name: str) -> str:
        if name not in made:
            providers.add_model(rights.machine(), provider.id, name)
            made.add(name)
        return f"clients/{name}"

    return find


@pytest.fixture(scope="session")
def client(installed, house, key, tmp_path_factory):
    """Starts the program that asks with a library, or finds it running."""
    running: dict[str, Client] = {}
    outside = {name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "_PROXY", "_proxy"))}

    def start(name: str) -> Client:
        if name not in running:
            program = next(PROGRAMS.glob(f"ask_{name}.*"))
            # Nothing that a library keeps is found again, or read from this machine's user.
            home = {"HOME": str(tmp_path_factory.mktemp("home")), "NO_PROXY": "127.0.0.1", "PYTHONWARNINGS": "ignore"}
            running[name] = Client([*interpreter(program), str(program)], house.url, key, outside | home)
        return running[name]

    yield start
    for each in running.values():
        each.end()


def interpreter(program: Path) -> list[str]:
    """What runs a program: the Python of its environment, or a node."""
    if program.suffix == ".py":
        own = APART / program.stem.removeprefix("ask_")
        return [str((own if own.is_dir() else APART / "python") / "bin/python")]
    brought = APART / "node/bin/node"
    return [str(brought) if brought.exists() else str(shutil.which("node"))]
