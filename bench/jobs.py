"""How many jobs a second, and how soon one runs that was enqueued while nothing was to do."""

import json
import subprocess
import tempfile
import time
from pathlib import Path

from bench.house import started
from bench.table import Figure, percentile

PATIENCE = 60.0


def measure(ticks: int) -> list[Figure]:
    """The figures of the queue: alone in a process, in a server, and beside one."""
    with tempfile.TemporaryDirectory(prefix="inglenook-bench-") as folder:
        process = started("-m", "bench.queue", "rates", folder, stdout=subprocess.PIPE)
        rate = json.loads(process.communicate(timeout=300)[0])
    here, beside = waits(ticks, False), waits(ticks, True)
    return [
        Figure(
            "Jobs enqueued, each in its own transaction", rate["alone"], "a second", 5000, "median of 5", least=True
        ),
        Figure("Jobs enqueued, 100 in a transaction", rate["together"], "a second", 5000, "median of 5", least=True),
        Figure("Empty jobs executed", rate["executed"], "a second", 2000, least=True),
        Figure("Idle to running, in the server", percentile(here, 0.5), "ms", 15, f"p50 of {ticks}"),
        Figure("Idle to running, in the server", percentile(here, 0.99), "ms", None, "p99"),
        Figure("Idle to running, in `main.py work`", percentile(beside, 0.5), "ms", 15, f"p50 of {ticks}"),
        Figure("Idle to running, in `main.py work`", percentile(beside, 0.99), "ms", None, "p99"),
    ]


def waits(ticks: int, beside: bool) -> list[float]:
    """Milliseconds from the moment before a job's transaction to its first line, each while nothing else runs."""
    with tempfile.TemporaryDirectory(prefix="inglenook-bench-") as folder:
        data, processes = Path(folder), []
        try:
            processes.append(run(data, "serve", "--port", "0"))
            until(data / "serve.log", '"jobs.started"', 1)
            if beside:
                processes.append(run(data, "work"))
                until(data / "work.log", '"jobs.started"', 1)
            asked = processes[0].stdin
            assert asked is not None
            asked.write(f"{ticks} {data / 'ticks'}\n")
            asked.flush()
            until(data / "ticks", "\n", ticks)
        finally:
            for process in reversed(processes):
                process.terminate()
                process.wait(15)
                assert process.stdin is not None
                process.stdin.close()
        return [int(line) / 1000 for line in (data / "ticks").read_text().split()]


def run(data: Path, word: str, *more: str) -> "subprocess.Popen[str]":
    """A server or a worker with the jobs of `bench.queue`."""
    with (data / f"{word}.log").open("w") as log:
        words = ("-m", "bench.queue", word, "--data", str(data), *more)
        return started(*words, stdin=subprocess.PIPE, stdout=log, stderr=log)


def until(path: Path, what: str, times: int) -> None:
    """Wait until the file holds it so many times."""
    deadline = time.monotonic() + PATIENCE
    while not path.exists() or path.read_text().count(what) < times:
        assert time.monotonic() < deadline, f"{path} does not hold {what} {times} times"
        time.sleep(0.05)
