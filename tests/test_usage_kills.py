"""Kill -9 with fifty streams open: after the restart the ledger accounts for all of them."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pysqlite3.dbapi2 as sqlite
import pytest

pytestmark = pytest.mark.slow
HOUSE = Path(__file__).resolve().parent.parent
STREAMS = 50
# A house with a person, a priced model and a key, made before its server starts.
FURNISH = """
import sys
from dataclasses import replace
from pathlib import Path
import main
from app import accounts, config, keys, lock, providers, rights
data, upstream = sys.argv[1:]
config.use(replace(config.Config(), data=Path(data), demo_model="off", replica="off"))
held = lock.hold(Path(data))
main.open_house()
me = rights.machine()
bob, _ = accounts.add(me, "bob@example.org", "Bob", "admin", "a long enough password")
provider = providers.add(me, "fake", upstream, key="right")
id = providers.add_model(me, provider.id, "pace-20-2000").id
providers.change_model(me, id, price_in="1", price_cached="1", price_out="1000")
from app.usage import budgets
budgets.put(me, "user", bob.id, "month", "money", 10**13)
print(keys.create(me, "streams", user=bob.id)[1])
main.close_house()
lock.release(held)
"""


def environment():
    left = {key: value for key, value in os.environ.items() if not key.startswith(("INGLENOOK_", "OPENAI_"))}
    return left | {"INGLENOOK_REPLICA": "off", "INGLENOOK_DEMO_MODEL": "off"}


class Server:
    """The real product as a process of its own."""

    def __init__(self, data, port="0"):
        self.log = data / f"log-{time.monotonic_ns()}"
        with self.log.open("w") as log:
            words = [sys.executable, "main.py", "serve", "--data", str(data), "--port", port]
            self.process = subprocess.Popen(words, cwd=HOUSE, env=environment(), stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while not (found := re.search(r"http://[\w.]+:\d+", self.log.read_text())) or not self.answers(found[0]):
            assert time.monotonic() < deadline and self.process.poll() is None, self.log.read_text()[-2000:]
            time.sleep(0.05)
        self.url = found[0]

    def answers(self, url):
        try:
            return httpx2.get(f"{url}/healthz", timeout=1).status_code == 200
        except httpx2.HTTPError:
            return False

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait(20)


async def streams(server, key, begun):
    """Open the streams, and read from all of them until they break."""
    body = {"model": "pace-20-2000", "stream": True, "messages": [{"role": "user", "content": "Tell me. " * 20}]}
    limits = httpx2.Limits(max_connections=STREAMS)

    async def one(client):
        events = 0
        try:
            async with client.stream("POST", f"{server.url}/v1/chat/completions", json=body) as answer:
                assert answer.status_code == 200, await answer.aread()
                async for line in answer.aiter_lines():
                    if line.startswith("data: {") and json.loads(line[6:])["choices"][0]["delta"].get("content"):
                        events += 1
                        begun.add(asyncio.current_task())
        except httpx2.HTTPError:
            return events
        raise AssertionError("the stream came to its end")

    async with httpx2.AsyncClient(headers={"authorization": f"Bearer {key}"}, limits=limits, timeout=30) as client:
        tasks = [asyncio.create_task(one(client)) for _ in range(STREAMS)]
        deadline = time.monotonic() + 60
        while len(begun) < STREAMS:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        await asyncio.sleep(5)
        server.end(signal.SIGKILL)
        return await asyncio.gather(*tasks)


def test_kill_with_fifty_streams_open_and_the_ledger_accounts_for_all(tmp_path, upstream):
    made = subprocess.run(
        [sys.executable, "-c", FURNISH, str(tmp_path), upstream.url],
        cwd=HOUSE, env=environment(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr[-2000:]
    key = made.stdout.split()[-1]
    server = Server(tmp_path)
    heard = asyncio.run(streams(server, key, set()))
    assert min(heard) > 0
    book = sqlite.connect(tmp_path / "inglenook.db")
    assert book.execute("select count(*) from usage where state = 'open'").fetchone() == (STREAMS,)
    book.close()
    server = Server(tmp_path)
    try:
        book = sqlite.connect(tmp_path / "inglenook.db")
        rows = book.execute("select state, estimated, cost, tokens_in, tokens_out, reserved from usage").fetchall()
        book.close()
    finally:
        server.end(signal.SIGTERM)
    assert len(rows) == STREAMS and {row[:2] for row in rows} == {("cut", 1)}
    for _, _, cost, into, out, reserved in rows:
        # Sent as far as it was noted, two seconds before the kill at most, or all that was reserved.
        assert 0 < out <= 4096 and 0 < cost <= reserved and abs(cost - (into * 1000 + out * 1_000_000)) <= 1
    assert sum(row[4] for row in rows) >= sum(heard) * 0.4
