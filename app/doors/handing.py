"""Starting again in place: this process becomes the next server, of whatever version lies there by then.

Handed on are the sockets that it listens on, and the connections of people on which nothing was under way: whoever
knocks or asks meanwhile waits for the next server instead of being turned away.
"""

import os
import signal
import sys
import threading

from app import children
from app.doors.finding import Door

# The files of the connections that are handed on, with blanks between them.
LINES = "_INGLENOOK_LINES"

door: Door | None = None
lines: list[int] = []
wanted = False
ending = False


def keep(found: Door) -> None:
    """Remember the door of this server, which may be handed on."""
    global door
    door = found


def restart() -> None:
    """End this server as a signal does, then start it again with the words that it was started with."""
    global wanted
    if not wanted and not ending:
        wanted = True
        os.kill(os.getpid(), signal.SIGTERM)


def why_not() -> str:
    """Why this server cannot be started again, in one sentence: what it would become is not there. '' else."""
    program = children.program()[0]
    if os.access(program, os.X_OK):
        return ""
    return f"{program} is not there, or may not be run: this server stays as it is until it lies there again."


def end() -> None:
    """From now on this server is on its way out."""
    global ending
    ending = True


def hand_on(line: int) -> None:
    """Keep a connection for the next server; `line` is the number of its file, which it takes over."""
    lines.append(line)


def received() -> list[int]:
    """The files of the connections that the server before this one handed on; they are told once."""
    files = [int(word) for word in os.environ.pop(LINES, "").split()]
    for file in files:
        os.set_inheritable(file, False)
    return files


def leave() -> None:
    """The last step of the end: become the next server, if that was asked for."""
    if wanted and threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)  # who is told to end from here on ends, and becomes nothing
    if not wanted or door is None:
        return
    # Whoever asks again in these moments asks for what is done already; it would end a server that only begins.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])
    for file in (*door.files, *lines):
        os.set_inheritable(file, True)
    program = children.program()
    words = [*program, *without_files(sys.argv[1:])]
    if os.environ.get("LISTEN_PID") != str(os.getpid()):  # else it finds them as this one did
        words += [word for file in door.files for word in ("--fd", str(file))]
    os.execve(program[0], words, os.environ | {LINES: " ".join(map(str, lines))})


def without_files(words: list[str]) -> list[str]:
    """The words of the command line without those that named files."""
    kept: list[str] = []
    for n, word in enumerate(words):
        if word == "--fd" or word.startswith("--fd=") or (n and words[n - 1] == "--fd"):
            continue
        kept.append(word)
    return kept
