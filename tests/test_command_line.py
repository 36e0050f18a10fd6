"""The command line: one line with the address, one sentence for each refusal, and commands that reach the server."""

import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

HOUSE = Path(__file__).resolve().parent.parent
SPARSE = {"PATH": os.environ["PATH"], "INGLENOOK_DEMO_MODEL": "off"}


def program(*words: str, data: Path | None = None) -> list[str]:
    return [sys.executable, str(HOUSE / "main.py"), *words, *(["--data", str(data)] if data else [])]


def run(*words: str, data: Path | None = None, typed: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """One command, as it is typed on a terminal."""
    return subprocess.run(
        program(*words, data=data), input=typed, env=SPARSE | environ, capture_output=True, text=True, timeout=60
    )


class Served:
    """A server of its own process, and what it prints."""

    def __init__(self, data: Path, *words: str, **environ: str) -> None:
        self.process = subprocess.Popen(
            program("serve", "--port", "0", *words, data=data),
            env=SPARSE | environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.line = self.process.stdout.readline().strip()
        found = re.search(r"http://[\w.:\[\]-]+", self.line)
        self.url = found[0] if found else self.process.stderr.read()

    def end(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Its exit code, and the seconds that the end took."""
        started = time.monotonic()
        self.process.send_signal(number)
        self.rest, self.log = self.process.communicate(timeout=20)
        return self.process.returncode, time.monotonic() - started

    def __enter__(self) -> "Served":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with an account."""
    data = tmp_path_factory.mktemp("made")
    done = run("accounts", "add", "ada@example.org", "--role", "admin", "--password-stdin", data=data, typed=LONG)
    assert done.returncode == 0, done.stderr
    return data


LONG = "a long enough password\n"


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """The command failed with one sentence on standard error that holds these words."""
    assert done.returncode != 0
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert not [word for word in words if word not in done.stderr], done.stderr


# ── serve ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_first_start_prints_one_line_with_a_link_that_makes_the_first_account(tmp_path: Path) -> None:
    with Served(tmp_path) as server:
        link = re.search(r"http://127\.0\.0\.1:\d+/links/[\w-]{40,}", server.line)
        assert link
        assert httpx2.get(link[0]).status_code == 200
        assert httpx2.get(f"{server.url}/healthz").status_code == 200
        assert server.end()[0] == 0
        assert server.rest == ""


def test_every_start_prints_another_link_and_the_old_one_ends(tmp_path: Path) -> None:
    with Served(tmp_path) as server:
        first = server.line.split("/links/")[1].split()[0]
        server.end()
    with Served(tmp_path) as server:
        assert first not in server.line
        assert httpx2.get(f"{server.url}/links/{first}").status_code == 404


def test_with_an_account_the_line_has_no_link_and_ssh_gets_its_own(made: Path) -> None:
    with Served(made, SSH_CONNECTION="192.0.2.1 50000 192.0.2.7 2222", LOGNAME="ada") as server:
        port = server.url.rpartition(":")[2]
        assert server.line == f"Inglenook is open at http://127.0.0.1:{port}"
        line = server.process.stdout.readline().strip()
        assert line.endswith(f"ssh -L {port}:127.0.0.1:{port} -p 2222 ada@192.0.2.7")
        server.end()
        assert server.rest == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_within_five_seconds_although_a_client_holds_on(made: Path, number: int) -> None:
    with Served(made) as server:
        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as held:
            held.sendall(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
            assert held.recv(100)
            held.sendall(b"POST /signin HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n12")
            code, seconds = server.end(number)
    assert code == 0
    assert seconds < 5
    assert "Traceback" not in server.log


def test_a_stop_ends_a_running_answer_with_its_last_event_and_keeps_it(tmp_path: Path, upstream) -> None:
    run("accounts", "add", "ada@example.org", "--password-stdin", data=tmp_path, typed=LONG)
    run("providers", "add", "fake", "--url", upstream.url, "--key-stdin", data=tmp_path, typed="right\n")
    headers = {"sec-fetch-site": "same-origin"}
    with Served(tmp_path) as server, httpx2.Client(base_url=server.url, headers=headers, timeout=20) as browser:
        browser.post("/signin", data={"email": "ada@example.org", "password": LONG.strip()})
        model = re.search(r'value="(\w{29})"[^>]*>[^<]*pace-50-2000', browser.get("/").text)[1]
        asked = browser.post("/chats", data={"text": "Go on", "key": "k1", "model": model})
        stream = re.search(r"/chats/\w+/messages/\w+/stream", browser.get(asked.headers["location"]).text)[0]
        with browser.stream("GET", stream) as answer:
            lines = answer.iter_lines()
            while "how it works" not in next(lines):
                pass
            server.process.terminate()
            seen = list(lines)
        code, seconds = server.end()
    assert code == 0
    assert seconds < 5
    assert "event: done" in seen
    with Served(tmp_path) as server, httpx2.Client(base_url=server.url, headers=headers, timeout=20) as browser:
        browser.post("/signin", data={"email": "ada@example.org", "password": LONG.strip()})
        page = browser.get(asked.headers["location"]).text
        assert "how it works" in page and "Continue" in page


def test_a_killed_server_leaves_nothing_that_stops_the_next_one(made: Path) -> None:
    with Served(made) as server:
        server.end(signal.SIGKILL)
    with Served(made) as server:
        assert httpx2.get(f"{server.url}/healthz").status_code == 200
        assert run("accounts", "list", data=made).stdout.startswith("ada@example.org")


def test_the_log_is_one_json_object_a_line_without_the_link(tmp_path: Path) -> None:
    with Served(tmp_path) as server:
        token = server.line.split("/links/")[1].split()[0]
        httpx2.get(f"{server.url}/links/{token}")
        server.end()
    paths = [entry["path"] for entry in map(json.loads, server.log.splitlines()) if entry["event"] == "http.request"]
    assert "/links/…" in paths
    assert token not in server.log


@pytest.mark.long
@pytest.mark.slow
def test_with_reload_it_starts_again_when_a_file_changes_and_ends_with_one_signal(tmp_path: Path) -> None:
    for name in ("app", "components", "routes", "workers", "static", "docs"):
        shutil.copytree(HOUSE / name, tmp_path / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    shutil.copy(HOUSE / "main.py", tmp_path)
    words = ["main.py", "serve", "--reload", "--port", "0", "--data", str(tmp_path / "data")]
    with subprocess.Popen([sys.executable, *words], cwd=tmp_path, env=SPARSE, stdout=subprocess.PIPE, text=True) as dev:
        first = dev.stdout.readline()
        (tmp_path / "app" / "clock.py").touch()
        second = dev.stdout.readline()
        url = re.search(r"http://[\w.:]+", second)[0]
        assert first != second
        assert httpx2.get(f"{url}/healthz").status_code == 200
        dev.terminate()
        assert dev.wait(10) == 0
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{url}/healthz")


# ── refusals of a start ───────────────────────────────────────────────────────────────────────────────────────────────
def test_a_taken_port_is_one_sentence(made: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused(run("serve", "--port", port, data=made), f"Port {port} is taken", "--port")


def test_an_address_of_another_machine_is_one_sentence(made: Path) -> None:
    refused(run("serve", "--host", "192.0.2.1", "--port", "0", data=made), "192.0.2.1", "--host")


def test_a_data_directory_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused(run("serve", data=tmp_path / "file" / "data"), "cannot be made", "--data")


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_data_directory_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    refused(run("serve", data=tmp_path), "cannot be written")


def test_a_data_directory_in_use_is_one_sentence_with_the_process(made: Path) -> None:
    with Served(made) as server:
        refused(run("serve", "--port", "0", data=made), f"in use by process {server.process.pid}", "--data")


def test_a_missing_asset_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text((HOUSE / "main.py").read_text())
    (tmp_path / "static").mkdir()
    rooms = [HOUSE / name for name in ("app", "components", "routes", "workers", "docs")]
    for path in [*rooms, *(each for each in (HOUSE / "static").iterdir() if each.name != "vendor")]:
        (tmp_path / path.relative_to(HOUSE)).symlink_to(path)
    words = [sys.executable, str(tmp_path / "main.py"), "serve", "--port", "0", "--data", str(tmp_path / "data")]
    done = subprocess.run(words, env=SPARSE, capture_output=True, text=True, timeout=60)
    refused(done, "static/vendor/", "make assets")


def test_a_database_of_a_newer_version_is_one_sentence_and_check_says_so_too(tmp_path: Path) -> None:
    assert run("accounts", "list", data=tmp_path).returncode == 0
    with sqlite3.connect(tmp_path / "inglenook.db") as connection:
        connection.execute("pragma user_version=9999")
    connection.close()
    refused(run("serve", "--port", "0", data=tmp_path), "schema 9999", "newer")
    done = run("check", data=tmp_path)
    assert done.returncode == 1
    assert "schema 9999" in done.stdout and "assets" in done.stdout


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"INGLENOOK_PORT": "eight"}, "INGLENOOK_PORT"),
        ({"INGLENOOK_PROT": "8000"}, "INGLENOOK_PROT"),
        ({"INGLENOOK_URL": "example.org"}, "INGLENOOK_URL"),
        ({"INGLENOOK_SECRET": "short"}, "INGLENOOK_SECRET"),
    ],
)
def test_a_bad_option_refuses_to_start_and_is_named(tmp_path: Path, environ: dict[str, str], words: str) -> None:
    refused(run("serve", data=tmp_path, **environ), words)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["serve", "--port", "99999"], "--port"),
        (["accounts", "add"], "EMAIL"),
        (["accounts", "role", "a@example.org", "king"], "ROLE"),
        (["providers", "add", "x"], "--url"),
        (["fly"], "fly"),
        ([], "required"),
    ],
)
def test_a_wrong_argument_is_one_sentence_that_names_it(words: list[str], named: str) -> None:
    refused(run(*words), named)


