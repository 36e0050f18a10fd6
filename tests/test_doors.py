"""The held door: a server that starts again behind it is missed by nobody, and one that dies comes back."""

import os
import pty
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import httpx2
import psutil
import pytest

from app import children, doors
from app.doors import finding, handing, holding, telling
from app.errors import Misconfigured
from routes.commands import serving
from tests.replicas import until
from tests.test_command_line import LONG, SPARSE, Served, program, refused, run
from tests.visitors import Visitors

AWAY = {"INGLENOOK_REPLICA": "off"}
FORM = b"sec-fetch-site: same-origin\r\ncontent-type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with an account."""
    data = tmp_path_factory.mktemp("doors")
    run("accounts", "add", "ada@example.org", "--role", "admin", "--password-stdin", data=data, typed=LONG)
    return data


def again(data: Path, before: str) -> doors.State:
    return doors.restarted(data, before, 60)


# ── the words and the files ───────────────────────────────────────────────────────────────────────────────────────────
def test_a_restart_without_a_server_is_one_sentence(tmp_path: Path) -> None:
    refused(run("restart", data=tmp_path), "No server runs", "serve")


def test_only_listening_sockets_are_taken_for_a_door(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w") as file, pytest.raises(Misconfigured, match="is none"):
        finding.find("", 0, [file.fileno()])
    with socket.socket() as silent, pytest.raises(Misconfigured, match="is none"):
        finding.find("", 0, [silent.fileno()])
    with socket.create_server(("127.0.0.1", 0)) as held:
        door = finding.find("", 0, [held.fileno()])
        assert (door.kind, finding.port_of(door, 7)) == (doors.OWN, held.getsockname()[1])
    assert handing.without_files(["serve", "--fd", "3", "--port", "0", "--fd=4"]) == ["serve", "--port", "0"]


def test_odd_words_of_the_environment_open_no_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LISTEN_PID", str(os.getpid()))
    for odd in ("", "-1", "two", "²", "1e3", "99999999999"):
        monkeypatch.setenv("LISTEN_FDS", odd)
        assert finding.passed() == []
    monkeypatch.setenv("WATCHDOG_USEC", "²")
    assert telling.rhythm() == 0
    monkeypatch.setenv("LISTEN_FDS", "9999")
    with pytest.raises(Misconfigured, match="is none"):
        finding.find("", 0)


def test_a_child_that_dies_all_night_is_still_started_again() -> None:
    assert [holding.pause_after(deaths) for deaths in (0, 1, 2, 9, 100_000)] == [0.0, 0.1, 0.2, 25.6, 30.0]


def test_a_server_whose_program_is_gone_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(children.OUTER, str(tmp_path / "inglenook"))
    monkeypatch.setattr(handing, "door", doors.Door(()))
    (said,), code = serving.restart()
    assert code == 1 and "is not there" in said and not handing.wanted


# ── restarts ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.long
@pytest.mark.timeout(240)
def test_five_restarts_under_load_drop_nothing(made: Path) -> None:
    begun = time.monotonic()
    with Served(made, "--hold") as server:
        first = until(lambda: ready(made))
        alone = time.monotonic() - begun
        with Visitors(server.url) as visitors:
            before = first
            for n in range(5):
                if n % 2:
                    server.process.send_signal(signal.SIGHUP)
                else:
                    assert doors.restart(made) == before.boot
                now = again(made, before.boot)
                assert (now.door, now.holder, now.pid) == (doors.HOLD, server.process.pid, first.pid)
                before = now
                time.sleep(0.3)
        assert visitors.errors == []
        assert set(visitors.statuses) <= {200, 422, 429}
        assert all(count > 10 for count in visitors.by_kind.values()), visitors.by_kind
        # Beside other tests a start alone may take longer than that.
        assert visitors.longest < max(3.0, 2 * alone)
        assert server.end()[0] == 0
    assert not [each for each in (first.pid, server.process.pid) if psutil.pid_exists(each)]


def ready(data: Path) -> doors.State | None:
    state = doors.state(data)
    return state if state is not None and state.ready else None


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_server_that_dies_comes_back_and_both_end_together(made: Path) -> None:
    with Served(made, "--hold", **AWAY) as server:
        first = until(lambda: ready(made))
        os.kill(first.pid, signal.SIGKILL)
        assert httpx2.get(f"{server.url}/healthz", timeout=60).status_code == 200, "whoever knocks meanwhile waits"
        second = again(made, first.boot)
        assert second.pid != first.pid and second.holder == server.process.pid
        with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))):
            code, seconds = server.end(signal.SIGINT)
        assert code == 0 and seconds < 6
        assert '"doors.died"' in server.log and "Traceback" not in server.log
    with Served(made, "--hold", **AWAY) as server:
        first = until(lambda: doors.state(made))
        server.end(signal.SIGKILL)  # waits until nobody can write to its log any more
        assert not psutil.pid_exists(first.pid) or psutil.Process(first.pid).status() == "zombie"
    port = server.url.rpartition(":")[2]
    refused(run("serve", "--hold", "--port", port, "--host", "192.0.2.1", data=made), "is no address of this machine")


