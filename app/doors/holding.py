"""`serve --hold`: a small parent that holds the sockets, and starts the server again at once when it dies.

It loads next to nothing, opens nothing but the sockets, and never changes: it serves whatever version lies there when
it starts the next one. It ends with its child when it is told to, and a child ends with it however it ends.
"""

import json
import os
import signal
import sys
import time
from types import FrameType

from app import children
from app.doors.finding import HOLDER, Door, find
from app.doors.handing import without_files
from app.doors.tying import Terminal, tie

PASSED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# A child that lived this long was well: the next one is started at once. Before, each death doubles the pause.
CALM, SHORTEST, LONGEST = 10.0, 0.1, 30.0
# A child that was told to end and has not is killed: everything in it may be, without loss.
LAST = 10.0
# What a child that could not even begin ends with.
NOTHING = 127


def hold(host: str, port: int, files: list[int] | None = None) -> int:
    """Open the door or take the files of it, and keep a server running behind it until SIGTERM or SIGINT: its exit
    code. Raises Misconfigured."""
    door = find(host, port, files)
    terminal = Terminal()
    # They wait until they are asked for, so that none is lost between two looks; nohup's way to ignore one stays.
    signal.pthread_sigmask(signal.SIG_BLOCK, [*PASSED, signal.SIGCHLD])
    signal.signal(signal.SIGCHLD, look_away)  # its default is to be ignored, which counts while it is blocked
    deaths = 0
    while True:
        began = time.monotonic()
        code, told = live(start(door), terminal)
        if told:
            return max(code, 0)
        deaths = 0 if time.monotonic() - began > CALM else deaths + 1
        pause = pause_after(deaths)
        say("doors.died", code=code, lived=round(time.monotonic() - began, 1), again_in=pause)
        if ended_in(pause, terminal):
            return 0


def pause_after(deaths: int) -> float:
    """The seconds to rest after so many deaths in a row, of which there may be thousands in a night."""
    return min(LONGEST, SHORTEST * 2 ** min(deaths - 1, 30)) if deaths else 0.0


def ended_in(pause: float, terminal: Terminal) -> bool:
    """Rest so many seconds, or until a restart is asked for: whether the end was, instead."""
    deadline = time.monotonic() + pause
    while (left := deadline - time.monotonic()) > 0:
        number = waited(left)
        if number in (signal.SIGTERM, signal.SIGINT):
            return True
        if number == signal.SIGHUP:
            return terminal.is_gone()
    return False


def look_away(number: int, frame: FrameType | None) -> None:
    """The end of a child is asked for, and not told."""


def start(door: Door) -> int:
    """A server as our child, behind the door: its process id."""
    program = children.program()
    words = [*program, *(word for word in without_files(sys.argv[1:]) if word != "--hold")]
    words += [word for file in door.files for word in ("--fd", str(file))]
    environment = {name: value for name, value in os.environ.items() if name != "WATCHDOG_PID"}
    parent = os.getpid()
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()  # Ctrl-C on the terminal reaches us alone, and we pass it on once
        if not tie(parent):
            os._exit(NOTHING)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        for file in door.files:
            os.set_inheritable(file, True)
        os.execve(program[0], words, environment | {HOLDER: str(parent)})
    except OSError as error:
        say("doors.not_started", program=program[0], why=error.strerror)
    finally:
        os._exit(NOTHING)


def live(child: int, terminal: Terminal) -> tuple[int, bool]:
    """One life of a server: its exit code, negative for a signal, and whether it had been told to end."""
    told, deadline = False, float("inf")
    while True:
        if (code := reaped(child)) is not None:
            return code, told
        number = waited(min(LAST, max(0.0, deadline - time.monotonic())))
        if number == signal.SIGHUP and terminal.is_gone():
            number = signal.SIGTERM
        if number in PASSED:
            os.kill(child, number)
        if number in (signal.SIGTERM, signal.SIGINT) and not told:
            told, deadline = True, time.monotonic() + LAST
        if time.monotonic() > deadline:
            deadline = float("inf")
            os.kill(child, signal.SIGKILL)


def waited(seconds: float) -> int:
    """The signal that came within this time; 0 for none."""
    found = signal.sigtimedwait([*PASSED, signal.SIGCHLD], seconds)
    return found.si_signo if found is not None else 0


def reaped(child: int) -> int | None:
    """The exit code of the child once it has ended. Also takes the orphans that come to the first process of a
    container."""
    code = None
    while True:
        try:
            ended, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return code
        if not ended:
            return code
        if ended == child:
            code = os.waitstatus_to_exitcode(status)


def say(event: str, **about: object) -> None:
    """A line of the log, without the library that writes the server's: it is larger than all of this."""
    print(json.dumps({"event": event, "level": "warning", **about}), file=sys.stderr, flush=True)
