"""Kill -9 at each line: a deed is begun again and again, and killed at its first line, its second, its third ...

Run as `python -m tests.killing MODULE:DEED MODULE:CHECK BEFORE FILES`: each time a child with a copy of the directory
BEFORE runs DEED(data) until the next line of FILES is reached; what it leaves has to satisfy CHECK(data, n). Prints how
many lines there were, when at last the deed came to its end (to three of them, where only every third is tried).
"""

import importlib
import os
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

HOUSE = Path(__file__).resolve().parent.parent
MANY = 5000
# `make faults` kills at every line, the usual tests at every third.
STEP = 1 if os.environ.get("FAULTS") == "long" else 3


def named(name: str) -> Callable[..., None]:
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


def forked(call: Callable[[], None]) -> int:
    """Run it in a child: its exit status, or minus the signal that ended it."""
    child = os.fork()
    if child == 0:
        try:
            call()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(n: int, files: tuple[str, ...], call: Callable[[], None]) -> None:
    """Run it, and die at the n-th line that is reached in these files."""
    reached = 0

    def line(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal reached
        if event == "line":
            reached += 1
            if reached == n:
                os.kill(os.getpid(), signal.SIGKILL)
        return line

    def called(frame: FrameType, event: str, _: Any) -> Any:
        return line if frame.f_code.co_filename.startswith(files) else None

    sys.settrace(called)
    call()
    sys.settrace(None)


def main(deed: str, check: str, before: str, *names: str) -> None:
    do, look = named(deed), named(check)
    files = tuple(str(HOUSE / name) for name in names)
    for n in range(1, MANY, STEP):
        data = Path(f"{before}-{n}")
        shutil.copytree(before, data)
        status = forked(lambda n=n, data=data: killed_at(n, files, lambda: do(data)))
        if status not in (0, -signal.SIGKILL):
            sys.exit(f"the deed failed at line {n}")
        if forked(lambda n=n, data=data: look(data, n)) != 0:
            sys.exit(f"killed at line {n}, it left what is not right")
        shutil.rmtree(data)
        if status == 0:
            return print(n - 1)
    sys.exit("it does not come to its end")


def kill_at_each_line(deed: str, check: str, before: Path, *files: str) -> int:
    """How many times the deed was killed, each leaving what the check wants."""
    words = [sys.executable, "-m", "tests.killing", deed, check, str(before), *files]
    done = subprocess.run(words, cwd=HOUSE, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr[-3000:]
    return int(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main(*sys.argv[1:])
