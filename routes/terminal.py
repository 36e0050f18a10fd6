"""Where a command runs: in the server that owns the data directory, or in this process while there is none; and which
of them are talked over with whoever sits at the terminal."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app import config, control, lock
from app.errors import Misconfigured

# What a command says, and 0 or 1.
Said = tuple[list[str], int]
# A command waits this long for a server that is just starting.
PATIENCE = 10.0
# Commands that do not end with one answer of the server.
TALKED = ("backups.restore", "backups.open", "server.restart", "upgrade", "export", "import")


@dataclass(frozen=True)
class House:
    """What is opened where a command runs without a server; `load_jobs` declares the jobs, which few commands need."""

    open: Callable[[], None]
    close: Callable[[], None]
    load_jobs: Callable[[], None]


def run(name: str, options: dict[str, Any], house: House) -> Said:
    """Run a command, and talk it over where that is its way: its lines and its exit code. Raises Refusal."""

    def ask(name: str, options: dict[str, Any]) -> Said:
        return command(name, options, house)

    return talk(ask, name, options) if name in TALKED else ask(name, options)


def command(name: str, options: dict[str, Any], house: House) -> Said:
    """Run a command in the server that owns the data directory, or here while there is none. Raises Misconfigured."""
    data, deadline = config.current.data, time.monotonic() + PATIENCE
    while (held := lock.take(data)) is None:
        answer = control.ask(data, name, options)
        if answer is not None:
            return answer
        if time.monotonic() > deadline:
            raise Misconfigured(f"Process {lock.holder(data)} holds {data} and does not answer: stop it and try again.")
        time.sleep(0.1)
    from app import logs
    from routes.commands import alone

    if name.startswith("jobs."):
        house.load_jobs()
    # What a command says is its answer; its log is for what went wrong.
    logs.start("error")
    try:
        return alone(name, options, house.open)
    finally:
        house.close()
        lock.release(held)


def talk(command: Callable[[str, dict[str, Any]], Said], name: str, options: dict[str, Any]) -> Said:
    """What is talked over with the terminal: a restore says first what it will replace, and asks; a restart is waited
    for, an upgrade is told step by step, an archive becomes a file. Raises Refusal."""
    from routes.commands import archives, backups, importing, past, releases, serving

    if name == "server.restart":
        return serving.talk(options)
    talked = {"export": archives, "import": importing, "backups.open": past, "upgrade": releases}
    said: Said = talked.get(name, backups).talk(command, options)
    return said
