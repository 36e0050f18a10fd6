"""The product with jobs to measure, as a process: `rates DIR` measures in itself, `serve` and `work` are commands.

`serve` enqueues one job each 25 ms for as long as standard input says, a number on a line.
"""

import json
import statistics
import sys
import threading
import time
from pathlib import Path
from typing import Any

import main
import workers
from app import clock, config, db, logs

EMPTY, TOGETHER, TIMES = 1000, 100, 5


@workers.job("bench.empty")
def empty(me: Any) -> None:
    """Nothing."""


@workers.job("bench.tick")
def tick(me: Any, asked_at: int, path: str) -> None:
    """Writes down how many microseconds have passed since it was asked for."""
    with open(path, "a", buffering=1) as file:
        print(clock.now() - asked_at, file=file)


def rates(data: Path) -> dict[str, float]:
    """Jobs a second: enqueued alone and together, and executed."""
    from workers.queue import Queue

    logs.start("error")
    config.use(config.read({}, data=data, replica="off", demo_model="off"))
    main.open_house()
    alone = [enqueued(1) for _ in range(TIMES)]
    together = [enqueued(TOGETHER) for _ in range(TIMES)]
    queue = Queue(None)  # type: ignore[arg-type]  # nothing here is async
    queue.start()
    running = time.perf_counter()
    left = "select 1 from job where state in ('queued', 'running') and name = 'bench.empty' limit 1"
    while db.fetch(left):
        time.sleep(0.01)
    ended = time.perf_counter()
    queue.stop()
    main.close_house()
    return {
        "alone": statistics.median(alone),
        "together": statistics.median(together),
        "executed": 2 * TIMES * EMPTY / (ended - running),
    }


def enqueued(together: int) -> float:
    """Jobs a second that were enqueued, so many in a transaction."""
    began = time.perf_counter()
    for _ in range(EMPTY // together):
        with db.write() as tx:
            for _ in range(together):
                tx.later("bench.empty")
    return EMPTY / (time.perf_counter() - began)


def listen() -> None:
    """Enqueue as many ticks as each line says, into the file that it names."""
    for line in sys.stdin:
        count, path = line.split(maxsplit=1)
        for _ in range(int(count)):
            with db.write() as tx:
                tx.later("bench.tick", clock.now(), path.strip())
            time.sleep(0.025)


if __name__ == "__main__":
    if sys.argv[1] == "rates":
        print(json.dumps(rates(Path(sys.argv[2]))))
    else:
        threading.Thread(target=listen, daemon=True).start()
        sys.exit(main.main(sys.argv[1:]))
