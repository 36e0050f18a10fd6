"""Who serves a data directory, asked from beside: by its boot one server is told from the next."""

import time
from dataclasses import dataclass
from pathlib import Path

import orjson

from app.errors import Misconfigured

PAUSE = 0.1
# How the sockets are held: by the server itself, by `serve --hold`, by systemd.
OWN, HOLD, SYSTEMD = "own", "hold", "systemd"


@dataclass(frozen=True)
class State:
    """A server as it says that it is. `boot` is another one after each start. `door` is own, hold or systemd: who holds
    its sockets when it is gone; `holder` is the process id of a `serve --hold`, else 0. `why` names what is not ready,
    one sentence each, and `ending` says that it is on its way out."""

    boot: str
    pid: int
    version: str
    schema: int
    ready: bool
    why: tuple[str, ...] = ()
    door: str = OWN
    holder: int = 0
    ending: bool = False

    @property
    def is_held(self) -> bool:
        """Whether somebody starts it again when it dies, with those who knock meanwhile waiting."""
        return self.door in (HOLD, SYSTEMD)


def state(data: Path) -> State | None:
    """How the server of this data directory is; None when none answers there."""
    from app import control  # what it brings is more than the whole of a `serve --hold`

    try:
        answer = control.ask(data, "server.state", {})
    except (Misconfigured, OSError):  # it ends just now, or hangs: nobody answers
        return None
    if answer is None or answer[1]:
        return None
    told = orjson.loads(answer[0][0])
    # One of another version may tell more than this one knows.
    known = {name: told[name] for name in State.__dataclass_fields__ if name in told}
    return State(**known | {"why": tuple(told["why"])})


def restart(data: Path) -> str:
    """Ask the server of this data directory to start again in its own place: the boot that ends. Raises Misconfigured
    where none answers."""
    from app import control

    answer = control.ask(data, "server.restart", {})
    if answer is None:
        raise Misconfigured(f"No server runs on {data}: start it with `serve`.")
    lines, code = answer
    if code:
        raise Misconfigured(lines[0])
    return lines[0]


def restarted(data: Path, before: str, seconds: float) -> State:
    """Wait until another boot than `before` is ready. Raises Misconfigured after so many seconds, with the reason."""
    deadline, found = time.monotonic() + seconds, None
    while time.monotonic() < deadline:
        found = state(data)
        if found is not None and found.boot != before and found.ready:
            return found
        time.sleep(PAUSE)
    if found is None:
        why = "nothing answers: its log says why"
    elif found.boot == before:
        why = "the one before has not ended"
    else:
        why = " ".join(found.why) or "it is not ready"
    raise Misconfigured(f"The server did not start again within {seconds:.0f} seconds: {why}")
