"""The product with jobs for tests, as a process: `python -m tests.jobs_house serve --port 0 --data DIR`, or `work`.

Each line on standard input is JSON, [how many, name, args...]: jobs to enqueue, one a transaction.
"""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import main
import workers
from app import clock, config, db, later

PLACE = "JOBS_HOUSE_LOG"


def note(*words: object) -> None:
    """One line, written at once: it is there even when this process is killed right after."""
    with open(os.environ[PLACE], "a", buffering=1) as file:
        print(*words, file=file)


@workers.job("tests.step", attempts=50)
def step(me, number: int, seconds: float) -> int:
    note("begun", number, os.getpid())
    time.sleep(seconds)
    note("ended", number, os.getpid())
    return number


@workers.job("tests.long", long=True)
def long(me, number: int) -> None:
    note("begun", "long", number)
    time.sleep(0.5)
    note("ended", "long", number)


@workers.job("tests.endless", attempts=3)
def endless(me) -> None:
    note("begun", "endless", os.getpid())
    while True:
        later.progress(1, "for ever")
        time.sleep(0.02)


@workers.job("tests.home", home=True)
def home(me) -> None:
    note("ended", "home", os.getpid())


@workers.job("tests.tick")
def tick(me, asked_at: int) -> None:
    note("tick", clock.now() - asked_at)


@workers.job("tests.murder", attempts=4)
def murder(me) -> None:
    """Kills its process, until somebody mends it."""
    if not Path(os.environ[PLACE] + ".mended").exists():
        os.kill(os.getpid(), signal.SIGKILL)


@workers.job("tests.poison", attempts=4, backoff=0.01)
def poison(me) -> None:
    if not Path(os.environ[PLACE] + ".mended").exists():
        raise ValueError("poison")


def listen() -> None:
    """Enqueue what standard input says."""
    for line in sys.stdin:
        count, name, *args = json.loads(line)
        for number in range(count):
            told = [clock.now() if each == "now" else number if each == "n" else each for each in args]
            with db.write() as tx:
                tx.later(name, *told)


def consume() -> None:
    """The queue alone, without a server: the lock and the order of the start are those of the product."""
    from app import lock, logs
    from workers.queue import Queue

    config.use(config.read(data=Path(sys.argv[3])))
    logs.start("error")
    held = lock.hold(config.current.data)
    main.open_house()
    Queue(None).start()  # type: ignore[arg-type]
    print("ready", flush=True)
    listen()
    time.sleep(600)
    lock.release(held)


if __name__ == "__main__":
    if sys.argv[1] == "consume":
        consume()
    threading.Thread(target=listen, daemon=True).start()
    sys.exit(main.main(sys.argv[1:]))
