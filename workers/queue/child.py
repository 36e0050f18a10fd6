"""The other side of `apart`: limits first, then one function, then its result as a line of JSON.

It is started as a script, so that it loads nothing but what that function needs.
"""

import ctypes
import importlib
import json
import math
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

PR_SET_PDEATHSIG = 1
OPEN_FILES = 256
LARGEST_FILE = 1 << 30

Say = Callable[[dict[str, Any]], None]


class Reporter:
    """Takes the progress of the function to the parent."""

    def __init__(self, say: Say) -> None:
        self.say = say

    def tell(self, percent: int, said: str) -> None:
        """Pass it on; the parent kills this process when the job is cancelled."""
        self.say({"progress": [percent, said]})


def confine(seconds: float, memory: int, parent: int) -> None:
    """Take these limits for good, and die with the parent."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("The parent ended first.")
    core = math.ceil(seconds)
    limits = (
        (resource.RLIMIT_CPU, core, core + 1),
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES),
        (resource.RLIMIT_FSIZE, LARGEST_FILE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0, 0),
    )
    for which, soft, hard in limits:
        allowed = resource.getrlimit(which)[1]
        most = hard if allowed == resource.RLIM_INFINITY else min(hard, allowed)
        resource.setrlimit(which, (min(soft, most), most))


def answer(request: dict[str, Any], say: Say) -> dict[str, Any]:
    """Call the function: its result, or what it raised."""
    module, name = request["function"]
    try:
        function: Any = importlib.import_module(module)
        for part in name.split("."):
            function = getattr(function, part)
        if "app.later" in sys.modules:  # what does not know it reports no progress
            sys.modules["app.later"].running.set(Reporter(say))
        return {"result": function(*request["args"])}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:2000]}


def main() -> None:
    """Answer the request on standard input, on what was standard output; what the function prints goes elsewhere."""
    request = json.load(sys.stdin)
    seconds, memory = request["limits"]
    confine(seconds, memory, request["parent"])
    sys.path.insert(0, request["house"])
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)

    def say(what: dict[str, Any]) -> None:
        out.write(json.dumps(what) + "\n")

    say(answer(request, say))


if __name__ == "__main__":
    main()
