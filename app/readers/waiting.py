"""The other side of `asking`: a warm process that forks a confined one for each file, and sees that it ends in time.

It is started as a script, so that it loads nothing but what readers need. A request is a message of JSON with two open
files: the one to read, and a pipe for the answers. When all is over it says with which status. It ends with its parent.
"""

import importlib
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from typing import Any, BinaryIO

# What may be asked, and where it stands.
DEEDS = {
    "thumbnail": "app.readers.pictures",
    "scaled": "app.readers.pictures",
    "first_page": "app.readers.pdfs",
    "pdf": "app.readers.pdfs",
    "docx": "app.readers.documents",
    "xlsx": "app.readers.sheets",
    "pptx": "app.readers.slides",
    "rows": "app.readers.texts",
    "html": "app.readers.webpages",
    "lines": "app.readers.texts",
}
LARGEST_REQUEST = 1 << 16


class Unreadable(Exception):
    """A sentence for whoever has the file: why nothing can be read in it."""


def main(house: str, descriptor: int) -> None:
    """Answer requests until there are no more."""
    sys.path.insert(0, house)
    sys.modules["numpy"] = None  # type: ignore[assignment]  # would start threads, which nothing here needs
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is the parent's business
    from app.readers import confining

    confining.leave_network()
    control = socket.socket(fileno=descriptor)
    while True:
        message, files, _, _ = socket.recv_fds(control, LARGEST_REQUEST, 2)
        if not message:
            return
        request = json.loads(message)
        # Loaded here, so that it is for all that follow, too.
        deed = getattr(importlib.import_module(DEEDS[request["deed"]]), request["deed"])
        parent = os.getpid()
        child = os.fork()
        if child == 0:
            control.close()
            status = 1
            try:
                os.nice(request["nice"])
                confining.confine(request["seconds"], request["memory"], parent)
                status = answer(deed, request["args"], os.fdopen(files[0], "rb"), files[1])
            finally:
                os._exit(status)
        for file in files:
            os.close(file)
        control.send(b"%d" % watched(child, control, request["seconds"]))


def answer(deed: Any, args: list[Any], file: BinaryIO, out: int) -> int:
    """Call the deed with the file, and write what it gives as it comes; the status with which to end."""
    try:
        file.seek(0)
        for told in deed(file, *args):
            say(out, told)
        say(out, {"over": True})
    except Unreadable as why:
        say(out, {"unreadable": str(why)})
    except MemoryError:
        say(out, {"memory": True})
    except BrokenPipeError:
        return 2  # nobody listens any more
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        say(out, {"broken": f"{type(error).__name__}: {error} ({where.name})"[:500]})
    return 0


def say(out: int, told: dict[str, Any]) -> None:
    """Write a line of JSON, and after it the bytes that it announces."""
    data = told.pop("bytes", None)
    line = json.dumps(told | ({"bytes": len(data)} if data is not None else {})).encode() + b"\n"
    for piece in (line, data or b""):
        left = memoryview(piece)
        while left:
            left = left[os.write(out, left) :]


def watched(child: int, control: socket.socket, seconds: float) -> int:
    """Wait until the child has ended, and end it when its time is over or nobody waits for it; its exit code, which is
    negative for a signal."""
    try:
        handle = os.pidfd_open(child)
    except OSError:
        return looked_after(child, control, seconds)  # some sandboxes have no such handles
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        poll.register(control, select.POLLIN)
        ready = [file for file, _ in poll.poll(seconds * 1000)]
        if handle not in ready:
            signal.pidfd_send_signal(handle, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    finally:
        os.close(handle)


def looked_after(child: int, control: socket.socket, seconds: float) -> int:
    """The same by looking again and again."""
    ends, wait = time.monotonic() + seconds, 0.001
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > ends or select.select([control], [], [], wait)[0]:
            os.kill(child, signal.SIGKILL)
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        wait = min(0.05, wait * 2)


if __name__ == "__main__":
    sys.modules["app.readers.waiting"] = sys.modules["__main__"]  # so that there is one Unreadable
    main(sys.argv[1], int(sys.argv[2]))
