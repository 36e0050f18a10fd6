"""Commands about the running server: how it is, and a restart, which the terminal waits for."""

import os
import time
from dataclasses import asdict
from typing import Any

import orjson

from app import children, clock, config, doors, migrations
from app.doors import handing
from app.errors import Misconfigured
from routes import readiness
from routes.commands.words import Said

# Seconds to wait for a server that just starts, and for the next one: an upgrade of a large database takes its time.
PATIENCE, LONGEST = 10.0, 90.0


def state() -> Said:
    """How this server is, as JSON for `doors.state`."""
    found, door = readiness.look(), handing.door
    told = doors.State(
        boot=clock.BOOT,
        pid=os.getpid(),
        version=config.VERSION,
        schema=migrations.SCHEMA,
        ready=found.ready,
        why=found.why,
        door=door.kind if door is not None else doors.OWN,
        holder=door.holder if door is not None else 0,
        ending=handing.ending,
    )
    return [orjson.dumps(asdict(told)).decode()], 0


def restart() -> Said:
    """End this server as a signal does and start it again in its own place: the boot that ends."""
    if handing.door is None:
        return ["This process serves nobody: there is nothing to start again."], 1
    if why := handing.why_not():
        return [why], 1
    handing.restart()
    return [clock.BOOT], 0


def talk(options: dict[str, Any]) -> Said:
    """Ask for a restart and wait until the next server is ready. Raises Misconfigured when none runs, or none comes."""
    data, deadline = config.current.data, time.monotonic() + PATIENCE
    while (before := doors.state(data)) is None and time.monotonic() < deadline and is_starting():
        time.sleep(0.1)
    if before is None:
        raise Misconfigured(f"No server runs on {data}: start it with `{children.name()} serve`.")
    began = clock.ticks()
    after = doors.restarted(data, doors.restart(data), LONGEST)
    return [
        f"Inglenook {after.version} serves again after {clock.ticks() - began:.1f} seconds, in process {after.pid}."
    ], 0


def is_starting() -> bool:
    """Whether some process has the data directory, which may be a server that does not answer yet."""
    from app import lock

    data = config.current.data
    return (data / lock.NAME).exists() and lock.is_alive(lock.holder(data))


COMMANDS = {"server.state": state, "server.restart": restart}