# ── commands ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_help_and_version_need_none_of_the_slow_packages() -> None:
    code = "import sys, main\ntry:\n main.main([sys.argv[1]])\nfinally:\n print(*sys.modules)"
    for word in ("version", "--help"):
        done = subprocess.run([sys.executable, "-c", code, word], cwd=HOUSE, capture_output=True, text=True)
        assert "nglenook" in done.stdout
        assert not {"sqlmodel", "fasthtml", "starlette", "uvicorn", "pydantic"} & set(done.stdout.split())


def test_an_account_without_a_password_gets_a_link_that_sets_one(made: Path) -> None:
    with Served(made) as server:
        done = run("accounts", "add", "bob@example.org", "--name", "Bob", data=made)
        assert done.returncode == 0
        link = done.stdout.splitlines()[1]
        assert link.startswith(f"{server.url}/links/")
        assert httpx2.get(link).status_code == 200
        again = run("accounts", "password", "bob@example.org", data=made).stdout.splitlines()[0]
        assert httpx2.get(link).status_code != 200, "a new link ends the old one"
        assert httpx2.get(again).status_code == 200


def test_a_command_reaches_the_running_server_at_once(made: Path) -> None:
    same = {"sec-fetch-site": "same-origin"}
    with Served(made) as server, httpx2.Client(base_url=server.url, headers=same, follow_redirects=True) as browser:
        browser.post("/signin", data={"email": "ada@example.org", "password": LONG.strip()})
        assert browser.get("/admin/people").status_code == 200
        run("accounts", "add", "eve@example.org", "--role", "admin", data=made)
        assert run("accounts", "role", "ada@example.org", "member", data=made).returncode == 0
        assert "/signin" in str(browser.get("/admin/people").url), "the session of a demoted admin is over"
        assert run("accounts", "role", "ada@example.org", "admin", data=made).returncode == 0


