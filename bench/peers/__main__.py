"""`make bench-peers`: the same load on a product of others and on ours, one after the other, in one run.

The gateway stands beside LiteLLM, pastes beside pinnwand. `--quick` is a rehearsal and keeps nothing.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import gateway, pastes
from bench.gateway import PACE, Door, first_tokens, line, load
from bench.house import House, Model, Person
from bench.peers.litellm import KEY, LiteLLM
from bench.peers.pinnwand import Pinnwand
from bench.table import machine, percentile, written

RESULTS = Path(__file__).resolve().parent.parent
PARALLEL, STREAMS = 32, 32
MODELS = {"plain": "bulk-20", "bulk": "bulk-500", "paced": f"timed-{PACE}-{PACE * 5}-200"}


@dataclass(frozen=True)
class Row:
    """One figure of both; `more_is_better` says which way the ratio runs."""

    name: str
    unit: str
    ours: float
    theirs: float
    more_is_better: bool = False

    def told(self) -> str:
        """As Markdown, with how many times better ours is."""
        ratio = self.ours / self.theirs if self.more_is_better else self.theirs / max(self.ours, 1e-9)
        return f"| {self.name} | {written(self.ours)} {self.unit} | {written(self.theirs)} {self.unit} | {ratio:.1f}x |"


def measured(house: House | LiteLLM, door: Door, direct: Door, quick: bool) -> dict[str, float]:
    """What one of them costs."""
    import uvloop

    plain, streams, found = (200 if quick else 1_000), (8 if quick else 32), {"idle": house.memory()}
    uvloop.run(complete(door))
    alone = uvloop.run(first_tokens([direct, door], MODELS["plain"], 20 if quick else 100))
    found["first"] = alone[1] - alone[0]
    asked = uvloop.run(load(house, door, MODELS["plain"], False, plain, PARALLEL))  # type: ignore[arg-type]
    found |= {"rate": plain / asked.seconds, "request": asked.cpu * 1000 / plain}
    bulk = uvloop.run(load(house, door, MODELS["bulk"], True, streams, 8))  # type: ignore[arg-type]
    found["token"] = (bulk.cpu - streams * found["request"] / 1000) * 1e6 / (streams * 500)
    paced = uvloop.run(load(house, door, MODELS["paced"], True, STREAMS, STREAMS))  # type: ignore[arg-type]
    found["paced token"] = (paced.cpu - STREAMS * found["request"] / 1000) * 1e6 / (STREAMS * PACE * 5)
    found |= {"paced": 100 * 5.2 / paced.seconds, "gap": percentile(paced.gaps, 0.99) * 1000, "busy": house.memory()}
    return found


async def complete(door: Door) -> None:
    """See that every token of a stream arrives, or the figures would flatter who loses them."""
    told = await (await line(door)).ask(door.request(MODELS["bulk"], True))
    tokens = b"".join(data for _, data in told.came).count(b'"content":')
    if tokens < 500:
        raise RuntimeError(f"{door.url} passed on {tokens} of 500 tokens")


def rows(ours: dict[str, float], theirs: dict[str, float]) -> Iterator[Row]:
    """The table's lines."""
    each = {name: (ours[name], theirs[name]) for name in ours}
    yield Row("started and ready", "s", *each["start"])
    yield Row("memory, idle", "MiB", *each["idle"])
    yield Row("memory after the load", "MiB", *each["busy"])
    yield Row("first token later than direct, alone", "ms", *each["first"])
    yield Row(f"plain requests, {PARALLEL} at a time", "/s", *each["rate"], more_is_better=True)
    yield Row("CPU for a plain request", "ms", *each["request"])
    yield Row("CPU for a token in bulk", "us", *each["token"])
    yield Row(f"CPU for a token at {STREAMS} paced streams", "us", *each["paced token"])
    yield Row(f"{STREAMS} streams of {PACE} tokens/s, of the ideal rate", "%", *each["paced"], more_is_better=True)
    yield Row(f"{STREAMS} streams of {PACE} tokens/s, gap p99", "ms", *each["gap"])


def beside_litellm(quick: bool) -> tuple[str, list[Row]]:
    """The gateway, before the same model server."""
    model = Model(*MODELS.values())
    direct = Door(model.url)
    try:
        with House() as house:
            house.prepare(model, "words-20")
            seconds = house.start()[0]
            door = Door(f"{house.url}/v1", gateway.key(house, Person(house)))
            ours = {"start": seconds} | measured(house, door, direct, quick)
        with LiteLLM(model.url, *MODELS.values()) as peer:
            theirs = {"start": peer.seconds} | measured(peer, Door(f"{peer.url}/v1", KEY), direct, quick)
    finally:
        model.stop()
    said = f"""both before the same model server.
Inglenook asks for a key with a budget, reserves, settles and keeps a ledger. LiteLLM {LiteLLM.version()} has one
worker, one key and no database, so no budget and no ledger: those need PostgreSQL."""
    return said, list(rows(ours, theirs))


def beside_pinnwand(quick: bool) -> tuple[str, list[Row]]:
    """A paste of 2 KB: its page, its raw text, and a new one."""
    count = 500 if quick else 5_000
    model = Model()
    try:
        with House() as house:
            house.prepare(model, "words-20")
            ours = (
                {"start": house.start()[0]}
                | pastes.measured(pastes.terminal(house), count)
                | {"memory": house.memory()}
            )
    finally:
        model.stop()
    with Pinnwand() as peer:
        theirs = {"start": peer.seconds} | pastes.measured(peer, count, 200) | {"memory": peer.memory()}
    each = {name: (ours[name], theirs[name]) for name in ours}
    words = f"{PARALLEL} at a time"
    said = f"""one paste of 2 KB of Python.
Inglenook asks for a key when a paste is made and writes it durably; pinnwand {Pinnwand.version()} keeps its pastes in
a SQLite file, its rate limits out of the way."""
    return said, [
        Row("started and ready", "s", *each["start"]),
        Row(f"view a highlighted paste, {words}", "/s", *each["view"], more_is_better=True),
        Row(f"raw, {words}", "/s", *each["raw"], more_is_better=True),
        Row(f"create with highlighting, {words}", "/s", *each["create"], more_is_better=True),
        Row("memory after the load", "MiB", *each["memory"]),
    ]


PEERS = {"LiteLLM": (beside_litellm, "results-peers.md"), "pinnwand": (beside_pinnwand, "results-peers-pastes.md")}


def main() -> int:
    """0 when all that was asked for was measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("peers", nargs="*", choices=[*PEERS, []], help="only beside these")
    parser.add_argument("--quick", action="store_true", help="fewer of everything")
    asked = parser.parse_args()
    for name in asked.peers or PEERS:
        beside, file = PEERS[name]
        said, found = beside(asked.quick)
        told = f"""Measured by `make bench-peers` on {machine()}:
the same load, in the same run, {said}

| figure | Inglenook | {name} | times better |
|---|---:|---:|---:|
"""
        told += "\n".join(row.told() for row in found) + "\n"
        print(told)
        if not asked.quick:
            (RESULTS / file).write_text(told)
    return 0


if __name__ == "__main__":
    sys.exit(main())
