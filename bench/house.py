"""The real product and the model server, each in a process of its own, and people who ask it as browsers do."""

import gzip
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
EMAIL, PASSWORD = "you@example.org", "a long enough password"
KEPT = 3.0  # seconds after which the server may have closed a connection that nobody uses
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def clean_environment() -> dict[str, str]:
    """This environment without anything that would configure the product."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("INGLENOOK_", "OPENAI_", "SSH_"))}


def started(*words: str, **options: object) -> subprocess.Popen[str]:
    """A Python process in the repository's folder."""
    command = [sys.executable, *words]
    return subprocess.Popen(command, cwd=ROOT, env=clean_environment(), text=True, **options)  # type: ignore[call-overload]


class Model:
    """The model server."""

    def __init__(self, *models: str) -> None:
        self.process = started("-m", "bench.upstream", *models, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()


class House:
    """One data directory, and the server on it: started and stopped as often as a benchmark wants."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="inglenook-bench-")
        self.data = Path(self.folder.name)
        self.process: subprocess.Popen[str] | None = None
        self.port = 0

    def __enter__(self) -> "House":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if error is not None and (self.data / "log").exists():
            lines = (self.data / "log").read_text().splitlines(keepends=True)
            print(*[line for line in lines if "http.request" not in line][-20:], sep="", file=sys.stderr)
        self.stop()
        self.folder.cleanup()

    def command(self, *words: str, given: str = "") -> str:
        """Run a command of the product on this data directory."""
        line = [sys.executable, "main.py", *words, "--data", str(self.data)]
        options = {"cwd": ROOT, "env": clean_environment(), "input": given, "text": True, "check": True}
        return subprocess.run(line, stdout=subprocess.PIPE, **options).stdout  # type: ignore[call-overload,no-any-return]

    def prepare(self, model: Model, default: str) -> None:
        """Make the first account and a provider whose model is the default."""
        self.command(
            "accounts", "add", EMAIL, "--name", "Robin Ash", "--role", "admin", "--password-stdin", given=PASSWORD
        )
        self.command("providers", "add", "bench", "--url", model.url, "--default", default)
        # Else each page would remind of it.
        self.command("secrets", "saved")

    def start(self, *more: str) -> tuple[float, float]:
        """Start the server on a free port: seconds until /healthz and until the sign-in page had answered."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        words = ("main.py", "serve", "--port", str(self.port), "--data", str(self.data), *more)
        with (self.data / "log").open("a") as log:
            begun = time.perf_counter()
            self.process = started(*words, stdout=log, stderr=log)
        self.wait("/healthz")
        healthy = time.perf_counter() - begun
        self.wait("/signin")
        return healthy, time.perf_counter() - begun

    def wait(self, path: str) -> None:
        """Ask until it answers."""
        assert self.process is not None
        deadline = time.monotonic() + 30
        while True:
            assert self.process.poll() is None and time.monotonic() < deadline, "the server did not start"
            try:
                visitor = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
                visitor.request("GET", path)
                assert visitor.getresponse().status == 200
                return
            except (ConnectionError, TimeoutError):
                time.sleep(0.005)
            finally:
                visitor.close()

    def stop(self) -> None:
        """Ask the server to end."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(15)
            self.process = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def cpu(self) -> float:
        """Seconds of processor time that the server has used."""
        assert self.process is not None
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS

    def memory(self) -> float:
        """MiB that the server holds resident."""
        assert self.process is not None
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{self.process.pid}/status").read_text())
        assert found is not None
        return int(found[1]) / 1024


class Answer:
    """A response that was read to its end; `seconds` is how long that took."""

    def __init__(self, response: http.client.HTTPResponse, body: bytes, seconds: float) -> None:
        self.status, self.headers, self.body, self.seconds = response.status, response.headers, body, seconds

    @property
    def text(self) -> str:
        """What it says."""
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()

    @property
    def place(self) -> str:
        """The last part of the address to which it leads."""
        assert self.status == 303, self.text
        return self.headers["location"].rsplit("/", 1)[1].partition("#")[0]


class Person:
    """Somebody who is signed in, with one kept connection that sends what a browser sends."""

    def __init__(self, house: House) -> None:
        self.house, self.cookie, self.used = house, "", 0.0
        self.line = http.client.HTTPConnection("127.0.0.1", house.port, timeout=60)
        said = self.post("/signin", {"email": EMAIL, "password": PASSWORD})
        assert said.status == 303, said.text
        self.cookie = said.headers["set-cookie"].split(";")[0]

    def close(self) -> None:
        """Let go of the connection."""
        self.line.close()

    def headers(self) -> dict[str, str]:
        """What stands in every request."""
        return {"cookie": self.cookie, "sec-fetch-site": "same-origin", "accept-encoding": "gzip"}

    def ask(self, verb: str, path: str, body: bytes = b"", kind: str = "", fragment: bool = False) -> Answer:
        """One request, timed."""
        headers = (
            self.headers() | ({"content-type": kind} if kind else {}) | ({"hx-request": "true"} if fragment else {})
        )
        if time.monotonic() - self.used > KEPT:
            self.line.close()  # opens a new one by itself
        if self.line.sock is None:
            self.line.connect()
        begun = time.perf_counter()
        self.line.request(verb, path, body or None, headers)
        response = self.line.getresponse()
        body, self.used = response.read(), time.monotonic()
        return Answer(response, body, time.perf_counter() - begun)

    def get(self, path: str) -> Answer:
        """Read a page."""
        return self.ask("GET", path)

    def post(self, path: str, form: dict[str, str], fragment: bool = False) -> Answer:
        """Send a form; `fragment` as a page with its scripts does."""
        return self.ask("POST", path, urlencode(form).encode(), "application/x-www-form-urlencoded", fragment)

    def bring(self, chat: dict[str, object]) -> str:
        """Import a chat: its id."""
        edge = "edge-of-the-file"
        head = f'--{edge}\r\ncontent-disposition: form-data; name="file"; filename="chat.json"\r\n'
        body = f"{head}content-type: application/json\r\n\r\n{json.dumps(chat)}\r\n--{edge}--\r\n"
        said = self.ask("POST", "/chats/import", body.encode(), f"multipart/form-data; boundary={edge}")
        return said.place

    def begin(self, text: str, key: str, model: str = "") -> tuple[str, str]:
        """Ask in a new chat: the ids of the chat and of the answer that is being written."""
        chat = self.post("/chats", {"text": text, "key": key, "model": model}).place
        return chat, running(self.get(f"/chats/{chat}"))

    def models(self) -> dict[str, str]:
        """The ids of the models in the picker, by name."""
        return {name: id for id, name in re.findall(r'<option value="(\w{29})"[^>]*>([^<]+)<', self.get("/").text)}


def running(answer: Answer) -> str:
    """The id of the answer whose stream a page follows."""
    found = re.search(r"/messages/(\w+)/stream", answer.text)
    assert found is not None, "no answer is being written"
    return found[1]
