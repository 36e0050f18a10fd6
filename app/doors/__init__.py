"""The doors: where this server listens, who holds its sockets over a restart, and how one server follows another.

`finding` opens them or finds those that are held, `holding` is the small parent of `serve --hold`, `handing` starts the
server again in its own place, `telling` tells systemd, `waiting` asks from beside who serves.
"""

from app.doors.finding import Door, find, port_of
from app.doors.waiting import HOLD, OWN, SYSTEMD, State, restart, restarted, state

__all__ = ["HOLD", "OWN", "SYSTEMD", "Door", "State", "find", "port_of", "restart", "restarted", "state"]
