"""A server in a process of its own that can be killed, and writers that count what it acknowledged."""

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pysqlite3.dbapi2 as sqlite

from tests.test_command_line import HOUSE, LONG, SPARSE, program, run

ADA = {"email": "ada@example.org", "password": LONG.strip()}
EDGE = "edge-of-the-file"
CHAT = {
    "format": "inglenook.chat/1",
    "title_by": "person",
    "temperature": None,
    "top_p": None,
    "max_tokens": None,
    "effort": "",
    "created_at": 1,
    "changed_at": 1,
    "leaf": None,
    "messages": [],
}


class Machine:
    """A data directory and the server on it. `environ` are settings; the log of all starts is in `data`.log."""

    def __init__(self, data: Path, **environ: str) -> None:
        self.data, self.environ = data, environ
        self.log = data.with_name(data.name + ".log")
        self.process: subprocess.Popen[str] | None = None
        self.line, self.port, self.cookie, self.started = "", 0, "", 0.0

    def __enter__(self) -> "Machine":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def prepare(self) -> "Machine":
        """Make the first account, without a server."""
        done = run("accounts", "add", ADA["email"], "--role", "admin", "--password-stdin", data=self.data, typed=LONG,
                   **self.environ)  # fmt: skip
        assert done.returncode == 0, done.stderr
        return self

    def begin(self, *before: str) -> None:
        """Start the server's process and do not wait for it. `before` stands before the command."""
        words = [*before, *program("serve", "--port", "0", data=self.data)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                words, env=SPARSE | self.environ, stdout=subprocess.PIPE, stderr=log, text=True
            )

    def start(self, *before: str) -> "Machine":
        """Start the server and wait until it serves."""
        begun = time.monotonic()
        self.begin(*before)
        self.wait()
        self.started = time.monotonic() - begun
        return self

    def wait(self) -> None:
        """Wait for its line."""
        assert self.process is not None and self.process.stdout is not None
        found = None
        while not found and (line := self.process.stdout.readline()):
            self.line = line.strip()
            found = re.search(r"http://127\.0\.0\.1:(\d+)", self.line)
        assert found, f"it did not start: {self.tail()}"
        self.port = int(found[1])

    def tail(self, size: int = 3000) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-size:]

    def refuse(self, *before: str) -> str:
        """Start it although it will refuse: the sentence that it says."""
        size = self.log.stat().st_size if self.log.exists() else 0
        self.begin(*before)
        assert self.process is not None
        out, _ = self.process.communicate(timeout=60)
        said = self.log.read_text(errors="replace")[size:]
        assert self.process.returncode not in (0, None), said
        assert out == ""
        self.process = None
        return said.splitlines()[-1]

    def children(self, name: str = "litestream") -> list[psutil.Process]:
        """Its children of this name."""
        with contextlib.suppress(psutil.NoSuchProcess):
            assert self.process is not None
            found = psutil.Process(self.process.pid).children(True)
            return [each for each in found if each.name() == name and each.status() != psutil.STATUS_ZOMBIE]
        return []

    def replica(self) -> psutil.Process:
        """The process that copies, which comes a little after the doors open."""
        return in_time(lambda: next(iter(self.children()), None))

    def kill(self) -> None:
        """As a power cut would, but for the disk's own memory."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def stop(self) -> int:
        """Ask it to end: its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=30)
        code, self.process = self.process.returncode, None
        return code

    # ── over HTTP ──
    def headers(self) -> dict[str, str]:
        return {"cookie": self.cookie, "sec-fetch-site": "same-origin"}

    def post(self, path: str, form: dict[str, str]) -> http.client.HTTPResponse:
        """Send a form that is answered by another address."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)) as line:
            kind = {"content-type": "application/x-www-form-urlencoded"}
            line.request("POST", path, urlencode(form), self.headers() | kind)
            answer = line.getresponse()
            assert answer.status == 303, answer.read()[-500:]
            return answer

    def sign_in(self) -> None:
        """Let Ada in; her session outlives the servers."""
        self.cookie = self.post("/signin", ADA).headers["set-cookie"].split(";")[0]

    def provide(self, url: str) -> None:
        """Add the fake upstream, before the server starts."""
        words = ("providers", "add", "fake", "--url", url, "--key-stdin")
        done = run(*words, data=self.data, typed="right\n", **self.environ)
        assert done.returncode == 0, done.stderr

    def ask_model(self, model: str, text: str, chat: str = "") -> str:
        """Ask, in a new chat or in this one: the chat."""
        id = re.search(rf'<option value="(\w{{29}})"[^>]*>{model}<', self.read()[1])
        assert id, "there is no such model"
        form = {"text": text, "key": os.urandom(8).hex(), "model": id[1]}
        answer = self.post(f"/chats/{chat}/messages" if chat else "/chats", form)
        return chat or answer.headers["location"].rsplit("/", 1)[1].partition("#")[0]

    def read(self, path: str = "/") -> tuple[int, str]:
        """Ask for a page as Ada."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)) as line:
            line.request("GET", path, headers=self.headers())
            answer = line.getresponse()
            return answer.status, answer.read().decode()

    def restored(self, out: Path) -> dict[str, float]:
        """Write what the target holds to `out`, as somebody would who has nothing else: what it took."""
        environ = SPARSE | self.environ | {"INGLENOOK_DATA": str(self.data)}
        words = [sys.executable, "-m", "tests.faults.restoring", str(out)]
        done = subprocess.run(words, cwd=HOUSE, env=environ, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    def says(self, part: str) -> str:
        """What `check` says of a part."""
        said = self.ask("check").stdout
        found = re.search(rf"^{part}\s+(.*)$", said, re.M)
        assert found, f"check has no such line: {said}"
        return found[1]

    def ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of the command line on this directory."""
        return run(*words, data=self.data, **self.environ)


@dataclass
class Writer:
    """Imports chats w-NAME-1, w-NAME-2 ... one after the other; `acknowledged` is when (monotonic) each was answered.

    A number is used once: what came without an answer may be there or not.
    """

    machine: Machine
    name: str
    weight: int = 300
    acknowledged: dict[int, float] = field(default_factory=dict)
    begun: int = 0
    refused: dict[int, int] = field(default_factory=dict)
    slowest: float = 0.0
    said: str = ""

    def write(self, line: http.client.HTTPConnection) -> None:
        """One chat."""
        self.begun += 1
        number, begun = self.begun, time.monotonic()
        said = CHAT | {"title": f"w-{self.name}-{number}", "system": os.urandom(self.weight // 2).hex()}
        head = f'--{EDGE}\r\ncontent-disposition: form-data; name="file"; filename="chat.json"\r\n\r\n'
        body = f"{head}{json.dumps(said)}\r\n--{EDGE}--\r\n".encode()
        kind = {"content-type": f"multipart/form-data; boundary={EDGE}"}
        line.request("POST", "/chats/import", body, self.machine.headers() | kind)
        answer = line.getresponse()
        page = answer.read().decode()
        if answer.status == 303:
            self.acknowledged[number] = time.monotonic()
            self.slowest = max(self.slowest, time.monotonic() - begun)
        else:
            self.refused[number], self.said = answer.status, page

    def run(self, stopping: threading.Event, pause: float) -> None:
        """Write until told to stop or the server is gone."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.machine.port, timeout=40)) as line:
            try:
                while not stopping.is_set():
                    self.write(line)
                    stopping.wait(pause)
            except (OSError, http.client.HTTPException):
                if not stopping.is_set() and self.machine.process is not None:
                    time.sleep(0.3)  # it is just being killed, or this is a mistake
                    assert self.machine.process is None or self.machine.process.poll() is not None, "it did not answer"


@contextlib.contextmanager
def load(*writers: Writer, pause: float = 0.0):
    """While this is open, they write."""
    stopping = threading.Event()
    threads = [threading.Thread(target=writer.run, args=(stopping, pause)) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join(30)


# ── what a database holds ─────────────────────────────────────────────────────────────────────────────────────────────
def rows(database: Path, query: str, *values: object) -> list[tuple]:
    """What a query gives in this file."""
    with contextlib.closing(sqlite.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return connection.execute(query, values).fetchall()


def numbers(database: Path, name: str) -> list[int]:
    """The numbers that a writer's chats have in this file, which nobody has open for writing."""
    with contextlib.closing(sqlite.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        start = f"w-{name}-"
        found = connection.execute("select title from chat where title like ?", (start + "%",)).fetchall()
    return sorted(int(title.removeprefix(start)) for (title,) in found)


def whole(database: Path) -> None:
    """Every page, every index and every reference is in order."""
    assert rows(database, "pragma integrity_check") == [("ok",)]
    assert rows(database, "pragma foreign_key_check") == []


def nothing_acknowledged_is_missing(writer: Writer, database: Path) -> None:
    """Each acknowledged write is there, once, and nothing that was never written; the file is whole."""
    whole(database)
    there = numbers(database, writer.name)
    assert len(there) == len(set(there))
    assert set(writer.acknowledged) <= set(there) <= set(range(1, writer.begun + 1))


def lost(writer: Writer, database: Path) -> float:
    """The seconds of acknowledged writes that are not in a restored database, which is a prefix: 0 if none is missing.

    From the first acknowledgement of what is missing to the last one.
    """
    there = set(numbers(database, writer.name))
    last = max(there, default=0)
    missing = [number for number in writer.acknowledged if number not in there]
    assert all(number > last for number in missing), "a hole: what is there is no prefix of what was written"
    if not missing:
        return 0.0
    return max(writer.acknowledged.values()) - writer.acknowledged[min(missing)]


def in_time(so, seconds: float = 45.0) -> None:
    """Wait until it is so: what it then is."""
    deadline = time.monotonic() + seconds
    while not (found := so()):
        assert time.monotonic() < deadline, "it did not become so in time"
        time.sleep(0.05)
    return found
