"""How this product starts itself and parts of itself: from a checkout by Python, from the one file by that file.

In the one file there is no Python to be asked for: the same executable is told which module to run.
"""

import os
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
# Where the outer file lies: its first lines tell it to what they start.
OUTER = "_INGLENOOK_FILE"
# The word behind which the executable of the one file finds the module that it is to run.
CHILD = "--child"
# The same for a module that is run by itself, as a script.
SCRIPT = "--script"


def is_file() -> bool:
    """Whether this runs from the one file."""
    return bool(getattr(sys, "frozen", False))


def file() -> Path | None:
    """The one file that runs; None in a checkout, unless a script that starts it says that it stands for it."""
    there = os.environ.get(OUTER)
    if there:
        return Path(there)
    return Path(sys.executable) if is_file() else None


def program() -> list[str]:
    """The words that start this product anew, whatever version lies there by then."""
    there = file()
    return [str(there)] if there is not None else [sys.executable, str(HOUSE / "main.py")]


def command(module: str, *words: str) -> list[str]:
    """The words that run a module of ours in a process of its own, with the folder of the house as its directory."""
    if is_file():
        return [sys.executable, CHILD, module, *words]
    return [sys.executable, "-m", module, *words]


def script(module: str, *words: str, bare: bool = False) -> list[str]:
    """The words that run a module of ours alone: none of the packages that it lies in is loaded, nothing of the
    environment is heard; `bare` for what needs the standard library only, and starts sooner."""
    if is_file():
        return [sys.executable, SCRIPT, module, *words]
    path = HOUSE.joinpath(*module.split(".")).with_suffix(".py")
    return [sys.executable, "-I", *(["-S"] if bare else []), str(path), *words]


def surroundings() -> dict[str, str]:
    """The environment of a child that is to know nothing of ours: it may hold keys."""
    found = {"PATH": os.defpath, "LANG": "C.UTF-8"}
    if is_file():
        # The one file's program finds its libraries by /proc, where there is one.
        found["LD_LIBRARY_PATH"] = str(HOUSE)
    return found


def name() -> str:
    """What people type to give a command."""
    there = file()
    return there.name if there is not None else "main.py"


def named(sentence: str) -> str:
    """A sentence in which a command is written as in a checkout, for those who type it otherwise."""
    return sentence.replace("main.py ", f"{name()} ") if name() != "main.py" else sentence
