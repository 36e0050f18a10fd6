"""LiteLLM's proxy in an environment of its own (`deploy/setup.sh peers`), for as long as a benchmark lasts.

Its budgets and its ledger need PostgreSQL and an engine that is fetched when it starts, so it runs without them: with
one key, and nothing to reserve or to write.
"""

import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from types import TracebackType

from bench.house import CLOCK_TICKS, ROOT

PLACE = ROOT / ".venv-clients/litellm"
KEY = "sk-0mDq7XxE2vRk9sTfLh4YbN6cPzWj8uGa"
PATIENCE = 120


class LiteLLM:
    """The running proxy before a model server."""

    def __init__(self, upstream: str, *models: str) -> None:
        self.upstream, self.models = upstream, models
        self.seconds = 0.0

    def __enter__(self) -> "LiteLLM":
        self.folder = tempfile.TemporaryDirectory(prefix="litellm-bench-")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        config, log = Path(self.folder.name, "config.yaml"), Path(self.folder.name, "log").open("w")
        config.write_text(json.dumps(self.config()))  # JSON is YAML
        words = ["--config", str(config), "--host", "127.0.0.1", "--port", str(self.port), "--telemetry", "False"]
        quiet = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR", "LITELLM_MODE": "PRODUCTION"}
        environment = {"HOME": self.folder.name, "PATH": f"{PLACE}/bin:{os.environ['PATH']}"} | quiet
        begun = time.perf_counter()
        self.process = subprocess.Popen(
            [PLACE / "bin/litellm", *words], env=environment, cwd=self.folder.name, stdout=log, stderr=log
        )
        log.close()
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

    def config(self) -> dict[str, object]:
        """Its models, whose prices it is told, and the key that it asks for."""
        prices = {"input_cost_per_token": 1e-7, "output_cost_per_token": 4e-7}
        there = {"api_base": self.upstream, "api_key": "right"}
        named = [
            {"model_name": each, "litellm_params": {"model": f"openai/{each}"} | there | prices} for each in self.models
        ]
        return {"model_list": named, "general_settings": {"master_key": KEY}, "litellm_settings": {"num_retries": 0}}

    def wait(self, deadline: float) -> None:
        """Ask until it answers."""
        while True:
            if self.process.poll() is not None or time.perf_counter() > deadline:
                raise RuntimeError("LiteLLM did not start:\n" + Path(self.folder.name, "log").read_text()[-2_000:])
            try:
                with urllib.request.urlopen(f"{self.url}/health/liveliness", timeout=5) as answer:
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
