"""The command that takes an archive in: by the server where one runs, which opens the file itself, or right here."""

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app import control
from app.archives import importing
from app.errors import Misconfigured
from app.rights import machine
from routes.commands.words import Said

NAME = "import"
# Seconds between two words about how far it is: on a line of its own, or where a person looks.
EVERY, OFTEN = 10.0, 0.5


# ── where the database is open ────────────────────────────────────────────────────────────────────────────────────────
class Telling:
    """Words about how far it is, now and then; when nobody hears them any more, the import is to end."""

    def __init__(self) -> None:
        self.terminal = control.terminal()
        self.told = time.monotonic()
        self.gone = threading.Event()

    def tell(self, share: float, words: str) -> None:
        """This far, from 0 to 1."""
        if self.terminal is None or time.monotonic() - self.told < OFTEN:
            return
        self.told = time.monotonic()
        try:
            self.terminal.hear(f"{words}: {share * 100:.0f} %")
        except ConnectionError:
            self.gone.set()


def take(file: str, owner: str = "", space: str = "", dry_run: bool = False) -> Said:
    """Take an archive in, and say what came of it."""
    telling = Telling()
    report = importing.run(
        machine(),
        Path(file),
        owner=owner,
        space=space,
        dry=dry_run,
        progress=telling.tell,
        stopped=telling.gone.is_set,
    )
    return report.lines(), 0


# ── in the terminal ───────────────────────────────────────────────────────────────────────────────────────────────────
class Hearing:
    """How far it is, on standard error: on one line where a person looks."""

    def __init__(self) -> None:
        self.is_seen = sys.stderr.isatty()
        self.told = 0.0

    def take(self, data: bytes) -> None:
        """Nothing comes back but words."""

    def hear(self, text: str) -> None:
        """Say it."""
        if self.is_seen:
            print(f"\r{text:<40}", end="", file=sys.stderr)
        elif time.monotonic() - self.told > EVERY:
            print(text, file=sys.stderr)
        else:
            return
        self.told = time.monotonic()


def talk(command: Callable[[str, dict[str, Any]], Said], options: dict[str, Any]) -> Said:
    """Have an archive taken in, and tell how far that is. Raises Misconfigured."""
    path = Path(options["file"])
    if not path.is_file():
        raise Misconfigured(f"There is no file {path}.")
    hearing = Hearing()
    with control.at(hearing):
        lines, code = command(NAME, options | {"file": str(path.absolute())})
    if hearing.is_seen and hearing.told:
        print(file=sys.stderr)
    return lines, code


COMMANDS = {NAME: take}