@contextmanager
def as_systemd(data: Path, sockets: list[socket.socket], told: Path):
    """A server that is started as systemd does: its sockets are files from 3 on, and it says how it is."""
    ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    ear.bind(str(told))
    ear.settimeout(60)
    start = (
        "import os, sys; files = list(map(int, sys.argv[1].split(',')));"
        "[os.dup2(file, 100 + n) for n, file in enumerate(files)];"
        "[os.dup2(100 + n, 3 + n) for n in range(len(files))];"
        "os.environ['LISTEN_PID'] = os.environ['WATCHDOG_PID'] = str(os.getpid());"
        "os.execv(sys.executable, [sys.executable, *sys.argv[2:]])"
    )
    files = [each.fileno() for each in sockets]
    words = [sys.executable, "-c", start, ",".join(map(str, files)), *program("serve", data=data)[1:]]
    environment = (
        SPARSE | AWAY | {"LISTEN_FDS": str(len(files)), "NOTIFY_SOCKET": str(told), "WATCHDOG_USEC": "3000000"}
    )
    with subprocess.Popen(words, env=environment, pass_fds=files, stdout=subprocess.DEVNULL) as process, ear:
        try:
            yield process, lambda: ear.recv(4096).decode().split("\n")
        finally:
            process.kill()


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_systemd_hands_over_several_sockets_and_is_told_how_it_goes(made: Path, tmp_path: Path) -> None:
    inside = socket.socket(socket.AF_UNIX)
    inside.bind(str(tmp_path / "page"))
    inside.listen()
    with socket.create_server(("127.0.0.1", 0)) as first, inside:
        port = first.getsockname()[1]
        kept = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
        with as_systemd(made, [first, inside], tmp_path / "told") as (process, hear), kept:
            until(lambda: "READY=1" in hear())
            assert "WATCHDOG=1" in hear()
            before = until(lambda: ready(made))
            assert (before.door, before.holder, before.pid) == (doors.SYSTEMD, 0, process.pid)
            line = httpx2.HTTPTransport(uds=str(tmp_path / "page"))
            with httpx2.Client(transport=line, base_url="http://localhost") as near:
                assert near.get("/healthz").text == kept.get("/healthz").text == "ok\n"
            process.send_signal(signal.SIGHUP)
            heard = until(lambda: next((said for said in iter(hear, None) if "RELOADING=1" in said), None))
            assert any(word.startswith("MONOTONIC_USEC=") for word in heard)
            assert kept.get("/healthz").status_code == 200, "on the connection that was open before"
            until(lambda: "READY=1" in hear())
            assert again(made, before.boot).pid == process.pid
            process.terminate()
            until(lambda: "STOPPING=1" in hear())
            assert process.wait(10) == 0


@pytest.mark.long
@pytest.mark.timeout(120)
def test_a_terminal_that_goes_ends_the_server(made: Path) -> None:
    ours, theirs = pty.openpty()
    words = program("serve", "--port", "0", data=made)
    server = subprocess.Popen(
        words, env=SPARSE | AWAY, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    until(lambda: ready(made))
    os.close(ours)  # the window is closed
    os.kill(server.pid, signal.SIGHUP)
    assert server.wait(20) == 0, "it ends as by a signal, and does not start again without anybody to see it"


@pytest.mark.long
@pytest.mark.timeout(120)
def test_a_stop_with_everything_open_takes_five_seconds_and_tells_each(tmp_path: Path, upstream) -> None:
    run("accounts", "add", "ada@example.org", "--role", "admin", "--password-stdin", data=tmp_path, typed=LONG)
    run("providers", "add", "fake", "--url", upstream.url, "--key-stdin", data=tmp_path, typed="right\n")
    key = run("keys", "add", "--user", "ada@example.org", "--name", "k", data=tmp_path).stdout.strip()
    asked = {"model": "pace-50-2000", "messages": [{"role": "user", "content": "Go on"}]}
    headers = {"authorization": f"Bearer {key}"}
    told = {"stream": ""}
    with Served(tmp_path) as server, httpx2.Client(base_url=server.url, headers=headers, timeout=30) as program:
        place = ("127.0.0.1", int(server.url.rpartition(":")[2]))

        def stream() -> None:
            with program.stream("POST", "/v1/chat/completions", json=asked | {"stream": True}) as answer:
                for line in answer.iter_lines():
                    told["stream"] = line or told["stream"]

        thread = threading.Thread(target=stream)
        thread.start()
        with socket.create_connection(place) as half, socket.create_connection(place) as silent:
            half.sendall(b"POST /signin HTTP/1.1\r\nhost: localhost\r\n" + FORM + b"content-length: 10\r\n\r\n12")
            until(lambda: told["stream"])
            server.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            silent.sendall(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\n\r\n")
            heard = silent.makefile("rb").read()
            assert heard.startswith(b"HTTP/1.1 503") and b"unready" in heard and b"connection: close" in heard
            code, seconds = server.end()
            cut = half.makefile("rb").read()
        thread.join()
    assert code == 0 and seconds < 5 and "Traceback" not in server.log
    assert "being stopped or restarted" in told["stream"]
    assert cut.startswith(b"HTTP/1.1 503") and b"retry-after: 1" in cut and '"doors.cut"' in server.log
