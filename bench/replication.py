"""What the loss of a disk costs: the writes that are gone, and the time until the house is open again.

The replica lies in another directory of the same disk: a store elsewhere adds its distance.
"""

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app.backups.answers import ask
from app.backups.litestream import Failed
from bench.house import ROOT, clean_environment
from bench.table import Figure, median
from tests.faults import house
from tests.faults.house import Machine, Writer, load

SPEEDS = {"normal": 2.7, "fast": 1.0}  # seconds: what is promised, and 0.7 for an upload here
OFF = {"INGLENOOK_REPLICA": "off"}


def measure(megabytes: tuple[int, ...] = (100, 1000), rounds: int = 5, seconds: float = 10.0) -> list[Figure]:
    """Loss and restore for databases of these sizes at both settings, and what replication takes from writers."""
    found: list[Figure] = []
    for size in megabytes:
        for speed, promised in SPEEDS.items():
            with tempfile.TemporaryDirectory(prefix="inglenook-bench-") as folder:
                losses, times = lose(Path(folder), size, speed, rounds)
            name = f"{size} MB, replica at {speed}"
            found += [
                Figure(f"{name}: acknowledged writes lost with the disk, median of {rounds}", median(losses), "s"),
                Figure(f"{name}: the same, at most", max(losses), "s", promised),
                Figure(f"{name}: from a start without a database until it is open", median(times), "s"),
            ]
    return found + throughput(seconds)


def lose(folder: Path, megabytes: int, speed: str, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of lost writes, and seconds until the house is open again, for each time that the disk is lost."""
    settings = {"INGLENOOK_REPLICA": str(folder / "replica"), "INGLENOOK_REPLICA_SPEED": speed}
    (folder / "replica").mkdir()
    losses, times = [], []
    with Machine(folder / "data", **settings).prepare() as machine:
        child("fill", machine.data, megabytes, OFF)
        machine.start().sign_in()
        for n in range(rounds):
            caught_up(machine)
            writer = Writer(machine, f"r{n}")
            with load(writer, pause=0.01):
                time.sleep(random.uniform(4.0, 6.0))
                machine.kill()
            secret = (machine.data / "secret.key").read_bytes()
            shutil.rmtree(machine.data)
            machine.data.mkdir(mode=0o700)
            (machine.data / "secret.key").touch(mode=0o600)
            (machine.data / "secret.key").write_bytes(secret)
            machine.start()
            times.append(machine.started)
            losses.append(house.lost(writer, machine.data / "inglenook.db"))
    return losses, times


def caught_up(machine: Machine, limit: float = 300.0) -> None:
    """Wait until the replica has all: after a restore its new generation begins with the whole database."""
    machine.replica()
    deadline = time.monotonic() + limit
    while True:
        try:
            ask(machine.data, "/sync", {"path": str(machine.data.resolve() / "inglenook.db"), "wait": True}, 120.0)
            return
        except Failed as refusal:
            assert time.monotonic() < deadline, refusal.message
            time.sleep(0.5)


def throughput(seconds: float, rounds: int = 3) -> list[Figure]:
    """Writes a second with replication, as a share of those without, run in turn."""
    rates: dict[str, list[dict[str, float]]] = {"off": [], "normal": [], "fast": []}
    with tempfile.TemporaryDirectory(prefix="inglenook-bench-") as folder:
        for n in range(rounds):
            for speed, found in rates.items():
                data = Path(folder) / f"{speed}-{n}"
                data.mkdir()
                settings = OFF if speed == "off" else {"INGLENOOK_REPLICA_SPEED": speed}
                found.append(json.loads(child("rate", data, seconds, settings)))
                shutil.rmtree(data)
    figures = []
    for kind, name in (("alone", "Transactions of one writer"), ("together", "Statements of 16 tasks in groups")):
        off = median([each[kind] for each in rates["off"]])
        figures.append(Figure(f"{name}, without replication", off, "a second"))
        for speed in SPEEDS:
            share = median([each[kind] / before[kind] for each, before in zip(rates[speed], rates["off"], strict=True)])
            figures.append(Figure(f"{name}, replica at {speed} : off (run in turn)", share, ""))
    return figures


def child(word: str, data: Path, amount: float, settings: dict[str, str]) -> str:
    """Run a deed of `bench.writing`: what it prints."""
    command = [sys.executable, "-m", "bench.writing", word, str(data), str(amount)]
    environ = clean_environment() | {"INGLENOOK_DEMO_MODEL": "off"} | settings
    done = subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True, check=True, timeout=1200)
    return done.stdout