def test_the_control_socket_is_for_its_owner_only_and_goes_with_the_server(made: Path) -> None:
    with Served(made) as server:
        assert (made / "control.sock").stat().st_mode & 0o777 == 0o600
        server.end()
    assert not (made / "control.sock").exists()


def test_a_data_directory_with_a_long_path_has_its_socket_too(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 25) / "data"
    with Served(data) as server:
        assert run("accounts", "list", data=data).returncode == 0
        server.end()
        assert "control.command" in server.log


def test_a_refused_command_is_one_sentence_also_through_the_server(made: Path) -> None:
    refused(run("accounts", "add", "ada@example.org", data=made), "already an account")
    refused(run("accounts", "role", "nobody@example.org", "admin", data=made), "no")
    refused(run("accounts", "add", "x@example.org", "--password-stdin", data=made, typed="short\n"), "haracters")
    with Served(made):
        refused(run("accounts", "add", "ada@example.org", data=made), "already an account")
        refused(run("providers", "test", "nowhere", data=made), "nowhere")


def test_the_last_admin_stays_admin(tmp_path: Path) -> None:
    run("accounts", "add", "one@example.org", "--role", "admin", "--password-stdin", data=tmp_path, typed=LONG)
    refused(run("accounts", "role", "one@example.org", "member", data=tmp_path), "last admin")


def test_a_provider_is_added_listed_and_tested(made: Path, upstream) -> None:
    added = run("providers", "add", "fake", "--url", upstream.url, "--key-stdin", data=made, typed="right\n")
    assert added.returncode == 0, added.stderr
    assert "fake" in added.stdout
    assert "fake" in run("providers", "list", data=made).stdout
    with Served(made):
        tested = run("providers", "test", "fake", data=made)
        assert tested.returncode == 0 and len(tested.stdout.splitlines()) > 1
    assert b"right" not in (made / "inglenook.db").read_bytes()


def test_check_says_ok_or_what_to_do(tmp_path: Path, upstream) -> None:
    done = run("check", data=tmp_path)
    assert done.returncode == 1
    named = [line.split()[0] for line in done.stdout.splitlines()]
    assert {"configuration", "database", "assets", "secrets", "files", "models"} <= set(named)
    assert "providers add" in done.stdout
    run("providers", "add", "fake", "--url", upstream.url, "--key-stdin", data=tmp_path, typed="right\n")
    done = run("check", data=tmp_path)
    assert done.returncode == 0
    assert all(" ok" in line for line in done.stdout.splitlines())
