"""A product of others in an environment of its own (`deploy/setup.sh peers`), for as long as a benchmark lasts."""

import importlib.metadata
import os
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from types import TracebackType

from bench.house import CLOCK_TICKS, ROOT

PATIENCE = 120


class Peer:
    """The running product; `with` starts it in a folder of its own and waits until it answers."""

    package = ""  # as the package index names it
    ready = "/"  # the path that answers when it can be used

    def __init__(self) -> None:
        self.seconds = 0.0

    def __enter__(self) -> "Peer":
        self.folder = tempfile.TemporaryDirectory(prefix=f"{self.package}-bench-")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        words, settings = self.command(Path(self.folder.name))
        environment = {"HOME": self.folder.name, "PATH": f"{self.place()}/bin:{os.environ['PATH']}"} | settings
        begun = time.perf_counter()
        with Path(self.folder.name, "log").open("w") as log:
            self.process = subprocess.Popen(words, env=environment, cwd=self.folder.name, stdout=log, stderr=log)
        self.wait(begun + PATIENCE)
        self.seconds = time.perf_counter() - begun
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.folder.cleanup()

    @classmethod
    def place(cls) -> Path:
        """Its environment."""
        return ROOT / ".venv-clients" / cls.package

    @classmethod
    def version(cls) -> str:
        """Which one it is."""
        folders = [str(each) for each in cls.place().glob("lib/python*/site-packages")]
        return next(iter(importlib.metadata.distributions(name=cls.package, path=folders))).version

    def command(self, folder: Path) -> tuple[list[str], dict[str, str]]:
        """The words that start it at `port`, and what its environment says; its files go to `folder`."""
        raise NotImplementedError

    def wait(self, deadline: float) -> None:
        """Ask until it answers."""
        while True:
            if self.process.poll() is not None or time.perf_counter() > deadline:
                said = Path(self.folder.name, "log").read_text()[-2_000:]
                raise RuntimeError(f"{self.package} did not start:\n{said}")
            try:
                with urllib.request.urlopen(self.url + self.ready, timeout=5) as answer:
                    assert answer.status == 200
                return
            except OSError:
                time.sleep(0.05)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def processes(self) -> list[int]:
        """It and its children."""
        found = [self.process.pid]
        for each in found:
            told = Path(f"/proc/{each}/task/{each}/children")
            found += [int(child) for child in told.read_text().split()] if told.exists() else []
        return found

    def cpu(self) -> float:
        """Seconds of processor time that it has used."""
        fields = [Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split() for each in self.processes()]
        return sum(int(each[11]) + int(each[12]) for each in fields) / CLOCK_TICKS

    def memory(self) -> float:
        """MiB that it holds resident."""
        pages = [int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in self.processes()]
        return sum(pages) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
