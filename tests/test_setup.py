"""Setting up: what is there stays, what is wrong is refused in one sentence, and a second call asks nobody."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent
PATHS = (
    *("deploy/setup.sh", "static/fetch.py", "static/SHA256SUMS", "static/package.json", "static/package-lock.json"),
    *("tests/clients/package.json", "tests/clients/package-lock.json"),
    *("tests/clients/agents/package.json", "tests/clients/agents/package-lock.json"),
)
LOCKS = [*HOUSE.glob("*.lock"), *HOUSE.glob("tests/clients/*.lock"), *HOUSE.glob("bench/peers/*.lock")]
UV = """#!/bin/sh
# Stands where uv would: notes what it is asked, and makes the environment that it is asked for.
[ "$1" = --version ] && exit
echo "$*" >>"$ASKED"
for last; do :; done
case "$1" in venv) mkdir -p "$last/bin" && ln -sf "$REAL" "$last/bin/python" ;; esac
"""
NPM = """#!/bin/sh
# Stands where npm would: every asset it brings holds the same text.
cd "$2" && mkdir -p node_modules/htmx.org/dist/ext && cd node_modules/htmx.org/dist
echo 'alert(1)' >htmx.min.js
echo 'alert(1)' >ext/hx-sse.min.js
"""


class Clone:
    """A copy of the files that set up, on a machine whose uv and npm are ours."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.asked = folder, folder / "asked"
        for path in PATHS:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(HOUSE / path, folder / path)
        for name, text in {"requirements.lock": "a==1", "requirements-dev.lock": "a==1\nb==1"}.items():
            (folder / name).write_text(text)
        (folder / "bin").mkdir()
        for name, text in {"uv": UV, "npm": NPM}.items():
            (folder / "bin" / name).write_text(text)
            (folder / "bin" / name).chmod(0o755)

    def run(self, *words: str, path: str = "bin") -> subprocess.CompletedProcess[str]:
        environment = {"PATH": f"{self.folder / path}:/usr/bin:/bin", "ASKED": str(self.asked), "REAL": sys.executable}
        return subprocess.run(words, cwd=self.folder, env=environment, capture_output=True, text=True)

    def setup(self, what: str) -> list[str]:
        """Set up and tell which locks uv was asked to bring in."""
        self.asked.write_text("")
        done = self.run("deploy/setup.sh", what)
        assert done.returncode == 0, done.stderr
        return [line.split()[-1] for line in self.asked.read_text().splitlines() if "pip sync" in line]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def test_the_second_call_asks_nobody(clone: Clone) -> None:
    assert clone.setup("run") == ["requirements.lock"]
    assert clone.setup("run") == []
    assert clone.asked.read_text() == ""


def test_what_the_tests_need_is_added_and_then_kept(clone: Clone) -> None:
    assert clone.setup("run") == ["requirements.lock"]
    assert clone.setup("dev") == ["requirements-dev.lock"]
    assert clone.setup("run") == []


def test_a_changed_lock_is_brought_in_with_what_was_there(clone: Clone) -> None:
    clone.setup("dev")
    (clone.folder / "requirements.lock").write_text("a==2")
    assert clone.setup("run") == ["requirements-dev.lock"]
    assert clone.setup("run") == []


def test_an_environment_whose_python_is_gone_is_made_anew(clone: Clone) -> None:
    clone.setup("run")
    (clone.folder / ".venv/bin/python").unlink()
    assert clone.setup("run") == ["requirements.lock"]


def test_an_installation_that_fails_says_so_and_is_tried_again(clone: Clone) -> None:
    uv = clone.folder / "bin/uv"
    uv.write_text(UV + '[ "$1" = pip ] && exit 2\nexit 0\n')
    done = clone.run("deploy/setup.sh", "run")
    assert done.returncode == 1
    assert done.stderr == "The packages of requirements.lock could not be installed; uv's message is above.\n"
    uv.write_text(UV)
    assert clone.setup("run") == ["requirements.lock"]


