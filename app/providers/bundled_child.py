"""The process of the bundled model: an OpenAI-compatible server on loopback by xllamacpp.

Run as `python -m app.providers.bundled_child`. Its orders are one JSON line on standard input; its address is one JSON
line on standard output. It ends when standard input ends or its parent dies, whichever it notices first.
"""

import ctypes
import json
import os
import signal
import sys
from typing import Any

PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    """Ask the kernel for SIGKILL when the parent's thread that started us ends, and end now if that has happened."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def start(orders: dict[str, Any]) -> Any:
    """The server for these orders: model (a path), alias, key, context (tokens), threads."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = orders["model"]
    parameters.model_alias = {orders["alias"]}
    parameters.api_keys = [orders["key"]]
    parameters.port = 0  # a free one
    parameters.cors_origins = ""
    parameters.n_ctx = orders["context"]
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = orders["threads"]
    parameters.cpuparams_batch.n_threads = orders["threads"]
    parameters.cache_ram_mib = 0
    parameters.endpoint_slots = False
    parameters.ui = False
    parameters.verbosity = 0
    return xllamacpp.Server(parameters)


def main() -> None:
    """Serve until told to end."""
    orders = json.loads(sys.stdin.readline())
    die_with_parent(orders["parent"])
    # The library writes to standard output; only the address may stand there.
    said = os.dup(1)
    os.dup2(2, 1)
    server = start(orders)
    os.write(said, json.dumps({"url": server.listening_address + "/v1"}).encode() + b"\n")
    os.close(said)
    sys.stdin.read()
    # The library's threads need not be waited for: nothing here is to be kept.
    os._exit(0)


if __name__ == "__main__":
    main()
