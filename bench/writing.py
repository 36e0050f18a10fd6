"""What `bench.replication` runs in processes of its own: fill a database, or write as fast as it goes.

`python -m bench.writing fill DATA MEGABYTES` or `python -m bench.writing rate DATA SECONDS`, with INGLENOOK_REPLICA as
the server would have it.
"""

import asyncio
import json
import os
import sys
import threading
import time
from pathlib import Path

import main
from app import clock, config, db, lock, logs, rights
from app.backups import starting

PARAGRAPH = 2_000  # characters of a part; hexadecimal digits, which pack to about half like text does
TASKS = 16


def fill(data: Path, megabytes: int) -> None:
    """Chats with answers until the database has this size."""
    opened(data)
    machine = rights.machine()
    with db.write() as tx:
        tx.audit(machine, "bench.fill")
        user = tx.run("select id from account limit 1").fetchone()[0]
    chat = 0
    while (data / "inglenook.db").stat().st_size < megabytes << 20:
        with db.write() as tx:
            for _ in range(20):
                chat += 1
                write_chat(tx, user, f"filled-{chat}")
        if not chat % 400:
            db.here().driver.execute("pragma wal_checkpoint(passive)")
    main.close_house()


def write_chat(tx: db.Transaction, user: str, title: str) -> None:
    """One chat with ten parts of text."""
    id, message = clock.new_id(), clock.new_id()
    tx.run(
        "insert into chat (id, user_id, title, title_by, system, effort, created_at, changed_at)"
        " values (:id, :user, :title, 'person', '', '', 1, 1)",
        id=id, user=user, title=title,
    )  # fmt: skip
    tx.run(
        "insert into message (id, chat_id, sequence, role, state, boot, model, html, error_kind, error, left_out,"
        " usage_id, finish, created_at) values (:id, :chat, 0, 'assistant', 'done', '', '', '', '', '', 0, '', '', 1)",
        id=message, chat=id,
    )  # fmt: skip
    for n in range(10):
        text = os.urandom(PARAGRAPH // 2).hex()
        tx.run("insert into part (message_id, n, kind, text) values (:id, :n, 'text', :text)",
               id=message, n=n, text=text)  # fmt: skip


def rate(data: Path, seconds: float) -> dict[str, float]:
    """Writes a second: transactions of one thread, and statements of sixteen tasks that are committed in groups."""
    opened(data)
    found = asyncio.run(replicated(seconds))
    main.close_house()
    return found


async def replicated(seconds: float) -> dict[str, float]:
    """The same while the replica runs, if there is to be one."""
    async with starting.replicating():
        if starting.running is not None:
            while starting.running.confirmed_at is None:  # the first copy is not what is measured
                await asyncio.sleep(0.1)
        alone = await asyncio.to_thread(transactions, seconds)
        together = await appends(seconds)
    return {"alone": alone, "together": together}


def transactions(seconds: float) -> float:
    """One after the other, each with a row of a kilobyte."""
    machine, count, begun = rights.machine(), 0, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        with db.write() as tx:
            tx.audit(machine, "bench.write", note=os.urandom(500).hex())
        count += 1
    return count / (time.perf_counter() - begun)


async def appends(seconds: float) -> float:
    """As answers that stream write their text."""
    counts, begun = [0] * TASKS, time.perf_counter()

    async def one(task: int) -> None:
        while time.perf_counter() - begun < seconds:
            await db.append("insert into setting (key, value) values (?, ?)", clock.new_id(), os.urandom(100).hex())
            counts[task] += 1

    await asyncio.gather(*(one(task) for task in range(TASKS)))
    return sum(counts) / (time.perf_counter() - begun)


def opened(data: Path) -> None:
    """The house, without its doors."""
    logs.start("error")
    config.use(config.read(data=data))
    lock.hold(data)
    main.open_house()


if __name__ == "__main__":
    word, place, amount = sys.argv[1:]
    assert threading.current_thread() is threading.main_thread()
    if word == "fill":
        fill(Path(place), int(amount))
    else:
        print(json.dumps(rate(Path(place), float(amount))))