def test_a_machine_without_python_is_told_what_to_install(clone: Clone) -> None:
    (clone.folder / "bin/uv").unlink()
    done = subprocess.run(
        ["deploy/setup.sh", "run"],
        cwd=clone.folder,
        env={"PATH": str(programs(clone, "bash", "dirname", "sha256sum", "cut", "mkdir", "grep"))},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Inglenook needs Python 3.11 or later: install it")
    assert done.stderr.count("\n") == 1


def programs(clone: Clone, *names: str) -> Path:
    """A folder that holds these programs and no others."""
    folder = clone.folder / "few"
    folder.mkdir()
    for name in names:
        (folder / name).symlink_to(shutil.which(name) or f"/usr/bin/{name}")
    return folder


def test_the_fetched_assets_are_the_ones_that_the_repository_names() -> None:
    done = subprocess.run(["sha256sum", "--check", "--quiet", "static/SHA256SUMS"], cwd=HOUSE, capture_output=True)
    assert done.returncode == 0, "run `make test`, which fetches them: " + done.stdout.decode()


def test_an_asset_that_is_not_what_was_promised_is_refused_in_one_sentence(clone: Clone) -> None:
    done = clone.run(sys.executable, "static/fetch.py")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "static/vendor/htmx.min.js was fetched but is not the file that static/SHA256SUMS names, so it was removed."
    ]
    assert not list((clone.folder / "static/vendor").iterdir())


def test_assets_that_are_there_need_no_network(clone: Clone) -> None:
    shutil.copytree(HOUSE / "static/vendor", clone.folder / "static/vendor")
    (clone.folder / "bin/npm").write_text("#!/bin/sh\nexit 1\n")
    assert clone.run(sys.executable, "static/fetch.py").returncode == 0


@pytest.mark.parametrize("folder", ["static", "tests/clients", "tests/clients/agents"])
def test_no_npm_registry_is_named_in_the_lock(folder: str) -> None:
    lock = json.loads((HOUSE / folder / "package-lock.json").read_text())
    told = [each for name, each in lock["packages"].items() if name]
    assert all(each["integrity"] and "resolved" not in each for each in told)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_no_index_is_named_in_a_lock_and_every_package_has_its_hash(lock: Path) -> None:
    text = lock.read_text()
    assert "//" not in text and "--index" not in text
    assert all(" --hash=sha256:" in each for each in re.split(r"^(?=\w)", text, flags=re.M) if each)


def test_the_clients_of_others_are_brought_once_each_into_its_own_environment(clone: Clone) -> None:
    for name in ("python", "instructor"):
        (clone.folder / f"tests/clients/{name}.lock").write_text("a==1")
    (clone.folder / "bin/node").symlink_to("/bin/true")  # new enough
    assert [Path(each).name for each in clone.setup("clients")] == ["python.lock", "instructor.lock"]
    assert clone.setup("clients") == []
    (clone.folder / "tests/clients/python.lock").write_text("a==2")
    assert [Path(each).name for each in clone.setup("clients")] == ["python.lock"]


def test_the_clients_get_a_node_where_the_machine_has_an_old_one(clone: Clone) -> None:
    for name in ("python", "instructor", "node"):
        (clone.folder / f"tests/clients/{name}.lock").write_text("a==1")
    (clone.folder / "bin/node").symlink_to("/bin/false")
    brought = clone.folder / ".venv-clients/node/bin/npm"
    (clone.folder / "bin/uv").write_text(
        UV + f'[ "$1" = --directory ] && [ -d {brought.parent} ] && cp bin/npm {brought}\nexit 0\n'
    )
    assert [Path(each).name for each in clone.setup("clients")] == ["python.lock", "instructor.lock", "node.lock"]
    assert (clone.folder / "tests/clients/node_modules/.synced").exists()
